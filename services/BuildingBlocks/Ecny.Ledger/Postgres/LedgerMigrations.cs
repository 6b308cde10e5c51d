using DbUp;
using DbUp.Engine;
using Npgsql;

namespace Ecny.Ledger.Postgres;

/// <summary>Brings a database's schema <c>ledger</c> to what this build needs. Safe to run from several processes at once.</summary>
public static class LedgerMigrations
{
    private const string Prefix = "Ecny.Ledger.Postgres.Migrations.";
    private const long LockKey = 0x65636e796c656467; // "ecnyledg"

    /// <summary>Runs what is missing. Throws with the script's name when one fails; what ran before it stays.</summary>
    public static void Run(string connectionString)
    {
        // The lock needs a session of its own on the same server as the scripts' one.
        var settings = LedgerConnections.Settings(connectionString, pooled: false);
        using var source = new NpgsqlDataSourceBuilder(settings.ConnectionString).BuildMultiHost();
        using var connection = source.OpenConnection(TargetSessionAttributes.Primary);
        Execute(connection, $"SELECT pg_advisory_lock({LockKey})");
        Execute(connection, "CREATE SCHEMA IF NOT EXISTS ledger");
        settings.Host = connection.Host;
        settings.Port = connection.Port;

        var result = DeployChanges.To
            .PostgresqlDatabase(settings.ConnectionString)
            .WithScriptsEmbeddedInAssembly(typeof(LedgerMigrations).Assembly, name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .JournalToPostgresqlTable("ledger", "migration")
            .WithTransactionPerScript()
            .WithVariablesDisabled()
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
        {
            throw new InvalidOperationException($"Ledger migration {result.ErrorScript?.Name ?? "(before the first script)"} failed: {result.Error.Message}", result.Error);
        }
    }

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        command.ExecuteNonQuery();
    }
}
