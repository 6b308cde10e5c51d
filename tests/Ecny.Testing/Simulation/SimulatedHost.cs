using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Ledger.Pump;
using Ecny.Ledger.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecny.Testing.Simulation;

/// <summary>A process with a pump, its own clock and its own way to the database. It can die at any moment.</summary>
internal sealed class SimulatedHost : IPumpObserver
{
    private readonly SimulatedLedgerStore _store;
    private readonly SimulationCounts _counts;
    private readonly History _history;

    public SimulatedHost(string name, VirtualTime time, Random random, SimulatedDatabase database, TimeProvider databaseClock, SimulatedFaults faults, SimulationOptions options, SimulationCounts counts, History history)
    {
        Name = name;
        (_counts, _history) = (counts, history);
        Clock = new HostClock(time) { Offset = TimeSpan.FromMilliseconds(random.Next(-700, 700)) };
        _store = new SimulatedLedgerStore(database, databaseClock, faults) { SkipsFence = options.StoreSkipsFence, TakesUnknownForDone = options.StoreTakesUnknownForDone };
        var batch = random.Next(1, 40);
        var pump = new PumpOptions
        {
            Shard = 0, Owner = name, Reactivate = true, MaxBatch = batch, MaxBulk = Math.Max(1, batch * 3 / 10), BulkShare = 1, QueueCapacity = random.Next(6, 200),
            MinimumTenure = TimeSpan.FromMilliseconds(random.Next(500, 3_000)), BackOff = TimeSpan.FromMilliseconds(100), BackOffLimit = TimeSpan.FromSeconds(2),
            FindDeadline = TimeSpan.FromSeconds(2), Caution = TimeSpan.FromMilliseconds(random.Next(0, 3_000)), Time = Clock, Random = new Random(random.Next()), Scheduler = TaskScheduler.FromCurrentSynchronizationContext(),
        };
        // Little memory, so that rows are evicted and read again all the time.
        var memory = new LedgerStateOptions { MaxWallets = random.Next(2, 30), GenerationSize = random.Next(1, 30), RecentSize = random.Next(1, 30) };
        Pump = new LedgerPump(_store, new LedgerCore(Policy.Shipped), memory, pump, this, NullLogger<LedgerPump>.Instance);
        Started = Pump.Start();
    }

    public string Name { get; }
    public HostClock Clock { get; }
    public LedgerPump Pump { get; }
    public Task Started { get; }
    public bool Dead { get; private set; }

    /// <summary>Everything this host was doing stops here; what it sent may still arrive.</summary>
    public void Kill()
    {
        Dead = true;
        Clock.Dead = true;
        _store.Dead = true;
    }

    void IPumpObserver.Activated(ShardHead head) => _counts.Activations++;
    void IPumpObserver.OwnershipLost(long epoch) => _counts.Lost++;
    void IPumpObserver.CommitUnknown(long epoch, string? detail) => _counts.Unknown++;
    void IPumpObserver.BarrierPassed(ShardHead head, int attempts) => _counts.Barriers++;
    void IPumpObserver.Refusing(string reason) => _counts.Refusing++;
    void IPumpObserver.TakenBack(int commands) => _counts.TakenBack++;
    void IPumpObserver.Mismatch(CommitBatch batch, string? detail)
    {
        _counts.Mismatches++;
        _history.Violations.Add($"the batch after {batch.PrevSeq} does not match ({detail}): two owners wrote, or memory was stale");
    }
    void IPumpObserver.Quarantined(LedgerCommand command, string reason)
    {
        _counts.Quarantined++;
        _history.Violations.Add($"{command.GetType().Name} {command.Id} is quarantined: {string.Join(" ", reason.Split('\n').Take(2))}");
    }
}
