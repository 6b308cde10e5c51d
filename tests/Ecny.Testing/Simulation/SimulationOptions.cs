namespace Ecny.Testing.Simulation;

/// <summary>How large a run is, and how it is sabotaged to prove that the checks can fail.</summary>
public sealed record SimulationOptions
{
    public int Clients { get; init; } = 8;
    public int CommandsPerClient { get; init; } = 30;
    public TimeSpan Trouble { get; init; } = TimeSpan.FromSeconds(30);
    /// <summary>After trouble has ended, everything must be answered within this time.</summary>
    public TimeSpan Calm { get; init; } = TimeSpan.FromSeconds(120);
    public bool StoreSkipsFence { get; init; }
    public bool StoreTakesUnknownForDone { get; init; }
    public bool FailoverLosesAcknowledged { get; init; }
}

/// <summary>A run and what is wrong with it; nothing, if all is well.</summary>
public sealed record SimulationResult(int Seed, IReadOnlyList<string> Violations, long Entries, long Steps, string Digest, SimulationCounts Counts);

/// <summary>What happened in a run: proof that it was not a quiet one.</summary>
public sealed class SimulationCounts
{
    public int Activations { get; set; }
    public int Lost { get; set; }
    public int Unknown { get; set; }
    public int Barriers { get; set; }
    public int Refusing { get; set; }
    public int TakenBack { get; set; }
    public int Mismatches { get; set; }
    public int Quarantined { get; set; }
    public int Failovers { get; set; }
    public int Crashes { get; set; }
    public int ClockJumps { get; set; }
    public int Settled { get; set; }
    public int Declined { get; set; }
    public int Retries { get; set; }
    public int DayEnds { get; set; }

    public void Add(SimulationCounts other)
    {
        foreach (var property in typeof(SimulationCounts).GetProperties()) property.SetValue(this, (int)property.GetValue(this)! + (int)property.GetValue(other)!);
    }

    public override string ToString() => string.Join(", ", typeof(SimulationCounts).GetProperties().Select(property => $"{property.Name} {property.GetValue(this)}"));
}
