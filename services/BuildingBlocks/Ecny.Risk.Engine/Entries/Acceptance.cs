namespace Ecny.Risk.Engine.Entries;

/// <summary>What became of an entry that was offered.</summary>
public enum Acceptance
{
    Taken,
    /// <summary>Later than the newest entry's event time, but within the allowed lateness: it went to its place in every window.</summary>
    TakenLate,
    /// <summary>(Shard, Seq) was here before: nothing changed.</summary>
    Duplicate,
    /// <summary>Older than the allowed lateness: it counts for nothing but the statistics.</summary>
    TooLate,
    /// <summary>Of a kind that moves no customer's money.</summary>
    NotRelevant,
}
