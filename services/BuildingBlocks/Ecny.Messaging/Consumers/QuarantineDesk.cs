using Npgsql;
using static Ecny.Messaging.CursorTable;

namespace Ecny.Messaging;

/// <summary>The recorded two-person decision to let a halted consumer pass an entry without its effect.</summary>
public sealed class QuarantineDesk(NpgsqlDataSource database)
{
    /// <summary>The first person's proposal. False: there is one already.</summary>
    /// <exception cref="ArgumentException">Without a person or a reason.</exception>
    public async Task<bool> Propose(string consumer, int shard, long seq, string person, string reason, CancellationToken stop)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(person);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        await using var command = database.CreateCommand("""
            INSERT INTO messaging.quarantine (consumer, shard, seq, reason, proposed_by)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT DO NOTHING
            """);
        command.Parameters.Add(Text(consumer));
        command.Parameters.Add(Int(shard));
        command.Parameters.Add(Long(seq));
        command.Parameters.Add(Text(reason));
        command.Parameters.Add(Text(person));
        return await command.ExecuteNonQueryAsync(stop) == 1;
    }

    /// <summary>The second person's approval. False: nothing is proposed, it is approved already, or the person is the proposer.</summary>
    public async Task<bool> Approve(string consumer, int shard, long seq, string person, CancellationToken stop)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(person);
        await using var command = database.CreateCommand("""
            UPDATE messaging.quarantine
            SET approved_by = $4, approved_at = now()
            WHERE consumer = $1 AND shard = $2 AND seq = $3 AND approved_by IS NULL AND proposed_by <> $4
            """);
        command.Parameters.Add(Text(consumer));
        command.Parameters.Add(Int(shard));
        command.Parameters.Add(Long(seq));
        command.Parameters.Add(Text(person));
        return await command.ExecuteNonQueryAsync(stop) == 1;
    }

    /// <summary>Approved entries of a consumer and shard after a sequence.</summary>
    internal static async Task<HashSet<long>> Approved(NpgsqlConnection connection, string consumer, int shard, long after, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand("SELECT seq FROM messaging.quarantine WHERE consumer = $1 AND shard = $2 AND seq > $3 AND approved_by IS NOT NULL", connection)
        {
            Parameters = { Text(consumer), Int(shard), Long(after) },
        };
        await using var reader = await command.ExecuteReaderAsync(stop);
        var approved = new HashSet<long>();
        while (await reader.ReadAsync(stop)) approved.Add(reader.GetInt64(0));
        return approved;
    }
}
