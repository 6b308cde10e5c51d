using DbUp;
using Npgsql;

namespace Ecny.Wallets.Clustering;

/// <summary>Brings the clustering database to what this build needs. Safe to run from several processes at once.</summary>
public static class ClusteringMigrations
{
    private const string Prefix = "Ecny.Wallets.Clustering.Migrations.";
    private const long LockKey = 0x65636e79636c7573; // "ecnyclus"

    /// <exception cref="InvalidOperationException">A script failed; the message names it, what ran before it stays.</exception>
    public static void Run(string connectionString)
    {
        // The lock lives as long as this connection.
        using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        connection.Open();
        using var locking = new NpgsqlCommand($"SELECT pg_advisory_lock({LockKey})", connection) { CommandTimeout = 0 };
        locking.ExecuteNonQuery();

        var result = DeployChanges.To
            .PostgresqlDatabase(connectionString)
            .WithScriptsEmbeddedInAssembly(typeof(ClusteringMigrations).Assembly, name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .JournalToPostgresqlTable("public", "clustering_migration")
            .WithTransactionPerScript()
            .WithVariablesDisabled()
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
            throw new InvalidOperationException($"Clustering migration {result.ErrorScript?.Name ?? "(before the first script)"} failed: {result.Error.Message}", result.Error);
    }
}
