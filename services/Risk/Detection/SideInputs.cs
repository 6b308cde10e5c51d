using Dapper;
using Ecny.Messaging;
using Ecny.Risk.Engine.Catalogue;
using Ecny.Risk.Engine.Entries;
using Npgsql;

namespace Ecny.Risk.Detection;

/// <summary>The SQL of what the engine is fed beside the journal.</summary>
internal static class SideInputs
{
    /// <summary>Everything that took effect at or after a place, in the order in which it did.</summary>
    public static async Task<Queue<SideInput>> Recorded(NpgsqlConnection connection, IJournal journal, int shard, long fromSeq, CancellationToken stop)
    {
        var inputs = new List<SideInput>();
        foreach (var (number, after, body) in await connection.QueryAsync<(int, long, string)>(
            "SELECT number, after_seq, body FROM risk.catalogue WHERE shard = @shard AND after_seq >= @fromSeq ORDER BY number", new { shard, fromSeq }))
            inputs.Add(new CatalogueInput(after, number, RuleCatalogue.Parse(body)));
        foreach (var (seq, after) in await connection.QueryAsync<(long, long)>(
            "SELECT seq, after_seq FROM risk.rerun WHERE shard = @shard AND after_seq >= @fromSeq ORDER BY after_seq, seq", new { shard, fromSeq }))
            inputs.Add(new RerunInput(after, await journal.Read(shard, seq - 1, 1, stop) is [var entry] ? EntryMapping.Of(entry) : throw new JournalUnavailableException($"The journal has no entry ({shard}, {seq}).")));
        foreach (var (list, wallet, listed, until, after) in await connection.QueryAsync<(string, long, bool, long, long)>("""
            SELECT list, wallet, listed, until_micros, after_seq
            FROM risk.list_change
            WHERE shard = @shard AND after_seq >= @fromSeq
            ORDER BY after_seq, number
            """, new { shard, fromSeq }))
            inputs.Add(new ListInput(after, new ListChange(wallet, list, listed, until)));
        // A stable sort: at one place first catalogues, then reruns, then lists, as the consumer takes them.
        return new Queue<SideInput>(inputs.OrderBy(input => input.AfterSeq));
    }

    /// <summary>Listings that nobody has taken yet; from now on they took effect here.</summary>
    public static async Task<IReadOnlyList<ListInput>> TakeListings(NpgsqlConnection connection, NpgsqlTransaction transaction, int shard, long afterSeq)
    {
        var taken = await connection.QueryAsync<(long Number, string List, long Wallet, bool Listed, long Until)>("""
            UPDATE risk.list_change
            SET shard = @shard, after_seq = @afterSeq
            WHERE after_seq IS NULL
            RETURNING number, list, wallet, listed, until_micros
            """, new { shard, afterSeq }, transaction);
        return [.. taken.OrderBy(change => change.Number).Select(change => new ListInput(afterSeq, new ListChange(change.Wallet, change.List, change.Listed, change.Until)))];
    }

    /// <summary>A parked entry is run again at this place.</summary>
    public static Task TakeRerun(NpgsqlConnection connection, NpgsqlTransaction transaction, int shard, long seq, long afterSeq) =>
        connection.ExecuteAsync("INSERT INTO risk.rerun (shard, seq, after_seq) VALUES (@shard, @seq, @afterSeq)", new { shard, seq, afterSeq }, transaction);

    /// <summary>Entries that were not taken at their own place: those parked now, and those that were run again later.</summary>
    public static async Task<HashSet<long>> Passed(NpgsqlConnection connection, string consumer, int shard, long fromSeq) =>
        [.. await connection.QueryAsync<long>("""
            SELECT seq FROM messaging.parked WHERE consumer = @consumer AND shard = @shard AND seq > @fromSeq
            UNION
            SELECT seq FROM risk.rerun WHERE shard = @shard AND seq > @fromSeq
            """, new { consumer, shard, fromSeq })];

    /// <summary>How many entries after a place, up to another one, are parked.</summary>
    public static Task<long> Parked(NpgsqlConnection connection, string consumer, int shard, long after, long to) =>
        connection.ExecuteScalarAsync<long>("SELECT count(*) FROM messaging.parked WHERE consumer = @consumer AND shard = @shard AND seq > @after AND seq <= @to", new { consumer, shard, after, to });
}
