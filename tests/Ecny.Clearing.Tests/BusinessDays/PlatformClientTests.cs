using System.Globalization;
using Ecny.Clearing.Comparisons;
using Ecny.Clearing.Tests.Hosting;
using Ecny.Contracts.Ledger;
using Ecny.Messaging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ecny.Clearing.Tests.BusinessDays;

/// <summary>What the other services answer, as they write it.</summary>
public sealed class PlatformClientTests
{
    [Fact]
    public async Task sums_and_totals_are_read_as_their_owners_write_them_and_what_is_not_there_is_said()
    {
        var builder = WebApplication.CreateBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        var offers = true;
        app.MapGet("/v1/journal/sums", (int shard, long after, long to) => Results.Text(string.Create(CultureInfo.InvariantCulture, $$"""
            {"shard":{{shard}},"after":{{after}},"to":{{to}},"items":[{"businessDate":"2026-01-05","institution":"a","kind":"EXCHANGE_IN","settled":false,"transfers":1,"entries":2,"amount":20000000000000000000}]}
            """), "application/json"));
        app.MapGet("/v1/acquiring-totals", (string date) => offers
            ? Results.Text($$"""{"date":"{{date}}","asOf":[{"shard":0,"seq":17}],"totals":[{"institution":"a","kind":"REFUND","count":2,"amount":30}]}""", "application/json")
            : Results.NotFound());
        await app.StartAsync();
        var address = new Uri(app.Urls.Single());
        using var client = new PlatformClient(address, address, Party.Self.Signer);

        var sums = await ((IJournalSums)client).Read(0, 5, 9, CancellationToken.None);
        Assert.Equal(9, sums.To);
        Assert.Equal(new JournalSum(new DateOnly(2026, 1, 5), "a", EntryKind.ExchangeIn, false, 1, 2, 20_000_000_000_000_000_000m), Assert.Single(sums.Items));
        var totals = (await ((IAcquiringTotals)client).Read(new DateOnly(2026, 1, 5), CancellationToken.None))!;
        Assert.Equal((17, new AcquiringTotal("a", EntryKind.Refund, 2, 30)), (totals.UpTo[0], Assert.Single(totals.Totals)));
        offers = false;
        Assert.Null(await ((IAcquiringTotals)client).Read(new DateOnly(2026, 1, 5), CancellationToken.None));
        await app.StopAsync();
        await Assert.ThrowsAsync<JournalUnavailableException>(() => ((IJournalSums)client).Read(0, 5, 9, CancellationToken.None));
    }
}
