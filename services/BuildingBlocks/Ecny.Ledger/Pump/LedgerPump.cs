using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Ledger.Store;
using Microsoft.Extensions.Logging;

namespace Ecny.Ledger.Pump;

/// <summary>
/// One shard, served: commands in, durable answers out. Many callers, one loop. Several pumps may believe that they own a shard;
/// the store lets only one of them commit.
/// </summary>
public sealed class LedgerPump : IAsyncDisposable
{
    private readonly PumpOptions _options;
    private readonly IPumpObserver _observer;
    private readonly CommandQueue _queue;
    private readonly PumpLoop _loop;
    private readonly PumpReads _reads;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _abort = new();
    private Task? _running;

    public LedgerPump(ILedgerStore store, LedgerCore core, LedgerStateOptions stateOptions, PumpOptions options, IPumpObserver observer, ILogger<LedgerPump> log)
    {
        (_options, _observer) = (options, observer);
        _queue = new CommandQueue(options.QueueCapacity);
        var quarantined = new Quarantine();
        _loop = new PumpLoop(store, core, stateOptions, options, _queue, quarantined, observer, log, _abort.Token);
        _reads = new PumpReads(store, _queue, quarantined, () => _loop.Epoch, options);
    }

    /// <summary>Commands waiting, being decided and in flight.</summary>
    public int Queued => _queue.Count;

    /// <summary>Whether the shard is owned here and commands are accepted.</summary>
    public bool Serving => _queue.Closed is null;

    /// <summary>Why commands are refused at the moment, or null.</summary>
    public string? Refusing => _queue.Closed;

    /// <summary>Ends when the pump stopped, lost the shard for good, or failed.</summary>
    public Task Completion => _running ?? Task.CompletedTask;

    /// <summary>Starts the loop; the task ends when the shard is owned, and fails when the pump ends before.</summary>
    public Task Start()
    {
        _running = Task.Factory.StartNew(() => _loop.Run(_ready), CancellationToken.None, TaskCreationOptions.DenyChildAttach, _options.Scheduler).Unwrap();
        return _ready.Task;
    }

    /// <summary>
    /// Decides commands; the answers come together, when all of them are durable. A full queue answers <see cref="OutcomeStatus.Overloaded"/> at once, with nothing done
    /// (a call larger than <see cref="PumpOptions.QueueCapacity"/> always).
    /// </summary>
    /// <exception cref="ShardUnavailableException">The shard cannot be served now; the fate of the commands is open and is found by repeating them.</exception>
    public Task<LedgerOutcome[]> Submit(LedgerCommand[] commands)
    {
        if (commands.Length == 0) return Task.FromResult<LedgerOutcome[]>([]);
        var submission = new Submission(commands);
        if (!_queue.TryAdd(submission))
        {
            _observer.Overloaded(commands.Length);
            return Task.FromResult(Array.ConvertAll(commands, command => new LedgerOutcome { Id = command.Id, Status = OutcomeStatus.Overloaded, Shard = _options.Shard }));
        }
        _loop.Arrived();
        return submission.Answer;
    }

    /// <inheritdoc cref="ILedgerShard.Find"/>
    public Task<LedgerRecord?> Find(TransferId id) => _reads.Find(id);

    /// <inheritdoc cref="ILedgerShard.FindOnce"/>
    public Task<OnceClaim?> FindOnce(OnceKey key) => _reads.FindOnce(key);

    /// <inheritdoc cref="ILedgerShard.Wallet"/>
    public Task<WalletSnapshot?> Wallet(long wallet) => _reads.Wallet(wallet);

    /// <summary>Refuses what is new, finishes what is inside, then returns. Cancelled: leaves at once, what is inside fails with <see cref="ShardUnavailableException"/>.</summary>
    public async Task Stop(CancellationToken hurry)
    {
        _queue.End("the shard is moving to another host");
        _loop.Stop();
        if (_running is null) return;
        await using var abort = hurry.Register(Abort);
        await _running;
    }

    /// <summary>Leaves at once. Use <see cref="Stop"/> first to finish what is inside.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.End("the shard is not served here any more");
        Abort();
        // A failure of the loop is on Completion; leaving is not the place to hear of it.
        if (_running is not null) await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _abort.Dispose();
    }

    private void Abort()
    {
        _abort.Cancel();
        _loop.Stop();
    }
}
