namespace Ecny.Ledger.Postgres;

/// <summary>How the ledger talks to its database. The defaults suit a server on the same network.</summary>
public sealed record PostgresLedgerOptions
{
    /// <summary>One or more hosts (the primary is found, also after a promotion); no <c>Target Session Attributes</c>.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>A commit that is silent for longer is abandoned and Unknown; it is never cancelled.</summary>
    public TimeSpan CommitTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a read, an activation or a barrier may take before it throws.</summary>
    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time to connect to one host.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Connections for reads that decide nothing (wallets, journal pages).</summary>
    public int ReadConnections { get; init; } = 8;

    /// <summary>Of how many wallets, and of how many tokens, it is remembered where their rows lie (16 and 24 bytes each).</summary>
    public int RememberedPlaces { get; init; } = 500_000;

    /// <summary>Refuse to serve unless a synchronous standby is configured and streams (architecture §3).</summary>
    public bool RequireSynchronousStandby { get; init; }
}
