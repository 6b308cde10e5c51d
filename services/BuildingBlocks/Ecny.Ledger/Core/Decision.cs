using Ecny.Contracts.Ledger;

namespace Ecny.Ledger.Core;

/// <summary>
/// One command being decided: the rows it may see, and the only ways to change them. Whatever a rule moves through <see cref="Move"/> keeps
/// versions, balances, the chain of entries and the day's totals right.
/// </summary>
internal sealed class Decision(Policy policy)
{
    private int _firstEntry;
    private int _calendarDay = int.MinValue;

    public LedgerState State { get; private set; } = null!;
    public LedgerCommand Command { get; private set; } = null!;
    public long Now { get; private set; }
    /// <summary>Linked group the command belongs to.</summary>
    public TransferId? Group { get; set; }
    public int CalendarDay { get; private set; }
    public short CalendarYear { get; private set; }
    public PolicyVersion Policy { get; private set; } = null!;

    public void Start(LedgerState state, LedgerCommand command, long nowMicros)
    {
        (State, Command, Now) = (state, command, nowMicros);
        _firstEntry = state.Entries.Count;
        var day = Core.Policy.CalendarDay(nowMicros);
        if (day == _calendarDay) return;
        var date = Core.Policy.DateOf(day);
        (_calendarDay, CalendarDay, CalendarYear, Policy) = (day, day, (short)date.Year, policy.At(date));
    }

    /// <summary>Slot of a wallet that was collected; -1 when it does not exist.</summary>
    public int Find(long wallet) => State.Wallets.TryFind(wallet, out var slot) ? slot : -1;

    public ref WalletRow Wallet(int slot) => ref State.Wallets.Row(slot);

    /// <summary>Available fen, or fen in another bucket (0 when it does not exist).</summary>
    public long BalanceOf(BucketId bucket) => bucket.Number == BucketId.Available
        ? State.Wallets.Row(Find(bucket.Wallet)).Balance
        : State.Buckets.Find(bucket)!.Row.Balance;

    /// <summary>Books one leg: <paramref name="amount"/> fen from one bucket to another (a default bucket: none; amount 0 books a fact about a wallet).</summary>
    public void Move(EntryKind kind, BucketId debit, BucketId credit, long amount, TransferId? original = null)
    {
        if (amount < 0) throw new LedgerInvariantException($"{Command.Id} would move {amount} fen, against its direction.");
        var seq = State.NextSeq();
        var (debitVersion, debitBalance, debitPrev) = Book(debit, -amount, seq);
        var (creditVersion, creditBalance, creditPrev) = Book(credit, amount, seq);
        State.DaySum = checked(State.DaySum + amount);
        Append(new Entry
        {
            Shard = State.Shard, Seq = seq, Epoch = State.Epoch, Transfer = Command.Id, Leg = NextLeg(), Institution = Command.Institution,
            Number = Command.Number, Kind = kind, Group = Group, Original = original, Debit = debit, Credit = credit, Amount = amount,
            DebitVersion = debitVersion, DebitBalance = debitBalance, DebitPrevSeq = debitPrev,
            CreditVersion = creditVersion, CreditBalance = creditBalance, CreditPrevSeq = creditPrev,
            AtMicros = Now, BusinessDate = State.BusinessDate, TraceParent = Command.TraceParent,
            Context = Context(debit.Wallet, credit.Wallet),
        });
    }

    /// <summary>Books that something was decided without touching a bucket.</summary>
    public void Note(EntryKind kind, long debitWallet = 0, long creditWallet = 0, TransferId? original = null) =>
        NoteFor(Command.Id, Command.Number, new DeclinedAttempt(kind, 0, debitWallet, creditWallet, original), DeclineCode.None);

    /// <summary>All of the command is booked: remember its number, claim its once-keys, answer.</summary>
    public LedgerOutcome Settle()
    {
        foreach (var key in Command.Once)
        {
            var once = State.OnceOrNew(key);
            State.Touch(once);
            (once.Row, once.Present) = (new OnceRow(key, Command.Id, Closed: false), true);
        }
        return Remember(Command.Id, Command.Fingerprint);
    }

