using System.Security.Cryptography;
using Ecny.Acquiring.Notifications;
using Ecny.Acquiring.Tests.Hosting;
using Ecny.ServiceDefaults;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Ecny.Acquiring.Tests.Notifications;

/// <summary>Queues and senders in a database of their own, with a clock that a test moves.</summary>
public sealed class SenderScene : IAsyncDisposable
{
    private readonly List<WebhookClient> clients = [];
    private readonly string keyFile = Path.GetTempFileName();
    private long seq;

    private SenderScene(NpgsqlDataSource database)
    {
        Database = database;
        Queue = new NotificationQueue(database);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
    }

    public NpgsqlDataSource Database { get; }
    public NotificationQueue Queue { get; }
    public TestClock Clock { get; } = new();
    public WebhookOptions Options { get; } = new() { KeyId = "k", AllowedNetworks = "127.0.0.0/8" };

    public static async Task<SenderScene> Open(SmallCity city) => new(NpgsqlDataSource.Create(await city.Postgres.CreateDatabase("acquiring", database =>
    {
        Migrations.Run(database, typeof(EcnyProgram).Assembly, "Ecny.ServiceDefaults.Migrations.");
        Migrations.Run(database, typeof(Acquiring).Assembly, "Ecny.Acquiring.Migrations.");
    })));

    /// <summary>A further sender, as another replica has one.</summary>
    public WebhookSender Sender(TimeProvider? clock = null)
    {
        var options = Microsoft.Extensions.Options.Options.Create(Options);
        Options.PrivateKeyFile = keyFile;
        var time = clock ?? Clock;
        var schedule = new RetrySchedule(options);
        var partitions = new DonePartitions(Database, options);
        var client = new WebhookClient(new AddressRules(options), new WebhookKeys(options), time, options);
        clients.Add(client);
        var round = new EndpointRound(Queue, new NotificationSettling(Database, partitions, schedule), client, time, options);
        return new WebhookSender(Queue, round, partitions, time, options, NullLogger<WebhookSender>.Instance);
    }

    /// <summary>Queues notifications as the consumer does; their amounts are 1, 2, 3 …</summary>
    public async Task<IReadOnlyList<Notification>> Tell(string url, int count, TimeProvider? clock = null)
    {
        var now = (clock ?? Clock).GetUtcNow();
        var told = Enumerable.Range(0, count).Select(_ => Next(url, now)).ToList();
        await using var connection = await Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await Queue.Add(connection, transaction, told, now, CancellationToken.None);
        await transaction.CommitAsync();
        return told;
    }

    public async Task<List<(Guid Id, NotificationState State, int Attempts)>> Ended()
    {
        await using var command = Database.CreateCommand("SELECT id, state, attempts FROM notification_done ORDER BY seq");
        await using var reader = await command.ExecuteReaderAsync();
        var ended = new List<(Guid, NotificationState, int)>();
        while (await reader.ReadAsync()) ended.Add((reader.GetGuid(0), (NotificationState)reader.GetInt16(1), reader.GetInt32(2)));
        return ended;
    }

    public async Task<long> Open()
    {
        await using var command = Database.CreateCommand("SELECT count(*) FROM notification_open");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients) client.Dispose();
        File.Delete(keyFile);
        await Database.DisposeAsync();
    }

    private Notification Next(string url, DateTimeOffset now)
    {
        var (id, nth) = (Guid.NewGuid(), Interlocked.Increment(ref seq));
        var body = System.Text.Encoding.UTF8.GetBytes($$"""{"notificationId":"{{id:N}}","nth":{{nth}}}""");
        return new Notification(id, "acquirer", url, NotificationType.PAYMENT_SETTLED, "M1", null, 0, nth, DateOnly.FromDateTime(now.UtcDateTime), nth, now, body);
    }
}

/// <summary>A clock that stands until it is moved.</summary>
public sealed class TestClock : TimeProvider
{
    private long ticks = new DateTimeOffset(2026, 3, 1, 1, 0, 0, TimeSpan.Zero).UtcTicks;

    public void Move(TimeSpan by) => Interlocked.Add(ref ticks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref ticks), TimeSpan.Zero);
}
