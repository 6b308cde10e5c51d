using System.Diagnostics;
using Ecny.Local.City;
using Ecny.Local.Postgres;
using Ecny.Local.Processes;
using Ecny.Testing;
using Npgsql;
using Xunit;

namespace Ecny.EndToEnd.Tests.Launcher;

public sealed class CityLifeTests
{
    // A PostgreSQL as it comes has 97 connections for others than its superuser.
    private const string Role = "CREATE ROLE city LOGIN CREATEDB PASSWORD 'city' CONNECTION LIMIT 97";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task a_city_in_a_foreign_postgresql_keeps_its_data_over_a_stop_and_takes_only_its_own_databases_away()
    {
        await using LocalPostgres server = await PostgresFixture.OwnServer();
        await Run(server, Role);
        await Run(server, "CREATE DATABASE others");
        await using var city = new CityLauncher(As(server, "city"));
        int port = CityLauncher.FreePorts();
        await city.Succeed("up", "--port-base", $"{port}");
        Assert.Contains("Verdict: exact.", await city.Succeed("demo", "--seconds", "2"), StringComparison.Ordinal);
        string before = await city.Succeed("audit");

        await city.Succeed("down");
        Assert.Empty(city.Processes());
        await city.Refuse(["demo"], "not running", "./ecny up");
        await city.Refuse(["replay", "/etc/hostname"], "not running", "./ecny up");
        Assert.StartsWith("RIGHT", await city.Succeed("audit"), StringComparison.Ordinal);
        await city.Succeed("up");
        Assert.Contains("Verdict: exact.", await city.Succeed("demo", "--seconds", "2"), StringComparison.Ordinal);
        Assert.StartsWith("RIGHT", before, StringComparison.Ordinal);

        await using (var other = new CityLauncher(As(server, "city")))
        {
            await other.Refuse(["up", "--port-base", $"{CityLauncher.FreePorts()}"], "already has the databases ecny_acquiring", "--wipe");
        }

        await city.Succeed("down", "--wipe");
        Assert.False(Directory.Exists(city.Home));
        Assert.Equal("others, postgres", await Run(server, "SELECT string_agg(datname, ', ' ORDER BY datname) FROM pg_database WHERE NOT datistemplate"));
    }

    [Fact]
    public async Task a_foreign_postgresql_that_cannot_be_used_is_said_in_one_sentence()
    {
        await using (var city = new CityLauncher("postgres://nobody@nowhere/"))
        {
            await city.Refuse(["up", "--port-base", $"{CityLauncher.FreePorts()}"], "ECNY_POSTGRES is not a connection string", "Host=");
        }

        await using (var city = new CityLauncher($"Host=127.0.0.1;Port={FreePort.Take()};Username=x;Password=y"))
        {
            await city.Refuse(["up", "--port-base", $"{CityLauncher.FreePorts()}"], "cannot be used", "Check the connection string");
        }

        await using LocalPostgres server = await PostgresFixture.OwnServer();
        await Run(server, "CREATE ROLE poor LOGIN PASSWORD 'poor'");
        await using (var city = new CityLauncher(As(server, "poor")))
        {
            await city.Refuse(["up", "--port-base", $"{CityLauncher.FreePorts()}"], "may not create databases", "CREATEDB");
        }
    }

    [Fact]
    public async Task a_foreign_postgresql_with_too_few_connections_is_refused_before_anything_starts()
    {
        await CityLauncher.RequirePostgres();
        await using LocalPostgres server = await LocalPostgres.Open(PostgresOptions.Temporary(durable: false) with { MaxConnections = 50 }, Cancel);
        await Run(server, "CREATE ROLE rich LOGIN CREATEDB PASSWORD 'rich'");
        await Run(server, "CREATE ROLE few LOGIN CREATEDB PASSWORD 'few' CONNECTION LIMIT 20");
        foreach ((string role, int free) in new[] { ("rich", 47), ("few", 20) })
        {
            await using var city = new CityLauncher(As(server, role));

            await city.Refuse(["up", "--port-base", $"{CityLauncher.FreePorts()}"], $"has {free} connections for us and a city needs", "max_connections");

            Assert.Empty(city.Processes());
        }

        Assert.Equal("postgres", await Run(server, "SELECT string_agg(datname, ', ' ORDER BY datname) FROM pg_database WHERE NOT datistemplate"));
    }

    [Fact]
    public async Task an_interrupted_up_stops_what_it_had_started()
    {
        await CityLauncher.RequirePostgres();
        await using var city = new CityLauncher();
        // SIGTERM, which means the same to it: a runner in the background has SIGINT ignored, and its children too.
        using Process up = city.Start("up", "--port-base", $"{CityLauncher.FreePorts()}");
        Task<string> sentence = up.StandardError.ReadToEndAsync(Cancel);
        Task<string> rest = up.StandardOutput.ReadToEndAsync(Cancel);
        await Eventually.True(() => city.Processes().Count > 2, "services to be started", TimeSpan.FromSeconds(60));

        Signals.Send(up.Id, Signal.Terminate);
        await up.WaitForExitAsync(Cancel);

        Assert.Equal(130, up.ExitCode);
        Assert.Contains("Interrupted: what had been started is stopped again", await sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("running", await rest, StringComparison.Ordinal);
        Assert.Empty(city.Processes());
    }

    [Fact]
    public async Task an_ordinary_user_has_a_city_of_his_own_and_leaves_nothing()
    {
        await CityLauncher.RequirePostgres();
        string home = Directory.CreateTempSubdirectory("ecny-ordinary-").FullName;
        string[] nobody = [];
        if (Signals.IsRoot)
        {
            nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"];
            ProgramResult reach = await ExternalProgram.Run(nobody[0], [.. nobody[1..], "test", "-x", CityLauncher.Program], cancel: Cancel);
            Assert.SkipUnless(reach.Succeeded, $"An ordinary user cannot reach {CityLauncher.Program}.");
            await ExternalProgram.Require("The folder cannot be given away", "chown", ["65534:65534", home], cancel: Cancel);
        }

        await using var city = new CityLauncher("", home, nobody);
        await city.Succeed("up", "--port-base", $"{CityLauncher.FreePorts()}");
        Assert.Equal(Path.Combine(home, "postgres"), city.PostgresFolder);
        Assert.Equal(CityLauncher.ProcessCount, city.Processes().Count);
        IReadOnlyList<int> processes = city.Processes();

        await city.Succeed("down", "--wipe");

        Assert.All(processes, pid => Assert.Null(ProcessTable.StartTime(pid)));
        Assert.False(Directory.Exists(home) && Directory.EnumerateFileSystemEntries(home).Any());
    }

    private static string As(LocalPostgres server, string role) => $"Host=127.0.0.1;Port={server.Port};Username={role};Password={role};Database=postgres";

    private static async Task<object?> Run(LocalPostgres server, string sql)
    {
        await using var connection = new NpgsqlConnection($"{server.ConnectionString()};Pooling=false");
        await connection.OpenAsync(Cancel);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancel);
    }
}
