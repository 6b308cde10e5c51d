using System.Globalization;
using System.Text;

namespace Ecny.Ledger.Receipts;

/// <summary>
/// A signed statement: the log of <see cref="Shard"/> had this root when it had <see cref="Size"/> entries. Never withdrawn; two statements of which
/// one is not the beginning of the other would prove that history was rewritten.
/// </summary>
public sealed record Checkpoint
{
    public required int Shard { get; init; }
    public required long Size { get; init; }
    public required byte[] Root { get; init; }
    /// <summary>Unix microseconds at which it was signed.</summary>
    public required long AtMicros { get; init; }
    public required string KeyId { get; init; }
    /// <summary>SM2 with SM3 over <see cref="Text"/>, r ‖ s, 64 bytes.</summary>
    public required byte[] Signature { get; init; }

    /// <summary>What is signed: six lines, each ended by a line feed.</summary>
    public static byte[] Text(int shard, long size, ReadOnlySpan<byte> root, long atMicros, string keyId) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"ecny-checkpoint-1\n{shard}\n{size}\n{Convert.ToBase64String(root)}\n{atMicros}\n{keyId}\n"));

    public bool IsSignedBy(CheckpointPublicKey key) =>
        key.KeyId == KeyId && key.Verify(Text(Shard, Size, Root, AtMicros, KeyId), Signature);
}
