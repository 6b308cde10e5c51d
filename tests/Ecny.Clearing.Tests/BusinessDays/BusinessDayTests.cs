using System.Text.Json;
using Ecny.Clearing.Tests.Books;
using Ecny.Clearing.Tests.Hosting;
using Ecny.Clearing.Tests.Journals;
using Ecny.Contracts.Ledger;
using Ecny.Messaging;
using Ecny.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Ecny.Clearing.Tests.BusinessDays;

public sealed class BusinessDayTests(PostgresFixture postgres)
{
    private static readonly (string, string) Alone = ("Ecny:Clearing:CompareAcquiring", "false");

    [Fact]
    public async Task a_day_has_exactly_the_shape_of_the_contract()
    {
        await using var host = await ClearingHost.Start(postgres, Alone);
        var script = new JournalScript();
        script.Payment(Party.Acquirer.Id, "p-1", 1_250);
        script.Payment(Party.Acquirer.Id, "p-2", 99, DeclineCode.INSUFFICIENT_FUNDS);
        script.PaymentInParts(Party.Acquirer.Id, "p-3", 500, 750);
        script.Refund(Party.Acquirer.Id, "r-1", 50);
        script.Other(Party.Operator.Id, "x-1", EntryKind.ExchangeIn, 10_000);
        script.Other(Party.Operator.Id, "w-1", EntryKind.WalletOpen, 0);
        await host.Take(script);
        var day = (await host.As(Party.Regulator).Get("/v1/business-days/2026-01-05")).Expect(200);
        var expected = JsonDocument.Parse("""
            {"date": "2026-01-05", "status": "OPEN", "totals": [
              {"institution": "acquirer-1", "kind": "PAYMENT", "count": 2, "amount": 2500}, {"institution": "acquirer-1", "kind": "REFUND", "count": 1, "amount": 50},
              {"institution": "operator-a", "kind": "EXCHANGE_IN", "count": 1, "amount": 10000}, {"institution": "operator-a", "kind": "WALLET_OPEN", "count": 1, "amount": 0}],
             "journal": [{"shard": 0, "firstSeq": 1, "lastSeq": 7, "count": 7, "amount": 12649}], "verdict": "SAME"}
            """);
        Assert.True(JsonElement.DeepEquals(expected.RootElement, day.Json), day.Text);
        Assert.Contains("\"amount\":12649}", day.Text);
    }

    [Fact]
    public async Task an_institution_sees_its_own_totals_and_the_regulator_all()
    {
        await using var host = await ClearingHost.Start(postgres, Alone);
        var script = new JournalScript();
        script.Payment(Party.Acquirer.Id, "p-1", 1);
        script.Payment(Party.OtherAcquirer.Id, "p-1", 2);
        await host.Take(script);
        foreach (var (party, amounts) in new (Party, long[])[]
        {
            (Party.Acquirer, [1]), (Party.OtherAcquirer, [2]), (Party.Operator, []), (Party.PublicSecurity, []), (Party.Regulator, [1, 2]), (Party.Platform, [1, 2]), (Party.Service, [1, 2]),
        })
        {
            var day = (await host.As(party).Get("/v1/business-days/2026-01-05")).Expect(200);
            Assert.Equal(amounts, day.Items("totals").Select(total => total.GetProperty("amount").GetInt64()));
            Assert.Equal(2, day.Items("journal").Single().GetProperty("count").GetInt64());
            Assert.Equal("SAME", day["verdict"]);
        }
        (await host.As(Party.Acquirer).InSession().Get("/v1/business-days/2026-01-05")).Expect(200);
        using var unsigned = await host.Http.GetAsync(new Uri(host.Address, "/v1/business-days/2026-01-05"));
        Assert.Equal(401, (int)unsigned.StatusCode);
    }

