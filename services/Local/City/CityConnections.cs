using Ecny.Local.Postgres;

namespace Ecny.Local.City;

/// <summary>
/// How many connections of its one PostgreSQL server each part of a city may hold at the same time. The pools are as large as the server allows,
/// and no larger than is of use.
/// </summary>
internal sealed record CityConnections
{
    // Not in a pool of these sizes: the ledger's reads (8), its writer, loader and probe, twice while a lost connection is still there.
    private const int Ledger = 16;

    // What the launcher itself asks: seeding, status, an audit beside the city.
    private const int Launcher = 5;

    private static readonly CityConnections Full = new(busy: 32, quiet: 12, clustering: 8);

    private static readonly CityConnections Least = new(busy: 12, quiet: 5, clustering: 4);

    private readonly int _busy;
    private readonly int _quiet;

    private CityConnections(int busy, int quiet, int clustering) => (_busy, _quiet, Clustering) = (busy, quiet, clustering);

    /// <summary>Of a service that takes part in clustering, in the clustering database.</summary>
    public int Clustering { get; }

    /// <summary>Of the process that tells the journal.</summary>
    public int Relay => _quiet;

    private int Total => ServiceKinds.All.Sum(Of) + Relay + (ServiceKinds.All.Count(IsBusy) * Clustering) + Ledger + Launcher;

    /// <summary>Of a service in its own database; consumers share them with requests.</summary>
    public int Of(ServiceKind kind) => IsBusy(kind) ? _busy : _quiet;

    /// <summary>The largest that fit on a server.</summary>
    /// <param name="free">Connections that the server has for us; null for more than enough.</param>
    public static CityConnections Within(int? free)
    {
        if (free is not { } room || room >= Full.Total)
        {
            return Full;
        }

        CityConnections Between(int step) => new(Least._busy + step, Least._quiet + (step / 3), Least.Clustering + (step / 5));
        return Enumerable.Range(0, Full._busy - Least._busy).Select(Between).LastOrDefault(sizes => sizes.Total <= room) ?? Least;
    }

    /// <summary>Refuses a server that has too few.</summary>
    /// <exception cref="LocalException">It does; the sentence says how many are needed.</exception>
    public static void Require(DatabaseServer server)
    {
        if (server.FreeConnections < Least.Total)
        {
            throw new LocalException(
                $"The PostgreSQL of ECNY_POSTGRES ({server.Address}) has {server.FreeConnections} connections for us and a city needs {Least.Total}, at full speed {Full.Total}: "
                + "raise its max_connections (or the role's CONNECTION LIMIT) and run this again.");
        }
    }

    private static bool IsBusy(ServiceKind kind) => kind is ServiceKind.Wallets or ServiceKind.Acquiring;
}
