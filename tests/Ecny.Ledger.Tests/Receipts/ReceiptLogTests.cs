using System.Text.Json.Nodes;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Ledger.Receipts;
using Ecny.Ledger.Store;
using Ecny.Ledger.Tests.Audit;
using Ecny.Testing;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Xunit;

namespace Ecny.Ledger.Tests.Receipts;

public sealed class ReceiptLogTests(PostgresFixture postgres)
{
    private static readonly ReceiptSalts Salts = new(new byte[32]);
    private static readonly CheckpointKey Key = CheckpointKey.Generate();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 5, 1, 0, 0, TimeSpan.Zero));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task every_transfer_gets_a_receipt_that_verifies_with_the_public_key_alone()
    {
        await using var maker = await Ledger(300);
        await Build(Log(maker));
        var service = new ReceiptService(maker.Database, maker.Journal, 0, Salts);
        var published = CheckpointPublicKey.Parse(Key.Public.Pem);
        foreach (var line in maker.Sent.Where(l => l.Outcome.Seq > 0))
        {
            var answer = await service.GetReceipt(line.Outcome.Id, _ => ReceiptParts.All, Stop);
            Assert.Equal(ReceiptStatus.Ready, answer.Status);
            var verdict = ReceiptVerifier.Verify(answer.Receipt!.ToJson(), published);
            Assert.True(verdict.Valid, string.Join(' ', verdict.Reasons));
            Assert.Equal(line.Outcome.Seq, verdict.Receipt!.Entries[0].Seq);
            Assert.Equal("早餐", JsonNode.Parse(verdict.Receipt.Entries[0].Context.Text!)!["remark"]!.GetValue<string>());
        }
    }

    [Fact]
    public async Task hidden_parts_stay_hidden_and_the_receipt_verifies()
    {
        await using var maker = await Ledger(50);
        var payment = await maker.Pay(123);
        await maker.Commit();
        await Build(Log(maker));
        var service = new ReceiptService(maker.Database, maker.Journal, 0, Salts);
        var receipt = (await service.GetReceipt(payment.Id, _ => ReceiptParts.Context | ReceiptParts.Credit, Stop)).Receipt!;
        var json = receipt.ToJson();
        Assert.True(ReceiptVerifier.Verify(json, Key.Public).Valid);
        Assert.Contains(WalletNumber.Text(maker.Wallets[1]), json, StringComparison.Ordinal);
        Assert.DoesNotContain(WalletNumber.Text(maker.Wallets[0]), json, StringComparison.Ordinal);
        Assert.Null(receipt.Entries[0].DebitState.Balance);
        Assert.Null(receipt.Entries[0].DebitState.Salt);
    }

    /// <summary>Whatever is changed, in a number, a text, a hash or a structure: the receipt is not valid any more.</summary>
    [Fact]
    public async Task a_receipt_changed_anywhere_fails()
    {
        await using var maker = await Ledger(200);
        var payment = await maker.Pay(123);
        await maker.Commit();
        await Build(Log(maker));
        var service = new ReceiptService(maker.Database, maker.Journal, 0, Salts);
        var json = (await service.GetReceipt(payment.Id, _ => ReceiptParts.All, Stop)).Receipt!.ToJson();
        var leaves = Leaves(JsonNode.Parse(json)!).Count;
        Assert.True(leaves > 35, $"{leaves} values");
        for (var i = 0; i < leaves; i++)
        {
            var changed = JsonNode.Parse(json)!;
            var leaf = Leaves(changed)[i];
            var path = leaf.GetPath();
            leaf.ReplaceWith(Changed(leaf));
            var verdict = ReceiptVerifier.Verify(changed.ToJsonString(), Key.Public);
            Assert.False(verdict.Valid, $"{path} changed, and nobody noticed");
        }
        foreach (var broken in (string[])["", "null", "[]", "{}", json[..^1], json + "x", json.Replace("\"version\":1", "\"version\":1,\"version\":1", StringComparison.Ordinal),
            json.Replace("\"version\":1", "\"version\":1,\"note\":\"paid\"", StringComparison.Ordinal), json.Replace("\"path\":[", "\"path\":[null,", StringComparison.Ordinal),
            json.Replace("\"entries\":[", "\"entries\":[null,", StringComparison.Ordinal)])
            Assert.False(ReceiptVerifier.Verify(broken, Key.Public).Valid, broken);
        Assert.False(ReceiptVerifier.Verify(json, CheckpointKey.Generate().Public).Valid);
    }

    [Fact]
    public async Task what_no_checkpoint_covers_is_not_yet_and_what_is_not_there_is_unknown()
    {
        await using var maker = await Ledger(20);
        var log = Log(maker);
        await Build(log);
        var service = new ReceiptService(maker.Database, maker.Journal, 0, Salts);
        var payment = await maker.Pay(5);
        await maker.Commit();
        Assert.Equal(ReceiptStatus.NotYet, (await service.GetReceipt(payment.Id, _ => ReceiptParts.All, Stop)).Status);
        Assert.Equal(ReceiptStatus.Unknown, (await service.GetReceipt(new TransferId(Guid.NewGuid()), _ => ReceiptParts.All, Stop)).Status);

        // A checkpoint is signed at most once a second.
        Assert.Equal(1, await log.Advance(Stop));
        Assert.Equal(ReceiptStatus.Ready, (await service.GetReceipt(payment.Id, _ => ReceiptParts.All, Stop)).Status);
        var last = await maker.Pay(5);
        await maker.Commit();
        Assert.Equal(1, await log.Advance(Stop));
        Assert.Equal(ReceiptStatus.NotYet, (await service.GetReceipt(last.Id, _ => ReceiptParts.All, Stop)).Status);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, await log.Advance(Stop));
        Assert.Equal(ReceiptStatus.Ready, (await service.GetReceipt(last.Id, _ => ReceiptParts.All, Stop)).Status);
    }

    [Fact]
    public async Task any_two_checkpoints_are_proven_to_tell_one_history()
    {
        await using var maker = await Ledger(0);
        var log = Log(maker);
        for (var i = 0; i < 6; i++)
        {
            await maker.Random(90);
            await Build(log);
        }
        var service = new ReceiptService(maker.Database, maker.Journal, 0, Salts);
        var checkpoints = await service.Checkpoints(0, 100, Stop);
        Assert.True(checkpoints.Count >= 6);
        Assert.Equal(checkpoints[^1].Size, (await service.Checkpoints(null, 1, Stop))[0].Size);
        foreach (var first in checkpoints)
        {
            foreach (var second in checkpoints.Where(c => c.Size >= first.Size))
            {
                var proof = await service.Consistency(first.Size, second.Size, Stop);
                Assert.Empty(ReceiptVerifier.Verify(proof!, Key.Public));
                Assert.NotEmpty(ReceiptVerifier.Verify(proof! with { First = ReceiptCheckpoint.Of(Key.Sign(0, first.Size, Sm3.Hash("other"u8), 1)) }, Key.Public));
            }
        }
        Assert.Null(await service.Consistency(1, checkpoints[^1].Size, Stop));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task a_builder_killed_at_any_point_and_others_beside_it_build_the_same_log(int seed)
    {
        await using var maker = await Ledger(700);
        await using var mortal = new NpgsqlDataSourceBuilder(maker.ConnectionString) { ConnectionStringBuilder = { ApplicationName = "mortal" } }.Build();
        var random = new Random(seed);
        var killer = new InterruptedJournal(maker.Journal, async () =>
        {
            if (random.Next(3) == 0) await maker.Execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mortal' AND datname = current_database()");
        });
        var builders = Enumerable.Range(0, 3).Select(_ => new ReceiptLog(mortal, killer, 0, Key, Salts, _clock, new ReceiptLogOptions { BatchSize = 37 })).ToArray();
        var size = await maker.Scalar<long>("SELECT count(*) FROM ledger.journal");
        var (deaths, attempts) = (0, 0);
        for (long done = 0; done < size; done = await maker.Scalar<long>("SELECT size FROM ledger.log_head"))
        {
            Assert.True(++attempts < 2000, "the log does not get on");
            if (attempts == 20) builders[1] = new ReceiptLog(mortal, killer, 0, Key, Salts, _clock, new ReceiptLogOptions { BatchSize = 61 });
            _clock.Advance(TimeSpan.FromMilliseconds(400));
            try
            {
                await builders[random.Next(builders.Length)].Advance(Stop);
            }
            catch (NpgsqlException)
            {
                deaths++;
            }
        }
        Assert.True(deaths > 3, "nothing was killed");
        var nodes = new LogFrontier();
        var leaf = new byte[Sm3.Size];
        var checkpoints = (await new ReceiptService(maker.Database, maker.Journal, 0, Salts).Checkpoints(0, 1000, Stop)).ToDictionary(c => c.Size);
        foreach (var entry in await maker.Journal.ReadJournal(0, 0, int.MaxValue, Stop))
        {
            LeafEncoding.Leaf(entry, Salts, leaf);
            nodes.Append(leaf);
            if (checkpoints.Remove(nodes.Size, out var checkpoint)) Assert.Equal(nodes.Root(), checkpoint.Root);
        }
        Assert.Empty(checkpoints);
    }

    [Fact]
    public async Task only_one_builder_works_at_a_time()
    {
        await using var maker = await Ledger(100);
        var second = Log(maker);
        var tried = 0;
        var first = new ReceiptLog(maker.Database, new InterruptedJournal(maker.Journal, async () => tried = await second.Advance(Stop) + 1), 0, Key, Salts, _clock, new ReceiptLogOptions());
        Assert.True(await first.Advance(Stop) > 0);
        Assert.Equal(1, tried);
    }

    [Fact]
    public async Task a_gap_in_the_journal_stops_the_log_before_it()
    {
        await using var maker = await Ledger(100);
        await maker.Execute("DELETE FROM ledger.journal WHERE seq = 50");
        var log = new ReceiptLog(maker.Database, maker.Journal, 0, Key, Salts, _clock, new ReceiptLogOptions { BatchSize = 49 });
        Assert.Equal(49, await log.Advance(Stop));
        Assert.Contains("50", (await Assert.ThrowsAsync<InvalidDataException>(() => log.Advance(Stop))).Message, StringComparison.Ordinal);
    }

    private async Task<JournalMaker> Ledger(int commands)
    {
        var maker = await JournalMaker.Create(postgres, 11);
        await maker.Random(commands);
        return maker;
    }

    private ReceiptLog Log(JournalMaker maker) => new(maker.Database, maker.Journal, 0, Key, Salts, _clock, new ReceiptLogOptions { BatchSize = 64 });

    private async Task Build(ReceiptLog log)
    {
        _clock.Advance(TimeSpan.FromSeconds(2));
        while (await log.Advance(Stop) > 0) _clock.Advance(TimeSpan.FromSeconds(1));
        await log.Advance(Stop);
        _clock.Advance(TimeSpan.FromSeconds(2));
    }

    private static List<JsonValue> Leaves(JsonNode node) => node switch
    {
        JsonObject o => [.. o.Where(m => m.Value is not null).SelectMany(m => Leaves(m.Value!))],
        JsonArray a => [.. a.SelectMany(m => Leaves(m!))],
        JsonValue v => [v],
        _ => [],
    };

    private static JsonValue Changed(JsonValue value)
    {
        if (!value.TryGetValue<string>(out var text)) return JsonValue.Create(value.GetValue<long>() + 1);
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", out var date)) return JsonValue.Create(date.AddDays(1).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture))!;
        var c = text[0] == '1' ? '2' : '1';
        return JsonValue.Create(c + text[1..])!;
    }

    /// <summary>The journal, with something happening before each page.</summary>
    private sealed class InterruptedJournal(ILedgerStore inner, Func<Task> before) : ILedgerStore
    {
        public async Task<IReadOnlyList<Entry>> ReadJournal(int shard, long afterSeq, int limit, CancellationToken stop)
        {
            await before();
            return await inner.ReadJournal(shard, afterSeq, limit, stop);
        }

        public Task<ShardHead?> Activate(int shard, string owner, TimeSpan minimumTenure, CancellationToken stop) => inner.Activate(shard, owner, minimumTenure, stop);
        public Task<LoadedRows> Load(int shard, KeySet keys, CancellationToken stop) => inner.Load(shard, keys, stop);
        public Task<CommitAnswer> Commit(CommitBatch batch) => inner.Commit(batch);
        public Task<ShardHead?> Barrier(int shard, long epoch, string owner, CancellationToken stop) => inner.Barrier(shard, epoch, owner, stop);
        public Task<ShardHead?> Head(int shard, CancellationToken stop) => inner.Head(shard, stop);
        public Task<WalletSnapshot?> ReadWallet(int shard, long wallet, CancellationToken stop) => inner.ReadWallet(shard, wallet, stop);
        public Task<IReadOnlyList<Entry>> ReadWalletEntries(int shard, long wallet, long fromSeq, int limit, CancellationToken stop) => inner.ReadWalletEntries(shard, wallet, fromSeq, limit, stop);
        public Task<IReadOnlyList<TransferId>> DueHolds(int shard, long atMicros, int limit, CancellationToken stop) => inner.DueHolds(shard, atMicros, limit, stop);
        public Task<StoreHealth> Probe(CancellationToken stop) => inner.Probe(stop);
    }
}
