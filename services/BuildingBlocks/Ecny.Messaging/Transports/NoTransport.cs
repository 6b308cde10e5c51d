namespace Ecny.Messaging;

/// <summary>No broker at all: what is published goes nowhere, and everybody pulls.</summary>
public sealed class NoTransport : IEventTransport
{
    public bool Carries => false;

    public Task Publish(string topic, string key, byte[] envelope, CancellationToken stop) => Task.CompletedTask;

    public Task Broadcast(string topic, Action<ReadOnlyMemory<byte>> handle, CancellationToken stop) =>
        Task.Delay(Timeout.Infinite, stop).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
