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

    /// <summary>Which commands get lost on the way there: never decided, never answered.</summary>
    public Func<LedgerCommand, bool> LosesRequest { get; set; } = _ => false;

    /// <summary>Which answers get lost on the way back: decided, never answered.</summary>
    public Func<LedgerCommand, bool> LosesAnswer { get; set; } = _ => false;

    /// <summary>True: the silo is gone, every question fails.</summary>
    public bool Away { get; set; }

    public static async Task<LedgerInProcess> Start(string database)
    {
        LedgerMigrations.Run(database);
        var ledger = new LedgerInProcess(database);
        await ledger.pump.Start();
        return ledger;
    }

    public async Task<LedgerOutcome[]> Submit(LedgerCommand[] commands)
    {
        if (Away) throw new ShardUnavailableException("away");
        if (commands.Any(LosesRequest)) return await Never();
        var outcomes = await pump.Submit(commands);
        return commands.Any(LosesAnswer) ? await Never() : outcomes;
    }

    /// <summary>Straight to the ledger, for preparing a test.</summary>
    public async Task<LedgerOutcome> Decide(LedgerCommand command) => (await pump.Submit([command]))[0];

    public Task<LedgerRecord?> Find(TransferId id) => Away ? throw new ShardUnavailableException("away") : pump.Find(id);

    public Task<OnceClaim?> FindOnce(OnceKey key) => Away ? throw new ShardUnavailableException("away") : pump.FindOnce(key);

    public Task<WalletSnapshot?> Wallet(long wallet) => Away ? throw new ShardUnavailableException("away") : pump.Wallet(wallet);

    public async ValueTask DisposeAsync()
    {
        await pump.DisposeAsync();
        await store.DisposeAsync();
    }

    private static Task<LedgerOutcome[]> Never() => new TaskCompletionSource<LedgerOutcome[]>().Task;

    private sealed class Quiet : IPumpObserver;
}
