using Ecny.Contracts.Ledger;
using Ecny.Messaging;
using Ecny.Risk.Engine.Entries;

namespace Ecny.Risk.Tests.Service;

/// <summary>A journal in memory, of which the test decides what is in it.</summary>
public sealed class MemoryJournal : IJournal
{
    private readonly Lock gate = new();
    private readonly List<LedgerEntryFact> entries = [];

    /// <summary>Entries beyond this are not there yet.</summary>
    public long Visible { get; set; } = long.MaxValue;

    /// <summary>Everything, visible or not.</summary>
    public long Written
    {
        get
        {
            lock (gate) return entries.Count;
        }
    }

    public long Head
    {
        get
        {
            lock (gate) return Math.Min(Visible, entries.Count);
        }
    }

    /// <summary>A transfer between persons; yuan, hours after the start of <see cref="History"/>.</summary>
    public LedgerEntryFact Transfer(long from, long to, decimal yuan, double hours, string walletClass = "I") =>
        Add(EntryKind.Transfer, from, to, (long)(yuan * 100), At(hours), walletClass, walletClass);

    public LedgerEntryFact DayEnd(double hours) => Add(EntryKind.DayEnd, 0, 0, 0, At(hours), null, null);

    public LedgerEntryFact Add(in RiskEntry entry) => Add(entry.Kind, entry.Debit, entry.Credit, entry.Amount, DateTimeOffset.UnixEpoch.AddTicks(entry.AtMicros * 10), "I", "I");

    public LedgerEntryFact Add(EntryKind kind, long from, long to, long amount, DateTimeOffset at, string? payerClass, string? payeeClass)
    {
        lock (gate)
        {
            var seq = entries.Count + 1;
            var entry = new LedgerEntryFact
            {
                Shard = 0, Seq = seq, Epoch = 1, Transfer = new TransferId(new Guid(seq, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)), Institution = "operator-a", Number = $"n-{seq}", Kind = kind,
                KindName = EntryKinds.Name(kind), Debit = new LedgerSide(from == 0 ? 0 : Wallet(from), 0, seq, 1_000_000, 0), Credit = new LedgerSide(to == 0 ? 0 : Wallet(to), 0, seq, 1_000_000, 0),
                Amount = amount, At = at, BusinessDate = DateOnly.FromDateTime(at.AddHours(8).UtcDateTime), Context = new LedgerContext { PayerClass = payerClass, PayeeClass = payeeClass },
            };
            entries.Add(entry);
            return entry;
        }
    }

    /// <summary>The wallet behind a small number of a test.</summary>
    public static long Wallet(long serial) => WalletNumber.Compose(101, 100 + serial);

    public static string WalletId(long serial) => WalletNumber.Text(Wallet(serial));

    public static DateTimeOffset At(double hours) => History.Start.AddTicks((long)(hours * TimeSpan.TicksPerHour));

    public Task<IReadOnlyList<JournalHead>> Heads(CancellationToken stop) => Task.FromResult<IReadOnlyList<JournalHead>>([new JournalHead(0, 1, Head)]);

    public Task<IReadOnlyList<LedgerEntryFact>> Read(int shard, long after, int limit, CancellationToken stop)
    {
        lock (gate)
        {
            var last = Math.Min(Visible, entries.Count);
            return Task.FromResult<IReadOnlyList<LedgerEntryFact>>(entries.GetRange((int)Math.Min(after, last), (int)Math.Clamp(last - after, 0, limit)));
        }
    }
}
