using System.Data;
using Ecny.Clearing.Books;
using Ecny.Messaging;
using Npgsql;

namespace Ecny.Clearing.Comparisons;

/// <summary>
/// Holds the books against what Wallets' database counts by itself. Only what is new is asked for: the sums of each stretch are added up here, and compared with the
/// books at exactly the same entry, so that the two may be written at any pace.
/// </summary>
public sealed class JournalComparison(NpgsqlDataSource database, IJournalSums journal, TimeProvider time) : IDisposable
{
    /// <summary>Stretches in one step: far behind, a step ends without a comparison and the next goes on.</summary>
    private const int MostStretches = 10, MostAttempts = 5;

    private readonly SemaphoreSlim turn = new(1, 1);
    private Compared? last;

    /// <summary>A comparison that began after this call. Callers that come together share one.</summary>
    /// <exception cref="JournalUnavailableException">Wallets does not answer.</exception>
    internal async Task<Compared> Fresh(CancellationToken stop)
    {
        var arrived = time.GetTimestamp();
        await turn.WaitAsync(stop);
        try
        {
            if (last is { } shared && shared.BeganAt >= arrived) return shared;
            return last = await Step(stop);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<Compared> Step(CancellationToken stop)
    {
        await using var connection = await database.OpenConnectionAsync(stop);
        for (var attempt = 1; ; attempt++)
        {
            var began = time.GetTimestamp();
            var (from, places, books) = await Look(connection, stop);
            var reached = true;
            foreach (var shard in books.Shards) reached &= await Follow(connection, shard, Seq(places, shard.Shard), stop);
            if (reached && await Compare(connection, from, books, stop) is { } results) return new Compared(began, from, books, results);
            // Too far behind for one step, or another instance compares at this moment.
            if (!reached || attempt == MostAttempts) return new Compared(began, from, books, null);
        }
    }

    /// <summary>The books now, from the date on that has something new since the last comparison.</summary>
    private static async Task<(DateOnly From, Dictionary<int, (long Seq, DateOnly Date)> Places, BookSnapshot Books)> Look(NpgsqlConnection connection, CancellationToken stop)
    {
        await using var moment = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, stop);
        var places = await WitnessTables.Places(connection, stop);
        var from = places.Count == 0 ? DateOnly.MinValue : places.Values.Min(place => place.Date);
        var books = await BookSnapshot.Read(connection, from, DateOnly.MaxValue, stop);
        await moment.CommitAsync(stop);
        return (from, places, books);
    }

    /// <summary>Adds the journal's own sums up to exactly where the books stand. False: that takes more than one step.</summary>
    private async Task<bool> Follow(NpgsqlConnection connection, ShardPlace books, long at, CancellationToken stop)
    {
        for (var stretch = 0; at < books.Seq; stretch++)
        {
            if (stretch == MostStretches) return false;
            var sums = await journal.Read(books.Shard, at, books.Seq, stop);
            if (sums.To <= at || sums.To > books.Seq) throw new JournalUnavailableException($"The journal of shard {books.Shard} ends at {at}, before the books ({books.Seq}).");
            if (!await WitnessTables.Advance(connection, books.Shard, at, sums, stop)) return true;
            at = sums.To;
        }
        return true;
    }

    /// <summary>Null: the witness does not stand where the books do.</summary>
    private static async Task<IReadOnlyList<Comparison>?> Compare(NpgsqlConnection connection, DateOnly from, BookSnapshot books, CancellationToken stop)
    {
        await using var moment = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, stop);
        var places = await WitnessTables.Places(connection, stop);
        var theirs = await WitnessTables.Read(connection, from, stop);
        await moment.CommitAsync(stop);
        if (books.Shards.Any(shard => Seq(places, shard.Shard) != shard.Seq)) return null;
        var upTo = places.ToDictionary(place => place.Key, place => place.Value.Seq);
        var dates = books.Figures.Days.Keys.Concat(theirs.Days.Keys).Select(key => key.Date).Distinct().Order();
        List<Comparison> results = [.. dates.Select(date => new Comparison(date, Other.Journal, upTo, Figures.Compare(date, books.Figures, theirs, "journal", days: true, kinds: null)))];
        await Comparison.Save(connection, results, stop);
        return results;
    }

    private static long Seq(Dictionary<int, (long Seq, DateOnly Date)> places, int shard) => places.TryGetValue(shard, out var place) ? place.Seq : 0;

    public void Dispose() => turn.Dispose();
}
