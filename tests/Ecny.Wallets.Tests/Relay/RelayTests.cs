using System.Collections.Concurrent;
using Ecny.Client.Signing;
using Ecny.Messaging;
using Ecny.ServiceDefaults;
using Ecny.Testing;
using Ecny.Wallets.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Ecny.Wallets.Tests.Relay;

/// <summary>The journal on its way out: told by the service's own relay, pulled from its own API.</summary>
public sealed class RelayTests(City city)
{
    [Fact]
    public async Task what_is_committed_reaches_a_consumer_by_message_and_by_pull()
    {
        using var broker = EmbeddedBroker.Start();
        using var transport = new KafkaTransport(new MessagingOptions { Transport = TransportKind.Kafka, Bootstrap = broker.Bootstrap }, NullLogger.Instance);
        await using var host = await WalletsHost.Start(await city.NewDatabases(), builder => builder.Services.AddSingleton<IEventTransport>(transport), "relay");
        var api = host.As(Party.OperatorA);
        var (from, to) = (await api.OpenWallet(), await api.OpenWallet());
        await api.Fund(from, 1_000);

        var own = (await city.NewDatabases()).Main;
        Migrations.Run(own, typeof(MessagingServices).Assembly, "Ecny.Messaging.Migrations.");
        await using var database = NpgsqlDataSource.Create(own);
        using var signer = RequestSigner.FromPem(Party.Clearing.KeyId, Party.Clearing.PrivatePem);
        using var journal = new JournalClient(host.Address, signer);
        var (collector, board) = (new Collector(), new ConsumerBoard());
        using var consumer = new LedgerConsumerHost<Collector>(collector, database, journal, transport, new ConsumerOptions { PageSize = 3 }, board, NullLogger<Collector>.Instance);
        await consumer.StartAsync(CancellationToken.None);

        // Until the subscription stands entries are pulled; from then on they come by message.
        var transfers = 0;
        await Eventually.True(async () =>
        {
            (await api.Post("/v1/transfers", new { requestNo = ApiClient.NewNumber(), fromWalletId = from, toWalletId = to, amount = 1 })).Expect(200);
            transfers++;
            var status = board.Statuses.Single();
            return status.Pulled > 0 && status.Applied > status.Pulled;
        }, "entries by message", TimeSpan.FromSeconds(30));
        broker.Stop();
        (await api.Post("/v1/transfers", new { requestNo = ApiClient.NewNumber(), fromWalletId = from, toWalletId = to, amount = 1 })).Expect(200);
        transfers++;

        var head = Assert.Single(await journal.Heads(CancellationToken.None));
        await Eventually.True(() => collector.Taken.Count >= head.Seq, $"all {head.Seq} entries");
        Assert.Equal(Enumerable.Range(1, collector.Taken.Count).Select(i => (long)i), collector.Taken.Select(entry => entry.Seq));
        Assert.Equal(transfers, collector.Taken.Count(entry => entry is { KindName: "TRANSFER", Settled: true, Amount: 1 } && entry.Debit.WalletId == from && entry.Credit.WalletId == to));
        Assert.Equal(Party.OperatorA.Id, collector.Taken.Last(entry => entry.KindName == "TRANSFER").Context.PayerOperator);
        await consumer.StopAsync(CancellationToken.None);
    }

    private sealed class Collector : ILedgerConsumer
    {
        public ConcurrentQueue<LedgerEntryFact> Taken { get; } = new();
        public string Name => "collector";
        public FailurePolicy Policy => FailurePolicy.Halt;

        public Task Apply(NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<LedgerEntryFact> entries, CancellationToken stop)
        {
            foreach (var entry in entries) Taken.Enqueue(entry);
            return Task.CompletedTask;
        }
    }
}
