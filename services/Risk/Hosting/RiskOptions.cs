using Ecny.Risk.Engine.Catalogue;

namespace Ecny.Risk.Hosting;

/// <summary>How the service runs its engine (<c>Ecny:Risk</c>).</summary>
public sealed record RiskOptions
{
    /// <summary>The engine's state is stored after so many entries; after more when it holds very much.</summary>
    public long SnapshotEntries { get; init; } = 100_000;

    /// <summary>The rules that this build brings.</summary>
    public string Catalogue { get; init; } = RuleCatalogue.DefaultJson();
}
