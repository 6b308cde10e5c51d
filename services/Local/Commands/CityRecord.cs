using Ecny.Local.Events;
using Ecny.Local.Postgres;
using Ecny.Local.Processes;

namespace Ecny.Local.Commands;

/// <summary>What later commands must know of a city.</summary>
/// <param name="PortBase">Acquiring's port; the others follow.</param>
/// <param name="PostgresFolder">Our own PostgreSQL's folder, or null for a foreign one.</param>
/// <param name="PostgresPort">Our own PostgreSQL's port.</param>
/// <param name="ForeignPostgres">The connection string of ECNY_POSTGRES, or null for our own.</param>
/// <param name="Kafka">A real Kafka's addresses, until the city is stopped; null for the embedded broker.</param>
/// <param name="Dapr">Whether events go through sidecars, until the city is stopped.</param>
internal sealed record CityRecord(int PortBase, string? PostgresFolder, int? PostgresPort, string? ForeignPostgres, string? Kafka, bool Dapr)
{
    /// <summary>What carries the city's events.</summary>
    public CityEvents Events => new(Kafka, Dapr);

    /// <summary>How our own PostgreSQL is opened.</summary>
    public PostgresOptions PostgresOptions => new()
    {
        Folder = PostgresFolder!,
        Port = PostgresPort is { } port && FreePort.IsFree(port) ? port : null,
        SharedBuffersMiB = Ecny.Local.Postgres.PostgresOptions.QuarterOfMemoryMiB,
    };
}
