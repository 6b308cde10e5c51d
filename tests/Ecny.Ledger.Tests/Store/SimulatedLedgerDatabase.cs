using Ecny.Ledger.Store;
using Ecny.Testing.Simulation;
using Microsoft.Extensions.Time.Testing;

namespace Ecny.Ledger.Tests.Store;

/// <summary>The simulation's database, without faults.</summary>
internal sealed class SimulatedLedgerDatabase : ILedgerDatabase
{
    private readonly SimulatedDatabase _database = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 5, 4, 0, 0, TimeSpan.Zero));

    public ILedgerStore Open() => new SimulatedLedgerStore(_database, _clock, faults: null);

    public Task<IAsyncDisposable> Block(int shard)
    {
        _database.Lock();
        return Task.FromResult<IAsyncDisposable>(new Blocked(_database));
    }

    public Task SomebodyWaits() => Task.CompletedTask;

    public Task Pass(TimeSpan span)
    {
        _clock.Advance(span);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Blocked(SimulatedDatabase database) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            database.Unlock();
            return ValueTask.CompletedTask;
        }
    }
}
