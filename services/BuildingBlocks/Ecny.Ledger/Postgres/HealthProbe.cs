using Ecny.Ledger.Store;
using Npgsql;

namespace Ecny.Ledger.Postgres;

/// <summary>The database's clock, and whether a commit would wait for a standby that is there.</summary>
internal static class HealthProbe
{
    // Without the right to see others' replication state, sync_state is null and the standby counts as absent: grant pg_monitor.
    private const string Sql = """
        SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint,
          current_setting('synchronous_standby_names') <> ''
            AND EXISTS (SELECT FROM pg_stat_replication WHERE state = 'streaming' AND sync_state IN ('sync', 'quorum'))
        """;

    public static async Task<StoreHealth> Run(NpgsqlConnection connection, bool standbyRequired, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(Sql, connection);
        await using var reader = await command.ExecuteReaderAsync(stop);
        await reader.ReadAsync(stop);
        return new StoreHealth(reader.GetInt64(0), !standbyRequired || reader.GetBoolean(1));
    }
}
