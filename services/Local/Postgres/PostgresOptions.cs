namespace Ecny.Local.Postgres;

/// <summary>How a local PostgreSQL is set up.</summary>
public sealed record PostgresOptions
{
    /// <summary>The folder that holds data, log and settings; made when it is missing.</summary>
    public required string Folder { get; init; }

    /// <summary>The loopback port, or null for a free one.</summary>
    public int? Port { get; init; }

    /// <summary>Memory for the shared buffers in MiB.</summary>
    public int SharedBuffersMiB { get; init; } = 128;

    /// <summary>WAL that may gather between checkpoints in MiB.</summary>
    public int MaxWalMiB { get; init; } = 8192;

    /// <summary>Connections, all services and tools together.</summary>
    public int MaxConnections { get; init; } = 200;

    /// <summary>False only for tests that neither measure nor kill: after a crash of the machine such data is lost.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>Whether the server remembers when each transaction was committed: for measurements of what is seen when.</summary>
    public bool CommitTimes { get; init; }

    /// <summary>Whether the server ends and its folder goes when this process ends, however it ends.</summary>
    public bool EndsWithThisProcess { get; init; }

    /// <summary>A quarter of the machine's memory, at most 16 GiB.</summary>
    public static int QuarterOfMemoryMiB =>
        (int)Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 / (1024 * 1024), 128, 16_384);

    /// <summary>A small server for tests in a temporary folder.</summary>
    /// <param name="durable">True for tests that kill or measure.</param>
    public static PostgresOptions Temporary(bool durable) => new()
    {
        Folder = Path.Combine(Path.GetTempPath(), $"ecny-pg-{Guid.NewGuid():N}"),
        Durable = durable,
        MaxWalMiB = 2048,
        EndsWithThisProcess = true,
    };
}
