using System.Threading.Channels;
using Ecny.Contracts.Errors;

namespace Ecny.Wallets.Hosting;

/// <summary>
/// Writes of concurrent requests that share one commit: everything that waits travels in the next statement, a lone item goes at once. One writer, so
/// the database sees one transaction at a time whatever the number of requests.
/// </summary>
public sealed class GroupCommit<TItem, TResult> : IAsyncDisposable
{
    private readonly Func<IReadOnlyList<TItem>, Task<TResult[]>> write;
    private readonly int largest;
    private readonly Channel<Waiting> waiting;
    private readonly Task writer;

    /// <param name="largest">Most items in one statement.</param>
    /// <param name="capacity">Items that may wait; above it they are refused.</param>
    /// <param name="write">Writes a group; one result for each item, in order. When it throws, every item of the group fails with that.</param>
    public GroupCommit(int largest, int capacity, Func<IReadOnlyList<TItem>, Task<TResult[]>> write)
    {
        this.write = write;
        this.largest = largest;
        waiting = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(capacity) { SingleReader = true });
        writer = Task.Run(Run);
    }

    /// <exception cref="ApiException">OVERLOADED: too many wait; nothing was done.</exception>
    public Task<TResult> Write(TItem item)
    {
        var entry = new Waiting(item);
        if (!waiting.Writer.TryWrite(entry)) throw new ApiException(ApiCode.OVERLOADED);
        return entry.Task;
    }

    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        await writer;
    }

    private async Task Run()
    {
        var group = new List<Waiting>();
        while (await waiting.Reader.WaitToReadAsync())
        {
            group.Clear();
            while (group.Count < largest && waiting.Reader.TryRead(out var next)) group.Add(next);
            try
            {
                var results = await write(group.ConvertAll(static w => w.Item));
                for (var i = 0; i < group.Count; i++) group[i].TrySetResult(results[i]);
            }
            catch (Exception e)
            {
                foreach (var item in group) item.TrySetException(e);
            }
        }
    }

    private sealed class Waiting(TItem item) : TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public TItem Item { get; } = item;
    }
}
