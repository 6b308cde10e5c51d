using Ecny.Ledger.Store;
using Npgsql;

namespace Ecny.Ledger.Postgres;

/// <summary>
/// The writer's connection with its prepared call. One commit at a time. After an answer of Unknown it must not be used again: it
/// closes itself, at once or, where its commit may still be running, when that ends.
/// </summary>
internal sealed class CommitWriter : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly CommitParameters _parameters;
    private readonly NpgsqlCommand _command;
    private readonly RowPlaces _places;
    private string? _warning;

    private CommitWriter(NpgsqlConnection connection, RowPlaces places)
    {
        _connection = connection;
        _places = places;
        _parameters = new CommitParameters(places);
        _command = _parameters.Command(connection);
        _connection.Notice += (_, e) => _warning ??= $"{e.Notice.InvariantSeverity} {e.Notice.SqlState}: {e.Notice.MessageText}";
    }

    public static async Task<CommitWriter> Open(LedgerConnections connections, RowPlaces places, CancellationToken stop)
    {
        var connection = await connections.OpenOwn(stop);
        var writer = new CommitWriter(connection, places);
        try
        {
            await writer._command.PrepareAsync(stop);
            return writer;
        }
        catch
        {
            await writer.DisposeAsync();
            throw;
        }
    }

    public async Task<CommitAnswer> Commit(CommitBatch batch, TimeSpan timeout)
    {
        if (batch.Entries.Count > 0 && (batch.Entries[0].Seq != batch.PrevSeq + 1 || batch.Entries[^1].Seq != batch.Head.Seq))
        {
            // The function numbers the entries itself; a batch that thinks otherwise was decided on something else.
            return new CommitAnswer(CommitResult.Mismatch, 0, $"entries {batch.Entries[0].Seq} … {batch.Entries[^1].Seq} do not lead from {batch.PrevSeq} to {batch.Head.Seq}");
        }
        var running = Run(batch);
        try
        {
            var answer = await running.WaitAsync(timeout);
            if (answer.Result == CommitResult.Unknown) await DisposeAsync();
            return answer;
        }
        catch (TimeoutException)
        {
            // Never cancelled, only left alone. Keepalives of both sides end a dead connection; a live one ends with the commit.
            _ = running.ContinueWith(_ => DisposeAsync().AsTask(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            return new CommitAnswer(CommitResult.Unknown, 0, $"no answer within {timeout.TotalMilliseconds:F0} ms");
        }
    }

    private async Task<CommitAnswer> Run(CommitBatch batch)
    {
        _warning = null;
        try
        {
            _parameters.Fill(batch);
            long micros;
            (long[] Keys, string[] Places) wallets;
            (Guid[] Keys, string[] Places) tokens;
            await using (var reader = await _command.ExecuteReaderAsync())
            {
                await reader.ReadAsync();
                micros = reader.GetInt64(0);
                wallets = (Values<long>(reader, 1), Values<string>(reader, 2));
                tokens = (Values<Guid>(reader, 3), Values<string>(reader, 4));
                // The row comes before the commit; only the end of the answer says that the commit is done.
                await reader.NextResultAsync();
            }
            // The server says so when the wait for the synchronous standby was cut short: committed here, perhaps nowhere else.
            if (_warning is not null) return new CommitAnswer(CommitResult.Unknown, micros, _warning);
            _places.Wallets.Remember(wallets.Keys, wallets.Places);
            _places.Tokens.Remember(tokens.Keys, tokens.Places);
            return new CommitAnswer(CommitResult.Committed, micros, null);
        }
        catch (PostgresException e)
        {
            return CommitErrors.Classify(e);
        }
        catch (Exception e)
        {
            // Whatever went wrong here says nothing about what the server did.
            return new CommitAnswer(CommitResult.Unknown, 0, e.Message);
        }
    }

    private static T[] Values<T>(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? [] : reader.GetFieldValue<T[]>(column);

    public async ValueTask DisposeAsync()
    {
        await _command.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
