using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Ledger.Store;
using Npgsql;

namespace Ecny.Ledger.Postgres;

/// <summary>
/// The ledger on PostgreSQL. Three kinds of connections: the writer's (commits), the loader's (overlaps with a commit), and a small pool for
/// reads that decide nothing. <see cref="Commit"/>, <see cref="Barrier"/> and <see cref="Activate"/> are called by one writer, one at a time.
/// </summary>
public sealed class PostgresLedgerStore(PostgresLedgerOptions options) : ILedgerStore, IAsyncDisposable
{
    private readonly LedgerConnections _connections = new(options);
    private readonly SemaphoreSlim _loading = new(1, 1);
    private readonly RowPlaces _places = new(options.RememberedPlaces);
    private CommitWriter? _writer;
    private NpgsqlConnection? _loader;
    // Barriers of this epoch that ended without a certain answer.
    private (long Epoch, long Count) _uncertain;

    public async Task<CommitAnswer> Commit(CommitBatch batch)
    {
        CommitWriter writer;
        try
        {
            using var limit = new CancellationTokenSource(options.CommitTimeout);
            writer = _writer ??= await CommitWriter.Open(_connections, _places, limit.Token);
        }
        catch (Exception e)
        {
            // Nothing was sent; but the way to the database is lost, and the barrier is what finds it again.
            return new CommitAnswer(CommitResult.Unknown, 0, $"no connection: {e.Message}");
        }
        var answer = await writer.Commit(batch, options.CommitTimeout);
        if (answer.Result == CommitResult.Mismatch)
        {
            // Nothing was written; and perhaps nothing is wrong but where the rows were thought to lie (VACUUM FULL moves them).
            _places.Forget();
            answer = await writer.Commit(batch, options.CommitTimeout);
        }
        if (answer.Result == CommitResult.Unknown)
        {
            _writer = null;
            _places.Forget();
        }
        return answer;
    }

    public async Task<ShardHead?> Activate(int shard, string owner, TimeSpan minimumTenure, CancellationToken stop)
    {
        using var command = ShardRow.TakeCommand(shard, owner, minimumTenure);
        return await Certain(command, stop);
    }

    public async Task<ShardHead?> Barrier(int shard, long epoch, string owner, CancellationToken stop)
    {
        // The abandoned writer closes itself when its commit ends.
        _writer = null;
        if (_uncertain.Epoch != epoch) _uncertain = (epoch, 0);
        using var command = ShardRow.BumpCommand(shard, epoch, owner, _uncertain.Count);
        _uncertain.Count++;
        var head = await Certain(command, stop);
        _uncertain.Count--;
        return head;
    }

    /// <summary>Runs a fenced update on a connection of its own. Returns only what is durable, also on the standby; else throws.</summary>
    private async Task<ShardHead?> Certain(NpgsqlCommand command, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(options.QueryTimeout);
        string? warning = null;
        await using var connection = await _connections.OpenOwn(limit.Token);
        connection.Notice += (_, e) => warning ??= $"{e.Notice.InvariantSeverity} {e.Notice.SqlState}: {e.Notice.MessageText}";
        command.Connection = connection;
        var head = await ShardRow.Read(command, limit.Token);
        return warning is null ? head : throw new LedgerUncertainException($"The shard's row was changed, but that is not certain to last: {warning}");
    }

    public async Task<LoadedRows> Load(int shard, KeySet keys, CancellationToken stop)
    {
        await _loading.WaitAsync(stop);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(options.QueryTimeout);
            _loader ??= await _connections.OpenOwn(limit.Token);
            return await RowLoader.Load(_loader, shard, keys, _places, limit.Token);
        }
        catch
        {
            // After any failure a fresh connection is the one that is known to be sound, and to lead to the primary.
            if (_loader is { } broken) await broken.DisposeAsync();
            _loader = null;
            throw;
        }
        finally
        {
            _loading.Release();
        }
    }

    public Task<ShardHead?> Head(int shard, CancellationToken stop) => Read(async connection =>
    {
        await using var command = ShardRow.SelectCommand(shard);
        command.Connection = connection;
        return await ShardRow.Read(command, stop);
    }, stop);

    public Task<IReadOnlyList<Entry>> ReadJournal(int shard, long afterSeq, int limit, CancellationToken stop) =>
        Read(connection => JournalReader.ReadPage(connection, shard, afterSeq, limit, stop), stop);

    public Task<WalletSnapshot?> ReadWallet(int shard, long wallet, CancellationToken stop) =>
        Read(connection => JournalReader.ReadWallet(connection, shard, wallet, stop), stop);

    public Task<IReadOnlyList<Entry>> ReadWalletEntries(int shard, long wallet, long fromSeq, int limit, CancellationToken stop) =>
        Read(connection => JournalReader.ReadChain(connection, shard, wallet, fromSeq, limit, stop), stop);

    public Task<IReadOnlyList<TransferId>> DueHolds(int shard, long atMicros, int limit, CancellationToken stop) =>
        Read(connection => JournalReader.ReadDue(connection, atMicros, limit, stop), stop);

    public Task<StoreHealth> Probe(CancellationToken stop) => Read(connection => HealthProbe.Run(connection, options.RequireSynchronousStandby, stop), stop);

    private async Task<T> Read<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken stop)
    {
        await using var connection = await _connections.OpenPooled(stop);
        return await read(connection);
    }

    public async ValueTask DisposeAsync()
    {
        if (_writer is { } writer) await writer.DisposeAsync();
        if (_loader is { } loader) await loader.DisposeAsync();
        await _connections.DisposeAsync();
        _loading.Dispose();
    }
}
