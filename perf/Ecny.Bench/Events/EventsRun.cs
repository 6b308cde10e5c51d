using System.Text.Json.Nodes;
using Ecny.Bench.Load;
using Ecny.Bench.Payments;
using Ecny.Bench.Report;
using Ecny.Local.City;
using Ecny.Local.Events;

namespace Ecny.Bench.Events;

/// <summary>One city on one transport: signed payments at a fixed rate, then who saw them when.</summary>
internal sealed class EventsRun(string repository, string transport, int perSecond, int seconds)
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(30), Patience = TimeSpan.FromSeconds(30);

    // Consumers' own names say too much for a table.
    private static readonly Dictionary<string, string> Names = new()
    {
        ["clearing.books"] = "clearing", ["monitoring.indicators"] = "monitoring", ["risk.engine"] = "risk", ["acquiring.orders"] = "orders", ["acquiring.notifications"] = "notifications",
    };

    private readonly JsonObject figures = [];
    private readonly List<string> faults = [];

    public async Task<(JsonObject Figures, IReadOnlyList<string> Faults)> Run(CancellationToken stop)
    {
        await using var kafka = transport is "kafka" or "dapr" ? await BenchKafka.Start(stop) : null;
        var events = transport == "pull" ? null : new CityEvents(kafka?.Bootstrap, Sidecars: transport == "dapr");
        await using var scene = await PaymentsScene.Start(repository, "payments", ServiceKinds.All, events, stop);
        foreach (var kind in Cursors.Followers) await CursorLog.Install(scene.Databases.ConnectionString(kind.Database()), stop);
        await using var topic = events is null ? null : new TopicWatch(kafka?.Bootstrap ?? $"127.0.0.1:{scene.City.Broker!.Port}");

        Progress.Say($"{transport}: warming up");
        scene.Engine.Open(perSecond, WarmUp);
        await Cursors.WaitAtHead(scene.Databases, Patience, stop);
        var from = await Cursors.Head(scene.Databases, stop);
        Progress.Say($"{transport}: {perSecond}/s for {seconds} s");
        var meter = scene.Meter(kafka?.Processes.Select(pid => ("broker", pid)));
        meter.Start();
        var load = scene.Engine.Open(perSecond, TimeSpan.FromSeconds(seconds));
        var cpu = meter.Stop(load.Completed);
        var behind = await Cursors.WaitAtHead(scene.Databases, Patience, stop);
        var to = await Cursors.Head(scene.Databases, stop);

        Add("PerSecond", Math.Round(load.PerSecond));
        Add("PaymentP99Ms", Math.Round(load.Latency.QuantileMs(0.99), 1));
        faults.AddRange(behind.Faults);
        await Seen(scene, from, to, topic, stop);
        Add("BacklogSeconds", behind.Seconds);
        foreach (var (key, value) in cpu) Add($"{char.ToUpperInvariant(key[0])}{key[1..]}", value!.GetValue<double>());
        faults.AddRange(await scene.Check(stop));
        return (figures, [.. faults.Select(fault => $"{transport}: {fault}")]);
    }

    private async Task Seen(PaymentsScene scene, long from, long to, TopicWatch? topic, CancellationToken stop)
    {
        var commits = await CursorLog.Journal(scene.Ledger, from, to, stop);
        if (topic is not null) Add("relay", SeenDelays.Of(commits, topic.Arrivals));
        foreach (var kind in Cursors.Followers)
            foreach (var (consumer, moves) in await CursorLog.Read(scene.Databases.ConnectionString(kind.Database()), from, stop))
                Add(Names.GetValueOrDefault(consumer, consumer), SeenDelays.Of(commits, moves));
    }

    private void Add(string what, (LatencyHistogram Delays, long Missing) seen)
    {
        var name = $"{char.ToUpperInvariant(what[0])}{what[1..]}";
        Add($"{name}P50Ms", Math.Round(seen.Delays.QuantileMs(0.5), 1));
        Add($"{name}P99Ms", Math.Round(seen.Delays.QuantileMs(0.99), 1));
        Add($"{name}MaxMs", Math.Round(seen.Delays.MaxMicros / 1000.0, 1));
        if (seen.Missing > 0) faults.Add($"{what} did not see {seen.Missing} entries.");
    }

    private void Add(string name, double value) => figures[transport + name] = value;
}
