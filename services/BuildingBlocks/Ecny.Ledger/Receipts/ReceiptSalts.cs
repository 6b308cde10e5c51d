using System.Buffers.Binary;

namespace Ecny.Ledger.Receipts;

/// <summary>
/// The salts that hide the private parts of a leaf: HMAC-SM3(key, shard ‖ seq ‖ n), two salts of 16 bytes each. Without them a stranger who
/// sees the tree could guess a balance or a wallet. The key stays with the platform; whoever is given a part is given its salt.
/// </summary>
public sealed class ReceiptSalts
{
    public const int SaltSize = 16;
    internal const int MessageSize = 13;
    private const int MinimumKeySize = 32;
    private readonly uint[] _inner = new uint[Sm3.Words], _outer = new uint[Sm3.Words];

    /// <param name="key">At least 32 random bytes (configuration `Ecny:Keys:ReceiptSaltKey`, base64).</param>
    public ReceiptSalts(ReadOnlySpan<byte> key)
    {
        if (key.Length < MinimumKeySize) throw new ArgumentException($"The receipt salt key needs at least {MinimumKeySize} bytes.", nameof(key));
        Span<byte> block = stackalloc byte[Sm3.BlockSize];
        block.Clear();
        if (key.Length <= Sm3.BlockSize) key.CopyTo(block);
        else Sm3.Hash(key, block);
        Keyed(block, 0x36, _inner);
        Keyed(block, 0x5C, _outer);
    }

    /// <summary>Salts of all parts of one entry, in order of <see cref="LeafPart"/>; needs 16 bytes a part, rounded up to 32.</summary>
    public void Fill(int shard, long seq, Span<byte> salts)
    {
        Span<byte> message = stackalloc byte[MessageSize];
        BinaryPrimitives.WriteInt32BigEndian(message, shard);
        BinaryPrimitives.WriteInt64BigEndian(message[4..], seq);
        for (var n = 0; n * Sm3.Size < salts.Length; n++)
        {
            message[12] = (byte)n;
            Mac(message, salts.Slice(n * Sm3.Size, Sm3.Size));
        }
    }

    /// <summary>Messages of <paramref name="length"/> bytes that go on from where HMAC's inner hash has taken in the key.</summary>
    internal Sm3Lanes InnerLanes(int length) => new(length, _inner, Sm3.BlockSize);

    /// <summary>The same of the outer hash.</summary>
    internal Sm3Lanes OuterLanes() => new(Sm3.Size, _outer, Sm3.BlockSize);

    internal void Mac(ReadOnlySpan<byte> message, Span<byte> mac)
    {
        Span<uint> state = stackalloc uint[Sm3.Words];
        Span<byte> inner = stackalloc byte[Sm3.Size];
        _inner.CopyTo(state);
        Sm3.Finish(state, message, Sm3.BlockSize + message.Length, inner);
        _outer.CopyTo(state);
        Sm3.Finish(state, inner, Sm3.BlockSize + Sm3.Size, mac);
    }

    private static void Keyed(ReadOnlySpan<byte> key, byte pad, Span<uint> state)
    {
        Span<byte> block = stackalloc byte[Sm3.BlockSize];
        for (var i = 0; i < block.Length; i++) block[i] = (byte)(key[i] ^ pad);
        Sm3.Start(state);
        Sm3.Absorb(state, block);
    }
}
