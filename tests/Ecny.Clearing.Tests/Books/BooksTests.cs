using System.Globalization;
using Ecny.Clearing.Books;
using Ecny.Clearing.Tests.Journals;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Testing;
using Npgsql;

namespace Ecny.Clearing.Tests.Books;

public sealed class BooksTests(PostgresFixture postgres, ITestOutputHelper output)
{
    [Fact]
    public async Task totals_and_days_are_those_of_a_simple_count_and_do_not_depend_on_the_batches()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 5; round++)
        {
            var script = RandomJournal.Make(random, random.Next(1, 700));
            var facts = MemoryJournal.Facts(script.Entries);
            await using var live = await Open();
            await using var rebuilt = await Open();
            await BookKeeping.Book(live, facts, () => random.Next(1, 40));
            await BookKeeping.Book(rebuilt, facts, () => random.Next(1, 2) * 5_000);
            Assert.Equal(Totals(script), await BookKeeping.Rows(live, "SELECT business_date, institution, kind, count, amount FROM clearing.total ORDER BY 1, institution COLLATE \"C\", 3"));
            Assert.Equal(Days(script), await BookKeeping.Rows(live, "SELECT business_date, first_seq, last_seq, count, amount, moved, end_seq, fault FROM clearing.day ORDER BY 1"));
            Assert.Equal(await BookKeeping.Dump(rebuilt), await BookKeeping.Dump(live));
            await BookKeeping.Rows(live, "SELECT clearing.forget()");
            Assert.Equal("", await BookKeeping.Dump(live));
            await BookKeeping.Book(live, facts, () => random.Next(1, 200));
            Assert.Equal(await BookKeeping.Dump(rebuilt), await BookKeeping.Dump(live));
        }
    }

    [Fact]
    public async Task a_day_that_is_not_what_its_end_says_is_named_and_the_next_day_is_judged_by_itself()
    {
        var script = new JournalScript();
        script.Payment("a", "1", 10);
        script.DayEnd(countOff: 1);
        script.Payment("a", "2", 20);
        script.DayEnd(sumOff: -3);
        script.Payment("a", "3", 30);
        script.DayEnd(hash: new string('0', 64));
        script.Payment("a", "4", 40);
        script.DayEnd();
        await using var database = await Open();
        await BookKeeping.Book(database, MemoryJournal.Facts(script.Entries), () => 3);
        var faults = await BookKeeping.Rows(database, "SELECT fault FROM clearing.day ORDER BY business_date");
        Assert.Equal("shard 0: DAY_END says 2 entries, the books have 1", faults[0]);
        Assert.Equal("shard 0: DAY_END says 17 fen moved, the books have 20", faults[1]);
        Assert.Contains("another hash", faults[2]);
        // The books go on from the hash they were told; the ledger of this script goes on from its own.
        Assert.Contains("another hash", faults[3]);
    }

    [Fact]
    public async Task an_entry_changed_on_its_way_breaks_the_hash_of_its_day_only()
    {
        var script = new JournalScript();
        for (var day = 0; day < 3; day++)
        {
            for (var i = 0; i < 5; i++) script.Payment("a", $"{day}-{i}", 10);
            script.DayEnd();
        }
        await using var database = await Open();
        var told = script.Entries.Select(entry => entry.Seq == 9 ? entry with { Context = entry.Context.Replace("M1", "M2", StringComparison.Ordinal) } : entry);
        await BookKeeping.Book(database, MemoryJournal.Facts(told), () => 4);
        var faults = await BookKeeping.Rows(database, "SELECT fault FROM clearing.day ORDER BY business_date");
        Assert.Equal(["-", "-"], [faults[0], faults[2]]);
        Assert.Equal("shard 0: DAY_END carries another hash than the entries in the books have: one of them was changed", faults[1]);
    }

    [Fact]
    public async Task what_was_passed_by_quarantine_is_named_and_the_next_day_is_whole_again()
    {
        var script = new JournalScript();
        for (var day = 0; day < 2; day++)
        {
            for (var i = 0; i < 4; i++) script.Payment("a", $"{day}-{i}", 10);
            script.DayEnd();
        }
        var without = MemoryJournal.Facts(script.Entries.Where(entry => entry.Seq is not 2));
        await using var database = await Open();
        await BookKeeping.Book(database, without, () => 1);
        await using var atOnce = await Open();
        await BookKeeping.Book(atOnce, without, () => 100);
        Assert.Equal(await BookKeeping.Dump(atOnce), await BookKeeping.Dump(database));
        var faults = await BookKeeping.Rows(database, "SELECT fault FROM clearing.day ORDER BY business_date");
        Assert.Equal("-", faults[1]);
        Assert.Contains("not in the books, passed by quarantine: 2 to 2", faults[0]);
        Assert.Contains("DAY_END says 4 entries, the books have 3", faults[0]);
        Assert.Contains("hash cannot be checked", faults[0]);
    }

    [Fact]
    public async Task entries_that_books_must_not_guess_about_are_not_booked()
    {
        var script = new JournalScript();
        script.Payment("a", "1", 10);
        script.DayEnd();
        script.Payment("a", "2", 10);
        var (first, next) = (script.Entries[0], script.Entries[2]);
        foreach (var (wrong, says) in new (Entry, string)[]
        {
            (next with { BusinessDate = first.BusinessDate }, "a day that has ended"), (next with { BusinessDate = first.BusinessDate.AddDays(-1) }, "a day that has ended"),
            (next with { Amount = -1 }, "below 0"), (next with { Kind = EntryKind.Genesis }, "a kind that this build does not know"),
            (next with { Code = (DeclineCode)99 }, "a code that this build does not know"), (next with { Seq = 2 }, "in the books already"),
        })
        {
            await using var database = await Open();
            await BookKeeping.Book(database, MemoryJournal.Facts(script.Entries.Take(2)), () => 2);
            var before = await BookKeeping.Dump(database);
            var fact = MemoryJournal.Facts([wrong]);
            if (wrong.Kind == EntryKind.Genesis) fact[0].Kind = 0;
            var thrown = await Assert.ThrowsAsync<BooksException>(() => BookKeeping.Book(database, fact, () => 1));
            Assert.Contains(says, thrown.Message);
            Assert.Equal(before, await BookKeeping.Dump(database));
        }
    }

    [Fact]
    public async Task a_journal_that_goes_on_without_a_day_end_is_named()
    {
        var script = new JournalScript();
        script.Payment("a", "1", 10);
        script.Date = script.Date.AddDays(1);
        script.Payment("a", "2", 20);
        await using var database = await Open();
        await BookKeeping.Book(database, MemoryJournal.Facts(script.Entries), () => 1);
        Assert.Equal(["shard 0: the journal went on to 2026-01-06 without a DAY_END", "-"], await BookKeeping.Rows(database, "SELECT fault FROM clearing.day ORDER BY business_date"));
    }

    private async Task<NpgsqlDataSource> Open() => NpgsqlDataSource.Create(await BookKeeping.NewDatabase(postgres));

    /// <summary>Settled transfers, counted the simple way.</summary>
    private static List<string> Totals(JournalScript script) =>
    [
        .. script.Entries.Where(entry => entry.Code == DeclineCode.None && entry.Kind != EntryKind.DayEnd)
            .GroupBy(entry => (entry.BusinessDate, entry.Institution, entry.Kind))
            .OrderBy(group => group.Key.BusinessDate).ThenBy(group => group.Key.Institution, StringComparer.Ordinal).ThenBy(group => group.Key.Kind)
            .Select(group => string.Create(CultureInfo.InvariantCulture,
                $"{group.Key.BusinessDate:O} {group.Key.Institution} {(int)group.Key.Kind} {group.Select(entry => entry.Transfer).Distinct().Count()} {group.Sum(entry => entry.Amount)}")),
    ];

    private static List<string> Days(JournalScript script) =>
    [
        .. script.Entries.GroupBy(entry => entry.BusinessDate).OrderBy(day => day.Key).Select(day =>
        {
            var (all, end) = (day.Where(entry => entry.Kind != EntryKind.DayEnd).ToList(), day.SingleOrDefault(entry => entry.Kind == EntryKind.DayEnd)?.Seq);
            var (first, last) = all.Count == 0 ? (end!.Value, end.Value - 1) : (all[0].Seq, all[^1].Seq);
            return string.Create(CultureInfo.InvariantCulture, $"{day.Key:O} {first} {last} {all.Count} {all.Sum(e => (decimal)e.Amount)} {all.Where(e => e.Code == 0).Sum(e => e.Amount)} {(end is { } seq ? seq : "-")} -");
        }),
    ];
}
