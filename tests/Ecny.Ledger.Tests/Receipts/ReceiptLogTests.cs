using System.Text.Json.Nodes;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Receipts;
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
            Assert.Equal(line.Outcome.Seq, verdict.Receipt!.Entry.Seq);
            Assert.Equal("早餐", JsonNode.Parse(verdict.Receipt.Entry.Context.Text!)!["remark"]!.GetValue<string>());
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
        Assert.Null(receipt.Entry.DebitState.Balance);
        Assert.Null(receipt.Entry.DebitState.Salt);
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
            json.Replace("\"path\":", "\"furtherLegs\":[],\"path\":", StringComparison.Ordinal), json.Replace("\"path\":", "\"furtherLegs\":[null],\"path\":", StringComparison.Ordinal)])
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

    /// <summary>Whatever stands in the texts, however long, and whatever is absent: row bytes give the leaves that entries give.</summary>
    [Fact]
    public async Task rows_of_any_content_become_the_leaves_of_their_entries()
    {
        await using var maker = await Ledger(600);
        await maker.Execute("""
            UPDATE ledger.journal
            SET context = repeat('早餐x', (seq * 7 % 90)::int), number = repeat('№', (seq % 33)::int), institution = repeat('i', (seq % 20)::int)
            WHERE seq > 100
            """);
        await maker.Execute("UPDATE ledger.journal SET context = repeat('长', 30000) WHERE seq IN (1, 150, 151, 420)");
        await Build(Log(maker));
        await AssertLeaves(maker);
    }

    [Fact]
    public async Task a_builder_killed_at_any_point_and_others_beside_it_build_the_same_log()
    {
        await using var maker = await Ledger(700);
        await LetBuildersDie(maker);
        await using var mortal = new NpgsqlDataSourceBuilder(maker.ConnectionString) { ConnectionStringBuilder = { ApplicationName = "mortal" } }.Build();
        ReceiptLog Builder(int batch) => new(mortal, 0, Key, Salts, _clock, new ReceiptLogOptions { BatchSize = batch });
        ReceiptLog[] builders = [Builder(37), Builder(37), Builder(37)];
        var size = await maker.Scalar<long>("SELECT count(*) FROM ledger.journal");
        var (deaths, attempts) = (0, 0);
        for (long done = 0; done < size; done = await maker.Scalar<long>("SELECT size FROM ledger.log_head"))
        {
            Assert.True(++attempts < 2000, "the log does not get on");
            if (attempts == 20) builders[1] = Builder(61);
            _clock.Advance(TimeSpan.FromMilliseconds(400));
            try
            {
                await builders[attempts * 7 % 5 % builders.Length].Advance(Stop);
            }
            catch (NpgsqlException)
            {
                deaths++;
            }
        }
        Assert.True(deaths > 8, $"{deaths} deaths");
        await AssertLeaves(maker);
        var nodes = new LogFrontier();
        var leaf = new byte[Sm3.Size];
        var checkpoints = (await new ReceiptService(maker.Database, maker.Journal, 0, Salts).Checkpoints(0, 1000, Stop)).ToDictionary(c => c.Size);
        Assert.NotEmpty(checkpoints);
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
        await maker.Execute("""
            CREATE FUNCTION wait_for_the_test() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock(77); RETURN NEW; END';
            CREATE TRIGGER wait BEFORE INSERT ON ledger.log_tile FOR EACH ROW EXECUTE FUNCTION wait_for_the_test();
            """);
        await using var gate = await maker.Database.OpenConnectionAsync(Stop);
        await using var hold = new NpgsqlCommand("SELECT pg_advisory_lock(77)", gate);
        await hold.ExecuteNonQueryAsync(Stop);
        var (first, second) = (Log(maker), Log(maker));
        var working = first.Advance(Stop);
        await Eventually.True(() => maker.Scalar<bool>("""
            SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
            """), "the first builder at work");
        Assert.Equal(0, await second.Advance(Stop));
        await using var open = new NpgsqlCommand("SELECT pg_advisory_unlock(77)", gate);
        await open.ExecuteNonQueryAsync(Stop);
        Assert.Equal(64, await working);
        Assert.True(await second.Advance(Stop) > 0);
    }

    [Fact]
    public async Task a_gap_in_the_journal_stops_the_log_before_it()
    {
        await using var maker = await Ledger(100);
        await maker.Execute("DELETE FROM ledger.journal WHERE seq = 50");
        var log = Log(maker);
        Assert.Equal(49, await log.Advance(Stop));
        for (var i = 0; i < 2; i++)
            Assert.Contains("50", (await Assert.ThrowsAsync<InvalidDataException>(() => log.Advance(Stop))).Message, StringComparison.Ordinal);
        await AssertLeaves(maker, 49);
    }

    /// <summary>Sessions named "mortal" die now and then: while they read, while they write, and when they commit.</summary>
    private static Task LetBuildersDie(JournalMaker maker) => maker.Execute("""
        CREATE SEQUENCE while_reading;
        CREATE SEQUENCE while_writing;
        CREATE SEQUENCE at_commit;
        CREATE FUNCTION survives(turns regclass, every int) RETURNS boolean LANGUAGE plpgsql AS $$
        BEGIN
          IF current_setting('application_name') = 'mortal' AND nextval(turns) % every = 0 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
          RETURN true;
        END $$;
        CREATE FUNCTION survive() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          PERFORM survives(TG_ARGV[0]::regclass, TG_ARGV[1]::int);
          RETURN NEW;
        END $$;
        ALTER TABLE ledger.journal RENAME TO journal_kept;
        CREATE VIEW ledger.journal AS SELECT * FROM ledger.journal_kept WHERE survives('while_reading', 151);
        CREATE TRIGGER die BEFORE INSERT OR UPDATE ON ledger.log_tile FOR EACH ROW EXECUTE FUNCTION survive('while_writing', 11);
        CREATE TRIGGER die BEFORE INSERT ON ledger.checkpoint FOR EACH ROW EXECUTE FUNCTION survive('while_writing', 11);
        CREATE TRIGGER die AFTER UPDATE ON ledger.log_head FOR EACH ROW EXECUTE FUNCTION survive('while_writing', 11);
        CREATE CONSTRAINT TRIGGER die_late AFTER UPDATE ON ledger.log_head DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION survive('at_commit', 7);
        """);

    /// <summary>The log's leaves are those of the journal's first entries, or of all.</summary>
    private static async Task AssertLeaves(JournalMaker maker, int entries = int.MaxValue)
    {
        var stored = await maker.Scalar<byte[]>("SELECT string_agg(hashes, '' ORDER BY tile_index) FROM ledger.log_tile WHERE level = 0");
        var journal = await maker.Journal.ReadJournal(0, 0, entries, Stop);
        Assert.Equal(journal.Count * Sm3.Size, stored.Length);
        var leaf = new byte[Sm3.Size];
        for (var i = 0; i < journal.Count; i++)
        {
            LeafEncoding.Leaf(journal[i], Salts, leaf);
            Assert.True(stored.AsSpan(i * Sm3.Size, Sm3.Size).SequenceEqual(leaf), $"leaf of entry {i + 1}");
        }
    }

    private async Task<JournalMaker> Ledger(int commands)
    {
        var maker = await JournalMaker.Create(postgres, 11);
        await maker.Random(commands);
        return maker;
    }

    private ReceiptLog Log(JournalMaker maker) => new(maker.Database, 0, Key, Salts, _clock, new ReceiptLogOptions { BatchSize = 64 });

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
}
