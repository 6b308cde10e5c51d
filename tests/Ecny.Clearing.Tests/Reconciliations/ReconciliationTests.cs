using System.Globalization;
using System.IO.Compression;
using System.Text;
using Ecny.Clearing.Tests.Books;
using Ecny.Clearing.Tests.Hosting;
using Ecny.Clearing.Tests.Journals;
using Ecny.Contracts.Ledger;
using Ecny.Testing;

namespace Ecny.Clearing.Tests.Reconciliations;

public sealed class ReconciliationTests(PostgresFixture postgres, ITestOutputHelper output)
{
    private const string Header = "type,requestNo,refundNo,amount,status,time\n";
    private static readonly (string, string) Alone = ("Ecny:Clearing:CompareAcquiring", "false");

    [Fact]
    public async Task every_verdict_is_found_as_it_is_defined()
    {
        await using var host = await ClearingHost.Start(postgres, Alone);
        var (script, api) = (new JournalScript(), host.As(Party.Acquirer));
        script.Payment(Party.Acquirer.Id, "p-yesterday", 5);
        script.DayEnd();
        script.Payment(Party.Acquirer.Id, "p-same", 100);
        script.PaymentInParts(Party.Acquirer.Id, "p-parts", 30, 70);
        script.Payment(Party.Acquirer.Id, "p-declined", 100, DeclineCode.INSUFFICIENT_FUNDS);
        script.Payment(Party.Acquirer.Id, "p-declined-unnamed", 100, DeclineCode.WALLET_FROZEN);
        script.Payment(Party.Acquirer.Id, "p-more", 11);
        script.Payment(Party.Acquirer.Id, "p-amount", 12);
        script.Payment(Party.Acquirer.Id, "p-we-settled", 13);
        script.Payment(Party.Acquirer.Id, "p-we-declined", 14, DeclineCode.EXPIRED);
        script.Refund(Party.Acquirer.Id, "p-same", 15);
        script.Cancel(Party.Acquirer.Id, "p-same", 16);
        script.Cancel(Party.Acquirer.Id, "c-nothing", 0);
        script.Payment(Party.OtherAcquirer.Id, "p-less", 17);
        script.Other(Party.Acquirer.Id, "w", EntryKind.WalletOpen, 0);
        await host.Take(script);
        var file = Header + string.Join('\n',
            "PAYMENT,p-same,,100,SETTLED,2026-01-06T12:00:00+08:00", "PAYMENT,p-parts,,100,SETTLED,", "PAYMENT,p-declined,,99,DECLINED,", "PAYMENT,p-never-sent,,99,DECLINED,", "PAYMENT,p-less,,17,SETTLED,2026-01-06T12:00:00.123+08:00",
            "PAYMENT,p-amount,,21,SETTLED,", "PAYMENT,p-we-settled,,13,DECLINED,", "PAYMENT,p-we-declined,,14,SETTLED,", "REFUND,,p-same,15,SETTLED,", "CANCEL,p-same,,16,SETTLED,", "PAYMENT,p-yesterday,,5,SETTLED,");
        var done = await Run(api, "rec-1", "2026-01-06", file);
        Assert.Equal("""{"same":8,"more":1,"less":2,"amountDiffers":1,"stateDiffers":2}""", done["verdicts"]);
        Assert.Equal(("11", "0", $"[{{\"shard\":0,\"seq\":{script.Seq}}}]"), (done["lines"], done["badLines"], done["upTo"]));

        var found = (await api.Get($"/v1/discrepancies?reconciliationNo={done["reconciliationNo"]}")).Expect(200).Items();
        Assert.Equal(
        [
            """{"verdict":"MORE","type":"PAYMENT","number":"p-more","ourStatus":"SETTLED","ourAmount":11,"shard":0,"seq":8,"at":"2026-01-06T00:00:00.000+08:00"}""",
            """{"verdict":"LESS","type":"PAYMENT","number":"p-less","line":6,"theirStatus":"SETTLED","theirAmount":17,"at":"2026-01-06T12:00:00.123+08:00"}""",
            """{"verdict":"LESS","type":"PAYMENT","number":"p-yesterday","line":12,"theirStatus":"SETTLED","theirAmount":5,"foundOn":"2026-01-05"}""",
            """{"verdict":"AMOUNT_DIFFERS","type":"PAYMENT","number":"p-amount","line":7,"theirStatus":"SETTLED","theirAmount":21,"ourStatus":"SETTLED","ourAmount":12,"shard":0,"seq":9,"at":"2026-01-06T00:00:00.000+08:00"}""",
            """{"verdict":"STATE_DIFFERS","type":"PAYMENT","number":"p-we-declined","line":9,"theirStatus":"SETTLED","theirAmount":14,"ourStatus":"DECLINED","ourAmount":14,"declineCode":"EXPIRED","shard":0,"seq":11,"at":"2026-01-06T00:00:00.000+08:00"}""",
            """{"verdict":"STATE_DIFFERS","type":"PAYMENT","number":"p-we-settled","line":8,"theirStatus":"DECLINED","theirAmount":13,"ourStatus":"SETTLED","ourAmount":13,"shard":0,"seq":10,"at":"2026-01-06T00:00:00.000+08:00"}""",
        ], found.Select(one => one.GetRawText()));
        var csv = (await api.Get($"/v1/reconciliations/{done["reconciliationNo"]}/discrepancies.csv")).Expect(200);
        Assert.Equal("text/csv", csv.MediaType);
        Assert.Equal(8, csv.Text.Split("\r\n").Length);
        Assert.Contains("STATE_DIFFERS,PAYMENT,p-we-declined,9,SETTLED,14,DECLINED,14,EXPIRED,0,11,2026-01-06T00:00:00.000+08:00,\r\n", csv.Text);
        Assert.Empty(await BookKeeping.Rows(host.Database, "SELECT tablename FROM pg_tables WHERE tablename LIKE 'lines_%'"));

        var paged = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await api.Get($"/v1/discrepancies?reconciliationNo={done["reconciliationNo"]}&limit=2{(cursor.Length == 0 ? "" : "&cursor=" + cursor)}")).Expect(200);
            paged.AddRange(page.Items().Select(one => one.GetRawText()));
            cursor = page.Json.GetProperty("nextCursor").GetString();
        }
        Assert.Equal(found.Select(one => one.GetRawText()), paged);
        Assert.Equal(2, (await api.Get($"/v1/discrepancies?reconciliationNo={done["reconciliationNo"]}&verdict=LESS")).Expect(200).Items().Count);
        (await api.Get($"/v1/discrepancies?reconciliationNo={done["reconciliationNo"]}&verdict=less")).ExpectProblem(400, "INVALID_FIELD", "verdict");
    }

    [Fact]
    public async Task the_same_file_under_one_number_is_taken_once_and_another_file_is_refused()
    {
        await using var host = await ClearingHost.Start(postgres, Alone);
        var (script, api) = (new JournalScript(), host.As(Party.Acquirer));
        script.Payment(Party.Acquirer.Id, "p-1", 1);
        script.DayEnd();
        script.DayEnd();
        await host.Take(script);
        const string File = Header + "PAYMENT,p-1,,1,SETTLED,\n";
        var uploads = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Upload(api, "rec-1", "2026-01-05", File)));
        Assert.Single(uploads, upload => !upload.Replayed);
        Assert.Single(uploads.Select(upload => upload.Expect(201)["reconciliationNo"]).Distinct());
        var done = await Done(api, uploads[0]["reconciliationNo"]);
        var again = (await Upload(api, "rec-1", "2026-01-05", File)).Expect(201);
        Assert.True(again.Replayed);
        Assert.Equal(done.Text, again.Text);
        Assert.Equal(done.Text, (await api.Get("/v1/reconciliations?requestNo=rec-1")).Expect(200).Text);
        (await Upload(api, "rec-1", "2026-01-05", File + "\n")).ExpectProblem(409, "REQUEST_NO_REUSED", "requestNo");
        (await Upload(api, "rec-1", "2026-01-06", File)).ExpectProblem(409, "REQUEST_NO_REUSED", "requestNo");
        Assert.False((await Upload(host.As(Party.OtherAcquirer), "rec-1", "2026-01-05", File)).Expect(201).Replayed);
        (await Upload(api, "rec-2", "2026-01-07", File)).ExpectProblem(400, "INVALID_FIELD", "businessDate");
    }

    [Fact]
    public async Task only_the_acquirer_itself_and_who_watches_it_see_a_reconciliation()
    {
        await using var host = await ClearingHost.Start(postgres, Alone);
        var (script, api) = (new JournalScript(), host.As(Party.Acquirer));
        script.Payment(Party.Acquirer.Id, "p-1", 1);
        await host.Take(script);
        var no = (await Run(api, "rec-1", "2026-01-05", Header))["reconciliationNo"];
        var paths = new[] { $"/v1/reconciliations/{no}", $"/v1/reconciliations/{no}/bad-lines", $"/v1/reconciliations/{no}/discrepancies.csv", $"/v1/discrepancies?reconciliationNo={no}" };
        foreach (var path in paths)
        {
            foreach (var allowed in new[] { Party.Acquirer, Party.Regulator, Party.Platform }) (await host.As(allowed).Get(path)).Expect(200);
            (await host.As(Party.OtherAcquirer).Get(path)).ExpectProblem(404, "NOT_FOUND");
            foreach (var other in new[] { Party.Operator, Party.PublicSecurity, Party.Service }) (await host.As(other).Get(path)).ExpectProblem(403, "NOT_PERMITTED");
        }
        foreach (var other in new[] { Party.Operator, Party.Regulator, Party.Service }) (await Upload(host.As(other), "rec-2", "2026-01-05", Header)).ExpectProblem(403, "NOT_PERMITTED");
        (await Upload(api.InSession(), "rec-2", "2026-01-05", Header)).ExpectProblem(403, "OWN_KEY_REQUIRED");
        Assert.Single((await api.Get("/v1/reconciliations")).Expect(200).Items());
        Assert.Single((await host.As(Party.Regulator).Get("/v1/reconciliations")).Expect(200).Items());
        Assert.Empty((await host.As(Party.OtherAcquirer).Get("/v1/reconciliations")).Expect(200).Items());
        foreach (var wrong in new[] { "nothing", "'%20OR%201=1", new string('x', 900) }) (await api.Get($"/v1/reconciliations/{wrong}")).ExpectProblem(404, "NOT_FOUND");
    }

    [Fact]
    public async Task bad_lines_are_named_by_number_and_stop_nothing()
    {
        await using var host = await ClearingHost.Start(postgres, Alone);
        var (script, api) = (new JournalScript(), host.As(Party.Acquirer));
        script.Payment(Party.Acquirer.Id, "p-1", 1);
        await host.Take(script);
        (string Line, string Reason)[] lines =
        [
            ("\"PAYMENT\",\"p-1\",\"\",\"1\",\"SETTLED\",\"\"", ""), ("PAYMENT,p-1,,1,SETTLED,", "DUPLICATE"), ("", ""), ("PAYMENT,p-2,,1,SETTLED", "COLUMNS"), ("PAYMENT,p-2,,1,SETTLED,,", "COLUMNS"),
            ("PAYMENT,p-2,,1,SETTLED,,,,,,,,", "COLUMNS"), ("payment,p-2,,1,SETTLED,", "TYPE"), ("<script>alert(1)</script>,p-2,,1,SETTLED,", "TYPE"), ("PAYMENT,\"p'; DROP TABLE clearing.total; --\",,1,SETTLED,", "NUMBER"),
            ("PAYMENT,,r-1,1,SETTLED,", "NUMBER"), ($"PAYMENT,{new string('a', 65)},,1,SETTLED,", "NUMBER"), ("PAYMENT,面条,,1,SETTLED,", "NUMBER"), ("PAYMENT,p-2,,1.00,SETTLED,", "AMOUNT"),
            ("PAYMENT,p-2,,-1,SETTLED,", "AMOUNT"), ("PAYMENT,p-2,,1000000000000001,SETTLED,", "AMOUNT"), ("PAYMENT,p-2,,99999999999999999999,SETTLED,", "AMOUNT"), ("PAYMENT,p-2,, 1,SETTLED,", "AMOUNT"),
            ("PAYMENT,p-2,,1,PROCESSING,", "STATUS"), ("PAYMENT,p-2,,1,SETTLED,yesterday", "TIME"), ("PAYMENT,p-2,,1,SETTLED,2026-01-05T12:00:00", "TIME"), ("\"PAYMENT,p-2,,1,SETTLED,", "MALFORMED"),
            ("\"PAYMENT\"x,p-2,,1,SETTLED,", "MALFORMED"), (new string('x', 5_000), "TOO_LONG"), (new string(',', 200_000), "TOO_LONG"), ("=cmd|' /C calc'!A0,p-2,,1,SETTLED,", "TYPE"), ("PAYMENT,p-3,,1,DECLINED,2026-01-05T04:00:00Z", ""),
        ];
        var done = await Run(api, "rec-1", "2026-01-05", "\uFEFF" + Header.Replace("\n", "\r\n", StringComparison.Ordinal) + string.Join("\r\n", lines.Select(line => line.Line)));
        Assert.Equal(("25", "23", """{"same":2,"more":0,"less":0,"amountDiffers":0,"stateDiffers":0}"""), (done["lines"], done["badLines"], done["verdicts"]));
        var bad = (await api.Get($"/v1/reconciliations/{done["reconciliationNo"]}/bad-lines?limit=200")).Expect(200).Items();
        Assert.Equal(lines.Select((line, i) => (Line: i + 2, line.Reason)).Where(line => line.Reason.Length > 0), bad.Select(line => (line.GetProperty("line").GetInt32(), line.GetProperty("reason").GetString()!)));

        var json = string.Join('\n',
            """{"type":"PAYMENT","requestNo":"p-1","amount":1,"status":"SETTLED","time":"2026-01-05T12:00:00+08:00"}""", """{"type":"PAYMENT","requestNo":"p-2","amount":"1","status":"SETTLED"}""",
            """{"type":"PAYMENT","requestNo":"p-2","amount":1e3,"status":"SETTLED"}""", """{"type":"PAYMENT","requestNo":"p-2","amount":1,"status":"SETTLED","extra":1}""", """{"type":"PAYMENT","type":"REFUND"}""",
            """["PAYMENT"]""", """{"type":"PAYMENT" """, "\u0000\u0001", """{"type":"PAYMENT","requestNo":"p\u002d2","amount":1,"status":"SETTLED"}""", """{"type":"REFUND","number":"r-1","amount":1,"status":"DECLINED"}""");
        var lined = await Done(api, (await api.Upload("/v1/reconciliations?requestNo=rec-2&businessDate=2026-01-05", json, "application/x-ndjson")).Expect(201)["reconciliationNo"]);
        Assert.Equal(("10", "8", """{"same":2,"more":0,"less":0,"amountDiffers":0,"stateDiffers":0}"""), (lined["lines"], lined["badLines"], lined["verdicts"]));
        Assert.Equal(["AMOUNT", "AMOUNT", "COLUMNS", "COLUMNS", "MALFORMED", "MALFORMED", "MALFORMED", "NUMBER"],
            (await api.Get($"/v1/reconciliations/{lined["reconciliationNo"]}/bad-lines")).Expect(200).Items().Select(line => line.GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task hostile_files_are_refused_or_read_to_their_end()
    {
        await using var host = await ClearingHost.Start(postgres, Alone, ("Ecny:Clearing:Reconciliation:MostBadLines", "100"), ("Ecny:Clearing:Reconciliation:MostUnpackedBytes", "20000000"), ("Ecny:Clearing:Reconciliation:MostLines", "3000000"));
        var (script, api) = (new JournalScript(), host.As(Party.Acquirer));
        script.Payment(Party.Acquirer.Id, "p-1", 1);
        await host.Take(script);
        foreach (var wrong in new[] { "", "\n\n", "type,amount,status\n", "type,requestNo,amount,status,notAColumn\n", "type,type,requestNo,amount,status\n", "\u0000", "<html>", new string('x', 10_000_000), "type;requestNo;amount;status\n" })
            if (wrong.Length > 0) (await Upload(api, "h-0", "2026-01-05", wrong)).ExpectProblem(400, "INVALID_FIELD", "header");
        (await api.Upload("/v1/reconciliations?requestNo=h-0&businessDate=2026-01-05", Header, "application/json")).ExpectProblem(415, "UNSUPPORTED_MEDIA_TYPE");
        (await api.Upload("/v1/reconciliations?requestNo=h-0&businessDate=2026-01-05", Header, null)).ExpectProblem(415, "UNSUPPORTED_MEDIA_TYPE");
        (await api.Upload("/v1/reconciliations?requestNo=h-0&businessDate=2026-01-05", Encoding.UTF8.GetBytes(Header), "text/csv", "br")).ExpectProblem(415, "UNSUPPORTED_MEDIA_TYPE");
        (await api.Upload("/v1/reconciliations?requestNo=h-0&businessDate=2026-01-05", Encoding.UTF8.GetBytes(Header), "text/csv", "gzip")).ExpectProblem(400, "INVALID_FIELD", "content-encoding");
        (await api.Upload("/v1/reconciliations?requestNo=h%200&businessDate=2026-13-05", Header)).ExpectProblem(400, "INVALID_FIELD", "businessDate");
        (await api.Upload("/v1/reconciliations?requestNo=h%200&businessDate=2026-01-05", Header)).ExpectProblem(400, "INVALID_FIELD", "requestNo");
        (await api.Upload("/v1/reconciliations?requestNo=h-0&businessDate=2026-01-05", new byte[32 * 1024 * 1024 + 1])).ExpectProblem(413, "BODY_TOO_LARGE");
        (await api.Upload("/v1/reconciliations?requestNo=h-0&businessDate=2026-01-05", Pack(new byte[30_000_000]), "text/csv", "gzip")).Expect(413);
        (await api.Upload("/v1/reconciliations?requestNo=h-0&businessDate=2026-01-05", Encoding.UTF8.GetBytes(Header + new string('\n', 10) + string.Concat(Enumerable.Repeat("x\n", 3_000_001))), "text/csv")).ExpectProblem(413, "BODY_TOO_LARGE");
        Assert.Empty((await api.Get("/v1/reconciliations")).Expect(200).Items());
        Assert.Empty(await BookKeeping.Rows(host.Database, "SELECT tablename FROM pg_tables WHERE tablename LIKE 'lines_%'"));

        // Ten megabytes of noise behind a good header and before a good line.
        var noise = new byte[10_000_000];
        new Random(4711).NextBytes(noise);
        byte[] file = [.. Encoding.UTF8.GetBytes(Header), .. noise, (byte)'\n', .. "PAYMENT,p-1,,1,SETTLED,"u8];
        var upload = (await api.Upload("/v1/reconciliations?requestNo=h-1&businessDate=2026-01-05", Pack(file), "text/csv", "gzip")).Expect(201);
        var done = await Done(api, upload["reconciliationNo"]);
        Assert.Equal(1, done.Json.GetProperty("verdicts").GetProperty("same").GetInt64());
        Assert.Equal(done.Json.GetProperty("lines").GetInt64() - 1, done.Json.GetProperty("badLines").GetInt64());
        Assert.Equal(100, (await api.Get($"/v1/reconciliations/{upload["reconciliationNo"]}/bad-lines?limit=200")).Expect(200).Items().Count);
    }

    [Fact]
    public async Task a_file_waits_until_the_books_have_what_was_paid_before_it_came()
    {
        await using var host = await ClearingHost.Start(postgres, Alone);
        var (script, api) = (new JournalScript(), host.As(Party.Acquirer));
        script.Payment(Party.Acquirer.Id, "p-1", 1);
        await host.Take(script);
        // The books halt before the second payment; the journal has it.
        host.Journal.Tell = entry => entry.Seq == 2 ? entry with { Amount = -1 } : entry;
        script.Payment(Party.Acquirer.Id, "p-2", 2);
        host.Journal.Take(script);
        var no = (await Upload(api, "rec-1", "2026-01-05", Header + "PAYMENT,p-1,,1,SETTLED,\nPAYMENT,p-2,,2,SETTLED,\n")).Expect(201)["reconciliationNo"];
        var other = (await Upload(host.As(Party.OtherAcquirer), "rec-1", "2026-01-05", Header)).Expect(201)["reconciliationNo"];
        (await api.Get($"/v1/reconciliations/{no}/discrepancies.csv")).ExpectProblem(409, "STATE_CONFLICT");
        Assert.Equal("RECEIVED", (await api.Get($"/v1/reconciliations/{no}")).Expect(200)["status"]);
        host.Journal.Tell = entry => entry;
        Assert.Equal("""{"same":2,"more":0,"less":0,"amountDiffers":0,"stateDiffers":0}""", (await Done(api, no))["verdicts"]);
        await Done(host.As(Party.OtherAcquirer), other);
    }

    [Fact]
    public async Task what_a_simple_comparison_finds_is_found_in_large_files_too()
    {
        const int Numbers = 20_000;
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var host = await ClearingHost.Start(postgres, Alone);
        var (script, api) = (new JournalScript(), host.As(Party.Acquirer));
        var (file, expected) = (new StringBuilder(Header), new long[5]);
        for (var i = 0; i < Numbers; i++)
        {
            var (amount, ours, theirs) = (random.Next(1, 1_000), random.Next(10), random.Next(12));
            if (ours < 8) script.Payment(Party.Acquirer.Id, $"p-{i}", amount);
            else if (ours < 9) script.Payment(Party.Acquirer.Id, $"p-{i}", amount, DeclineCode.LIMIT_PER_DAY);
            var told = theirs == 10 ? amount + 1 : amount;
            if (theirs < 11) file.Append(CultureInfo.InvariantCulture, $"PAYMENT,p-{i},,{told},{(theirs < 9 || theirs == 10 ? "SETTLED" : "DECLINED")},\n");
            var (weMoved, known, theyMoved, named) = (ours < 8, ours < 9, theirs is < 9 or 10, theirs < 11);
            if (!known && !named) continue;
            expected[!known ? theyMoved ? 2 : 0 : !named ? weMoved ? 1 : 0 : weMoved != theyMoved ? 4 : weMoved && told != amount ? 3 : 0]++;
        }
        await host.Take(script);
        var done = await Run(api, "rec-1", "2026-01-05", file.ToString());
        Assert.Equal($$"""{"same":{{expected[0]}},"more":{{expected[1]}},"less":{{expected[2]}},"amountDiffers":{{expected[3]}},"stateDiffers":{{expected[4]}}}""", done["verdicts"]);
    }

    private static Task<Answer> Upload(Api api, string requestNo, string date, string file) => api.Upload($"/v1/reconciliations?requestNo={requestNo}&businessDate={date}", file);

    private static async Task<Answer> Run(Api api, string requestNo, string date, string file) => await Done(api, (await Upload(api, requestNo, date, file)).Expect(201)["reconciliationNo"]);

    private static async Task<Answer> Done(Api api, string no)
    {
        var done = await Eventually.Get(() => api.Get($"/v1/reconciliations/{no}"), answer => answer.Expect(200)["status"] is "DONE" or "FAILED", "a reconciliation that is done", TimeSpan.FromSeconds(60));
        Assert.Equal("DONE", done["status"]);
        return done;
    }

    private static byte[] Pack(byte[] file)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(file);
        return packed.ToArray();
    }
}
