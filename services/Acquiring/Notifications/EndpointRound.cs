using System.Diagnostics;
using Microsoft.Extensions.Options;

namespace Ecny.Acquiring.Notifications;

/// <summary>
/// One turn of an endpoint: sends the head of its queue, one after the other, until something fails or its time is over. Strictly in order: what was not
/// delivered is in the way of what comes after it.
/// </summary>
public sealed class EndpointRound(NotificationQueue queue, NotificationSettling settling, WebhookClient client, TimeProvider clock, IOptions<WebhookOptions> options)
{
    private const int Most = 50;
    /// <summary>Then it is another endpoint's turn.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(1);

    public async Task Run(LeasedEndpoint endpoint, CancellationToken stop)
    {
        var start = Stopwatch.GetTimestamp();
        var ended = new List<Attempt>();
        Attempt? failed = null;
        var slow = false;
        try
        {
            foreach (var notification in await queue.Head(endpoint.Id, Most, stop))
            {
                var attempt = await client.Send(notification, stop);
                WebhookMetrics.Sent(attempt, attempt.At - notification.At);
                slow |= attempt.Took > options.Value.SlowAfter;
                if (attempt.Delivered || attempt.Lasting) ended.Add(attempt);
                else failed = attempt;
                if (failed is not null || Stopwatch.GetElapsedTime(start) > Turn) break;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What was under way is not known and will be sent again; what was delivered is written down.
        }
        WebhookMetrics.GivenUp(await settling.Settle(endpoint, new RoundResult(ended, failed, slow), clock.GetUtcNow(), CancellationToken.None));
    }
}
