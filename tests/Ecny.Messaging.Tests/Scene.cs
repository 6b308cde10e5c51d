using Ecny.ServiceDefaults;
using Ecny.Testing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Ecny.Messaging.Tests;

/// <summary>A database of a consumer, a journal and a broker, with relays and consumers started at will.</summary>
public sealed class Scene : IAsyncDisposable
{
    private readonly List<IHostedService> running = [];
    private readonly List<IEventTransport> clients = [];

    private Scene(Broker broker, string connection) => (Broker, ConnectionString, Database) = (broker, connection, NpgsqlDataSource.Create(connection));

    public Broker Broker { get; }
    public string ConnectionString { get; }
    public NpgsqlDataSource Database { get; }
    public TestJournal Journal { get; } = new();

    /// <summary>Short pauses, so that tests end soon; what they are does not change what happens.</summary>
    public ConsumerOptions Options { get; init; } = new()
    {
        HeadInterval = TimeSpan.FromMilliseconds(200), PullInterval = TimeSpan.FromMilliseconds(20), Grace = TimeSpan.FromMilliseconds(50),
        StandByInterval = TimeSpan.FromMilliseconds(50), LongestPause = TimeSpan.FromMilliseconds(200), PageSize = 1_000,
    };

    public static async Task<Scene> Open(PostgresFixture postgres, Broker broker) => new(broker, await NewDatabase(postgres));

    public static Task<string> NewDatabase(PostgresFixture postgres) => postgres.CreateDatabase("messaging", database =>
    {
        Migrations.Run(database, typeof(MessagingServices).Assembly, "Ecny.Messaging.Migrations.");
        using var source = NpgsqlDataSource.Create(database);
        using var command = source.CreateCommand(CountingConsumer.Table);
        command.ExecuteNonQuery();
    });

    public async Task<IEventTransport> Connect()
    {
        var client = await Broker.Connect();
        clients.Add(client);
        return client;
    }

    public async Task<LedgerRelay> StartRelay()
    {
        var relay = new LedgerRelay(Database, Journal, await Connect(), new RelayOptions { LongestPause = TimeSpan.FromMilliseconds(500), StandByInterval = TimeSpan.FromMilliseconds(50) }, NullLogger<LedgerRelay>.Instance);
        running.Add(relay);
        await relay.StartAsync(CancellationToken.None);
        return relay;
    }

    public async Task<Running> Start(CountingConsumer consumer, NpgsqlDataSource? database = null, ConsumerOptions? options = null)
    {
        var board = new ConsumerBoard();
        var host = new LedgerConsumerHost<CountingConsumer>(consumer, database ?? Database, Journal, await Connect(), options ?? Options, board, NullLogger<CountingConsumer>.Instance);
        running.Add(host);
        await host.StartAsync(CancellationToken.None);
        return new Running(host, board);
    }

    /// <summary>Every entry up to the head, but those named, took effect once, in order.</summary>
    public async Task ExpectExact(NpgsqlDataSource? database = null, params long[] without)
    {
        await using var command = (database ?? Database).CreateCommand("SELECT seq, amount FROM effect ORDER BY nth");
        await using var reader = await command.ExecuteReaderAsync();
        var taken = new List<long>();
        while (await reader.ReadAsync())
        {
            taken.Add(reader.GetInt64(0));
            Assert.Equal(reader.GetInt64(0), reader.GetInt64(1));
        }
        Assert.Equal(Enumerable.Range(1, (int)Journal.Head).Select(i => (long)i).Except(without), taken);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(running.Select(service => service.StopAsync(CancellationToken.None)));
        foreach (var client in clients) (client as IDisposable)?.Dispose();
        await Broker.DisposeAsync();
        await Database.DisposeAsync();
    }
}

/// <summary>A consumer that runs.</summary>
public sealed record Running(IHostedService Host, ConsumerBoard Board)
{
    public ConsumerStatus Status => Assert.Single(Board.Statuses);

    public Task Reaches(long seq) => Eventually.Get(() => Task.FromResult(Status), status => status.Seq >= seq, $"the consumer at {seq}", TimeSpan.FromSeconds(60));

    public Task Stop() => Host.StopAsync(CancellationToken.None);
}
