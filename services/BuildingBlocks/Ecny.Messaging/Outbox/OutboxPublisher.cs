using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ecny.Messaging;

/// <summary>Publishes what the outbox holds, in order. Several at once, or one that dies after publishing, tell some facts twice; readers drop what they have.</summary>
public sealed class OutboxPublisher(OutboxReader outbox, IEventTransport transport, TimeProvider time, ILogger<OutboxPublisher> log) : BackgroundService
{
    private const int Most = 200;
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(50), FirstPause = TimeSpan.FromMilliseconds(100), LongestPause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Where nothing carries messages, readers pull.
        if (!transport.Carries) return;
        var pause = FirstPause;
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = Idle;
            try
            {
                foreach (var (topic, published) in await outbox.Waiting(stoppingToken))
                {
                    await Publish(topic, published, stoppingToken);
                    wait = TimeSpan.Zero;
                }
                pause = FirstPause;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (Failures.IsTransient(e))
            {
                if (pause == FirstPause) log.LogWarning("The outbox is not published: {Reason}; trying again", e.Message);
                wait = pause;
                pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, pause.Ticks * 2));
            }
            if (wait > TimeSpan.Zero) await Task.Delay(wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task Publish(string topic, long published, CancellationToken stop)
    {
        var facts = await outbox.Read(topic, published, Most, stop);
        await Task.WhenAll(facts.Select(fact => transport.Publish(topic, fact.Key, fact.Envelope, stop)));
        if (facts.Count > 0) await outbox.Published(topic, facts[^1].Seq, stop);
    }
}
