using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Ecny.Contracts.Telemetry;
using Ecny.Monitoring.Health;
using Ecny.Monitoring.Targets;
using Npgsql;

namespace Ecny.Monitoring.Live;

/// <summary>
/// The city, twice a second, for everybody who watches: however many they are, there is one query; when nobody watches there is none. A viewer who is slow
/// misses pictures and never holds up others.
/// </summary>
public sealed partial class LiveFeed(LiveReader reader, TargetReader targets, ServiceWatch watch, TimeProvider time, ILogger<LiveFeed> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500), RateWindow = TimeSpan.FromSeconds(10), TargetInterval = TimeSpan.FromSeconds(10);
    private static readonly Counter<long> Queries = EcnyTelemetry.Meter.CreateCounter<long>("ecny.live.queries", "{query}", "Looks at the counters for the live page");

    private readonly Lock gate = new();
    private readonly List<Channel<LiveMoment>> viewers = [];
    private readonly Queue<LiveReading> earlier = new();
    private readonly SemaphoreSlim somebody = new(0, 1);
    private LiveMoment latest = new(null, null);
    private long targetsReadAt;

    /// <summary>How many watch now.</summary>
    public int Viewers
    {
        get
        {
            lock (gate) return viewers.Count;
        }
    }

    /// <summary>Every picture from now on, at most two a second; ends with the service.</summary>
    public async IAsyncEnumerable<LiveMoment> Watch([EnumeratorCancellation] CancellationToken stop)
    {
        var mine = Channel.CreateBounded<LiveMoment>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        Enter(mine);
        try
        {
            await foreach (var moment in mine.Reader.ReadAllAsync(stop)) yield return moment;
        }
        finally
        {
            lock (gate) viewers.Remove(mine);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                if (Viewers == 0)
                {
                    earlier.Clear();
                    await somebody.WaitAsync(stoppingToken);
                }
                Tell(await Look(stoppingToken));
                await Task.Delay(Interval, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            lock (gate) viewers.ForEach(viewer => viewer.Writer.TryComplete());
        }
    }

    private async Task<LiveMoment> Look(CancellationToken stop)
    {
        try
        {
            Queries.Add(1);
            var now = await reader.Read(time.GetUtcNow(), stop);
            while (earlier.TryPeek(out var old) && (now.At - old.At > RateWindow || old.Date != now.Date)) earlier.Dequeue();
            var before = earlier.TryPeek(out var oldest) ? oldest : now;
            earlier.Enqueue(now);
            if (latest.Trouble is not null) Again(log);
            return new LiveMoment(LivePicture.Of(now, before, watch.Services, watch.Consumers), null) { Targets = await Targets(now.Date, stop) };
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            // Viewers keep the last picture and are told its age.
            if (latest.Trouble is null) Failed(log, e);
            return latest with { Trouble = e.Message };
        }
    }

    // They move slowly, and are a sum over all days.
    private async Task<IReadOnlyList<TargetView>> Targets(DateOnly date, CancellationToken stop)
    {
        if (latest.Targets.Count > 0 && time.GetElapsedTime(targetsReadAt) < TargetInterval) return latest.Targets;
        targetsReadAt = time.GetTimestamp();
        return (await targets.Read(date, null, stop)).Items;
    }

    private void Enter(Channel<LiveMoment> viewer)
    {
        lock (gate)
        {
            viewers.Add(viewer);
            if (viewers.Count > 1) viewer.Writer.TryWrite(latest);
            else if (somebody.CurrentCount == 0) somebody.Release();
        }
    }

    private void Tell(LiveMoment moment)
    {
        lock (gate)
        {
            latest = moment;
            foreach (var viewer in viewers) viewer.Writer.TryWrite(moment);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The counters cannot be read; viewers keep the last picture")]
    private static partial void Failed(ILogger log, Exception fault);

    [LoggerMessage(Level = LogLevel.Information, Message = "The counters are read again")]
    private static partial void Again(ILogger log);
}

/// <param name="View">The last good picture; null before the first.</param>
/// <param name="Trouble">Why there is no newer one; null when it is new.</param>
public sealed record LiveMoment(LiveView? View, string? Trouble)
{
    /// <summary>The plan's targets, some seconds old.</summary>
    public IReadOnlyList<TargetView> Targets { get; init; } = [];
}
