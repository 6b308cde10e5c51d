using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Ecny.Ledger.Core;

/// <summary>
/// The chain hash of the journal: h(n) = SHA-256(h(n−1) ‖ canonical bytes of entry n). DAY_END and the shard's head carry it; the auditor recomputes it.
/// Canonical bytes: every field in declaration order, integers big-endian, texts length-prefixed UTF-8; the traceparent is left out (it is sampled).
/// </summary>
public static class EntryHash
{
    public const int Size = 32;
    public static readonly byte[] Genesis = new byte[Size];

    public static byte[] Next(ReadOnlySpan<byte> previous, Entry e)
    {
        var max = 320 + Encoding.UTF8.GetMaxByteCount(e.Institution.Length + e.Number.Length + e.Context.Length);
        var buffer = max <= 4096 ? stackalloc byte[max] : new byte[max];
        previous.CopyTo(buffer);
        var at = Size;
        Int(buffer, ref at, e.Shard); Long(buffer, ref at, e.Seq); Long(buffer, ref at, e.Epoch);
        Id(buffer, ref at, e.Transfer.Value); Int(buffer, ref at, e.Leg);
        Text(buffer, ref at, e.Institution); Text(buffer, ref at, e.Number);
        Int(buffer, ref at, (int)e.Kind);
        Id(buffer, ref at, e.Group?.Value ?? Guid.Empty); Id(buffer, ref at, e.Original?.Value ?? Guid.Empty);
        Long(buffer, ref at, e.Debit.Wallet); Int(buffer, ref at, e.Debit.Number);
        Long(buffer, ref at, e.Credit.Wallet); Int(buffer, ref at, e.Credit.Number);
        Long(buffer, ref at, e.Amount);
        Long(buffer, ref at, e.DebitVersion); Long(buffer, ref at, e.DebitBalance); Long(buffer, ref at, e.DebitPrevSeq);
        Long(buffer, ref at, e.CreditVersion); Long(buffer, ref at, e.CreditBalance); Long(buffer, ref at, e.CreditPrevSeq);
        Int(buffer, ref at, (int)e.Code); Long(buffer, ref at, e.AtMicros); Int(buffer, ref at, e.BusinessDate.DayNumber);
        Text(buffer, ref at, e.Context);
        return SHA256.HashData(buffer[..at]);
    }

    private static void Int(Span<byte> buffer, ref int at, int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(buffer[at..], value);
        at += 4;
    }

    private static void Long(Span<byte> buffer, ref int at, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(buffer[at..], value);
        at += 8;
    }

    private static void Id(Span<byte> buffer, ref int at, Guid value)
    {
        value.TryWriteBytes(buffer[at..], bigEndian: true, out _);
        at += 16;
    }

    private static void Text(Span<byte> buffer, ref int at, string value)
    {
        var written = Encoding.UTF8.GetBytes(value, buffer[(at + 4)..]);
        BinaryPrimitives.WriteInt32BigEndian(buffer[at..], written);
        at += 4 + written;
    }
}