    [Fact]
    public async Task days_open_close_and_are_listed_with_the_newest_first()
    {
        await using var host = await ClearingHost.Start(postgres, Alone);
        var api = host.As(Party.Acquirer);
        var script = new JournalScript();
        for (var day = 0; day < 5; day++)
        {
            if (day != 2) script.Payment(Party.Acquirer.Id, $"p-{day}", 100);
            script.DayEnd();
        }
        await host.Take(script);
        var idle = (await api.Get("/v1/business-days/2026-01-07")).Expect(200);
        Assert.Equal(("CLOSED", "SAME", 0L), (idle["status"], idle["verdict"], idle.Items("journal").Single().GetProperty("count").GetInt64()));
        Assert.Equal("CLOSED", (await api.Get("/v1/business-days/2026-01-09")).Expect(200)["status"]);
        var open = (await api.Get("/v1/business-days/2026-01-10")).Expect(200);
        Assert.Equal(("OPEN", "SAME"), (open["status"], open["verdict"]));
        Assert.Empty(open.Items("journal"));
        foreach (var unknown in new[] { "2026-01-11", "2026-01-04", "2026-02-30", "today", "%00", "'; DROP SCHEMA clearing; --" })
            (await api.Get($"/v1/business-days/{Uri.EscapeDataString(unknown)}")).ExpectProblem(404, "NOT_FOUND");

        var (dates, path) = (new List<string>(), "/v1/business-days?limit=2");
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await api.Get(path + (cursor.Length == 0 ? "" : $"&cursor={cursor}"))).Expect(200);
            dates.AddRange(page.Items().Select(day => $"{day.GetProperty("date")} {day.GetProperty("status")} {day.GetProperty("verdict")}"));
            cursor = page.Json.GetProperty("nextCursor").GetString();
        }
        Assert.Equal(["2026-01-09 CLOSED SAME", "2026-01-08 CLOSED SAME", "2026-01-07 CLOSED SAME", "2026-01-06 CLOSED SAME", "2026-01-05 CLOSED SAME"], dates);
        (await api.Get("/v1/business-days?cursor=bm8")).ExpectProblem(400, "INVALID_FIELD", "cursor");
        (await api.Get("/v1/business-days?limit=201")).ExpectProblem(400, "INVALID_FIELD", "limit");
    }

    [Fact]
    public async Task books_that_differ_from_the_journals_own_sums_are_named_to_whom_it_concerns()
    {
        await using var host = await ClearingHost.Start(postgres, Alone);
        host.Journal.Tell = entry => entry.Seq == 2 ? entry with { Amount = 7 } : entry;
        var script = new JournalScript();
        script.Payment(Party.Acquirer.Id, "p-1", 10);
        script.Payment(Party.OtherAcquirer.Id, "p-2", 20);
        await host.Take(script);
        const string Difference = "journal: acquirer-2 PAYMENT: books 1 with 7 fen, journal 1 with 20 fen", Shard = "journal: shard 0: books 2 entries with 17 fen, journal 2 with 30 fen";
        Assert.Equal($"{Difference}; {Shard}", (await host.As(Party.Regulator).Get("/v1/business-days/2026-01-05")).Expect(200)["verdict"]);
        Assert.Equal($"{Difference}; {Shard}", (await host.As(Party.OtherAcquirer).Get("/v1/business-days/2026-01-05")).Expect(200)["verdict"]);
        Assert.Equal($"{Shard}; journal: 1 differences in totals of other institutions", (await host.As(Party.Acquirer).Get("/v1/business-days/2026-01-05")).Expect(200)["verdict"]);
        script.DayEnd();
        await host.Take(script);
        var closed = (await host.As(Party.Regulator).Get("/v1/business-days/2026-01-05")).Expect(200);
        Assert.Equal("CLOSED", closed["status"]);
        Assert.Contains("DAY_END says 30 fen moved, the books have 17", closed["verdict"]);
        Assert.Contains("another hash", closed["verdict"]);
        Assert.Contains(Difference, closed["verdict"]);
    }

    [Fact]
    public async Task the_verdict_says_how_far_it_was_compared_when_wallets_counts_nothing()
    {
        await using var host = await ClearingHost.Start(postgres, Alone);
        var api = host.As(Party.Regulator);
        var script = new JournalScript();
        script.Payment(Party.Acquirer.Id, "p-1", 10);
        await host.Take(script);
        Assert.Equal("SAME", (await api.Get("/v1/business-days/2026-01-05")).Expect(200)["verdict"]);
        host.Journal.Sums = false;
        script.Payment(Party.Acquirer.Id, "p-2", 10);
        script.DayEnd();
        await host.Take(script);
        var day = (await api.Get("/v1/business-days/2026-01-05")).Expect(200);
        Assert.Equal(("CLOSING", "journal: not compared after (0, 1)"), (day["status"], day["verdict"]));
        host.Journal.Sums = true;
        day = (await api.Get("/v1/business-days/2026-01-05")).Expect(200);
        Assert.Equal(("CLOSED", "SAME"), (day["status"], day["verdict"]));
    }

    [Fact]
    public async Task acquiring_is_compared_at_the_entry_that_it_has_read_up_to()
    {
        await using var host = await ClearingHost.Start(postgres);
        var api = host.As(Party.Regulator);
        host.Acquiring.Offers = false;
        var script = new JournalScript();
        for (var i = 0; i < 20; i++) script.Payment(i % 2 == 0 ? Party.Acquirer.Id : Party.OtherAcquirer.Id, $"p-{i}", 10 + i);
        await host.Take(script);
        await Verdict("acquiring: not compared, it does not offer its totals");
        host.Acquiring.Begun = false;
        host.Acquiring.Offers = true;
        await Verdict("acquiring: not compared, it has read nothing yet");
        host.Acquiring.Read(script.Entries.Take(7));
        host.Acquiring.Begun = true;
        await Verdict("SAME");
        // It stands still: patience ends, and the verdict says how far it holds.
        await BookKeeping.Rows(host.Database, "UPDATE clearing.comparison SET since = now() - interval '1 minute' WHERE other = 2 RETURNING 1");
        await Verdict("acquiring: not compared after (0, 7)");
        host.Acquiring.Read(script.Entries);
        await Verdict("SAME");
        host.Acquiring.Error = 3;
        await Verdict("acquiring: acquirer-1 PAYMENT: books 10 with 190 fen, acquiring 10 with 193 fen; acquiring: acquirer-2 PAYMENT: books 10 with 200 fen, acquiring 10 with 203 fen");
        // Ahead of the books.
        host.Acquiring.Error = 0;
        host.Journal.Answers = false;
        var seq = script.Seq;
        script.Payment(Party.Acquirer.Id, "late", 5);
        script.DayEnd();
        host.Journal.Take(script);
        host.Acquiring.Read(script.Entries);
        Assert.Equal(seq, await host.Seq());
        host.Journal.Answers = true;
        await host.Reaches(script.Seq);
        await Verdict("SAME");
        Assert.Equal("CLOSED", (await api.Get("/v1/business-days/2026-01-05")).Expect(200)["status"]);

        Task Verdict(string expected) => Eventually.Get(async () => (await api.Get("/v1/business-days/2026-01-05")).Expect(200)["verdict"], seen => seen == expected, expected);
    }

    [Fact]
    public async Task a_poisoned_entry_halts_the_books_and_passes_by_quarantine_which_the_verdict_names()
    {
        await using var host = await ClearingHost.Start(postgres, Alone);
        host.Journal.Tell = entry => entry.Seq == 3 ? entry with { Amount = -1 } : entry;
        var script = new JournalScript();
        for (var i = 0; i < 5; i++) script.Payment(Party.Acquirer.Id, $"p-{i}", 10);
        script.DayEnd();
        host.Journal.Take(script);
        await Eventually.True(() => host.Consumer.State == ConsumerState.Halted, "halted books");
        Assert.Contains("below 0", host.Consumer.Reason);
        Assert.Equal(2, await host.Seq());
        Assert.Equal("SAME", (await host.As(Party.Acquirer).Get("/v1/business-days/2026-01-05")).Expect(200)["verdict"]);
        var desk = host.Services.GetRequiredService<QuarantineDesk>();
        Assert.True(await desk.Propose("clearing.books", 0, 3, "wang", "amount below zero", CancellationToken.None));
        Assert.True(await desk.Approve("clearing.books", 0, 3, "li", CancellationToken.None));
        await host.Reaches(6);
        var day = (await host.As(Party.Acquirer).Get("/v1/business-days/2026-01-05")).Expect(200);
        Assert.Equal("CLOSED", day["status"]);
        Assert.Equal("shard 0: not in the books, passed by quarantine: 3 to 3; shard 0: DAY_END says 5 entries, the books have 4; shard 0: DAY_END says 50 fen moved, the books have 40; "
            + "shard 0: the day's hash cannot be checked without the missing entries; journal: acquirer-1 PAYMENT: books 4 with 40 fen, journal 5 with 50 fen; "
            + "journal: shard 0: books 4 entries with 40 fen, journal 5 with 50 fen", day["verdict"]);
    }
}
