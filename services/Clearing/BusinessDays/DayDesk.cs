using System.Data;
using Ecny.Clearing.Books;
using Ecny.Clearing.Comparisons;
using Ecny.Contracts.Ledger;
using Ecny.Messaging;
using Npgsql;

namespace Ecny.Clearing.BusinessDays;

/// <summary>Business days as they are shown.</summary>
public sealed class DayDesk(NpgsqlDataSource database, JournalComparison comparison, ClearingOptions options, TimeProvider time)
{
    /// <summary>Wallets has so long to count what is new; after that the answer says how far it was compared.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>A day; null when there was none.</summary>
    /// <param name="viewer">Who asks; null: somebody who sees everything.</param>
    public async Task<BusinessDayObject?> Find(DateOnly date, string? viewer, CancellationToken stop)
    {
        var fresh = await Compare(stop);
        var (books, comparisons) = await Read(date, date, stop);
        var journal = comparisons.Find(one => one.Other == Other.Journal);
        // The books may have gone on since the comparison: what is shown and what is said about it are of one moment.
        if (fresh is { Results: { } results } && date >= fresh.From) (books, journal) = (fresh.Books, results.FirstOrDefault(one => one.Date == date));
        var days = books.Days.Where(day => day.Date == date).ToList();
        if (days.Count == 0 && !IsOpenAndEmpty(date, books.Shards)) return null;
        return new BusinessDayObject
        {
            Date = date,
            Status = StatusOf(date, days, books.Shards, journal),
            Totals = [.. TotalsOf(date, books.Figures, viewer)],
            Journal = [.. days.Select(Journal)],
            Verdict = DayVerdict.Of(days, journal, comparisons.Find(one => one.Other == Other.Acquiring), options.CompareAcquiring, viewer, time.GetUtcNow()),
        };
    }

    /// <summary>Days before a date (null: all), the newest first, as the last comparisons left them.</summary>
    public async Task<IReadOnlyList<BusinessDaySummary>> List(DateOnly? before, int limit, string? viewer, CancellationToken stop)
    {
        var dates = await Dates(before ?? DateOnly.MaxValue, limit, stop);
        if (dates.Count == 0) return [];
        var (books, comparisons) = await Read(dates[^1], dates[0], stop);
        return [.. dates.Select(date =>
        {
            var days = books.Days.Where(day => day.Date == date).ToList();
            var journal = comparisons.Find(one => one.Date == date && one.Other == Other.Journal);
            var acquiring = comparisons.Find(one => one.Date == date && one.Other == Other.Acquiring);
            return new BusinessDaySummary(date, StatusOf(date, days, books.Shards, journal), [.. days.Select(Journal)],
                DayVerdict.Of(days, journal, acquiring, options.CompareAcquiring, viewer, time.GetUtcNow()));
        })];
    }

    private async Task<Compared?> Compare(CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        try
        {
            return await comparison.Fresh(patience.Token);
        }
        catch (Exception e) when (e is JournalUnavailableException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            // The verdict says how far it was compared; the loop says why in its log.
            return null;
        }
    }

    private async Task<(BookSnapshot Books, List<Comparison> Comparisons)> Read(DateOnly from, DateOnly to, CancellationToken stop)
    {
        await using var connection = await database.OpenConnectionAsync(stop);
        await using var moment = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, stop);
        var books = await BookSnapshot.Read(connection, from, to, stop);
        var comparisons = await Comparison.Read(connection, from, to, stop);
        await moment.CommitAsync(stop);
        return (books, comparisons);
    }

    private async Task<List<DateOnly>> Dates(DateOnly before, int limit, CancellationToken stop)
    {
        await using var command = database.CreateCommand("""
            SELECT DISTINCT business_date
            FROM clearing.day
            WHERE business_date < $1
            ORDER BY business_date DESC
            LIMIT $2
            """);
        command.Parameters.Add(new NpgsqlParameter<DateOnly> { TypedValue = before });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(stop);
        var dates = new List<DateOnly>();
        while (await reader.ReadAsync(stop)) dates.Add(reader.GetFieldValue<DateOnly>(0));
        return dates;
    }

    private static DayStatus StatusOf(DateOnly date, List<BookDay> days, IReadOnlyList<ShardPlace> shards, Comparison? journal)
    {
        bool HasEnded(ShardPlace shard) => shard.Date > date || (shard.Date == date && shard.Ended);
        if (!shards.Any(HasEnded)) return DayStatus.OPEN;
        return shards.All(HasEnded) && DayVerdict.IsComplete(days, journal) ? DayStatus.CLOSED : DayStatus.CLOSING;
    }

    /// <summary>The day after one that has ended, or today while the books are empty.</summary>
    private bool IsOpenAndEmpty(DateOnly date, IReadOnlyList<ShardPlace> shards) =>
        shards.Count == 0 ? date == Clearing.Dates.Today(time) : shards.Any(shard => shard.Ended && shard.Date.AddDays(1) == date) && shards.All(shard => shard.Date < date);

    private static IEnumerable<DayTotal> TotalsOf(DateOnly date, Figures figures, string? viewer) => figures.Totals
        .Where(total => total.Key.Date == date && (viewer is null || total.Key.Institution == viewer))
        .OrderBy(total => total.Key.Institution, StringComparer.Ordinal).ThenBy(total => total.Key.Kind)
        .Select(total => new DayTotal(total.Key.Institution, EntryKinds.Name(total.Key.Kind), total.Value.Count, total.Value.Amount));

    private static DayJournal Journal(BookDay day) => new(day.Shard, day.FirstSeq, day.LastSeq, day.Count, day.Amount);
}
