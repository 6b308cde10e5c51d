using System.Diagnostics;
using Ecny.Contracts.Telemetry;

namespace Ecny.Ledger.Pump;

/// <summary>One span for each commit that holds sampled requests, linked to all of them.</summary>
internal static class PumpTracing
{
    public static Activity? StartCommit(int shard, List<Pending> commands)
    {
        if (!EcnyTelemetry.Source.HasListeners()) return null;
        List<ActivityLink>? links = null;
        foreach (var pending in commands)
            if (ActivityContext.TryParse(pending.Command.TraceParent, null, isRemote: true, out var context)) (links ??= []).Add(new ActivityLink(context));
        if (links is null) return null;
        // A root of its own: what the loop was started under has nothing to do with these requests.
        Activity.Current = null;
        var span = EcnyTelemetry.Source.StartActivity("ledger.commit", ActivityKind.Internal, default(ActivityContext), null, links);
        return span?.SetTag("ecny.shard", shard).SetTag("ecny.commands", commands.Count);
    }
}
