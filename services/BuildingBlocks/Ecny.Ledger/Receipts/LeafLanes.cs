using System.Buffers.Binary;
using Ecny.Ledger.Core;

namespace Ecny.Ledger.Receipts;

/// <summary>
/// Leaves of up to 16 entries at once: what <see cref="LeafEncoding"/> makes of one. Also straight from the bytes of their rows, without making an entry: PostgreSQL sends integers, ids and texts as the leaf wants them, so most of it is copying.
/// </summary>
internal sealed class LeafLanes
{
    /// <summary>Columns of <c>ledger.journal j</c> in the order of the leaf: public fields, then part after part.</summary>
    public const string Columns = """
        j.shard, j.seq, j.epoch, j.transfer, j.leg, j.kind, j.code, j.amount, j.at_micros, j.business_date,
        j.institution, j.number, j.transfer_group, j.original, j.context,
        j.debit_wallet, j.debit_bucket, j.debit_version, j.debit_balance, j.debit_prev_seq,
        j.credit_wallet, j.credit_bucket, j.credit_version, j.credit_balance, j.credit_prev_seq
        """;

    // Behind 0x00 and the format.
    private const int NameAt = 2;
    private const int PartsAt = 1 + LeafEncoding.PublicSize;
    private readonly SaltLanes _salts;
    private readonly Sm3Lanes _leaves = new(PartsAt + LeafEncoding.Parts * Sm3.Size);
    private readonly Sm3Lanes[] _parts;

    public LeafLanes(ReceiptSalts salts)
    {
        _salts = new SaltLanes(salts);
        _parts = [.. Enumerable.Range(0, LeafEncoding.Parts).Select(part => new Sm3Lanes(ReceiptSalts.SaltSize + (LeafPart)part switch
        {
            LeafPart.Context => 0,
            LeafPart.Debit or LeafPart.Credit => LeafEncoding.SideSize,
            _ => LeafEncoding.StateSize,
        }))];
    }

    /// <summary>Rows taken since the last <see cref="Clear"/>.</summary>
    public int Count { get; private set; }

    public bool IsFull => Count == Sm3Lanes.Count;

    /// <summary>Takes a row with <see cref="Columns"/>.</summary>
    public void Add(ReadOnlySpan<byte> row)
    {
        var lane = Count++;
        var fields = new CopyFields(row);
        Public(ref fields, lane);
        Context(ref fields, lane);
        Side(ref fields, _parts[(int)LeafPart.Debit].Message(lane));
        State(ref fields, _parts[(int)LeafPart.DebitState].Message(lane));
        Side(ref fields, _parts[(int)LeafPart.Credit].Message(lane));
        State(ref fields, _parts[(int)LeafPart.CreditState].Message(lane));
    }

    /// <summary>Takes an entry.</summary>
    public void Add(Entry e)
    {
        var lane = Count++;
        var leaf = _leaves.Message(lane);
        LeafEncoding.WritePublic(e, leaf);
        _salts.Name(lane, leaf[NameAt..(NameAt + SaltLanes.NameSize)]);
        for (var part = LeafPart.Context; part <= LeafPart.CreditState; part++)
        {
            var size = ReceiptSalts.SaltSize + LeafEncoding.PartSize(e, part);
            LeafEncoding.WritePart(e, part, _parts[(int)part].Begin(lane, size)[ReceiptSalts.SaltSize..]);
        }
    }

    /// <summary>Hashes what was taken.</summary>
    public void Hash()
    {
        _salts.Compute(Count);
        for (var part = LeafPart.Context; part <= LeafPart.CreditState; part++)
        {
            var messages = _parts[(int)part];
            for (var lane = 0; lane < Count; lane++) _salts.Of(lane, part).CopyTo(messages.Message(lane));
            messages.Hash(Count);
            for (var lane = 0; lane < Count; lane++) messages.HashOf(lane).CopyTo(_leaves.Message(lane)[(PartsAt + (int)part * Sm3.Size)..]);
        }
        _leaves.Hash(Count);
    }

    /// <summary>A leaf, after <see cref="Hash"/>.</summary>
    public ReadOnlySpan<byte> Leaf(int lane) => _leaves.HashOf(lane);

    public void Clear() => Count = 0;

    private void Public(ref CopyFields fields, int lane)
    {
        var to = _leaves.Message(lane);
        to[0] = 0;
        to[1] = LeafEncoding.Format;
        var shard = to[NameAt..];
        to = shard;
        Put(ref to, fields.Next(4)); Put(ref to, fields.Next(8));
        _salts.Name(lane, shard[..SaltLanes.NameSize]);
        Put(ref to, fields.Next(8));
        Put(ref to, fields.Next(16));
        Put(ref to, fields.Next(2));
        // Kind and code are smallint in the row, a byte in the leaf.
        Put(ref to, fields.Next(2)[1..]); Put(ref to, fields.Next(2)[1..]);
        Put(ref to, fields.Next(8)); Put(ref to, fields.Next(8));
        BinaryPrimitives.WriteInt32BigEndian(to, LeafEncoding.Date(fields.NextDate()));
    }

    private void Context(ref CopyFields fields, int lane)
    {
        var institution = fields.NextText();
        var number = fields.NextText();
        var group = fields.NextId();
        var original = fields.NextId();
        var text = fields.NextText();
        var size = institution.Length + number.Length + group.Length + original.Length + text.Length;
        var to = _parts[(int)LeafPart.Context].Begin(lane, ReceiptSalts.SaltSize + size)[ReceiptSalts.SaltSize..];
        Put(ref to, institution); Put(ref to, number); Put(ref to, group); Put(ref to, original); Put(ref to, text);
    }

    private static void Side(ref CopyFields fields, Span<byte> message)
    {
        var to = message[ReceiptSalts.SaltSize..];
        Put(ref to, fields.Next(8)); Put(ref to, fields.Next(4));
    }

    private static void State(ref CopyFields fields, Span<byte> message)
    {
        var to = message[ReceiptSalts.SaltSize..];
        Put(ref to, fields.Next(8)); Put(ref to, fields.Next(8)); Put(ref to, fields.Next(8));
    }

    private static void Put(ref Span<byte> to, ReadOnlySpan<byte> value)
    {
        value.CopyTo(to);
        to = to[value.Length..];
    }
}
