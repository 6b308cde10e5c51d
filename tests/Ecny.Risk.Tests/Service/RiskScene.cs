using Ecny.Messaging;
using Ecny.Risk.Alerts;
using Ecny.Risk.Detection;
using Ecny.Risk.Engine.Catalogue;
using Ecny.Risk.Feeds;
using Ecny.Risk.Hosting;
using Ecny.ServiceDefaults;
using Ecny.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Ecny.Risk.Tests.Service;

/// <summary>A risk database and its consumer, started and stopped at will on a journal of the test.</summary>
public sealed class RiskScene(string connection, MemoryJournal journal) : IAsyncDisposable
{
    private readonly NpgsqlDataSource database = NpgsqlDataSource.Create(connection);
    private readonly List<IHostedService> running = [];

    public string Connection => connection;
    public NpgsqlDataSource Database => database;
    public MemoryJournal Journal => journal;
    public long SnapshotEntries { get; init; } = 300;
    public int PageSize { get; init; } = 250;
    public string Catalogue { get; set; } = RuleCatalogue.DefaultJson();

    public static async Task<RiskScene> Open(PostgresFixture postgres, MemoryJournal? journal = null) => new(await NewDatabase(postgres), journal ?? new MemoryJournal());

    public static Task<string> NewDatabase(PostgresFixture postgres) => postgres.CreateDatabase("risk", static database =>
    {
        Migrations.Run(database, typeof(EcnyProgram).Assembly, "Ecny.ServiceDefaults.Migrations.");
        Migrations.Run(database, typeof(MessagingServices).Assembly, "Ecny.Messaging.Migrations.");
        Migrations.Run(database, typeof(RiskService).Assembly, "Ecny.Risk.Migrations.");
    });

    public async Task<RunningConsumer> Start(NpgsqlDataSource? through = null)
    {
        var services = new ServiceCollection().AddSingleton<IJournal>(journal).BuildServiceProvider();
        var writer = new AlertWriter(new SignalWriter(new Outbox("/ecny/risk", TimeProvider.System)));
        var consumer = new RiskConsumer(writer, new RiskOptions { SnapshotEntries = SnapshotEntries, Catalogue = Catalogue }, services, NullLogger<RiskConsumer>.Instance);
        var options = new ConsumerOptions
        {
            PullInterval = TimeSpan.FromMilliseconds(20), StandByInterval = TimeSpan.FromMilliseconds(50), FirstPause = TimeSpan.FromMilliseconds(20), LongestPause = TimeSpan.FromMilliseconds(200), PageSize = PageSize,
        };
        var board = new ConsumerBoard();
        var host = new LedgerConsumerHost<RiskConsumer>(consumer, through ?? database, journal, new NoTransport(), options, board, NullLogger<RiskConsumer>.Instance);
        running.Add(host);
        await host.StartAsync(CancellationToken.None);
        return new RunningConsumer(host, board);
    }

    /// <summary>Runs a consumer until it has everything that is visible.</summary>
    public async Task Run(long? to = null)
    {
        var consumer = await Start();
        await consumer.Reaches(to ?? journal.Head);
        await consumer.Host.StopAsync(CancellationToken.None);
    }

    /// <summary>Every bit of the alerts, as text.</summary>
    public Task<string> Alerts() => Dump("SELECT id, number, revision, typology, track, severity, raised_at, updated_at, amount_at_risk, rules::text, subjects::text, encode(body, 'hex') FROM risk.alert ORDER BY number");

    /// <summary>The feeds, without the time at which they were told.</summary>
    public Task<string> Signals() => Dump("SELECT topic, seq, key, convert_from(envelope, 'UTF8')::jsonb - 'time' FROM messaging.outbox ORDER BY topic, seq");

    public async Task<string> Dump(string query)
    {
        await using var command = database.CreateCommand(query);
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync()) lines.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetValue(i))));
        return string.Join('\n', lines);
    }

    public async Task<T> Scalar<T>(string query)
    {
        await using var command = database.CreateCommand(query);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task Execute(string statement)
    {
        await using var command = database.CreateCommand(statement);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(running.Select(host => host.StopAsync(CancellationToken.None)));
        await database.DisposeAsync();
    }
}

public sealed record RunningConsumer(IHostedService Host, ConsumerBoard Board)
{
    public ConsumerStatus Status => Assert.Single(Board.Statuses);

    public Task Reaches(long seq) => Eventually.Get(() => Task.FromResult(Status), status => status.Seq >= seq, $"the consumer at {seq}", TimeSpan.FromSeconds(60));

    public Task Stop() => Host.StopAsync(CancellationToken.None);
}
