using Npgsql;

namespace Ecny.Local.Postgres;

/// <summary>A PostgreSQL server, ours or a foreign one, seen as a place for databases.</summary>
/// <param name="AdminConnectionString">Opens any database of it with the right to create databases.</param>
public sealed record DatabaseServer(string AdminConnectionString)
{
    /// <summary>A connection string for one of its databases.</summary>
    /// <param name="database">The database's name.</param>
    /// <param name="poolSize">Connections that one service may hold.</param>
    public string ConnectionString(string database, int poolSize = 16) =>
        new NpgsqlConnectionStringBuilder(AdminConnectionString) { Database = database, MaxPoolSize = poolSize }.ConnectionString;

    /// <summary>Says in one sentence what is wrong when the server cannot be used.</summary>
    public async Task Check(CancellationToken cancel)
    {
        try
        {
            await using NpgsqlConnection connection = await Open(cancel);
            if (connection.PostgreSqlVersion.Major < PostgresBinaries.OldestMajor)
            {
                throw new LocalException($"The PostgreSQL of ECNY_POSTGRES is version {connection.PostgreSqlVersion}: version {PostgresBinaries.OldestMajor} or newer is needed.");
            }

            await using var command = new NpgsqlCommand("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user", connection);
            if (await command.ExecuteScalarAsync(cancel) is not true)
            {
                throw new LocalException("The user of ECNY_POSTGRES may not create databases: give it CREATEDB.");
            }
        }
        catch (NpgsqlException e)
        {
            throw new LocalException($"The PostgreSQL of ECNY_POSTGRES cannot be used: {e.Message.TrimEnd('.')}. Check the connection string.", e);
        }
    }

    /// <summary>Creates those databases that are not there.</summary>
    public async Task Create(IEnumerable<string> databases, CancellationToken cancel)
    {
        await using NpgsqlConnection connection = await Open(cancel);
        foreach (string database in databases)
        {
            await using var find = new NpgsqlCommand("SELECT 1 FROM pg_database WHERE datname = $1", connection) { Parameters = { new() { Value = database } } };
            if (await find.ExecuteScalarAsync(cancel) is null)
            {
                await Run(connection, $"CREATE DATABASE {Quote(database)}", cancel);
            }
        }
    }

    /// <summary>Creates a copy of a database that nobody is connected to.</summary>
    public async Task Copy(string template, string name, CancellationToken cancel)
    {
        await using NpgsqlConnection connection = await Open(cancel);
        await Run(connection, $"CREATE DATABASE {Quote(name)} TEMPLATE {Quote(template)}", cancel);
    }

    /// <summary>Removes databases together with their connections; others are not touched.</summary>
    public async Task Drop(IEnumerable<string> databases, CancellationToken cancel)
    {
        await using NpgsqlConnection connection = await Open(cancel);
        foreach (string database in databases)
        {
            await Run(connection, $"DROP DATABASE IF EXISTS {Quote(database)} WITH (FORCE)", cancel);
        }
    }

    private async Task<NpgsqlConnection> Open(CancellationToken cancel)
    {
        var builder = new NpgsqlConnectionStringBuilder(AdminConnectionString) { Pooling = false };
        builder.Database ??= "postgres";
        var connection = new NpgsqlConnection(builder.ConnectionString);
        await connection.OpenAsync(cancel);
        return connection;
    }

    private static async Task Run(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static string Quote(string name) => new NpgsqlCommandBuilder().QuoteIdentifier(name);
}
