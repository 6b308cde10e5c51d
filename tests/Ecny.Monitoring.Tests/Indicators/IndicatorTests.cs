using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Monitoring.Tests.Hosting;
using Ecny.Testing;

namespace Ecny.Monitoring.Tests.Indicators;

/// <summary>The counters against the plainest possible count of the same journal.</summary>
public sealed class IndicatorTests(PostgresFixture postgres)
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 4, 20, 0, 0, TimeSpan.FromHours(8));

    [Theory]
    [InlineData(1)]
    [InlineData(20260105)]
    public async Task figures_are_those_of_a_naive_count(int seed)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        await using var watched = await Watched.Start(postgres, new SyntheticJournal(seed));
        // In parts, so that batches of many sizes are counted.
        for (var part = 0; part < 20; part++)
        {
            watched.Journal.Append(part * 40 + 1, Begin + TimeSpan.FromHours(part), Begin + TimeSpan.FromHours(part + 1));
            if (part % 5 == 0) await watched.Counted();
        }
        await watched.Counted();

        foreach (var date in watched.Journal.Entries.Select(entry => entry.BusinessDate).Distinct())
        {
            var day = watched.Journal.Entries.Where(entry => entry.BusinessDate == date).ToList();
            await ExpectSame(watched, Watched.Regulator, date, day);
            await ExpectSame(watched, Watched.OperatorA, date, [.. day.Where(entry => Member(entry, "payerOperator") == "operator-a")]);
        }
    }

    [Fact]
    public async Task a_rebuild_from_zero_equals_the_live_state_bit_by_bit()
    {
        await using var live = await Watched.Start(postgres, new SyntheticJournal(7));
        for (var part = 0; part < 30; part++)
        {
            live.Journal.Append(100, Begin + TimeSpan.FromMinutes(part), Begin + TimeSpan.FromMinutes(part + 1));
            if (part % 3 == 0) await live.Counted();
        }
        await live.Counted();
        var journal = new SyntheticJournal(7);
        for (var part = 0; part < 30; part++) journal.Append(100, Begin + TimeSpan.FromMinutes(part), Begin + TimeSpan.FromMinutes(part + 1));
        await using var rebuilt = await Watched.Start(postgres, journal);
        await rebuilt.Counted();

        var (one, other) = (await Dump(live), await Dump(rebuilt));
        Assert.True(one.Length > 1_000);
        Assert.Equal(one, other);
    }

    [Fact]
    public async Task an_operator_sees_its_own_payments_the_regulator_all_and_others_nothing()
    {
        await using var watched = await Watched.Start(postgres, new SyntheticJournal(1));
        watched.Journal.Pay(3, 100, "S09", "D01", "operator-a");
        watched.Journal.Pay(2, 1_000, "S05", "D02", "operator-b");
        await watched.Counted();

        Assert.Equal((5, 2_300), Totals(await watched.Get(Watched.Regulator, "/v1/indicators")));
        var own = await watched.Get(Watched.OperatorB, "/v1/indicators");
        Assert.Equal((2, 2_000), Totals(own));
        Assert.Equal("operator-b", Assert.Single(own.GetProperty("byOperator").EnumerateArray()).GetProperty("operator").GetString());
        Assert.Equal("S05", Assert.Single(own.GetProperty("byScenario").EnumerateArray()).GetProperty("scenario").GetString());
        foreach (var path in new[] { "/v1/indicators", "/v1/indicators/series", "/v1/targets", "/v1/live" }) await watched.Get(Watched.Acquirer, path, HttpStatusCode.Forbidden);
        using var http = new HttpClient();
        using var unsigned = await http.GetAsync(new Uri(watched.Address, "/v1/indicators"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, unsigned.StatusCode);
    }

    [Fact]
    public async Task the_series_of_a_day_add_up_to_its_total()
    {
        await using var watched = await Watched.Start(postgres, new SyntheticJournal(3));
        watched.Journal.Append(2_000, Begin, Begin + TimeSpan.FromHours(3));
        await watched.Counted();
        var total = Totals(await watched.Get(Watched.OperatorA, "/v1/indicators?date=2026-01-04"));
        foreach (var (step, least) in new[] { ("HOUR", 3), ("MINUTE", 100) })
        {
            var points = (await watched.Get(Watched.OperatorA, $"/v1/indicators/series?date=2026-01-04&step={step}")).GetProperty("items").EnumerateArray().ToList();
            Assert.True(points.Count >= least);
            Assert.Equal(total, (points.Sum(point => point.GetProperty("count").GetInt64()), points.Sum(point => point.GetProperty("amount").GetInt64())));
            Assert.Equal(points.OrderBy(point => point.GetProperty("from").GetDateTimeOffset()), points);
        }
    }

    [Theory]
    [InlineData("/v1/indicators?date=2026-1-5", "date")]
    [InlineData("/v1/indicators?date=today", "date")]
    [InlineData("/v1/indicators/series?step=DAY", "step")]
    [InlineData("/v1/targets?date=20260105", "date")]
    public async Task a_wrong_question_is_refused_by_name(string path, string field)
    {
        await using var watched = await Watched.Start(postgres, new SyntheticJournal(1));
        var problem = await watched.Get(Watched.Regulator, path, HttpStatusCode.BadRequest);
        Assert.Equal(field, problem.GetProperty("errors")[0].GetProperty("field").GetString());
    }

    [Fact(Explicit = true)]
    public async Task measure_catching_up()
    {
        var journal = new SyntheticJournal(11);
        journal.Append(500_000, Begin, Begin + TimeSpan.FromHours(1));
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        await using var watched = await Watched.Start(postgres, journal);
        var open = System.Diagnostics.Stopwatch.GetElapsedTime(start);
        await watched.Counted(TimeSpan.FromMinutes(2));
        var all = System.Diagnostics.Stopwatch.GetElapsedTime(start);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{journal.Head} entries over HTTP: {journal.Head / (all - open).TotalSeconds:0} a second (after {open.TotalSeconds:0.0} s of start)"));
    }

    private static async Task ExpectSame(Watched watched, TestInstitution caller, DateOnly date, List<Entry> day)
    {
        var answer = await watched.Get(caller, $"/v1/indicators?date={date:yyyy-MM-dd}");
        var settled = day.Where(entry => entry.Kind == EntryKind.Payment && entry.Code == DeclineCode.None).ToList();
        Assert.Equal(["date", "asOf", "totals", "byScenario", "byDistrict", "byOperator"], answer.EnumerateObject().Select(member => member.Name));
        Assert.Equal(date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), answer.GetProperty("date").GetString());
        Assert.Equal($$"""[{"shard":0,"seq":{{watched.Journal.Head}}}]""", answer.GetProperty("asOf").GetRawText());
        Assert.Equal(Count(settled), Totals(answer));
        foreach (var (member, name, code) in new (string, string, Func<Entry, string?>)[]
        {
            ("byScenario", "scenario", entry => Member(entry, "scenario")), ("byDistrict", "district", entry => Member(entry, "merchantDistrict") ?? Member(entry, "payerDistrict")),
            ("byOperator", "operator", entry => Member(entry, "payerOperator")),
        })
        {
            var expected = settled.GroupBy(entry => code(entry) ?? "NONE").ToDictionary(group => group.Key, group => Count([.. group]));
            Assert.Equal(expected.OrderBy(pair => pair.Key, StringComparer.Ordinal), answer.GetProperty(member).EnumerateArray()
                .Select(row => KeyValuePair.Create(row.GetProperty(name).GetString()!, (row.GetProperty("count").GetInt64(), row.GetProperty("amount").GetInt64())))
                .OrderBy(pair => pair.Key, StringComparer.Ordinal));
        }
    }

    private static (long Count, long Amount) Count(List<Entry> settled) => (settled.Select(entry => entry.Transfer).Distinct().Count(), settled.Sum(entry => entry.Amount));

    private static (long Count, long Amount) Totals(JsonElement answer) =>
        (answer.GetProperty("totals").GetProperty("count").GetInt64(), answer.GetProperty("totals").GetProperty("amount").GetInt64());

    private static string? Member(Entry entry, string name)
    {
        using var context = JsonDocument.Parse(entry.Context);
        return context.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;
    }

    private static async Task<string> Dump(Watched watched)
    {
        var all = new StringBuilder();
        foreach (var table in new[] { "payment", "payment_minute", "payment_second", "activity" })
        {
            await using var command = watched.Database.CreateCommand($"SELECT t::text FROM monitoring.{table} t ORDER BY t");
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync()) all.Append(table).Append(reader.GetString(0)).Append('\n');
        }
        return all.ToString();
    }
}