    /// <summary>
    /// Books a remembered decline: nothing moved, and the same number gets the same answer for ever. Not while a once-key of the command is only taken for
    /// free: that it was claimed before would be another decline, and a decline claims nothing that the commit could check.
    /// </summary>
    public LedgerOutcome Decline(DeclineCode code, DeclinedAttempt attempt)
    {
        foreach (var key in Command.Once)
            if (State.OnceOf(key) is null) return Refuse(Refusal.NotAllowed);
        NoteFor(Command.Id, Command.Number, attempt, code);
        return Remember(Command.Id, Command.Fingerprint);
    }

    /// <summary>Refused: names something that does not exist. Nothing is booked, nothing remembered.</summary>
    public LedgerOutcome Refuse(Refusal refusal) => new() { Id = Command.Id, Status = OutcomeStatus.Refused, Refusal = refusal, Shard = State.Shard };

    /// <summary>Writes a decline under another id that was never seen, for whatever content it may come with (fingerprint 0).</summary>
    public void DeclineForAnyContent(TransferId id, string number, DeclinedAttempt attempt, DeclineCode code)
    {
        NoteFor(id, number, attempt, code);
        Remember(id, fingerprint: 0);
    }

    private void NoteFor(TransferId id, string number, DeclinedAttempt attempt, DeclineCode code) => Append(new Entry
    {
        Shard = State.Shard, Seq = State.NextSeq(), Epoch = State.Epoch, Transfer = id, Leg = NextLeg(), Institution = Command.Institution, Number = number,
        Kind = attempt.Kind, Group = Group, Original = attempt.Original, Debit = Named(attempt.DebitWallet), Credit = Named(attempt.CreditWallet),
        Amount = attempt.Amount, Code = code, AtMicros = Now, BusinessDate = State.BusinessDate, TraceParent = Command.TraceParent,
        Context = Context(attempt.DebitWallet, attempt.CreditWallet),
    });

    private static BucketId Named(long wallet) => wallet == 0 ? default : BucketId.AvailableOf(wallet);

    private short NextLeg() => (short)(State.Entries.Count - _firstEntry);

    private void Append(Entry entry)
    {
        State.Entries.Add(entry);
        State.DayCount++;
    }

    private LedgerOutcome Remember(TransferId id, long fingerprint)
    {
        var entries = new Entry[State.Entries.Count - _firstEntry];
        State.Entries.CopyTo(_firstEntry, entries, 0, entries.Length);
        _firstEntry = State.Entries.Count;
        var first = entries[0];
        var record = State.NumberOrNew(id);
        State.Touch(record);
        record.Row = new NumberRow(id, fingerprint, first.Seq, (short)entries.Length, first.Kind, first.Code);
        record.Present = true;
        record.Entries = entries;
        State.NewNumbers.Add(record.Row);
        return Outcomes.Of(State, entries, replayed: false);
    }

    private (long Version, long Balance, long PrevSeq) Book(BucketId bucket, long delta, long seq)
    {
        if (bucket.Wallet == 0) return default;
        if (bucket.Number == BucketId.Available)
        {
            ref var wallet = ref State.Touch(Find(bucket.Wallet));
            var prev = wallet.LastSeq;
            wallet.Balance = checked(wallet.Balance + delta);
            wallet.LastSeq = seq;
            wallet.Version++;
            if (wallet.Balance < 0 && delta < 0 && wallet.Class != WalletClass.Issuance) throw new LedgerInvariantException($"Wallet {wallet.Id} would hold {wallet.Balance} fen.");
            return (wallet.Version, wallet.Balance, prev);
        }
        var row = State.Buckets.Find(bucket)!;
        State.Touch(row);
        var before = row.Row.LastSeq;
        row.Present = true;
        row.Row.Balance = checked(row.Row.Balance + delta);
        row.Row.LastSeq = seq;
        row.Row.Version++;
        if (row.Row.Balance < 0) throw new LedgerInvariantException($"Bucket {bucket.Number} of wallet {bucket.Wallet} would hold {row.Row.Balance} fen.");
        return (row.Row.Version, row.Row.Balance, before);
    }

    private string Context(long debitWallet, long creditWallet)
    {
        var debit = debitWallet == 0 ? -1 : Find(debitWallet);
        var credit = creditWallet == 0 ? -1 : Find(creditWallet);
        return JournalContext.Compose(debit < 0 ? default : State.Wallets.Row(debit), credit < 0 ? default : State.Wallets.Row(credit), Command.Context);
    }
}
