using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Ecny.Contracts.Errors;
using Ecny.Messaging;
using Ecny.ServiceDefaults;
using Npgsql;
using NpgsqlTypes;

namespace Ecny.Clearing.Reconciliations;

/// <summary>Takes a file in: read once, its good lines into a table of their own, all in one transaction. Matching comes later.</summary>
public sealed class StatementIntake(NpgsqlDataSource database, ReconciliationStore store, IJournal journal, ClearingOptions options, ReconciliationSignal signal) : IDisposable
{
    private readonly SemaphoreSlim uploads = new(options.MostUploads, options.MostUploads);

    /// <summary>What became of an upload.</summary>
    /// <param name="Replayed">The same file came before under this number.</param>
    internal sealed record Taken(Reconciliation Reconciliation, bool Replayed);

    /// <exception cref="ApiException">The number stands for another file, the day is none of the books', the file is too large or has a wrong header, or too many are being taken in.</exception>
    internal async Task<Taken> Take(string institution, string requestNo, DateOnly date, ReadOnlyMemory<byte> file, bool packed, Func<IStatementFormat> format, CancellationToken stop)
    {
        var digest = SHA256.HashData(file.Span);
        if (await store.FindByRequestNo(institution, requestNo, stop) is { } known) return Again(known, digest, date);
        if (!await store.HasDay(date, stop)) throw new ApiException([Field.Wrong("businessDate", "账簿中没有这个营业日", "is no business day that the books have")]);
        if (!await uploads.WaitAsync(0, stop)) throw new ApiException(ApiCode.OVERLOADED) { RetryAfterSeconds = 5 };
        try
        {
            // What was paid before the file came is in the books when it is matched.
            var heads = await Heads(stop);
            // Off the thread that reads requests: a large file takes seconds of a core.
            var no = await Task.Run(() => Store(institution, requestNo, date, digest, file, packed, format(), heads, stop), stop);
            if (no is not null) signal.Set();
            var stored = (await store.FindByRequestNo(institution, requestNo, stop))!;
            return no is null ? Again(stored, digest, date) : new Taken(stored, false);
        }
        finally
        {
            uploads.Release();
        }
    }

    private static Taken Again(Reconciliation known, byte[] digest, DateOnly date) =>
        known.BusinessDate == date && known.Digest.AsSpan().SequenceEqual(digest) ? new Taken(known, true) : throw new ApiException(ApiCode.REQUEST_NO_REUSED, "requestNo");

    private async Task<IReadOnlyList<JournalHead>> Heads(CancellationToken stop)
    {
        try
        {
            return await journal.Heads(stop);
        }
        catch (JournalUnavailableException)
        {
            // Then it is matched against what the books have; the answer says up to where.
            return [];
        }
    }

    /// <summary>Null: another request with this number was first.</summary>
    private string? Store(
        string institution, string requestNo, DateOnly date, byte[] digest, ReadOnlyMemory<byte> file, bool packed, IStatementFormat format, IReadOnlyList<JournalHead> heads, CancellationToken stop)
    {
        using var connection = database.OpenConnection();
        using var transaction = connection.BeginTransaction();
        var no = Guid.CreateVersion7().ToString("N");
        if (Begin(connection, no, institution, requestNo, date, digest, heads) is not { } id) return null;
        using (var create = new NpgsqlCommand($"CREATE TABLE {Reconciliation.LinesOf(id)} (line int NOT NULL, type smallint NOT NULL, number text NOT NULL, settled boolean NOT NULL, amount bigint NOT NULL, at timestamptz)",
            connection)) create.ExecuteNonQuery();
        using var bytes = MemoryMarshal.TryGetArray(file, out var array) ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false) : new MemoryStream(file.ToArray(), writable: false);
        using Stream plain = packed ? new GZipStream(bytes, CompressionMode.Decompress) : bytes;
        var statement = new StatementReader(plain, format, options);
        Copy(connection, id, statement, stop);
        if (statement.FirstBadLines.Count > 0) WriteBadLines(connection, id, statement.FirstBadLines);
        using (var count = new NpgsqlCommand("UPDATE clearing.reconciliation SET lines = $2, bad_lines = $3 WHERE id = $1", connection)
        {
            Parameters = { Long(id), Long(statement.Lines), Long(statement.BadLines) },
        }) count.ExecuteNonQuery();
        transaction.Commit();
        return no;
    }

    private static long? Begin(NpgsqlConnection connection, string no, string institution, string requestNo, DateOnly date, byte[] digest, IReadOnlyList<JournalHead> heads)
    {
        using var command = new NpgsqlCommand("""
            INSERT INTO clearing.reconciliation (no, institution, request_no, digest, business_date, status, until_shards, until_seqs, shards, seqs, lines, bad_lines, verdicts)
            VALUES ($1, $2, $3, $4, $5, 1, $6, $7, '{}', '{}', 0, 0, '{}')
            ON CONFLICT (institution, request_no) DO NOTHING
            RETURNING id
            """, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = no }, new NpgsqlParameter<string> { TypedValue = institution }, new NpgsqlParameter<string> { TypedValue = requestNo },
                new() { Value = digest }, new NpgsqlParameter<DateOnly> { TypedValue = date }, new() { Value = heads.Select(head => head.Shard).ToArray() },
                new() { Value = heads.Select(head => head.Seq).ToArray() },
            },
        };
        return command.ExecuteScalar() as long?;
    }

    private static void Copy(NpgsqlConnection connection, long id, StatementReader statement, CancellationToken stop)
    {
        using var rows = connection.BeginBinaryImport($"COPY {Reconciliation.LinesOf(id)} (line, type, number, settled, amount, at) FROM STDIN (FORMAT binary)");
        statement.Read((number, line) =>
        {
            if (number % 10_000 == 0) stop.ThrowIfCancellationRequested();
            rows.StartRow();
            rows.Write(number, NpgsqlDbType.Integer);
            rows.Write((short)line.Type, NpgsqlDbType.Smallint);
            rows.Write(line.Number, NpgsqlDbType.Text);
            rows.Write(line.Settled, NpgsqlDbType.Boolean);
            rows.Write(line.Amount, NpgsqlDbType.Bigint);
            if (line.At is { } at) rows.Write(at.UtcDateTime, NpgsqlDbType.TimestampTz);
            else rows.WriteNull();
        });
        rows.Complete();
    }

    private static void WriteBadLines(NpgsqlConnection connection, long id, IReadOnlyList<BadLine> lines)
    {
        using var command = new NpgsqlCommand("INSERT INTO clearing.bad_line (reconciliation, line, reason) SELECT $1, * FROM unnest($2, $3)", connection)
        {
            Parameters = { Long(id), new() { Value = lines.Select(line => line.Line).ToArray() }, new() { Value = lines.Select(line => (short)line.Reason).ToArray() } },
        };
        command.ExecuteNonQuery();
    }

    private static NpgsqlParameter<long> Long(long value) => new() { TypedValue = value };

    public void Dispose() => uploads.Dispose();
}
