using System.Data;
using System.Globalization;
using Ecny.Acquiring.Orders;
using Ecny.Contracts.Institutions;
using Ecny.Contracts.Ledger;
using Ecny.ServiceDefaults;
using Npgsql;

namespace Ecny.Acquiring.Totals;

/// <param name="Kind">PAYMENT or REFUND.</param>
/// <param name="Count">Transfers; one of several legs counts once.</param>
/// <param name="Amount">Fen.</param>
public sealed record AcquiringTotal(string Institution, string Kind, long Count, long Amount);

/// <summary>How far the totals go: every entry of the shard up to this one is in, none after it.</summary>
public sealed record TotalsPlace(int Shard, long Seq);

/// <summary>What settled on a business day (UTC+8), by the institution whose number it carries.</summary>
public sealed record AcquiringTotals(string Date, IReadOnlyList<TotalsPlace> AsOf, IReadOnlyList<AcquiringTotal> Totals);

/// <summary><c>GET /v1/acquiring-totals?date=</c>: this service's own count of payments and refunds, which clearing holds against its books.</summary>
public static class TotalsEndpoint
{
    public static void MapTotals(this IEndpointRouteBuilder app) =>
        app.MapGet("/v1/acquiring-totals", Get).Allow(Role.Service)
            .Describes<AcquiringTotals>("Settled payments and refunds of a business day as acquiring counts them, exactly up to asOf", "date!").WithTags("Totals");

    private static async Task Get(HttpContext http, NpgsqlDataSource db)
    {
        var parsed = DateOnly.TryParseExact(Page.Query(http, "date"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date);
        Field.Check(Field.Must(parsed, "date", "必须是 YYYY-MM-DD 日期", "must be a date as YYYY-MM-DD"));
        await http.WriteJson(200, await Read(db, date, http.RequestAborted), AcquiringJson.Default.AcquiringTotals);
    }

    /// <summary>Cursor and totals in one snapshot: they are moved in one transaction.</summary>
    private static async Task<AcquiringTotals> Read(NpgsqlDataSource db, DateOnly date, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
        await using var batch = new NpgsqlBatch(connection, snapshot)
        {
            BatchCommands =
            {
                new("SELECT shard, seq FROM messaging.cursor WHERE consumer = $1 ORDER BY shard") { Parameters = { new() { Value = OrderStates.ConsumerName } } },
                new("SELECT institution, kind, count, amount FROM acquiring_total WHERE business_date = $1 ORDER BY institution, kind") { Parameters = { new() { Value = date } } },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        var (places, totals) = (new List<TotalsPlace>(), new List<AcquiringTotal>());
        while (await reader.ReadAsync(cancel)) places.Add(new TotalsPlace(reader.GetInt32(0), reader.GetInt64(1)));
        await reader.NextResultAsync(cancel);
        while (await reader.ReadAsync(cancel)) totals.Add(new AcquiringTotal(reader.GetString(0), EntryKinds.Name((EntryKind)reader.GetInt16(1)), reader.GetInt64(2), reader.GetInt64(3)));
        return new AcquiringTotals(Moment.Text(date), places, totals);
    }
}
