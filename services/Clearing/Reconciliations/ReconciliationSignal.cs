using System.Threading.Channels;

namespace Ecny.Clearing.Reconciliations;

/// <summary>Tells the worker that there is something to do.</summary>
public sealed class ReconciliationSignal
{
    private readonly Channel<bool> set = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Set() => set.Writer.TryWrite(true);

    /// <summary>Ends when it is set, or after the time.</summary>
    public async Task Wait(TimeSpan most, TimeProvider time, CancellationToken stop)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await using var timer = time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), enough, most, Timeout.InfiniteTimeSpan);
        try
        {
            await set.Reader.ReadAsync(enough.Token);
        }
        catch (OperationCanceledException)
        {
            // Time is up, or the service stops: the caller looks which.
        }
    }
}
