using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Ecny.Monitoring.Live;
using Ecny.Monitoring.Tests.Hosting;
using Ecny.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Ecny.Monitoring.Tests.Live;

public sealed class LiveTests(PostgresFixture postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task payments_show_within_moments()
    {
        await using var watched = await Watched.Start(postgres, new SyntheticJournal(1));
        using var http = new HttpClient();
        var seen = 0L;
        await foreach (var picture in EventStream.Read(watched, http, Watched.Regulator, Cancel))
        {
            var total = picture.GetProperty("totals").GetProperty("count").GetInt64();
            Assert.True(total >= seen, "a total never falls");
            seen = total;
            if (seen >= 500 && picture.GetProperty("countPerSecond").GetDouble() > 0 && Sum(picture.GetProperty("seconds").GetProperty("count")) == seen) break;
            if (watched.Journal.Head < 500) watched.Journal.Pay(100, 12_345, "S09", "D03", "operator-a");
        }
        Assert.Equal(500, seen);
    }

    [Fact]
    public async Task a_picture_equals_the_indicators_at_the_same_place()
    {
        await using var watched = await Watched.Start(postgres, new SyntheticJournal(21));
        watched.Journal.Append(1_000, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow);
        await watched.Counted();
        using var http = new HttpClient();
        await foreach (var picture in EventStream.Read(watched, http, Watched.Regulator, Cancel))
        {
            var indicators = await watched.Get(Watched.Regulator, $"/v1/indicators?date={picture.GetProperty("date").GetString()}");
            Assert.Equal(indicators.GetProperty("asOf").GetRawText(), picture.GetProperty("asOf").GetRawText());
            Assert.Equal(indicators.GetProperty("totals").GetRawText(), picture.GetProperty("totals").GetRawText());
            foreach (var (list, name) in new[] { ("byScenario", "scenario"), ("byDistrict", "district"), ("byOperator", "operator") })
                Assert.Equal(Rows(indicators, list, name), Rows(picture, list, name));
            break;
        }
    }

    [Fact]
    public async Task an_operator_sees_the_city_but_only_its_own_line()
    {
        await using var watched = await Watched.Start(postgres, new SyntheticJournal(1));
        watched.Journal.Pay(3, 100, "S09", "D01", "operator-a");
        watched.Journal.Pay(2, 100, "S09", "D01", "operator-b");
        await watched.Counted();
        using var http = new HttpClient();
        await foreach (var picture in EventStream.Read(watched, http, Watched.OperatorB, Cancel))
        {
            Assert.Equal(5, picture.GetProperty("totals").GetProperty("count").GetInt64());
            Assert.Equal(["operator-b"], picture.GetProperty("byOperator").EnumerateArray().Select(row => row.GetProperty("operator").GetString()));
            break;
        }
    }

    [Fact]
    public async Task a_hundred_viewers_cost_one_query()
    {
        await using var watched = await Watched.Start(postgres, new SyntheticJournal(1));
        watched.Journal.Pay(10, 100, "S09", "D01", "operator-a");
        await watched.Counted();
        var feed = watched.Services.GetRequiredService<LiveFeed>();
        var queries = 0L;
        using var meter = new MeterListener { InstrumentPublished = (instrument, listener) => { if (instrument.Name == "ecny.live.queries") listener.EnableMeasurementEvents(instrument); } };
        meter.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref queries, count));
        meter.Start();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var start = Stopwatch.GetTimestamp();
        var pictures = new int[100];
        var viewers = Enumerable.Range(0, 100).Select(viewer => Task.Run(async () =>
        {
            await foreach (var _ in feed.Watch(end.Token)) pictures[viewer]++;
        }, Cancel)).ToList();
        await Eventually.True(() => pictures.All(count => count >= 4), "four pictures for each of a hundred viewers", TimeSpan.FromSeconds(30));
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(viewers));

        var most = Stopwatch.GetElapsedTime(start).TotalSeconds * 2 + 2;
        // The meter is the process's: other tests of this class do not run at the same time.
        Assert.InRange(Interlocked.Read(ref queries), 4, most);
        Assert.All(pictures, count => Assert.InRange(count, 4, most + 1));
        await Eventually.True(() => feed.Viewers == 0, "nobody watches any more");
        var idle = Interlocked.Read(ref queries);
        // The service goes on meanwhile: it looks at the city's services three times more.
        var asked = watched.City.Asked;
        await Eventually.True(() => watched.City.Asked >= asked + 3, "three more looks at the services");
        Assert.InRange(Interlocked.Read(ref queries), idle, idle + 1);
    }

    [Fact]
    public async Task what_is_asked_of_the_services_shows()
    {
        await using var watched = await Watched.Start(postgres, new SyntheticJournal(1), ("Ecny:Monitoring:Services:risk", "http://127.0.0.1:1"));
        watched.City.Consumers = """
            {"items":[{"consumer":"clearing.books","shard":0,"state":"HALTED","seq":136,"head":300,"lagEntries":164,"lagSeconds":12.5,"gaps":0,"parked":0,"reason":"137 is poison"}]}
            """;
        watched.City.Ready = (503, """{"status":"DOWN","checks":{"database":"UP","ledger":"nobody serves the shard"}}""");
        using var http = new HttpClient();
        await foreach (var picture in EventStream.Read(watched, http, Watched.Regulator, Cancel))
        {
            var services = picture.GetProperty("services").EnumerateArray().ToDictionary(service => service.GetProperty("service").GetString()!);
            if (services["risk"].GetProperty("state").GetString() == "UNKNOWN" || services["wallets"].GetProperty("state").GetString() != "NOT_READY") continue;
            Assert.Equal("DOWN", services["risk"].GetProperty("state").GetString());
            Assert.Contains("ledger: nobody serves the shard", services["wallets"].GetProperty("reason").GetString());
            if (picture.GetProperty("consumers").GetArrayLength() == 0) continue;
            var consumer = picture.GetProperty("consumers")[0];
            Assert.Equal(("HALTED", 164, 12.5), (consumer.GetProperty("state").GetString(), consumer.GetProperty("lagEntries").GetInt32(), consumer.GetProperty("lagSeconds").GetDouble()));
            break;
        }
    }

    private static long Sum(JsonElement numbers) => numbers.EnumerateArray().Sum(number => number.GetInt64());

    private static List<(string?, long, long)> Rows(JsonElement answer, string list, string name) => [.. answer.GetProperty(list).EnumerateArray()
        .Select(row => (row.GetProperty(name).GetString(), row.GetProperty("count").GetInt64(), row.GetProperty("amount").GetInt64())).OrderBy(row => row.Item1, StringComparer.Ordinal)];
}
