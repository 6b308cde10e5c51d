namespace Ecny.Local.Detect;

/// <summary>Recall, precision and their harmonic mean over transactions; 0 where nothing is there to divide by.</summary>
public readonly record struct Quality(double Recall, double Precision)
{
    public double F1 => Recall + Precision == 0 ? 0 : 2 * Recall * Precision / (Recall + Precision);

    public static Quality Of(long hits, long named, long laundering) =>
        new(laundering == 0 ? 0 : (double)hits / laundering, named == 0 ? 0 : (double)hits / named);
}

/// <summary>Patterns of a type: of how many at least half of the transactions are named by alerts; and the transactions themselves.</summary>
public sealed record PatternQuality(int Found, int Of, int TransactionsNamed, int Transactions);

/// <summary>What the rules found against the ground truth, and what naming every first payment to a counterparty would have found.</summary>
public sealed record DetectionScore(Quality Engine, Quality Baseline, long Named, long Laundering, IReadOnlyDictionary<string, PatternQuality> Patterns)
{
    /// <param name="rows">In any order.</param>
    /// <param name="named">For each row whether an alert's evidence names it.</param>
    /// <param name="first">For each row whether it is the payer's first to the payee, both of them accounts of the data set.</param>
    public static DetectionScore Of(IReadOnlyList<LabelledTransaction> rows, IReadOnlyList<bool> named, IReadOnlyList<bool> first)
    {
        long hits = 0, all = 0, laundering = 0, firstHits = 0, firsts = 0;
        var patterns = new SortedDictionary<(string Type, string Id), (int Named, int Of)>();
        for (var i = 0; i < rows.Count; i++)
        {
            if (named[i]) all++;
            if (first[i]) firsts++;
            if (!rows[i].IsLaundering) continue;
            laundering++;
            if (named[i]) hits++;
            if (first[i]) firstHits++;
            var key = (rows[i].PatternType, rows[i].PatternId);
            var (soFar, of) = patterns.GetValueOrDefault(key);
            patterns[key] = (soFar + (named[i] ? 1 : 0), of + 1);
        }
        var types = new SortedDictionary<string, PatternQuality>(StringComparer.Ordinal);
        foreach (var type in patterns.GroupBy(pattern => pattern.Key.Type))
            types.Add(type.Key, new PatternQuality(type.Count(pattern => pattern.Value.Named * 2 >= pattern.Value.Of), type.Count(), type.Sum(pattern => pattern.Value.Named), type.Sum(pattern => pattern.Value.Of)));
        return new DetectionScore(Quality.Of(hits, all, laundering), Quality.Of(firstHits, firsts, laundering), all, laundering, types);
    }
}

/// <summary>The ground truth of one transaction.</summary>
public readonly record struct LabelledTransaction(bool IsLaundering, string PatternId, string PatternType);
