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

    /// <summary>Stands for the server where only processes and ports of a city matter.</summary>
    public static DatabaseServer Unknown { get; } = new("Host=127.0.0.1");

    /// <summary>The server that ECNY_POSTGRES names.</summary>
    /// <exception cref="LocalException">It is not a connection string.</exception>
    public static DatabaseServer Foreign(string connectionString)
    {
        try
        {
            _ = new NpgsqlConnectionStringBuilder(connectionString);
            return new DatabaseServer(connectionString);
        }
        catch (ArgumentException e)
        {
            throw new LocalException($"ECNY_POSTGRES is not a connection string ({e.Message.TrimEnd('.')}): write it as Host=127.0.0.1;Port=5432;Username=NAME;Password=SECRET.", e);
        }
    }

    /// <summary>Host and port.</summary>
    public string Address => new NpgsqlConnectionStringBuilder(AdminConnectionString) is var parts ? $"{parts.Host}:{parts.Port}" : "";

    /// <summary>Whether it takes connections.</summary>
    public async Task<bool> Answers(CancellationToken cancel)
    {
        try
        {
            await using NpgsqlConnection connection = await Open(cancel);
            return true;
        }
        catch (NpgsqlException)
        {
            // The question is whether it does; what is wrong is said by what needs it.
            return false;
        }
    }

    /// <summary>Connections that it has for us, as <see cref="Check"/> found it; null for more than enough.</summary>
    public int? FreeConnections { get; private init; }

    /// <summary>Says in one sentence what is wrong when the server cannot be used.</summary>
    /// <param name="ours">Databases whose connections do not count as taken.</param>
    /// <returns>This server, with <see cref="FreeConnections"/>.</returns>
    public async Task<DatabaseServer> Check(IEnumerable<string> ours, CancellationToken cancel)
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
                throw new LocalException("The user of ECNY_POSTGRES may not create databases: give it CREATEDB (ALTER ROLE … CREATEDB).");
            }

            return this with { FreeConnections = await Free(connection, ours, cancel) };
        }
        catch (NpgsqlException e)
        {
            throw new LocalException($"The PostgreSQL of ECNY_POSTGRES ({Address}) cannot be used: {(e as PostgresException)?.MessageText ?? e.Message.TrimEnd('.')}. Check the connection string.", e);
        }
    }

    /// <summary>Refuses a server that holds such databases already: they are another city's, or somebody else's.</summary>
    public async Task RequireNone(IEnumerable<string> databases, CancellationToken cancel)
    {
        await using NpgsqlConnection connection = await Open(cancel);
        await using var find = new NpgsqlCommand("SELECT string_agg(datname, ', ' ORDER BY datname) FROM pg_database WHERE datname = ANY($1)", connection)
        {
            Parameters = { new() { Value = databases.ToArray() } },
        };
        if (await find.ExecuteScalarAsync(cancel) is string there)
        {
            throw new LocalException(
                $"The PostgreSQL of ECNY_POSTGRES ({Address}) already has the databases {there}, which this city did not make: "
                + "use another server, or `./ecny down --wipe` in the clone that made them.");
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

    // The question's own connection ends with it and is not counted; a role without a limit has -1.
    private static async Task<int> Free(NpgsqlConnection connection, IEnumerable<string> ours, CancellationToken cancel)
    {
        await using var count = new NpgsqlCommand(
            """
            WITH taken AS (
                SELECT usename
                FROM pg_stat_activity
                WHERE pid <> pg_backend_pid() AND datname <> ALL ($1)
            ), server AS (
                SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
                    - COALESCE(current_setting('reserved_connections', true)::int, 0) - (SELECT count(*) FROM taken) AS free
            )
            SELECT LEAST(server.free, CASE WHEN rolsuper OR rolconnlimit < 0 THEN server.free ELSE rolconnlimit - (SELECT count(*) FROM taken WHERE usename = current_user) END)::int
            FROM server, pg_roles
            WHERE rolname = current_user
            """,
            connection)
        {
            Parameters = { new() { Value = ours.ToArray() } },
        };
        return (int)(await count.ExecuteScalarAsync(cancel))!;
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
