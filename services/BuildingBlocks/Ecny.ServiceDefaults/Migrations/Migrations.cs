using System.Reflection;
using DbUp;
using DbUp.Engine.Output;
using Npgsql;

namespace Ecny.ServiceDefaults;

/// <summary>Runs numbered, embedded SQL files once each, in order of name, each in a transaction of its own.</summary>
public static class Migrations
{
    /// <summary>One lock for all migrators of a database: replicas that start together wait for each other.</summary>
    private const long LockKey = 0x45434E59_4D494752; // "ECNYMIGR"

    /// <param name="prefix">Beginning of the resources' names, for example "Ecny.Acquiring.Migrations.".</param>
    /// <exception cref="InvalidOperationException">A file failed; the message names it.</exception>
    public static void Run(string connectionString, Assembly assembly, string prefix)
    {
        using var holder = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, CommandTimeout = 0 }.ConnectionString);
        holder.Open();
        using (var take = new NpgsqlCommand("SELECT pg_advisory_lock($1)", holder) { Parameters = { new() { Value = LockKey } } }) take.ExecuteNonQuery();

        var upgrade = DeployChanges.To
            .PostgresqlDatabase(connectionString)
            .WithScriptsEmbeddedInAssembly(assembly, name => name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith(".sql", StringComparison.Ordinal))
            .JournalToPostgresqlTable("public", "schema_version")
            .WithTransactionPerScript()
            .WithVariablesDisabled()
            .WithExecutionTimeout(TimeSpan.FromMinutes(30))
            .LogTo(new NoOpUpgradeLog())
            .Build()
            .PerformUpgrade();
        if (!upgrade.Successful) throw new InvalidOperationException($"Migration {upgrade.ErrorScript?.Name} failed: {upgrade.Error.Message}", upgrade.Error);
    }
}
