using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Ecny.Acquiring.Notifications;

/// <summary>
/// Gives endpoints their turns. Those that fail or are slow have places of their own, and an endpoint that is found to be slow in the middle of its turn gives its place
/// back at once: however many of them there are, the others do not wait for them. Several replicas share the work.
/// </summary>
public sealed partial class WebhookSender(NotificationQueue queue, EndpointRound round, DonePartitions partitions, TimeProvider clock, IOptions<WebhookOptions> options, ILogger<WebhookSender> log)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1), ExpiryPeriod = TimeSpan.FromHours(1);

    private readonly Channel<bool> ended = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private int calmPlaces = options.Value.Concurrency, troubledPlaces = options.Value.Concurrency, running;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        DateTimeOffset? expired = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var now = clock.GetUtcNow();
                if (expired is null || now - expired >= ExpiryPeriod)
                {
                    await partitions.Ensure(now, stoppingToken);
                    await partitions.Expire(now, stoppingToken);
                    expired = now;
                }
                var begun = await Begin(troubled: false, stoppingToken);
                begun.AddRange(await Begin(troubled: true, stoppingToken));
                if (begun.Count == 0) await Idle(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
            {
                LogAway(e);
                await Task.Delay(Pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        // Turns under way write down what they did.
        while (Volatile.Read(ref running) > 0 && await ended.Reader.WaitToReadAsync(CancellationToken.None)) ended.Reader.TryRead(out _);
    }

    /// <summary>Gives every endpoint whose time has come its turn, and waits for their end. What the service itself does without waiting.</summary>
    public async Task<int> RunDue(CancellationToken stop)
    {
        var begun = await Begin(troubled: false, stop);
        begun.AddRange(await Begin(troubled: true, stop));
        await Task.WhenAll(begun);
        return begun.Count;
    }

    private async Task<List<Task>> Begin(bool troubled, CancellationToken stop)
    {
        var places = Volatile.Read(ref Places(troubled));
        if (places <= 0) return [];
        var leased = await queue.Lease(troubled, places, clock.GetUtcNow(), options.Value.Lease, stop);
        Interlocked.Add(ref Places(troubled), -leased.Count);
        Interlocked.Add(ref running, leased.Count);
        return [.. leased.Select(endpoint => Task.Run(() => Take(endpoint, troubled, stop), CancellationToken.None))];
    }

    private async Task Take(LeasedEndpoint endpoint, bool troubled, CancellationToken stop)
    {
        try
        {
            var turn = round.Run(endpoint, stop);
            if (!troubled) await Task.WhenAny(turn, Task.Delay(options.Value.SlowAfter, CancellationToken.None));
            if (!troubled) GiveBack(troubled);
            await turn;
        }
        catch (Exception e)
        {
            // Nothing was written down: after the lease all of it is sent again.
            LogLost(e, endpoint.Id);
        }
        finally
        {
            if (troubled) GiveBack(troubled);
            Interlocked.Decrement(ref running);
            ended.Writer.TryWrite(true);
        }
    }

    private void GiveBack(bool troubled)
    {
        Interlocked.Increment(ref Places(troubled));
        ended.Writer.TryWrite(true);
    }

    private ref int Places(bool troubled) => ref troubled ? ref troubledPlaces : ref calmPlaces;

    /// <summary>Until a turn has ended or it is time to look again.</summary>
    private async Task Idle(CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(options.Value.PollInterval);
        try
        {
            await ended.Reader.ReadAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // Nothing ended: look again.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database is away: notifications wait")]
    private partial void LogAway(Exception reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "What was sent to endpoint {Endpoint} could not be written down; it is sent again")]
    private partial void LogLost(Exception reason, long endpoint);
}
