using System.Globalization;
using Ecny.Bench.Events;
using Ecny.Contracts.Ledger;
using Ecny.Local.City;
using Ecny.Local.Postgres;
using Npgsql;

namespace Ecny.Bench.CatchUp;

/// <summary>What a consumer made of the journal against the journal itself.</summary>
internal static class CatchUpCheck
{
    private const string Settled = """
        SELECT kind::int, count(*) FILTER (WHERE leg = 0), sum(amount)::bigint
        FROM ledger.journal
        WHERE code = 0 AND kind <> 19
        GROUP BY kind
        """;

    public static async Task<List<string>> Run(DatabaseServer databases, ServiceKind kind, CancellationToken stop)
    {
        var own = databases.ConnectionString(kind.Database());
        var faults = new List<string>();
        if (await Cursors.Parked(own, stop) is > 0 and var parked) faults.Add($"{kind.Name()} has parked {parked} entries.");
        var query = kind switch
        {
            ServiceKind.Clearing => "SELECT kind::int, sum(count)::bigint, sum(amount)::bigint FROM clearing.total WHERE kind <> 19 GROUP BY kind",
            ServiceKind.Monitoring => "SELECT kind, sum(count)::bigint, sum(amount)::bigint FROM monitoring.activity WHERE kind <> 'DAY_END' GROUP BY kind",
            _ => null,
        };
        if (query is null) return faults;
        var (journal, books) = (await Read(databases.ConnectionString(ServiceKind.Wallets.Database()), Settled, stop), await Read(own, query, stop));
        foreach (var name in journal.Keys.Union(books.Keys))
            if (journal.GetValueOrDefault(name) != books.GetValueOrDefault(name))
                faults.Add($"{name}: {kind.Name()} has {books.GetValueOrDefault(name)}, the journal {journal.GetValueOrDefault(name)}.");
        return faults;
    }

    private static async Task<Dictionary<string, (long Count, long Amount)>> Read(string connectionString, string sql, CancellationToken stop)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(stop);
        var sums = new Dictionary<string, (long, long)>(StringComparer.Ordinal);
        while (await reader.ReadAsync(stop))
        {
            var name = reader.GetValue(0) is string text ? text : EntryKinds.Name((EntryKind)Convert.ToByte(reader.GetValue(0), CultureInfo.InvariantCulture));
            sums.Add(name, (reader.GetInt64(1), reader.GetInt64(2)));
        }
        return sums;
    }
}
