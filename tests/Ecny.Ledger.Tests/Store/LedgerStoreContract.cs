using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Ledger.Store;
using Ecny.Testing;
using Xunit;

namespace Ecny.Ledger.Tests.Store;

/// <summary>
/// What every ledger store does, whatever it is made of. The parts of this class are by subject: commits, fencing, loading, reading.
/// </summary>
public abstract partial class LedgerStoreContract : IAsyncLifetime
{
    private const int Shard = ShardMap.OnlyShard;
    private const string Me = "silo-1";
    private const string Other = "silo-2";
    private static readonly long Issuance = WalletNumber.Compose(100, 0);
    private static readonly long Alice = WalletNumber.Compose(101, 100);
    private static readonly long Bob = WalletNumber.Compose(101, 101);
    private static readonly long Carol = WalletNumber.Compose(102, 100);

    private ILedgerDatabase _database = null!;
    private ILedgerStore _store = null!;

    /// <summary>A new, empty database.</summary>
    protected abstract Task<ILedgerDatabase> CreateDatabase();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await CreateDatabase();
        _store = _database.Open();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_database is not null) await _database.DisposeAsync();
    }

    /// <summary>An activated shard with issuance, Alice (100.00 yuan) and Bob (nothing), committed.</summary>
    private async Task<LedgerScript> Start()
    {
        var head = await _store.Activate(Shard, Me, TimeSpan.Zero, Stop);
        Assert.NotNull(head);
        var script = new LedgerScript(head);
        script.Open(Issuance, WalletClass.Issuance);
        script.Open(Alice);
        script.Open(Bob, district: "310115");
        script.Pay(Issuance, Alice, 100_00, EntryKind.Issue);
        await Commit(script);
        return script;
    }

    private async Task Commit(LedgerScript script) => await Commit(script.Take());

    private async Task Commit(CommitBatch batch)
    {
        var answer = await _store.Commit(batch);
        Assert.True(answer.Result == CommitResult.Committed, $"{answer.Result}: {answer.Detail}");
        Assert.True(answer.DatabaseMicros > 0);
    }

    /// <summary>The batch is refused, and the database is as if it had never been sent.</summary>
    private async Task Refused(CommitBatch batch, CommitResult expected = CommitResult.Mismatch)
    {
        var before = await Everything();
        var answer = await _store.Commit(batch);
        Assert.True(answer.Result == expected, $"{answer.Result}: {answer.Detail}");
        Assert.NotNull(answer.Detail);
        Assert.Equal(before.Rows, (await Everything()).Rows);
        Assert.DoesNotContain(await _store.ReadJournal(Shard, 0, 1000, Stop), e => e.Seq > before.Seq);
    }

    private async Task<(string Rows, long Seq)> Everything()
    {
        var rows = await Load(keys =>
        {
            keys.Wallets.UnionWith([Issuance, Alice, Bob, Carol]);
            foreach (var wallet in new[] { Alice, Bob, Carol }) keys.Buckets.UnionWith([BucketId.HeldOf(wallet), new BucketId(wallet, 2)]);
        });
        var head = await _store.Head(Shard, Stop);
        var text = string.Join('\n', rows.Wallets.OrderBy(w => w.Id).Select(w => $"{w}").Concat(rows.Buckets.OrderBy(b => b.Id.Wallet).ThenBy(b => b.Id.Number).Select(b => $"{b}")))
            + $"\n{head!.Epoch} {head.Seq} {head.AtMicros} {head.BusinessDate} {head.DayCount} {head.DaySum} {Convert.ToHexString(head.Chain)}";
        return (text, head.Seq);
    }

    private Task<LoadedRows> Load(Action<KeySet> ask)
    {
        var keys = new KeySet();
        ask(keys);
        return _store.Load(Shard, keys, Stop);
    }

    private static void AssertSame(ShardHead expected, ShardHead? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected with { Chain = [] }, actual with { Chain = [] });
        Assert.Equal(Convert.ToHexString(expected.Chain), Convert.ToHexString(actual.Chain));
    }
}
