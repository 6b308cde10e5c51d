using Ecny.Ledger.Core;
using Ecny.Ledger.Store;
using Npgsql;

namespace Ecny.Ledger.Postgres;

/// <summary>The shard's one row: taking it, keeping it, reading it.</summary>
internal static class ShardRow
{
    private const string Columns = "shard, epoch, owner, seq, at_micros, business_date, day_count, day_sum, chain";

    private const string Select = $"""
        SELECT {Columns}
        FROM ledger.shard
        WHERE shard = $1
        """;

    // The tenure protects an owner from others, not from itself: its own name may always go on. An activation in the future (the clock was wrong then,
    // or is now) protects nobody: it would keep everyone out until that time comes.
    private const string Take = $"""
        INSERT INTO ledger.shard AS s (shard, epoch, owner, activated_at, seq, at_micros, business_date, day_count, day_sum, chain)
        VALUES ($1, 1, $2, clock_timestamp(), 0, 0, (clock_timestamp() AT TIME ZONE 'UTC' + INTERVAL '8 hours')::date, 0, 0, $4)
        ON CONFLICT (shard) DO UPDATE
        SET epoch = s.epoch + 1, owner = excluded.owner, activated_at = clock_timestamp()
        WHERE s.owner = excluded.owner OR s.activated_at + $3 <= clock_timestamp() OR s.activated_at > clock_timestamp() + $3
        RETURNING {Columns}
        """;

    // $4 > 0: so many earlier attempts of this barrier ended without a certain answer, and may have bumped the epoch already.
    private const string Bump = $"""
        UPDATE ledger.shard
        SET epoch = epoch + 1
        WHERE shard = $1 AND epoch BETWEEN $2 AND $2 + $4 AND owner = $3
        RETURNING {Columns}
        """;

    public static NpgsqlCommand SelectCommand(int shard) => new(Select) { Parameters = { Int(shard) } };

    public static NpgsqlCommand TakeCommand(int shard, string owner, TimeSpan minimumTenure) => new(Take)
    {
        Parameters = { Int(shard), new NpgsqlParameter<string> { TypedValue = owner }, new NpgsqlParameter<TimeSpan> { TypedValue = minimumTenure }, new NpgsqlParameter<byte[]> { TypedValue = EntryHash.Genesis } },
    };

    public static NpgsqlCommand BumpCommand(int shard, long epoch, string owner, long uncertain) => new(Bump)
    {
        Parameters = { Int(shard), new NpgsqlParameter<long> { TypedValue = epoch }, new NpgsqlParameter<string> { TypedValue = owner }, new NpgsqlParameter<long> { TypedValue = uncertain } },
    };

    /// <summary>The row a command returns, or null. The command's whole answer is read: what it wrote is committed.</summary>
    public static async Task<ShardHead?> Read(NpgsqlCommand command, CancellationToken stop)
    {
        await using var r = await command.ExecuteReaderAsync(stop);
        ShardHead? head = null;
        if (await r.ReadAsync(stop))
        {
            head = new ShardHead
            {
                Shard = r.GetInt32(0),
                Epoch = r.GetInt64(1),
                Owner = r.GetString(2),
                Seq = r.GetInt64(3),
                AtMicros = r.GetInt64(4),
                BusinessDate = r.GetFieldValue<DateOnly>(5),
                DayCount = r.GetInt64(6),
                DaySum = r.GetInt64(7),
                Chain = r.GetFieldValue<byte[]>(8),
            };
        }
        await r.NextResultAsync(stop);
        return head;
    }

    private static NpgsqlParameter<int> Int(int value) => new() { TypedValue = value };
}
