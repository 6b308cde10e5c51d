using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Ledger.Store;

namespace Ecny.Testing;

/// <summary>
/// Writes a ledger by hand: a head, the rows as they stand, and a batch that grows. It decides nothing and checks nothing; it keeps
/// versions, balances, chains and hashes right, so that a test says only what it is about.
/// </summary>
/// <remarks>Each <see cref="Take"/> returns the batch so far and starts the next one on top of it, as if it were committed.</remarks>
public sealed class LedgerScript
{
    public const string Institution = "operator-101";

    private readonly Dictionary<long, WalletRow> _wallets = [];
    private readonly Dictionary<BucketId, BucketRow> _buckets = [];
    private readonly Dictionary<long, long> _walletExpected = [];
    private readonly Dictionary<BucketId, long> _bucketExpected = [];
    private CommitBatch _batch;
    private int _numbers;

    public LedgerScript(ShardHead head)
    {
        Head = head;
        AtMicros = Math.Max(head.AtMicros, 1_764_000_000_000_000);
        BusinessDate = head.BusinessDate;
        _batch = NewBatch();
    }

    /// <summary>The head after everything written so far, <see cref="Take"/>n or not.</summary>
    public ShardHead Head { get; private set; }

    /// <summary>Clock of the entries to come (Unix microseconds).</summary>
    public long AtMicros { get; set; }

    /// <summary>UTC+8, of the entries to come.</summary>
    public DateOnly BusinessDate { get; set; }

    public IReadOnlyDictionary<long, WalletRow> Wallets => _wallets;

    public IReadOnlyDictionary<BucketId, BucketRow> Buckets => _buckets;

    /// <summary>The batch being written, for what a test wants to bend.</summary>
    public CommitBatch Current => _batch;

    /// <summary>The batch so far; what comes next is decided on top of it.</summary>
    public CommitBatch Take()
    {
        var taken = _batch;
        foreach (var (id, expected) in _walletExpected) taken.Wallets.Add(new Change<WalletRow>(_wallets[id], expected));
        foreach (var (id, expected) in _bucketExpected) taken.Buckets.Add(new Change<BucketRow>(_buckets[id], expected));
        taken.Head = Head;
        _walletExpected.Clear();
        _bucketExpected.Clear();
        _batch = NewBatch();
        return taken;
    }

    /// <summary>Opens a wallet; issuance (class <see cref="WalletClass.Issuance"/>) is where money comes from.</summary>
    public TransferId Open(long wallet, WalletClass walletClass = WalletClass.I, string operatorId = Institution, string district = "310101")
    {
        _wallets[wallet] = new WalletRow { Id = wallet, Class = walletClass, State = WalletState.Normal, Operator = operatorId, District = district };
        return Append(EntryKind.WalletOpen, 0, default, BucketId.AvailableOf(wallet));
    }

    /// <summary>Moves <paramref name="amount"/> fen between available buckets.</summary>
    public TransferId Pay(long from, long to, long amount, EntryKind kind = EntryKind.Payment, TransferId? original = null) =>
        Move(BucketId.AvailableOf(from), BucketId.AvailableOf(to), amount, kind, original);

    /// <summary>Moves <paramref name="amount"/> fen between any two buckets.</summary>
    public TransferId Move(BucketId from, BucketId to, long amount, EntryKind kind = EntryKind.Payment, TransferId? original = null) =>
        Append(kind, amount, from, to, original: original);

    /// <summary>A remembered decline: nothing moves.</summary>
    public TransferId Decline(long from, long to, long amount, DeclineCode code) =>
        Append(EntryKind.Payment, amount, BucketId.AvailableOf(from), BucketId.AvailableOf(to), code);

    /// <summary>A transfer of several legs under one number.</summary>
    public TransferId PayInParts(IReadOnlyList<(BucketId From, BucketId To, long Amount)> legs)
    {
        var first = Append(EntryKind.Payment, legs[0].Amount, legs[0].From, legs[0].To);
        for (short leg = 1; leg < legs.Count; leg++) Write(first, $"leg-of-{first}", EntryKind.Payment, leg, legs[leg].Amount, legs[leg].From, legs[leg].To, DeclineCode.None, null);
        _batch.Numbers[^1] = _batch.Numbers[^1] with { Legs = (short)legs.Count };
        return first;
    }

