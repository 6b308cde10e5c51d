using Npgsql;
using static Ecny.Messaging.CursorTable;

namespace Ecny.Messaging;

/// <summary>
/// Facts for topics that this service owns. Written in the transaction of the fact, with a sequence without gaps per topic: what a reader misses on the topic it sees,
/// and pulls. Writers of one topic wait for each other from the write to their commit, so write last.
/// </summary>
public sealed class Outbox(string source, TimeProvider time)
{
    /// <summary>Writes facts of one topic, in order, with consecutive sequences.</summary>
    /// <returns>The sequence of the last one.</returns>
    public async Task<long> Write(NpgsqlConnection connection, NpgsqlTransaction transaction, string topic, IReadOnlyList<OutboxFact> facts, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfZero(facts.Count);
        await using var take = new NpgsqlCommand("""
            INSERT INTO messaging.outbox_head AS h (topic, seq)
            VALUES ($1, $2)
            ON CONFLICT (topic) DO UPDATE
            SET seq = h.seq + $2
            RETURNING seq
            """, connection, transaction) { Parameters = { Text(topic), Long(facts.Count) } };
        var last = (long)(await take.ExecuteScalarAsync(stop))!;
        var first = last - facts.Count + 1;
        await using var write = new NpgsqlCommand("""
            INSERT INTO messaging.outbox (topic, seq, key, envelope)
            SELECT $1, $2 + f.n - 1, f.key, f.envelope
            FROM unnest($3, $4) WITH ORDINALITY AS f (key, envelope, n)
            """, connection, transaction)
        {
            Parameters =
            {
                Text(topic), Long(first), new() { Value = facts.Select(fact => fact.Key).ToArray() },
                new() { Value = facts.Select((fact, i) => Envelope(topic, first + i, fact).ToJson()).ToArray() },
            },
        };
        await write.ExecuteNonQueryAsync(stop);
        return last;
    }

    private EventEnvelope Envelope(string topic, long seq, OutboxFact fact) => new()
    {
        Id = $"{topic}/{seq}", Source = source, Type = fact.Type, Subject = fact.Subject, Time = time.GetUtcNow(), Sequence = seq, TraceParent = fact.TraceParent, Data = fact.Data,
    };
}

/// <param name="Key">Facts with one key arrive in order.</param>
/// <param name="Type">With its version: <c>ecny.risk.alert.raised.v1</c>.</param>
/// <param name="Data">One JSON value.</param>
public sealed record OutboxFact(string Key, string Type, string Subject, ReadOnlyMemory<byte> Data, string? TraceParent = null);
