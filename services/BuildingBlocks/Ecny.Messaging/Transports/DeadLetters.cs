using System.Diagnostics.Metrics;
using Ecny.Contracts.Telemetry;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ecny.Messaging;

/// <summary>Keeps what a sidecar could not deliver.</summary>
public interface IDeadLetters
{
    Task Store(byte[] letter, CancellationToken stop);
}

/// <summary>
/// The backstop behind the sidecar: what it could not even read, such as a message that is no event. No entry is lost by that (its consumer sees the gap and pulls), but
/// somebody wrote to a topic of ours who should not have: kept, counted, alarmed.
/// </summary>
public sealed class DeadLetters(NpgsqlDataSource database, ILogger<DeadLetters> log) : IDeadLetters
{
    private static readonly Counter<long> Letters = EcnyTelemetry.Meter.CreateCounter<long>("ecny.consumer.dead_letters", "{message}", "Messages that the sidecar could not deliver");

    public async Task Store(byte[] letter, CancellationToken stop)
    {
        await using var command = database.CreateCommand("INSERT INTO messaging.dead_letter (body) VALUES ($1) RETURNING id");
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = letter });
        var id = (long)(await command.ExecuteScalarAsync(stop))!;
        Letters.Add(1);
        log.LogCritical("A message could not be delivered: messaging.dead_letter {Id}, {Bytes} bytes", id, letter.Length);
    }
}
