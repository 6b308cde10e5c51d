using System.Data;
using Ecny.Clearing.Books;
using Ecny.Contracts.Ledger;
using Ecny.Messaging;
using Npgsql;

namespace Ecny.Clearing.Comparisons;

/// <summary>
/// Holds the books against what Acquiring made of the same journal: its settled payments and refunds of a day. The two read at their own pace; the entries between
/// them are added or taken away by the journal's own sums, so that both are compared at the same entry.
/// </summary>
public sealed class AcquiringComparison(NpgsqlDataSource database, IAcquiringTotals acquiring, IJournalSums journal)
{
    /// <summary>Days that can still be behind; older ones wait until these are done.</summary>
    private const int MostDays = 3;

    private static readonly HashSet<EntryKind> Kinds = [EntryKind.Payment, EntryKind.Refund];

    /// <summary>Compares the days that are not compared to their end.</summary>
    /// <exception cref="JournalUnavailableException">Acquiring or Wallets does not answer.</exception>
    internal async Task Step(CancellationToken stop)
    {
        await using var connection = await database.OpenConnectionAsync(stop);
        foreach (var date in await Due(connection, stop))
        {
            var told = await acquiring.Read(date, stop);
            var books = await Look(connection, date, stop);
            await Comparison.Save(connection, [await Compare(date, books, told, stop)], stop);
        }
    }

    private async Task<Comparison> Compare(DateOnly date, BookSnapshot books, AcquiringTotals? told, CancellationToken stop)
    {
        if (told is null) return Not(date, "it does not offer its totals");
        var theirs = new Figures();
        foreach (var total in told.Totals) theirs.Totals[(date, total.Institution, total.Kind)] = (total.Count, total.Amount);
        foreach (var shard in books.Shards)
        {
            if (!told.UpTo.TryGetValue(shard.Shard, out var read)) return Not(date, "it has read nothing yet");
            // Beyond the day's end nothing of the day follows.
            var end = books.Days.FirstOrDefault(day => day.Shard == shard.Shard)?.EndSeq ?? long.MaxValue;
            var (mine, its) = (Math.Min(shard.Seq, end), Math.Min(read, end));
            if (mine == its) continue;
            var between = await journal.Read(shard.Shard, Math.Min(mine, its), Math.Max(mine, its), stop);
            if (between.To < Math.Max(mine, its)) return Not(date, $"it stands at ({shard.Shard}, {its}), the books at {mine}");
            foreach (var sum in between.Items.Where(sum => sum.BusinessDate == date)) books.Figures.Add(shard.Shard, sum, its > mine ? 1 : -1);
        }
        return new Comparison(date, Other.Acquiring, told.UpTo, Figures.Compare(date, books.Figures, theirs, "acquiring", days: false, Kinds));
    }

    private static Comparison Not(DateOnly date, FormattableString why) => Not(date, FormattableString.Invariant(why));

    private static Comparison Not(DateOnly date, string why) => new(date, Other.Acquiring, new Dictionary<int, long>(), [new Difference("", $"acquiring: not compared, {why}")]);

    private static async Task<List<DateOnly>> Due(NpgsqlConnection connection, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand("""
            SELECT DISTINCT d.business_date
            FROM clearing.day d
            WHERE NOT EXISTS (
              SELECT FROM clearing.comparison c
              JOIN unnest(c.shards, c.seqs) AS u (shard, seq) ON u.shard = d.shard AND u.seq >= d.end_seq
              WHERE c.business_date = d.business_date AND c.other = $1
            )
            ORDER BY d.business_date DESC
            LIMIT $2
            """, connection) { Parameters = { new NpgsqlParameter<short> { TypedValue = (short)Other.Acquiring }, new NpgsqlParameter<int> { TypedValue = MostDays } } };
        await using var reader = await command.ExecuteReaderAsync(stop);
        var dates = new List<DateOnly>();
        while (await reader.ReadAsync(stop)) dates.Add(reader.GetFieldValue<DateOnly>(0));
        return dates;
    }

    private static async Task<BookSnapshot> Look(NpgsqlConnection connection, DateOnly date, CancellationToken stop)
    {
        await using var moment = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, stop);
        var books = await BookSnapshot.Read(connection, date, date, stop);
        await moment.CommitAsync(stop);
        return books;
    }
}
