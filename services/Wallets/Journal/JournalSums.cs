using System.Globalization;
using Ecny.Contracts.Errors;
using Ecny.Contracts.Ledger;
using Ecny.ServiceDefaults;
using Ecny.Wallets.Hosting;
using Npgsql;

namespace Ecny.Wallets.Journal;

/// <summary>
/// What a stretch of the journal adds up to, counted by the database that keeps it: a second way to the figures that readers of the journal count for themselves.
/// </summary>
public static class JournalSums
{
    /// <summary>Entries of one answer: some tens of milliseconds of the database.</summary>
    public const int Most = 100_000;

    internal static async Task Read(HttpContext http, NpgsqlDataSource database)
    {
        if (Page.Query(http, "shard") is not (null or "0")) throw new ApiException(ApiCode.NOT_FOUND);
        var after = Page.After(http);
        var most = Math.Min(after, long.MaxValue - Most) + Most;
        var to = most;
        if (Page.Query(http, "to") is { } text && (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out to) || to < after))
            throw new ApiException([Field.Wrong("to", "必须是不小于 after 的整数", "must be an integer of at least after")]);
        await http.WriteJson(StatusCodes.Status200OK, await Of(database, ShardMap.OnlyShard, after, Math.Min(to, most), http.RequestAborted), WalletsJson.Default.JournalSumsView);
    }

    /// <summary>Sums of the entries after a sequence up to another.</summary>
    public static async Task<JournalSumsView> Of(NpgsqlDataSource database, int shard, long after, long to, CancellationToken cancel)
    {
        // Legs of a transfer are neighbours, so the entry before tells whether a leg is the first of its kind.
        await using var command = database.CreateCommand("""
            WITH leg AS (
              SELECT seq, business_date, institution, kind, code = 0 AS settled, amount, leg = 0 OR kind <> lag(kind) OVER (ORDER BY seq) AS first_of_kind
              FROM ledger.journal
              WHERE shard = $1 AND seq >= $2 AND seq <= $3
            )
            SELECT business_date, institution, kind, settled, count(*) FILTER (WHERE first_of_kind), count(*), sum(amount), max(seq)
            FROM leg
            WHERE seq > $2
            GROUP BY business_date, institution, kind, settled
            ORDER BY business_date, institution, kind, settled
            """);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = shard });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = to });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var sums = new List<JournalSum>();
        var last = after;
        while (await reader.ReadAsync(cancel))
        {
            sums.Add(new JournalSum(reader.GetFieldValue<DateOnly>(0), reader.GetString(1), EntryKinds.Name((EntryKind)reader.GetInt16(2)), reader.GetBoolean(3),
                reader.GetInt64(4), reader.GetInt64(5), reader.GetDecimal(6)));
            last = Math.Max(last, reader.GetInt64(7));
        }
        return new JournalSumsView(shard, after, last, sums);
    }
}

/// <param name="To">The last entry counted; the head when it was asked for more.</param>
public sealed record JournalSumsView(int Shard, long After, long To, IReadOnlyList<JournalSum> Items);

/// <param name="Settled">False: declined, and nothing moved.</param>
/// <param name="Transfers">A transfer of several legs counts once for each kind among them.</param>
/// <param name="Amount">Fen of all legs; for declines what was asked for.</param>
public sealed record JournalSum(DateOnly BusinessDate, string Institution, string Kind, bool Settled, long Transfers, long Entries, decimal Amount);