    /// <summary>Sets money aside: available → held, and the hold's row.</summary>
    public HoldRow Hold(long wallet, long amount, long expiresAtMicros = 0)
    {
        var id = Move(BucketId.AvailableOf(wallet), BucketId.HeldOf(wallet), amount, EntryKind.Hold);
        var row = new HoldRow { Id = id, Wallet = wallet, Amount = amount, State = HoldState.Open, ExpiresAtMicros = expiresAtMicros, LimitDay = 20_000, LimitYear = 2026 };
        _batch.Holds.Add(new Change<HoldRow>(row, 0));
        return row;
    }

    /// <summary>Releases a hold as it stands in the database.</summary>
    public HoldRow Void(HoldRow hold)
    {
        Move(BucketId.HeldOf(hold.Wallet), BucketId.AvailableOf(hold.Wallet), hold.Amount, EntryKind.HoldVoid, hold.Id);
        hold.State = HoldState.Voided;
        _batch.Holds.Add(new Change<HoldRow>(hold, 1));
        return hold;
    }

    private TransferId Append(EntryKind kind, long amount, BucketId debit, BucketId credit, DeclineCode code = DeclineCode.None, TransferId? original = null)
    {
        var number = $"n-{Head.Seq + 1}-{_numbers++}";
        var id = TransferId.Of(Institution, NumberKind.Payment, number);
        _batch.Numbers.Add(new NumberRow(id, 4711 + Head.Seq, Head.Seq + 1, 1, kind, code));
        Write(id, number, kind, 0, amount, debit, credit, code, original);
        return id;
    }

    private void Write(TransferId id, string number, EntryKind kind, short leg, long amount, BucketId debit, BucketId credit, DeclineCode code, TransferId? original)
    {
        var seq = Head.Seq + 1;
        var moves = code == DeclineCode.None;
        var (debitVersion, debitBalance, debitPrev) = moves ? Touch(debit, -amount, seq) : default;
        var (creditVersion, creditBalance, creditPrev) = moves ? Touch(credit, amount, seq) : default;
        var entry = new Entry
        {
            Shard = Head.Shard, Seq = seq, Epoch = Head.Epoch, Transfer = id, Leg = leg, Institution = Institution, Number = number, Kind = kind,
            Original = original, Debit = debit, Credit = credit, Amount = amount,
            DebitVersion = debitVersion, DebitBalance = debitBalance, DebitPrevSeq = debitPrev,
            CreditVersion = creditVersion, CreditBalance = creditBalance, CreditPrevSeq = creditPrev,
            Code = code, AtMicros = AtMicros, BusinessDate = BusinessDate, Context = """{"scenario":"S01","remark":"早餐 ☕"}""",
        };
        _batch.Entries.Add(entry);
        var sameDay = Head.BusinessDate == BusinessDate;
        Head = Head with
        {
            Seq = seq, AtMicros = AtMicros, BusinessDate = BusinessDate, Chain = EntryHash.Next(Head.Chain, entry),
            DayCount = (sameDay ? Head.DayCount : 0) + 1, DaySum = (sameDay ? Head.DaySum : 0) + (moves ? amount : 0),
        };
        _batch.Head = Head;
    }

    private (long Version, long Balance, long PrevSeq) Touch(BucketId id, long delta, long seq)
    {
        if (id.Wallet == 0) return default;
        if (id.Number != BucketId.Available) return TouchBucket(id, delta, seq);
        var row = _wallets[id.Wallet];
        _walletExpected.TryAdd(row.Id, row.Version);
        var previous = row.LastSeq;
        row.Version++;
        row.Balance += delta;
        row.LastSeq = seq;
        _wallets[row.Id] = row;
        return (row.Version, row.Balance, previous);
    }

    private (long Version, long Balance, long PrevSeq) TouchBucket(BucketId id, long delta, long seq)
    {
        var row = _buckets.GetValueOrDefault(id, new BucketRow { Id = id });
        _bucketExpected.TryAdd(id, row.Version);
        var previous = row.LastSeq;
        row.Version++;
        row.Balance += delta;
        row.LastSeq = seq;
        _buckets[id] = row;
        return (row.Version, row.Balance, previous);
    }

    private CommitBatch NewBatch() => new() { Shard = Head.Shard, Epoch = Head.Epoch, PrevSeq = Head.Seq, Head = Head };
}
