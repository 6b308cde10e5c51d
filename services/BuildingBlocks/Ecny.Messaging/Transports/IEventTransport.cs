namespace Ecny.Messaging;

/// <summary>
/// Carries events between services. It may duplicate, delay and lose: consumers keep their own cursor and pull what is missing. Implementations: none (pull only),
/// Kafka (which the embedded broker speaks too) and a sidecar.
/// </summary>
public interface IEventTransport
{
    /// <summary>False: nobody is told anything, and consumers live from pulling alone.</summary>
    bool Carries { get; }

    /// <summary>Ends when the broker has the message durably.</summary>
    /// <param name="key">Messages with one key arrive in the order in which they were published.</param>
    /// <exception cref="TransportException">Not known to have arrived: publish again.</exception>
    Task Publish(string topic, string key, byte[] envelope, CancellationToken stop);

    /// <summary>
    /// Gives this instance every message of a topic from now on, whoever else reads it, until <paramref name="stop"/>. What was before, and what is lost while the
    /// broker is away, the consumer pulls; so nothing is remembered at the broker. <paramref name="handle"/> is called one message after the other and must be quick.
    /// </summary>
    Task Broadcast(string topic, Action<ReadOnlyMemory<byte>> handle, CancellationToken stop);
}

/// <summary>The broker, or the way to it, is away.</summary>
#pragma warning disable CA1032 // Without a cause it would say nothing.
public sealed class TransportException(string message, Exception? inner = null) : Exception(message, inner);
#pragma warning restore CA1032
