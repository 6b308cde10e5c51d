using System.Buffers.Binary;
using System.Text;
using Ecny.Ledger.Core;

namespace Ecny.Ledger.Receipts;

/// <summary>
/// Parts of an entry that are hidden in the log behind a salted hash, each shown only to who may see it: the acquirer learns no balance,
/// a payer's operator not the merchant's.
/// </summary>
public enum LeafPart
{
    /// <summary>Institution, number, group, original and context.</summary>
    Context = 0,
    /// <summary>Wallet and bucket debited.</summary>
    Debit = 1,
    /// <summary>Version and balance of that bucket after the entry, and the entry before it.</summary>
    DebitState = 2,
    Credit = 3,
    CreditState = 4,
}

/// <summary>
/// Canonical bytes of an entry in the receipt log (docs/receipts.md): leaf = SM3(0x00 ‖ public ‖ SM3(salt₀ ‖ part₀) ‖ … ‖ SM3(salt₄ ‖ part₄)).
/// Integers are big-endian two's complement, texts UTF-8 behind a 32-bit length. The traceparent is no part of it (it is sampled).
/// </summary>
public static class LeafEncoding
{
    public const int Parts = 5;
    internal const byte Format = 1;
    internal const int PublicSize = 61;
    internal const int SideSize = 12;
    internal const int StateSize = 24;
    // Three lengths of texts and two ids.
    private const int ContextFixedSize = 3 * 4 + 2 * 16;

    /// <summary>Bytes that <see cref="ReceiptSalts.Fill"/> writes for one entry.</summary>
    public const int SaltBytes = 96;

    /// <summary>The leaf of an entry whose every part is known.</summary>
    public static void Leaf(Entry e, ReceiptSalts salts, Span<byte> leaf)
    {
        Span<byte> salt = stackalloc byte[SaltBytes];
        Span<byte> hashes = stackalloc byte[Parts * Sm3.Size];
        salts.Fill(e.Shard, e.Seq, salt);
        for (var part = 0; part < Parts; part++)
            PartHash(e, (LeafPart)part, salt.Slice(part * ReceiptSalts.SaltSize, ReceiptSalts.SaltSize), hashes[(part * Sm3.Size)..]);
        Leaf(e, hashes, leaf);
    }

    /// <summary>The leaf from the public fields of <paramref name="e"/> and the hashes of its parts, 32 bytes each.</summary>
    public static void Leaf(Entry e, ReadOnlySpan<byte> partHashes, Span<byte> leaf)
    {
        Span<byte> bytes = stackalloc byte[1 + PublicSize + Parts * Sm3.Size];
        WritePublic(e, bytes);
        partHashes[..(Parts * Sm3.Size)].CopyTo(bytes[(1 + PublicSize)..]);
        Sm3.Hash(bytes, leaf);
    }

    public static void PartHash(Entry e, LeafPart part, ReadOnlySpan<byte> salt, Span<byte> hash)
    {
        var size = ReceiptSalts.SaltSize + PartSize(e, part);
        var bytes = size <= 4096 ? stackalloc byte[size] : new byte[size];
        salt.CopyTo(bytes);
        WritePart(e, part, bytes[ReceiptSalts.SaltSize..]);
        Sm3.Hash(bytes, hash);
    }

    /// <summary>The leaf's first bytes: 0x00 and the public fields.</summary>
    internal static void WritePublic(Entry e, Span<byte> bytes)
    {
        bytes[0] = 0;
        var at = 1;
        bytes[at++] = Format;
        Int(bytes, ref at, e.Shard); Long(bytes, ref at, e.Seq); Long(bytes, ref at, e.Epoch);
        Id(bytes, ref at, e.Transfer.Value);
        BinaryPrimitives.WriteInt16BigEndian(bytes[at..], e.Leg); at += 2;
        bytes[at++] = (byte)e.Kind;
        bytes[at++] = (byte)e.Code;
        Long(bytes, ref at, e.Amount); Long(bytes, ref at, e.AtMicros); Int(bytes, ref at, Date(e.BusinessDate));
    }

    /// <summary>Bytes that <see cref="WritePart"/> writes.</summary>
    internal static int PartSize(Entry e, LeafPart part) => part switch
    {
        LeafPart.Context => ContextFixedSize + Encoding.UTF8.GetByteCount(e.Institution) + Encoding.UTF8.GetByteCount(e.Number) + Encoding.UTF8.GetByteCount(e.Context),
        LeafPart.Debit or LeafPart.Credit => SideSize,
        _ => StateSize,
    };

    /// <summary>A part's own bytes, without its salt.</summary>
    internal static void WritePart(Entry e, LeafPart part, Span<byte> bytes)
    {
        var at = 0;
        switch (part)
        {
            case LeafPart.Context:
                Text(bytes, ref at, e.Institution); Text(bytes, ref at, e.Number);
                Id(bytes, ref at, e.Group?.Value ?? Guid.Empty); Id(bytes, ref at, e.Original?.Value ?? Guid.Empty);
                Text(bytes, ref at, e.Context);
                break;
            case LeafPart.Debit:
                Long(bytes, ref at, e.Debit.Wallet); Int(bytes, ref at, e.Debit.Number);
                break;
            case LeafPart.DebitState:
                Long(bytes, ref at, e.DebitVersion); Long(bytes, ref at, e.DebitBalance); Long(bytes, ref at, e.DebitPrevSeq);
                break;
            case LeafPart.Credit:
                Long(bytes, ref at, e.Credit.Wallet); Int(bytes, ref at, e.Credit.Number);
                break;
            case LeafPart.CreditState:
                Long(bytes, ref at, e.CreditVersion); Long(bytes, ref at, e.CreditBalance); Long(bytes, ref at, e.CreditPrevSeq);
                break;
            default: throw new ArgumentOutOfRangeException(nameof(part));
        }
    }

    /// <summary>2026-01-05 is the number 20260105.</summary>
    internal static int Date(DateOnly date) => date.Year * 10000 + date.Month * 100 + date.Day;

    private static void Int(Span<byte> bytes, ref int at, int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(bytes[at..], value);
        at += 4;
    }

    private static void Long(Span<byte> bytes, ref int at, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(bytes[at..], value);
        at += 8;
    }

    private static void Id(Span<byte> bytes, ref int at, Guid value)
    {
        value.TryWriteBytes(bytes[at..], bigEndian: true, out _);
        at += 16;
    }

    private static void Text(Span<byte> bytes, ref int at, string value)
    {
        var written = Encoding.UTF8.GetBytes(value, bytes[(at + 4)..]);
        BinaryPrimitives.WriteInt32BigEndian(bytes[at..], written);
        at += 4 + written;
    }
}
