using Ecny.Clearing.Comparisons;
using Ecny.Clearing.Tests.Journals;
using Ecny.Messaging;
using Ecny.Testing;
using Npgsql;

namespace Ecny.Clearing.Tests.Books;

/// <summary>Books of a journal that the real ledger wrote, compared with what its own database counts.</summary>
public sealed class RealJournalTests(PostgresFixture postgres, ITestOutputHelper output)
{
    [Fact]
    public async Task books_of_a_real_journal_are_the_same_to_the_fen_and_to_the_hash()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var ledger = await RealLedger.Start(await postgres.CreateDatabase(), random);
        await using var database = NpgsqlDataSource.Create(await BookKeeping.NewDatabase(postgres));
        using var comparison = new JournalComparison(database, ledger, TimeProvider.System);
        var booked = 0L;
        for (var round = 0; round < 4; round++)
        {
            await ledger.Live(1_000, days: 2);
            while (await ledger.Read(0, booked, random.Next(1, 700), CancellationToken.None) is { Count: > 0 } page)
            {
                await BookKeeping.Book(database, page, () => random.Next(1, 300));
                booked = page[^1].Seq;
            }
            var compared = await comparison.Fresh(CancellationToken.None);
            Assert.Empty(compared.Results!.SelectMany(result => result.Differences).Select(difference => difference.Sentence));
        }
        Assert.Equal((await ledger.Heads(CancellationToken.None))[0].Seq, booked);
        var days = await BookKeeping.Rows(database, "SELECT fault, end_seq IS NOT NULL FROM clearing.day ORDER BY business_date");
        Assert.True(days.Count >= 8, $"{days.Count} days");
        Assert.All(days, day => Assert.StartsWith("- ", day));
        Assert.All(days.SkipLast(1), day => Assert.EndsWith("True", day));
        var kinds = await BookKeeping.Rows(database, "SELECT count(DISTINCT kind) FROM clearing.total");
        Assert.True(int.Parse(kinds[0], System.Globalization.CultureInfo.InvariantCulture) >= 12, $"{kinds[0]} kinds");
        // The other way: a sum that was tampered with is found.
        await BookKeeping.Rows(database, "UPDATE clearing.total SET amount = amount + 1 WHERE (business_date, institution, kind) = (SELECT business_date, institution, kind FROM clearing.total ORDER BY 1 DESC, 2, 3 LIMIT 1) RETURNING 1");
        await ledger.Live(1, days: 0);
        await BookKeeping.Book(database, await ledger.Read(0, booked, 100, CancellationToken.None), () => 100);
        Assert.Single((await comparison.Fresh(CancellationToken.None)).Results!.SelectMany(result => result.Differences));
    }
}
