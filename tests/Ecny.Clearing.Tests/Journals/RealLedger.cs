using Ecny.Clearing.Comparisons;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Ledger.Postgres;
using Ecny.Ledger.Store;
using Ecny.Messaging;
using Ecny.Testing.Simulation;
using Ecny.Wallets.Journal;
using Npgsql;
using JournalSum = Ecny.Clearing.Comparisons.JournalSum;

namespace Ecny.Clearing.Tests.Journals;

/// <summary>The real ledger (core and PostgreSQL) fed with commands of every kind, its days as long as the test says; its journal as Wallets serves it.</summary>
public sealed class RealLedger : IJournal, IJournalSums, IAsyncDisposable
{
    private readonly LedgerCore core = new(Policy.Shipped);
    private readonly LedgerState state = new(new LedgerStateOptions());
    private readonly PostgresLedgerStore store;
    private readonly NpgsqlDataSource database;
    private readonly CommandMaker maker;
    private readonly Random random;
    private long now;

    private RealLedger(string database, Random random, ShardHead head, PostgresLedgerStore store)
    {
        this.store = store;
        this.database = NpgsqlDataSource.Create(database);
        this.random = random;
        // A ledger begins on the business date of its database.
        var start = new DateTimeOffset(head.BusinessDate, new TimeOnly(9, 0), TimeSpan.FromHours(8));
        now = (start.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;
        maker = new CommandMaker(new VirtualTime(random, start), random);
        state.Reset(head);
    }

    public static async Task<RealLedger> Start(string database, Random random)
    {
        LedgerMigrations.Run(database);
        var store = new PostgresLedgerStore(new PostgresLedgerOptions { ConnectionString = database });
        var head = (await store.Activate(ShardMap.OnlyShard, "test", TimeSpan.Zero, CancellationToken.None))!;
        var ledger = new RealLedger(database, random, head, store);
        await ledger.Decide([.. ledger.maker.City()]);
        return ledger;
    }

    /// <summary>Decides and commits so many more, in batches, over some days.</summary>
    public async Task Live(int commands, int days)
    {
        for (var left = commands; left > 0;)
        {
            var batch = Math.Min(left, random.Next(1, 50));
            await Decide([.. Enumerable.Range(0, batch).Select(_ => maker.Make())]);
            now += days * 24L * 3600 * 1_000_000 / commands * batch;
            left -= batch;
        }
    }

    public async Task<IReadOnlyList<JournalHead>> Heads(CancellationToken stop) =>
        await store.Head(ShardMap.OnlyShard, stop) is { } head ? [new JournalHead(head.Shard, head.Epoch, head.Seq)] : [];

    public async Task<IReadOnlyList<LedgerEntryFact>> Read(int shard, long after, int limit, CancellationToken stop) => MemoryJournal.Facts(await store.ReadJournal(shard, after, limit, stop));

    async Task<Comparisons.JournalSums> IJournalSums.Read(int shard, long after, long to, CancellationToken stop)
    {
        var sums = await Wallets.Journal.JournalSums.Of(database, shard, after, to, stop);
        return new Comparisons.JournalSums(sums.To, [.. sums.Items.Select(sum =>
            new JournalSum(sum.BusinessDate, sum.Institution, EntryKinds.TryParse(sum.Kind, out var kind) ? kind : default, sum.Settled, sum.Transfers, sum.Entries, sum.Amount))]);
    }

    private async Task Decide(IReadOnlyList<LedgerCommand> commands)
    {
        foreach (var command in commands)
            for (var missing = new KeySet(); core.Decide(state, command with { NotAfterMicros = long.MaxValue }, now, missing) is null; missing.Clear())
                state.Absorb(missing, await store.Load(ShardMap.OnlyShard, missing, CancellationToken.None));
        if (!state.HasDecisions) return;
        var batch = state.Seal();
        var answer = await store.Commit(batch);
        Assert.True(answer.Result == CommitResult.Committed, answer.ToString());
        state.Committed(batch);
    }

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        await database.DisposeAsync();
    }
}
