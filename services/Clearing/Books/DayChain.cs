using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Ecny.Contracts.Ledger;
using Ecny.Messaging;

namespace Ecny.Clearing.Books;

/// <summary>
/// The journal's chain of hashes, computed a second time from what arrived here: h(n) = SHA-256(h(n−1) ‖ canonical bytes of entry n), h(0) = 32 zero bytes.
/// Canonical bytes: shard, seq, epoch, transfer, leg, institution, number, kind, group, original, debit wallet and bucket, credit wallet and bucket, amount,
/// debit version, balance and previous seq, the same of the credit, decline code, time (Unix microseconds), business date (day number), context; integers big-endian
/// (32 bits: shard, leg, kind, buckets, code, date), ids 16 bytes, texts with their length in UTF-8 before them. Written from that definition and not shared
/// with the ledger: two that agree did not make the same mistake.
/// </summary>
internal static class DayChain
{
    public const int Size = 32;
    private const int Fixed = Size + 4 + 8 + 8 + 16 + 4 + 4 + 4 + 4 + 16 + 16 + 12 + 12 + 8 + 24 + 24 + 4 + 8 + 4 + 4;

    public static readonly byte[] Genesis = new byte[Size];

    /// <param name="code">The entry's decline code; None when it settled.</param>
    public static byte[] Next(ReadOnlySpan<byte> previous, LedgerEntryFact entry, DeclineCode code)
    {
        var context = entry.ContextJson.Span;
        var most = Fixed + Encoding.UTF8.GetMaxByteCount(entry.Institution.Length + entry.Number.Length) + context.Length;
        Span<byte> buffer = most <= 4096 ? stackalloc byte[most] : new byte[most];
        var writer = new Writer(buffer);
        writer.Bytes(previous);
        writer.Int(entry.Shard);
        writer.Long(entry.Seq);
        writer.Long(entry.Epoch);
        writer.Id(entry.Transfer.Value);
        writer.Int(entry.Leg);
        writer.Text(entry.Institution);
        writer.Text(entry.Number);
        writer.Int((int)entry.Kind);
        writer.Id(entry.Group?.Value ?? Guid.Empty);
        writer.Id(entry.Original?.Value ?? Guid.Empty);
        writer.Long(entry.Debit.Wallet);
        writer.Int(entry.Debit.Bucket);
        writer.Long(entry.Credit.Wallet);
        writer.Int(entry.Credit.Bucket);
        writer.Long(entry.Amount);
        writer.Side(entry.Debit);
        writer.Side(entry.Credit);
        writer.Int((int)code);
        writer.Long((entry.At.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond);
        writer.Int(entry.BusinessDate.DayNumber);
        writer.Int(context.Length);
        writer.Bytes(context);
        return SHA256.HashData(writer.Written);
    }

    private ref struct Writer(Span<byte> buffer)
    {
        private readonly Span<byte> buffer = buffer;
        private int at;

        public readonly ReadOnlySpan<byte> Written => buffer[..at];

        public void Int(int value)
        {
            BinaryPrimitives.WriteInt32BigEndian(buffer[at..], value);
            at += sizeof(int);
        }

        public void Long(long value)
        {
            BinaryPrimitives.WriteInt64BigEndian(buffer[at..], value);
            at += sizeof(long);
        }

        public void Id(Guid value)
        {
            value.TryWriteBytes(buffer[at..], bigEndian: true, out var written);
            at += written;
        }

        public void Bytes(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(buffer[at..]);
            at += bytes.Length;
        }

        public void Text(string text)
        {
            var written = Encoding.UTF8.GetBytes(text, buffer[(at + sizeof(int))..]);
            Int(written);
            at += written;
        }

        public void Side(in LedgerSide side)
        {
            Long(side.Version);
            Long(side.Balance);
            Long(side.PrevSeq);
        }
    }
}
