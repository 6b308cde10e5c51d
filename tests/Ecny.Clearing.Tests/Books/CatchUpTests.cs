using System.Diagnostics;
using Ecny.Clearing.Tests.Journals;
using Ecny.Contracts.Ledger;
using Ecny.Messaging;
using Ecny.Testing;
using Npgsql;

namespace Ecny.Clearing.Tests.Books;

/// <summary>How fast the books take a back-log: parsing of the journal's pages included, the network not.</summary>
public sealed class CatchUpTests(PostgresFixture postgres, ITestOutputHelper output)
{
    private const int Entries = 300_000, Page = 5_000, Least = 10_000;

    [Fact]
    public async Task a_back_log_is_taken_faster_than_it_grows()
    {
        await using var database = NpgsqlDataSource.Create(await BookKeeping.NewDatabase(postgres));
        var script = new JournalScript();
        for (var i = 0; i < Entries; i++) script.Payment($"acquirer-{i % 5}", $"p-{i:D9}", 1_000 + i % 7, i % 20 == 0 ? DeclineCode.INSUFFICIENT_FUNDS : DeclineCode.None);
        var pages = script.Entries.Chunk(Page).Select(MemoryJournal.Json).ToList();
        var reader = new LedgerEntryReader();
        var process = Process.GetCurrentProcess();
        var (watch, processor) = (Stopwatch.StartNew(), process.TotalProcessorTime);
        foreach (var page in pages) await BookKeeping.Book(database, reader.ReadPage(page, Page), () => Page);
        process.Refresh();
        var (seconds, ours) = (watch.Elapsed.TotalSeconds, (process.TotalProcessorTime - processor).TotalSeconds);
        var size = await BookKeeping.Rows(database, "SELECT sum(pg_total_relation_size(inhrelid)) / 300000 FROM pg_inherits WHERE inhparent = 'clearing.attempt'::regclass");
        output.WriteLine($"{Entries / seconds:0} entries/s in {seconds:0.0} s, {ours / Entries * 1e6:0.0} µs of this process an entry, {size[0]} bytes an attempt in the table");
        Assert.Equal([$"{Entries} -"], await BookKeeping.Rows(database, "SELECT count, fault FROM clearing.day"));
        // What it must never fall to, on however busy a machine.
        Assert.True(Entries / seconds > Least, $"{Entries / seconds:0} entries/s");
    }
}
