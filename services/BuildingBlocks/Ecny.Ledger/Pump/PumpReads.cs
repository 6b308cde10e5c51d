using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Ledger.Store;

namespace Ecny.Ledger.Pump;

/// <summary>Questions about what is committed. Anything about an attempt, "not found" above all, is said only while the shard is certainly ours (architecture §2.5).</summary>
internal sealed class PumpReads(ILedgerStore store, CommandQueue queue, Quarantine quarantined, Func<long?> epochOf, PumpOptions options)
{
    public async Task<LedgerRecord?> Find(TransferId id)
    {
        if (quarantined.Find(id) is { } kept) return Undecided(kept);
        var left = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (queue.Find(id, left) is { } inside)
        {
            await using var deadline = options.Time.CreateTimer(static waiting => ((TaskCompletionSource<bool>)waiting!).TrySetResult(false), left, options.FindDeadline, Timeout.InfiniteTimeSpan);
            if (!await left.Task) return Undecided(inside);
        }
        var epoch = Own();
        var keys = new KeySet();
        keys.Numbers.Add(id);
        keys.Transfers.Add(id);
        var rows = await store.Load(options.Shard, keys, CancellationToken.None);
        var record = rows.Entries.Count > 0 ? await Remembered(rows.Entries) : null;
        await ConfirmOwned(epoch);
        return record;
    }

    public async Task<OnceClaim?> FindOnce(OnceKey key)
    {
        var epoch = Own();
        var keys = new KeySet();
        keys.Once.Add(key);
        var rows = await store.Load(options.Shard, keys, CancellationToken.None);
        await ConfirmOwned(epoch);
        return rows.Once.Count > 0 ? new OnceClaim(rows.Once[0].ClaimedBy, rows.Once[0].Closed) : null;
    }

    /// <summary>Committed state of the primary: answers are given after the commit, so every answered command is in it, whoever owns the shard.</summary>
    public Task<WalletSnapshot?> Wallet(long wallet) => store.ReadWallet(options.Shard, wallet, CancellationToken.None);

    private async Task<LedgerRecord> Remembered(List<Entry> entries)
    {
        var refunded = 0L;
        if (Outcomes.RefundsOf(entries[0]) is { } payment)
        {
            var keys = new KeySet();
            keys.Refunds.Add(payment);
            var rows = await store.Load(options.Shard, keys, CancellationToken.None);
            if (rows.Refunds.Count > 0) refunded = rows.Refunds[0].Refunded;
        }
        var first = entries[0];
        return new LedgerRecord
        {
            Outcome = Outcomes.Of(entries, refunded, replayed: true), Institution = first.Institution, Number = first.Number,
            DebitWallet = first.Debit.Wallet, CreditWallet = first.Credit.Wallet, Context = first.Context,
        };
    }

    private LedgerRecord Undecided(LedgerCommand command) => new()
    {
        Outcome = new LedgerOutcome { Id = command.Id, Status = OutcomeStatus.Processing, Shard = options.Shard },
        Institution = command.Institution, Number = command.Number, Context = command.Context,
    };

    private long Own() => epochOf() ?? throw new ShardUnavailableException("the shard is not served here");

    /// <summary>
    /// Also for what was found: another owner's commit may be readable before its standby has it, and only its barrier can tell whether it lasts.
    /// </summary>
    private async Task ConfirmOwned(long epoch)
    {
        var head = await store.Head(options.Shard, CancellationToken.None);
        if (epochOf() != epoch || head?.Epoch != epoch || head.Owner != options.Owner) throw new ShardUnavailableException("the shard has another owner");
    }
}
