namespace Ecny.Messaging.Tests;

/// <summary>A broker that a test may kill.</summary>
public abstract class Broker : IAsyncDisposable
{
    /// <summary>A client of this broker; each process would have one.</summary>
    public abstract Task<IEventTransport> Connect();

    public abstract Task Kill();

    public abstract Task Restart();

    public abstract ValueTask DisposeAsync();
}
