using System.Diagnostics;
using System.Diagnostics.Metrics;
using Ecny.Contracts.Telemetry;

namespace Ecny.Contracts.Ledger;

/// <summary>What the client side of the ledger tells telemetry.</summary>
internal static class LedgerClientMeter
{
    private static ActivitySource Source => EcnyTelemetry.Source;
    private static readonly Meter Meter = EcnyTelemetry.Meter;

    internal static readonly UpDownCounter<long> Waiting = Meter.CreateUpDownCounter<long>("ecny.ledger.client.waiting", "{command}", "Commands waiting to be sent");
    internal static readonly Counter<long> Unknown = Meter.CreateCounter<long>("ecny.ledger.client.unknown", "{command}", "Commands whose answer did not come");
    internal static readonly Counter<long> Refused = Meter.CreateCounter<long>("ecny.ledger.client.refused", "{command}", "Commands refused before the ledger's queue");
    internal static readonly Histogram<int> CallSize = Meter.CreateHistogram<int>("ecny.ledger.client.call.size", "{command}", "Commands in one grain call");
    internal static readonly Histogram<double> CallSeconds = Meter.CreateHistogram<double>("ecny.ledger.client.call.duration", "s", "Time of one grain call");

    /// <summary>A span for the call that links to the sampled requests in it; null when none is.</summary>
    internal static Activity? StartSpan(int shard, LedgerCommand[] commands)
    {
        if (!Source.HasListeners()) return null;
        List<ActivityLink>? links = null;
        foreach (var command in commands)
            if (command.TraceParent is { } parent && ActivityContext.TryParse(parent, null, out var context)) (links ??= []).Add(new ActivityLink(context));
        if (links is null) return null;
        // One request: its child. Several: a root of its own that links to all of them.
        var span = Source.StartActivity("ledger.submit", ActivityKind.Client, commands.Length == 1 ? links[0].Context : default, links: links);
        return span?.SetTag("ecny.shard", shard).SetTag("ecny.commands", commands.Length);
    }
}
