namespace Ecny.Risk.Engine.Snapshots;

/// <summary>Everything an engine knows, in portions small enough for a row of a database. The order matters.</summary>
/// <param name="Parts">Sections in their order; a large one has several parts that follow each other.</param>
public sealed record EngineState(IReadOnlyList<EngineStatePart> Parts);

/// <param name="Section"><c>state</c> for what all rules share, <c>rule/R07/fan-in</c> for what a rule keeps for itself.</param>
public sealed record EngineStatePart(string Section, ReadOnlyMemory<byte> Body);

/// <summary>A stored state that this build cannot read: of another format, or damaged.</summary>
#pragma warning disable CA1032 // Without a reason it would say nothing.
public sealed class EngineStateException(string message) : Exception(message);
#pragma warning restore CA1032
