using System.Diagnostics;

namespace Ecny.Ledger.Pump;

/// <summary>One span for each commit, linked to the sampled requests whose commands are in it.</summary>
public static class PumpTracing
{
    public const string SourceName = "Ecny.Ledger";
    private static readonly ActivitySource Source = new(SourceName);

    internal static Activity? StartCommit(int shard, List<Pending> commands)
    {
        if (!Source.HasListeners()) return null;
        List<ActivityLink>? links = null;
        foreach (var pending in commands)
            if (ActivityContext.TryParse(pending.Command.TraceParent, null, isRemote: true, out var context)) (links ??= []).Add(new ActivityLink(context));
        var span = Source.StartActivity("ledger.commit", ActivityKind.Internal, default(ActivityContext), null, links);
        span?.SetTag("ecny.shard", shard).SetTag("ecny.commands", commands.Count);
        return span;
    }
}
