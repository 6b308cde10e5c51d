using System.Collections.Concurrent;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Ledger.Postgres;
using Ecny.Ledger.Pump;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecny.Acquiring.Tests.Hosting;

/// <summary>The real ledger (core, pump, PostgreSQL) in this process, in place of the silo that hosts it. Its answers can be kept back.</summary>
public sealed class LedgerInProcess : ILedgerShard, IAsyncDisposable
{
    private readonly PostgresLedgerStore store;
    private readonly LedgerPump pump;

    private LedgerInProcess(string database)
    {
        store = new PostgresLedgerStore(new PostgresLedgerOptions { ConnectionString = database });
        var options = new PumpOptions { Shard = ShardMap.OnlyShard, Owner = $"acquiring-tests-{Guid.NewGuid():N}" };
        pump = new LedgerPump(store, new LedgerCore(Policy.Shipped), new LedgerStateOptions(), options, new Quiet(), NullLogger<LedgerPump>.Instance);
    }

    private readonly ConcurrentDictionary<Loss, bool> losses = new();

    /// <summary>Until disposed, these commands get lost on the way there (never decided), or their answers on the way back (decided).</summary>
    public IDisposable Lose(Func<LedgerCommand, bool>? requests, Func<LedgerCommand, bool>? answers)
    {
        var loss = new Loss(this, requests ?? (_ => false), answers ?? (_ => false));
        losses[loss] = true;
        return loss;
    }

    public static async Task<LedgerInProcess> Start(string database)
    {
        LedgerMigrations.Run(database);
        var ledger = new LedgerInProcess(database);
        await ledger.pump.Start();
        return ledger;
    }

    public async Task<LedgerOutcome[]> Submit(LedgerCommand[] commands)
    {
        // A call may carry other tests' commands: what is lost is one's own only.
        var arrived = commands.Where(command => !losses.Keys.Any(loss => loss.Requests(command))).ToArray();
        var deaf = commands.Any(command => losses.Keys.Any(loss => loss.Answers(command)));
        var outcomes = await pump.Submit(arrived);
        return deaf || arrived.Length < commands.Length ? await Never() : outcomes;
    }

    /// <summary>Straight to the ledger, for preparing a test.</summary>
    public async Task<LedgerOutcome> Decide(LedgerCommand command) => (await pump.Submit([command]))[0];

    public Task<LedgerRecord?> Find(TransferId id) => pump.Find(id);

    public Task<OnceClaim?> FindOnce(OnceKey key) => pump.FindOnce(key);

    /// <summary>What is committed, for those who follow the journal.</summary>
    public PostgresLedgerStore Store => store;

    public Task<WalletSnapshot?> Wallet(long wallet) => pump.Wallet(wallet);

    public async ValueTask DisposeAsync()
    {
        await pump.DisposeAsync();
        await store.DisposeAsync();
    }

    private static Task<LedgerOutcome[]> Never() => new TaskCompletionSource<LedgerOutcome[]>().Task;

    private sealed class Loss(LedgerInProcess ledger, Func<LedgerCommand, bool> requests, Func<LedgerCommand, bool> answers) : IDisposable
    {
        public Func<LedgerCommand, bool> Requests { get; } = requests;
        public Func<LedgerCommand, bool> Answers { get; } = answers;

        public void Dispose() => ledger.losses.TryRemove(this, out _);
    }

    private sealed class Quiet : IPumpObserver;
}
