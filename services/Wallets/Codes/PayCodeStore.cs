using Ecny.Wallets.Hosting;
using Npgsql;
using NpgsqlTypes;

namespace Ecny.Wallets.Codes;

/// <summary>A pay code asked for, or the one remembered under the same number.</summary>
public sealed record IssuedCode(Guid Key, long Fingerprint, long Wallet, long ExpiresMicros, string Code);

/// <summary>Numbers of pay codes until they expire. One statement for everything that waits: ten thousand codes a second cost some twenty commits.</summary>
public sealed class PayCodeStore : IAsyncDisposable
{
    private const long MinuteMicros = 60_000_000;
    private static readonly string[] Inserts = [.. Enumerable.Range(0, 3).Select(InsertInto)];
    private static readonly string[] Selects = [.. Enumerable.Range(0, 3).Select(SelectFrom)];

    private readonly NpgsqlDataSource database;
    private readonly TimeProvider time;
    private readonly GroupCommit<IssuedCode, IssuedCode?> group;

    public PayCodeStore(NpgsqlDataSource database, TimeProvider time)
    {
        (this.database, this.time) = (database, time);
        group = new(largest: 1_000, capacity: 20_000, Write);
    }

    /// <summary>The code asked for once it is durable, or the one that has the number already; null: the ledger has no such wallet.</summary>
    public Task<IssuedCode?> Issue(IssuedCode asked) => group.Write(asked);

    /// <summary>Empties the slice that the next minute will write into: what is in it expired a minute ago.</summary>
    public async Task EmptyNext(CancellationToken stop)
    {
        var next = (Minute + 1) % 3;
        await using var command = database.CreateCommand($"SET lock_timeout = '1s'; TRUNCATE wallets.pay_code_{next}; RESET lock_timeout");
        await command.ExecuteNonQueryAsync(stop);
    }

    public ValueTask DisposeAsync() => group.DisposeAsync();

    private long NowMicros => Numbers.Clock.NowMicros(time);

    private long Minute => NowMicros / MinuteMicros;

    private async Task<IssuedCode?[]> Write(IReadOnlyList<IssuedCode> asked)
    {
        var (now, slice) = (NowMicros, (int)(Minute % 3));
        await using var connection = await database.OpenConnectionAsync();
        await using var insert = new NpgsqlCommand(Inserts[slice], connection);
        Add(insert, NpgsqlDbType.Uuid, asked.Select(c => c.Key));
        Add(insert, NpgsqlDbType.Bigint, asked.Select(c => c.Fingerprint));
        Add(insert, NpgsqlDbType.Bigint, asked.Select(c => c.Wallet));
        Add(insert, NpgsqlDbType.Bigint, asked.Select(c => c.ExpiresMicros));
        Add(insert, NpgsqlDbType.Text, asked.Select(c => c.Code));
        insert.Parameters.Add(new NpgsqlParameter { Value = now });
        var created = new HashSet<string>();
        await using (var reader = await insert.ExecuteReaderAsync())
            while (await reader.ReadAsync()) created.Add(reader.GetString(0));

        var known = created.Count == asked.Count ? null : await Known(connection, slice, asked.Where(c => !created.Contains(c.Code)), now);
        return [.. asked.Select(c => created.Contains(c.Code) ? c : known?.GetValueOrDefault(c.Key))];
    }

    private static async Task<Dictionary<Guid, IssuedCode>> Known(NpgsqlConnection connection, int slice, IEnumerable<IssuedCode> asked, long now)
    {
        await using var select = new NpgsqlCommand(Selects[slice], connection);
        Add(select, NpgsqlDbType.Uuid, asked.Select(c => c.Key));
        select.Parameters.Add(new NpgsqlParameter { Value = now });
        var known = new Dictionary<Guid, IssuedCode>();
        await using var reader = await select.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            known[reader.GetGuid(0)] = new IssuedCode(reader.GetGuid(0), reader.GetInt64(1), 0, reader.GetInt64(2), reader.GetString(3));
        return known;
    }

    // What a slice still holds from three minutes ago (nobody emptied it) gives way.
    private static string InsertInto(int slice) => $"""
        INSERT INTO wallets.pay_code_{slice} (key, fingerprint, expires_micros, code)
        SELECT DISTINCT ON (a.key) a.key, a.fingerprint, a.expires_micros, a.code
        FROM unnest($1, $2, $3, $4, $5) AS a(key, fingerprint, wallet, expires_micros, code)
        WHERE EXISTS (SELECT FROM ledger.wallet w WHERE w.id = a.wallet)
          AND NOT EXISTS (SELECT FROM wallets.pay_code_{(slice + 2) % 3} before WHERE before.key = a.key AND before.expires_micros > $6)
        ON CONFLICT (key) DO UPDATE
        SET fingerprint = excluded.fingerprint, expires_micros = excluded.expires_micros, code = excluded.code
        WHERE pay_code_{slice}.expires_micros <= $6
        RETURNING code
        """;

    private static string SelectFrom(int slice) => $"""
        SELECT key, fingerprint, expires_micros, code
        FROM wallets.pay_code_{(slice + 2) % 3}
        WHERE key = ANY($1) AND expires_micros > $2
        UNION ALL
        SELECT key, fingerprint, expires_micros, code
        FROM wallets.pay_code_{slice}
        WHERE key = ANY($1)
        """;

    private static void Add<T>(NpgsqlCommand command, NpgsqlDbType type, IEnumerable<T> values) =>
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type | NpgsqlDbType.Array, Value = values.ToArray() });
}
