using System.Security.Cryptography;
using DbUp;
using DbUp.Engine;
using Npgsql;

namespace Ecny.Ledger.Postgres;

/// <summary>Brings a database's schema <c>ledger</c> to what this build needs. Safe to run from several processes at once.</summary>
public static class LedgerMigrations
{
    private const string Prefix = "Ecny.Ledger.Postgres.Migrations.";
    private const long LockKey = 0x65636e796c656467; // "ecnyledg"

    /// <summary>Names this build's schema: SHA-256 over all scripts, 16 hex digits. For data that is prepared once and must not outlive it.</summary>
    public static string Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var assembly = typeof(LedgerMigrations).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var script = new MemoryStream();
            assembly.GetManifestResourceStream(name)!.CopyTo(script);
            hash.AppendData(script.ToArray());
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    /// <summary>Runs what is missing. Throws with the script's name when one fails; what ran before it stays.</summary>
    public static void Run(string connectionString) => RunAsync(connectionString).GetAwaiter().GetResult();

    private static async Task RunAsync(string connectionString)
    {
        // The lock needs a session of its own on the same server as the scripts' one.
        var settings = LedgerConnections.Settings(connectionString, pooled: false);
        await using var source = new PrimarySource(settings);
        await using var connection = await source.Open(CancellationToken.None);
        await Execute(connection, $"SELECT pg_advisory_lock({LockKey})");
        await Execute(connection, "CREATE SCHEMA IF NOT EXISTS ledger");
        (settings.Host, settings.Port) = (connection.Host, connection.Port);

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

    private static async Task Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }
}
