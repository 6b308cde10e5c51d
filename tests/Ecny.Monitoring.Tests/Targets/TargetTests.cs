using System.Text.Json;
using Ecny.Contracts.Ledger;
using Ecny.Monitoring.Tests.Hosting;
using Ecny.Testing;

namespace Ecny.Monitoring.Tests.Targets;

public sealed class TargetTests(PostgresFixture postgres)
{
    private static readonly DateTimeOffset Begin = new(2024, 6, 1, 12, 0, 0, TimeSpan.FromHours(8));

    [Fact]
    public async Task actual_values_are_those_of_the_journal()
    {
        await using var watched = await Watched.Start(postgres, new SyntheticJournal(5));
        watched.Journal.Append(3_000, Begin, Begin + TimeSpan.FromMinutes(30));
        await watched.Counted();
        var entries = watched.Journal.Entries.Where(entry => entry.Code == DeclineCode.None).ToList();

        var items = (await watched.Get(Watched.Regulator, "/v1/targets?date=2024-06-01")).GetProperty("items").EnumerateArray().ToDictionary(item => item.GetProperty("target").GetString()!);
        var opened = entries.Where(entry => entry.Kind == EntryKind.WalletOpen).Select(entry => JsonDocument.Parse(entry.Context).RootElement.GetProperty("payeeClass").GetString()).ToList();
        Assert.Equal(opened.Count(one => one is "I" or "II" or "III" or "IV"), items["WALLETS_PERSONAL"].GetProperty("actualCount").GetInt32());
        Assert.Equal(10_000_000, items["WALLETS_PERSONAL"].GetProperty("targetCount").GetInt64());
        Assert.Equal(opened.Count(one => one == "CORPORATE"), items["WALLETS_CORPORATE"].GetProperty("actualCount").GetInt32());
        Assert.Equal(entries.Where(entry => entry.Kind is EntryKind.Payment or EntryKind.Transfer).Sum(entry => entry.Amount), items["TURNOVER"].GetProperty("actualAmount").GetInt64());
        Assert.Equal(1_000_000_000_000, items["TURNOVER"].GetProperty("targetAmount").GetInt64());
        Assert.All(items.Values, item => Assert.True(item.GetProperty("definition").GetProperty("zh").GetString()!.Length > 20 && item.GetProperty("definition").GetProperty("en").GetString()!.Length > 60));

        var parts = new List<long>();
        foreach (var one in new[] { Watched.OperatorA, Watched.OperatorB })
            parts.Add((await watched.Get(one, "/v1/targets?date=2024-06-01")).GetProperty("items")[2].GetProperty("actualAmount").GetInt64());
        Assert.Equal(items["TURNOVER"].GetProperty("actualAmount").GetInt64(), parts.Sum());
    }

    [Theory]
    [InlineData("2022-12-31", null)]
    [InlineData("2023-01-01", 4_000_000L)]
    [InlineData("2023-12-31", 4_000_000L)]
    [InlineData("2024-01-01", 10_000_000L)]
    [InlineData("2027-05-01", 10_000_000L)]
    public async Task the_value_in_force_follows_the_date(string date, long? value)
    {
        await using var watched = await Watched.Start(postgres, new SyntheticJournal(5));
        var first = (await watched.Get(Watched.Regulator, $"/v1/targets?date={date}")).GetProperty("items")[0];
        Assert.Equal(value, first.TryGetProperty("targetCount", out var target) ? target.GetInt64() : null);
        Assert.Equal(0, first.GetProperty("actualCount").GetInt64());
    }
}
