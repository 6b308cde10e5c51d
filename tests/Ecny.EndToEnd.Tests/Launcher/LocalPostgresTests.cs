using Ecny.Local.Postgres;
using Ecny.Testing;
using Npgsql;
using Xunit;

namespace Ecny.EndToEnd.Tests.Launcher;

public sealed class LocalPostgresTests(PostgresFixture postgres)
{
    [Fact]
    public async Task each_database_of_the_fixture_is_new_and_empty()
    {
        string first = await postgres.CreateDatabase();
        string second = await postgres.CreateDatabase();

        await Run(first, "CREATE TABLE here (id int)");

        Assert.Equal(0L, await Run(second, "SELECT count(*) FROM pg_tables WHERE tablename = 'here'"));
    }

    [Fact]
    public async Task a_killed_server_keeps_what_it_committed_and_its_port()
    {
        await using LocalPostgres server = await PostgresFixture.OwnServer();
        string database = await server.CreateDatabase("kept");
        await Run(database, "CREATE TABLE kept AS SELECT 42 AS answer");

        await server.Kill9();
        Assert.Null(server.ProcessId);
        await server.Start();

        Assert.Equal(42, await Run(database, "SELECT answer FROM kept"));
        await server.Restart();
        Assert.Equal(42, await Run(database, "SELECT answer FROM kept"));
    }

    [Fact]
    public async Task a_promoted_synchronous_standby_has_every_commit_of_the_killed_primary()
    {
        await using LocalPostgres primary = await PostgresFixture.OwnServer();
        string database = await primary.CreateDatabase("kept");
        await using LocalPostgres standby = await primary.AddStandby("second", synchronous: true);
        await Run(database, "CREATE TABLE kept AS SELECT 42 AS answer");

        await primary.Kill9();
        await standby.Promote();

        Assert.Equal(42, await Run(standby.ConnectionString("kept"), "SELECT answer FROM kept"));
        await Run(standby.ConnectionString("kept"), "INSERT INTO kept VALUES (43)");
    }

    private static async Task<object?> Run(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection($"{connectionString};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
