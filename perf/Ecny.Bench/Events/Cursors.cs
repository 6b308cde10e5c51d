using System.Diagnostics;
using Ecny.Local.City;
using Ecny.Local.Postgres;
using Npgsql;

namespace Ecny.Bench.Events;

/// <summary>Where the consumers of a city stand, read from their own databases.</summary>
internal static class Cursors
{
    /// <summary>The services that follow the journal.</summary>
    public static IReadOnlyList<ServiceKind> Followers { get; } = [ServiceKind.Acquiring, ServiceKind.Clearing, ServiceKind.Monitoring, ServiceKind.Risk];

    /// <summary>The journal's head.</summary>
    public static async Task<long> Head(DatabaseServer databases, CancellationToken stop)
    {
        await using var source = NpgsqlDataSource.Create(databases.ConnectionString(ServiceKind.Wallets.Database()));
        await using var command = source.CreateCommand("SELECT seq FROM ledger.shard WHERE shard = 0");
        return (long)(await command.ExecuteScalarAsync(stop))!;
    }

    /// <summary>Consumer → the last entry whose effect is durable.</summary>
    public static async Task<Dictionary<string, long>> Read(string connectionString, CancellationToken stop)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand("SELECT consumer, seq FROM messaging.cursor");
        await using var reader = await command.ExecuteReaderAsync(stop);
        var cursors = new Dictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync(stop)) cursors.Add(reader.GetString(0), reader.GetInt64(1));
        return cursors;
    }

    /// <summary>Seconds until all of a city's consumers have what is in the journal now; those that do not come there are faults, and so is what was parked.</summary>
    public static async Task<(double Seconds, IReadOnlyList<string> Faults)> WaitAtHead(DatabaseServer databases, TimeSpan patience, CancellationToken stop)
    {
        var start = Stopwatch.GetTimestamp();
        var head = await Head(databases, stop);
        var faults = new List<string>();
        foreach (var kind in Followers)
        {
            var database = databases.ConnectionString(kind.Database());
            var cursors = await Read(database, stop);
            while (cursors.Values.Any(seq => seq < head) && Stopwatch.GetElapsedTime(start) < patience)
            {
                await Task.Delay(20, stop);
                cursors = await Read(database, stop);
            }
            faults.AddRange(cursors.Where(cursor => cursor.Value < head).Select(cursor => $"{cursor.Key} is still {head - cursor.Value} entries behind after {patience.TotalSeconds:0} s."));
            if (await Parked(database, stop) is > 0 and var parked) faults.Add($"{kind.Name()} has parked {parked} entries.");
        }
        return (Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 2), faults);
    }

    public static async Task<long> Parked(string connectionString, CancellationToken stop)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand("SELECT count(*) FROM messaging.parked");
        return (long)(await command.ExecuteScalarAsync(stop))!;
    }
}
