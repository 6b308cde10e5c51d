using System.Runtime.InteropServices;
using System.Text.Json;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;

namespace Ecny.Ledger.Audit;

/// <summary>
/// Holds every entry, one after the other, against the rules of the journal (architecture §8). Written from the rules, not from the code that decides:
/// it shares nothing with the ledger core but the shape of an entry and its hash.
/// </summary>
public sealed class JournalAuditor
{
    private readonly AuditState _state;
    private readonly Func<long, bool> _mayBeNegative;
    private readonly int _shard;
    private long _seq, _epoch, _at, _dayCount, _daySum;
    private DateOnly? _date;
    private byte[] _chain;
    private Entry? _first, _last;
    private TransferId? _resolving;

    /// <param name="start">Where to begin; the entry fed first must follow it.</param>
    /// <param name="state">Buckets, holds and refunds as they are at <paramref name="start"/> (as far as they are going to be touched).</param>
    /// <param name="mayBeNegative">Whether a wallet is the issuance account.</param>
    public JournalAuditor(AuditPosition start, AuditState state, Func<long, bool> mayBeNegative)
    {
        (_state, _mayBeNegative, _shard) = (state, mayBeNegative, start.Shard);
        (_seq, _epoch, _at, _date, _dayCount, _daySum, _chain) =
            (start.Seq, start.Epoch, start.AtMicros, start.BusinessDate, start.DayCount, start.DaySum, start.Chain);
    }

    /// <summary>Hears every whole transfer: its first entry and how many there are.</summary>
    internal Action<Entry, short>? TransferSeen { get; init; }

    /// <summary>Transfers seen, as their number rows must be.</summary>
    internal NumberSum Numbers { get; } = new();

    public AuditPosition Position => new()
    {
        Shard = _shard, Seq = _seq, Epoch = _epoch, AtMicros = _at, BusinessDate = _date, DayCount = _dayCount, DaySum = _daySum, Chain = _chain,
    };

    /// <summary>The next entry; the first finding ends an audit.</summary>
    public AuditFinding? Feed(Entry e)
    {
        var finding = Order(e) ?? Legs(e) ?? Movement(e) ?? Hold(e) ?? Refund(e) ?? Day(e);
        if (finding is not null) return finding;
        _chain = EntryHash.Next(_chain, e);
        (_seq, _epoch, _at, _last) = (e.Seq, e.Epoch, e.AtMicros, e);
        return null;
    }

    /// <summary>No more entries: the last transfer must be whole.</summary>
    public AuditFinding? Complete() => EndTransfer();

    private AuditFinding? Order(Entry e)
    {
        if (e.Seq == _seq) return Bad(e.Seq, $"the sequence {e.Seq} is there twice.");
        if (e.Seq != _seq + 1) return Bad(_seq + 1, $"the entry is missing; the next one is {e.Seq}.");
        if (e.Epoch < _epoch) return Bad(e.Seq, $"epoch {e.Epoch} comes after epoch {_epoch}.");
        if (e.AtMicros < _at) return Bad(e.Seq, $"its time {e.AtMicros} is before that of the entry before, {_at}.");
        if (_date is { } date && e.BusinessDate != date) return Bad(e.Seq, $"its business date is {e.BusinessDate:yyyy-MM-dd} while {date:yyyy-MM-dd} is open.");
        return null;
    }

    private AuditFinding? Legs(Entry e)
    {
        if (e.Leg == 0)
        {
            var finding = EndTransfer();
            _first = e;
            return finding;
        }
        if (_last is null || _first is null || e.Transfer != _last.Transfer || e.Leg != _last.Leg + 1) return Bad(e.Seq, $"it is leg {e.Leg} of transfer {e.Transfer}, but does not follow leg {e.Leg - 1} of it.");
        if (e.Code != _first.Code || e.Institution != _first.Institution || e.Number != _first.Number)
            return Bad(e.Seq, $"it differs from the first leg of transfer {e.Transfer} in code, institution or number.");
        return null;
    }

    private AuditFinding? EndTransfer()
    {
        if (_first is null || _last is null) return null;
        Numbers.Add(_first.Transfer, _first.Seq, _last.Leg + 1, (int)_first.Kind, (int)_first.Code);
        TransferSeen?.Invoke(_first, (short)(_last.Leg + 1));
        _first = null;
        if (_resolving is not { } id) return null;
        _resolving = null;
        var hold = _state.Holds[id];
        return hold.Posted + hold.Released == hold.Amount
            ? null
            : Bad(_last.Seq, $"hold {id} of {hold.Amount} fen was resolved with {hold.Posted} posted and {hold.Released} released.");
    }

    private AuditFinding? Movement(Entry e)
    {
        if (e.Amount < 0) return Bad(e.Seq, $"its amount {e.Amount} is negative.");
        var touches = e.DebitVersion != 0 || e.CreditVersion != 0;
        var moves = e.Code == DeclineCode.None && e.Kind != EntryKind.DayEnd && e.Amount > 0;
        if (touches && (e.Code != DeclineCode.None || e.Kind == EntryKind.DayEnd)) return Bad(e.Seq, $"a decline or day end touches a bucket.");
        if (moves && (e.DebitVersion == 0 || e.CreditVersion == 0 || e.Debit == e.Credit))
            return Bad(e.Seq, $"{e.Amount} fen do not move from one bucket to another: money would be lost or made.");
        return Side(e, "debit", e.Debit, -e.Amount, e.DebitVersion, e.DebitBalance, e.DebitPrevSeq)
            ?? Side(e, "credit", e.Credit, e.Amount, e.CreditVersion, e.CreditBalance, e.CreditPrevSeq);
    }

