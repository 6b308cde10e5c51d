using Ecny.Contracts.Ledger;
using Ecny.Wallets.Hosting;
using Npgsql;
using NpgsqlTypes;

namespace Ecny.Wallets.Exchanges;

/// <summary>What <see cref="ExchangeStore.Begin"/> found.</summary>
/// <param name="Exchange">The one begun, or the one remembered under the same number; null: the ledger has no such wallet.</param>
public sealed record Begun(Exchange? Exchange, bool IsNew);

/// <summary>The memory of exchanges in PostgreSQL. Concurrent requests share commits.</summary>
public sealed class ExchangeStore : IAsyncDisposable
{
    private const string Columns = "e.id, e.institution, e.request_no, e.fingerprint, e.wallet, e.inward, e.amount, e.bank_account_token, e.begun_micros, e.outcome, e.code, e.seq";

    private readonly NpgsqlDataSource database;
    private readonly GroupCommit<Exchange, Begun> beginnings;
    private readonly GroupCommit<(TransferId Id, ExchangeResult? Result), bool> endings;

    public ExchangeStore(NpgsqlDataSource database)
    {
        this.database = database;
        beginnings = new(largest: 500, capacity: 5_000, WriteBeginnings);
        endings = new(largest: 500, capacity: 50_000, WriteEndings);
    }

    /// <summary>Durable before anything happens at the bank: whatever dies, the sweeper finds it.</summary>
    public Task<Begun> Begin(Exchange exchange) => beginnings.Write(exchange);

    public Task Finish(TransferId id, ExchangeResult result) => endings.Write((id, result));

    /// <summary>Not decided now: the sweeper looks again in a second.</summary>
    public Task Postpone(TransferId id) => endings.Write((id, null));

    public Task<Exchange?> Get(TransferId id) => One("WHERE e.id = $1", new NpgsqlParameter { Value = id.Value });

    public Task<Exchange?> FindByNumber(string institution, string requestNo) => Get(TransferId.Of(institution, NumberKind.Exchange, requestNo));

    /// <summary>Takes exchanges that are not finished and that nobody looked after for some time; nobody else gets them for ten seconds.</summary>
    public async Task<IReadOnlyList<Exchange>> TakeDue(int limit)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var command = new NpgsqlCommand($"""
            UPDATE wallets.exchange e
            SET due_at = now() + interval '10 seconds'
            WHERE e.id IN (
              SELECT id
              FROM wallets.exchange
              WHERE due_at <= now()
              ORDER BY due_at
              LIMIT $1
              FOR UPDATE SKIP LOCKED)
            RETURNING {Columns}
            """, connection) { Parameters = { new() { Value = limit } } };
        return await Read(command);
    }

    public async ValueTask DisposeAsync()
    {
        await beginnings.DisposeAsync();
        await endings.DisposeAsync();
    }

    private async Task<Begun[]> WriteBeginnings(IReadOnlyList<Exchange> group)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var insert = new NpgsqlCommand("""
            INSERT INTO wallets.exchange (id, institution, request_no, fingerprint, wallet, inward, amount, bank_account_token, begun_micros, due_at)
            SELECT a.id, a.institution, a.request_no, a.fingerprint, a.wallet, a.inward, a.amount, a.token, a.begun, now() + interval '10 seconds'
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) AS a(id, institution, request_no, fingerprint, wallet, inward, amount, token, begun)
            WHERE EXISTS (SELECT FROM ledger.wallet w WHERE w.id = a.wallet)
            ON CONFLICT (id) DO NOTHING
            RETURNING id
            """, connection);
        Add(insert, NpgsqlDbType.Uuid, group.Select(e => e.Id.Value));
        Add(insert, NpgsqlDbType.Text, group.Select(e => e.Institution));
        Add(insert, NpgsqlDbType.Text, group.Select(e => e.RequestNo));
        Add(insert, NpgsqlDbType.Bigint, group.Select(e => e.Fingerprint));
        Add(insert, NpgsqlDbType.Bigint, group.Select(e => e.Wallet));
        Add(insert, NpgsqlDbType.Boolean, group.Select(e => e.Inward));
        Add(insert, NpgsqlDbType.Bigint, group.Select(e => e.Amount));
        Add(insert, NpgsqlDbType.Text, group.Select(e => e.BankAccountToken));
        Add(insert, NpgsqlDbType.Bigint, group.Select(e => e.BegunMicros));
        var created = new HashSet<Guid>();
        await using (var reader = await insert.ExecuteReaderAsync())
            while (await reader.ReadAsync()) created.Add(reader.GetGuid(0));

        var known = new Dictionary<Guid, Exchange>();
        if (created.Count < group.Count)
        {
            await using var select = new NpgsqlCommand($"SELECT {Columns} FROM wallets.exchange e WHERE e.id = ANY($1)", connection);
            Add(select, NpgsqlDbType.Uuid, group.Select(e => e.Id.Value));
            foreach (var exchange in await Read(select)) known[exchange.Id.Value] = exchange;
        }
        // Of two requests with one number in the same group only the first is new.
        return [.. group.Select(e => created.Remove(e.Id.Value) ? new Begun(e, true) : new Begun(known.GetValueOrDefault(e.Id.Value), false))];
    }

    private async Task<bool[]> WriteEndings(IReadOnlyList<(TransferId Id, ExchangeResult? Result)> group)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var command = new NpgsqlCommand("""
            UPDATE wallets.exchange e
            SET outcome = a.outcome, code = a.code, seq = a.seq, due_at = CASE WHEN a.outcome IS NULL THEN now() + interval '1 second' END
            FROM unnest($1, $2, $3, $4) AS a(id, outcome, code, seq)
            WHERE e.id = a.id AND e.outcome IS NULL
            """, connection);
        Add(command, NpgsqlDbType.Uuid, group.Select(item => item.Id.Value));
        Add(command, NpgsqlDbType.Smallint, group.Select(item => item.Result is { } r ? (short?)(r.Code == DeclineCode.None ? 1 : 2) : null));
        Add(command, NpgsqlDbType.Smallint, group.Select(item => (short?)item.Result?.Code));
        Add(command, NpgsqlDbType.Bigint, group.Select(item => item.Result?.Seq));
        await command.ExecuteNonQueryAsync();
        return new bool[group.Count];
    }

    private async Task<Exchange?> One(string where, NpgsqlParameter parameter)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var command = new NpgsqlCommand($"SELECT {Columns} FROM wallets.exchange e {where}", connection) { Parameters = { parameter } };
        return (await Read(command)).FirstOrDefault();
    }

    private static async Task<List<Exchange>> Read(NpgsqlCommand command)
    {
        await using var reader = await command.ExecuteReaderAsync();
        var found = new List<Exchange>();
        while (await reader.ReadAsync())
            found.Add(new Exchange
            {
                Id = new TransferId(reader.GetGuid(0)), Institution = reader.GetString(1), RequestNo = reader.GetString(2), Fingerprint = reader.GetInt64(3),
                Wallet = reader.GetInt64(4), Inward = reader.GetBoolean(5), Amount = reader.GetInt64(6), BankAccountToken = reader.GetString(7),
                BegunMicros = reader.GetInt64(8),
                Result = reader.IsDBNull(9) ? null : new ExchangeResult((DeclineCode)reader.GetInt16(10), reader.GetInt64(11)),
            });
        return found;
    }

    private static void Add<T>(NpgsqlCommand command, NpgsqlDbType type, IEnumerable<T> values) =>
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type | NpgsqlDbType.Array, Value = values.ToArray() });
}
