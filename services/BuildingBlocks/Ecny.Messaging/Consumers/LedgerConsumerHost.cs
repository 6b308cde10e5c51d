using System.Text.Json;
using Ecny.Contracts.Ledger;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ecny.Messaging;

/// <summary>Runs a consumer: its cursor, and the subscription that feeds it.</summary>
public sealed class LedgerConsumerHost<T> : BackgroundService where T : ILedgerConsumer
{
    private readonly IEventTransport transport;
    private readonly ILogger<T> log;
    private readonly LedgerCursor cursor;
    private readonly LedgerEntryReader reader = new();

    public LedgerConsumerHost(T consumer, NpgsqlDataSource database, IJournal journal, IEventTransport transport, ConsumerOptions options, ConsumerBoard board, ILogger<T> log)
    {
        (this.transport, this.log) = (transport, log);
        var meter = new ConsumerMeter(consumer.Name, ShardMap.OnlyShard, options.Time, log);
        board.Add(meter);
        cursor = new LedgerCursor(consumer, ShardMap.OnlyShard, database, journal, transport.Carries, options, meter);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Task.Run(() => cursor.Run(stoppingToken), CancellationToken.None), transport.Broadcast(Topics.Ledger, Take, stoppingToken));

    private void Take(ReadOnlyMemory<byte> message)
    {
        try
        {
            if (LedgerRun.Parse(message, reader) is { Shard: ShardMap.OnlyShard } run) cursor.Offer(run);
        }
        catch (JsonException e)
        {
            // The journal has what the message should have told; the cursor's look brings it.
            log.LogError(e, "A message on {Topic} is not a run of entries; it is passed over", Topics.Ledger);
        }
    }
}
