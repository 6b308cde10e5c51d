using Ecny.Contracts.Ledger;

namespace Ecny.Clearing.Comparisons;

/// <summary>Figures of business days, whoever counted them: the books, the journal's own database, Acquiring.</summary>
internal sealed class Figures
{
    /// <summary>Settled transfers and their fen.</summary>
    public Dictionary<(DateOnly Date, string Institution, EntryKind Kind), (long Count, long Amount)> Totals { get; } = [];

    /// <summary>Entries but DAY_END, the fen they name and the fen they moved.</summary>
    public Dictionary<(DateOnly Date, int Shard), (long Count, decimal Amount, long Moved)> Days { get; } = [];

    public static Figures Of(int shard, IEnumerable<JournalSum> sums)
    {
        var figures = new Figures();
        foreach (var sum in sums) figures.Add(shard, sum);
        return figures;
    }

    /// <summary>Adds (or takes away) a stretch of the journal.</summary>
    public void Add(int shard, JournalSum sum, int sign = 1)
    {
        // DAY_END seals a day and is not part of it.
        if (sum.Kind == EntryKind.DayEnd) return;
        var (count, amount, moved) = Days.GetValueOrDefault((sum.BusinessDate, shard));
        Days[(sum.BusinessDate, shard)] = (count + sign * sum.Entries, amount + sign * sum.Amount, checked(moved + (sum.Settled ? sign * (long)sum.Amount : 0)));
        if (!sum.Settled) return;
        var key = (sum.BusinessDate, sum.Institution, sum.Kind);
        var total = Totals.GetValueOrDefault(key);
        Totals[key] = (total.Count + sign * sum.Transfers, checked(total.Amount + sign * (long)sum.Amount));
    }

    /// <summary>What differs on a date, in words. Total by total, and shard by shard where <paramref name="days"/>.</summary>
    /// <param name="other">Who counted <paramref name="theirs"/>: journal, acquiring.</param>
    /// <param name="kinds">Kinds that the other counts; null: all.</param>
    public static List<Difference> Compare(DateOnly date, Figures books, Figures theirs, string other, bool days, IReadOnlySet<EntryKind>? kinds)
    {
        var differences = new List<Difference>();
        var keys = books.Totals.Keys.Concat(theirs.Totals.Keys).Where(key => key.Date == date && kinds?.Contains(key.Kind) != false).Distinct();
        foreach (var key in keys.OrderBy(key => key.Institution, StringComparer.Ordinal).ThenBy(key => key.Kind))
        {
            var (ours, other1) = (books.Totals.GetValueOrDefault(key), theirs.Totals.GetValueOrDefault(key));
            if (ours != other1)
                differences.Add(Difference.Of(key.Institution, $"{other}: {key.Institution} {EntryKinds.Name(key.Kind)}: books {ours.Count} with {ours.Amount} fen, {other} {other1.Count} with {other1.Amount} fen"));
        }
        if (!days) return differences;
        foreach (var key in books.Days.Keys.Concat(theirs.Days.Keys).Where(key => key.Date == date).Distinct().OrderBy(key => key.Shard))
        {
            var (ours, other1) = (books.Days.GetValueOrDefault(key), theirs.Days.GetValueOrDefault(key));
            if (ours != other1)
                differences.Add(Difference.Of("", $"{other}: shard {key.Shard}: books {ours.Count} entries with {ours.Amount} fen, {other} {other1.Count} with {other1.Amount} fen"));
        }
        return differences;
    }
}

/// <param name="Institution">Whom it is about; empty: nobody in particular.</param>
internal sealed record Difference(string Institution, string Sentence)
{
    public static Difference Of(string institution, FormattableString sentence) => new(institution, FormattableString.Invariant(sentence));
}