    private AuditFinding? Side(Entry e, string side, BucketId bucket, long delta, long version, long balance, long prevSeq)
    {
        if (version == 0) return balance == 0 && prevSeq == 0 ? null : Bad(e.Seq, $"its {side} side touches no bucket but states a balance.");
        if (bucket.Wallet == 0) return Bad(e.Seq, $"its {side} side names no wallet.");
        ref var before = ref CollectionsMarshal.GetValueRefOrAddDefault(_state.Buckets, bucket, out _);
        if (version != before.Version + 1) return Bad(e.Seq, $"its {side} bucket {Name(bucket)} has version {version} after version {before.Version}.");
        if (prevSeq != before.LastSeq) return Bad(e.Seq, $"its {side} bucket {Name(bucket)} points back to entry {prevSeq}, the last one that touched it was {before.LastSeq}.");
        if ((Int128)before.Balance + delta != balance) return Bad(e.Seq, $"its {side} bucket {Name(bucket)} holds {balance} fen after {before.Balance} and a change of {delta}.");
        if (balance < 0 && !_mayBeNegative(bucket.Wallet)) return Bad(e.Seq, $"its {side} bucket {Name(bucket)} is below zero: {balance} fen.");
        before = new BucketState(version, balance, e.Seq);
        return null;
    }

    private AuditFinding? Hold(Entry e)
    {
        if (e.Kind == EntryKind.Hold && e.Code == DeclineCode.None)
        {
            if (e.Debit != BucketId.AvailableOf(e.Debit.Wallet) || e.Credit != BucketId.HeldOf(e.Debit.Wallet)) return Bad(e.Seq, $"a hold moves money from available to held of one wallet.");
            return _state.Holds.TryAdd(e.Transfer, new AuditedHold(e.Debit.Wallet, e.Amount, 0, 0, null, HoldState.Open)) ? null : Bad(e.Seq, $"hold {e.Transfer} was made twice.");
        }
        if (e.CreditVersion != 0 && e.Credit.Number == BucketId.Held) return Bad(e.Seq, $"money comes into a held bucket without a hold.");
        if (e.DebitVersion == 0 || e.Debit.Number != BucketId.Held) return null;
        if (e.Original is not { } id || !_state.Holds.TryGetValue(id, out var hold) || hold.Wallet != e.Debit.Wallet) return Bad(e.Seq, $"held money leaves without naming its hold.");
        if (hold.ResolvedBy is { } by && by != e.Transfer) return Bad(e.Seq, $"hold {id} was resolved twice: by {by} and {e.Transfer}.");
        var released = e.Kind is EntryKind.HoldVoid or EntryKind.HoldExpire;
        if (released) hold.Released = checked(hold.Released + e.Amount);
        else hold.Posted = checked(hold.Posted + e.Amount);
        if (hold.Posted > hold.Amount) return Bad(e.Seq, $"{hold.Posted} fen are posted from hold {id} of {hold.Amount} fen.");
        hold.ResolvedBy = e.Transfer;
        hold.State = !released || hold.State == HoldState.Posted ? HoldState.Posted : e.Kind == EntryKind.HoldVoid ? HoldState.Voided : HoldState.Expired;
        _resolving = id;
        _state.Holds[id] = hold;
        return null;
    }

    private AuditFinding? Refund(Entry e)
    {
        if (e.Kind != EntryKind.Refund || e.Code != DeclineCode.None) return null;
        if (e.Original is not { } payment) return Bad(e.Seq, $"a refund names no payment.");
        _state.Refunds.TryGetValue(payment, out var refund);
        _state.Refunds[payment] = new AuditedRefund(checked(refund.Refunded + e.Amount), e.Seq);
        return null;
    }

    private AuditFinding? Day(Entry e)
    {
        if (e.Kind != EntryKind.DayEnd)
        {
            _date ??= e.BusinessDate;
            _dayCount++;
            if (e.DebitVersion != 0 || e.CreditVersion != 0) _daySum = checked(_daySum + e.Amount);
            return null;
        }
        var (count, sum, hash) = DayEndContext.Parse(e.Context);
        if (count != _dayCount || sum != _daySum || e.Amount != _daySum)
            return Bad(e.Seq, $"day end of {e.BusinessDate:yyyy-MM-dd} says {count} entries and {sum} fen; there are {_dayCount} and {_daySum}.");
        if (hash != Convert.ToHexStringLower(_chain)) return Bad(e.Seq, $"day end of {e.BusinessDate:yyyy-MM-dd} carries another hash than the entries before it have: one of them was changed.");
        (_date, _dayCount, _daySum) = (e.BusinessDate.AddDays(1), 0, 0);
        return null;
    }

    private AuditFinding Bad(long seq, FormattableString sentence) => AuditFinding.Entry(_shard, seq, sentence);

    private static string Name(BucketId bucket) => bucket.Number == BucketId.Available ? WalletNumber.Text(bucket.Wallet) : $"{WalletNumber.Text(bucket.Wallet)}/{bucket.Number}";
}

/// <summary>What a DAY_END states in its context.</summary>
internal readonly record struct DayEndContext(long Count, long Sum, string Hash)
{
    public static DayEndContext Parse(string context)
    {
        try
        {
            using var json = JsonDocument.Parse(context);
            var root = json.RootElement;
            return new DayEndContext(root.GetProperty("count").GetInt64(), root.GetProperty("sum").GetInt64(), root.GetProperty("hash").GetString() ?? "");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            // Not readable is as wrong as any other content: the comparison names the entry.
            return new DayEndContext(-1, -1, "");
        }
    }
}
