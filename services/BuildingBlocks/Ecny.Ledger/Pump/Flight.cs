using System.Diagnostics;
using Ecny.Ledger.Core;
using Ecny.Ledger.Store;

namespace Ecny.Ledger.Pump;

/// <summary>
/// The one commit under way: its commands, answered when it is durable. A batch without entries (only repetitions and refusals) writes nothing,
/// but its answers too are given only after the head has shown that the shard was still ours.
/// </summary>
internal sealed class Flight
{
    private readonly StoreCall<CommitAnswer> _call;
    private readonly Activity? _span;
    private readonly long _started;
    private readonly PumpOptions _options;

    public Flight(ILedgerStore store, PumpOptions options, AsyncSignal wake, LedgerState state, long epoch, List<Pending> commands, ClockGuard.Asked sent)
    {
        (_options, Commands, Sent, _started) = (options, commands, sent, options.Time.GetTimestamp());
        Batch = state.HasDecisions ? state.Seal() : null;
        var outer = Activity.Current;
        _span = PumpTracing.StartCommit(options.Shard, commands);
        _call = StoreCall<CommitAnswer>.Start(Batch is { } batch ? () => store.Commit(batch) : () => Confirm(store, options, epoch), wake);
        Activity.Current = outer;
    }

    public CommitBatch? Batch { get; }
    public List<Pending> Commands { get; }
    public ClockGuard.Asked Sent { get; }
    public bool Done => _call.Done;
    public TimeSpan Elapsed => _options.Time.GetElapsedTime(_started);

    /// <summary>What is known once it is <see cref="Done"/>. A failure says nothing about what was written.</summary>
    public CommitAnswer Land()
    {
        var answer = _call.Error is { } error ? new CommitAnswer(CommitResult.Unknown, 0, error.Message) : _call.Result;
        _span?.SetTag("ecny.entries", Batch?.Entries.Count ?? 0).SetTag("ecny.result", answer.Result.ToString());
        _span?.Stop();
        return answer;
    }

    private static async Task<CommitAnswer> Confirm(ILedgerStore store, PumpOptions options, long epoch)
    {
        var head = await store.Head(options.Shard, CancellationToken.None);
        var ours = head is not null && head.Epoch == epoch && head.Owner == options.Owner;
        return new CommitAnswer(ours ? CommitResult.Committed : CommitResult.Fenced, 0, null);
    }
}
