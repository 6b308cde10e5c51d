using System.Globalization;
using System.Text;
using Ecny.Clearing.BusinessDays;
using Ecny.Contracts.Errors;
using Ecny.Contracts.Institutions;
using Ecny.ServiceDefaults;
using Microsoft.Net.Http.Headers;

namespace Ecny.Clearing.Reconciliations;

/// <summary>Reconciliation (对账) of an acquirer's file with the books.</summary>
public static class ReconciliationEndpoints
{
    private const string Csv = "text/csv", JsonLines = "application/x-ndjson";
    private const int CsvChunk = 32 * 1024;

    public static void MapReconciliations(this IEndpointRouteBuilder app)
    {
        var options = app.ServiceProvider.GetRequiredService<ClearingOptions>();
        var group = app.MapGroup("/v1/reconciliations").WithTags("Reconciliations");
        group.MapPost("", Upload).Allow(Role.Acquirer).OwnKeyOnly().BodyLimit(options.MostFileBytes)
            .DescribesFile<ReconciliationObject>([Csv, JsonLines], "Upload a file of one's payments, refunds and cancels of a business day. They are compared with the books in the background; "
                + "the file may be packed (Content-Encoding: gzip). Columns: type, amount, status, one of requestNo, refundNo and number, perhaps time.", "requestNo!", "businessDate!");
        group.MapGet("", List).Allow(Role.Acquirer, Role.Regulator, Role.Platform)
            .Describes<ListPage<ReconciliationObject>>("List reconciliations, the newest first, or find one's own by ?requestNo=", "requestNo", "limit", "cursor");
        group.MapGet("/{reconciliationNo}", Get).Allow(Role.Acquirer, Role.Regulator, Role.Platform)
            .Describes<ReconciliationObject>("Read a reconciliation: how far it is, and what came of it");
        group.MapGet("/{reconciliationNo}/bad-lines", BadLines).Allow(Role.Acquirer, Role.Regulator, Role.Platform)
            .Describes<ListPage<BadLine>>("List the lines that were passed over, with the reason", "limit", "cursor");
        group.MapGet("/{reconciliationNo}/discrepancies.csv", Download).Allow(Role.Acquirer, Role.Regulator, Role.Platform)
            .DescribesText(Csv, "Download all discrepancies as CSV");
        app.MapGet("/v1/discrepancies", Discrepancies).Allow(Role.Acquirer, Role.Regulator, Role.Platform)
            .Describes<ListPage<DiscrepancyObject>>("List the discrepancies of a reconciliation", "reconciliationNo!", "verdict", "limit", "cursor").WithTags("Reconciliations");
    }

    private static async Task Upload(HttpContext http, StatementIntake intake)
    {
        var (requestNo, dateText) = (Page.Query(http, "requestNo"), Page.Query(http, "businessDate"));
        Field.Check(Field.RequestNo("requestNo", requestNo), Dates.TryParse(dateText, out var date) ? null : Dates.Wrong("businessDate"));
        var format = FormatOf(http.Request, out var packed);
        var taken = await Take();
        if (taken.Replayed) http.MarkReplayed();
        await http.WriteCreated($"/v1/reconciliations/{taken.Reconciliation.No}", ReconciliationObject.Of(taken.Reconciliation), ClearingJson.Default.ReconciliationObject);

        async Task<StatementIntake.Taken> Take()
        {
            try
            {
                return await intake.Take(http.Caller().Institution, requestNo!, date, http.BodyBytes(), packed, format, http.RequestAborted);
            }
            catch (InvalidDataException)
            {
                throw new ApiException([Field.Wrong("content-encoding", "文件不是 gzip 格式", "the file is not gzip")]);
            }
        }
    }

    private static async Task List(HttpContext http, ReconciliationStore store)
    {
        var own = OwnerOf(http);
        if (Page.Query(http, "requestNo") is { } requestNo)
        {
            Field.Check(Field.RequestNo("requestNo", requestNo));
            var found = await store.FindByRequestNo(http.Caller().Institution, requestNo, http.RequestAborted) ?? throw new ApiException(ApiCode.NOT_FOUND);
            await http.WriteJson(200, ReconciliationObject.Of(found), ClearingJson.Default.ReconciliationObject);
            return;
        }
        var limit = Page.Limit(http);
        var page = await store.List(own, Cursor(http) ?? long.MaxValue, limit + 1, http.RequestAborted);
        await http.WriteJson(200, new ListPage<ReconciliationObject>([.. page.Take(limit).Select(ReconciliationObject.Of)], page.Count > limit ? Next(page[limit - 1].Id) : null),
            ClearingJson.Default.ListPageReconciliationObject);
    }

    private static async Task Get(string reconciliationNo, HttpContext http, ReconciliationStore store) =>
        await http.WriteJson(200, ReconciliationObject.Of(await Visible(http, store, reconciliationNo)), ClearingJson.Default.ReconciliationObject);

    private static async Task BadLines(string reconciliationNo, HttpContext http, ReconciliationStore store)
    {
        var limit = Page.Limit(http);
        var one = await Visible(http, store, reconciliationNo);
        var after = (int)Math.Clamp(Cursor(http) ?? 0, 0, int.MaxValue);
        var page = await store.BadLines(one.Id, after, limit + 1, http.RequestAborted);
        await http.WriteJson(200, new ListPage<BadLine>([.. page.Take(limit)], page.Count > limit ? Next(page[limit - 1].Line) : null), ClearingJson.Default.ListPageBadLine);
    }

    private static async Task Discrepancies(HttpContext http, ReconciliationStore store, DiscrepancyStore discrepancies)
    {
        var limit = Page.Limit(http);
        MatchVerdict? verdict = null;
        if (Page.Query(http, "verdict") is { } text)
        {
            Field.Check(Field.OneOf("verdict", text, Enum.GetNames<MatchVerdict>()));
            verdict = Enum.Parse<MatchVerdict>(text);
        }
        var no = Page.Query(http, "reconciliationNo");
        Field.Check(Field.Id("reconciliationNo", no));
        var one = await Visible(http, store, no!);
        var page = new List<(long Nth, DiscrepancyObject Discrepancy)>();
        await foreach (var found in discrepancies.Read(one.Id, verdict, Cursor(http) ?? 0, limit + 1, http.RequestAborted)) page.Add(found);
        await http.WriteJson(200, new ListPage<DiscrepancyObject>([.. page.Take(limit).Select(found => found.Discrepancy)], page.Count > limit ? Next(page[limit - 1].Nth) : null),
            ClearingJson.Default.ListPageDiscrepancyObject);
    }

    private static async Task Download(string reconciliationNo, HttpContext http, ReconciliationStore store, DiscrepancyStore discrepancies)
    {
        var one = await Visible(http, store, reconciliationNo);
        // Half of the differences must not look like all of them.
        if (one.Status != ReconciliationStatus.DONE) throw new ApiException(ApiCode.STATE_CONFLICT);
        http.Response.ContentType = $"{Csv}; charset=utf-8";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"discrepancies-{one.No}.csv\"";
        var csv = new StringBuilder(DiscrepancyCsv.Header, CsvChunk);
        await foreach (var (_, discrepancy) in discrepancies.Read(one.Id, null, 0, int.MaxValue, http.RequestAborted))
        {
            DiscrepancyCsv.Append(csv, discrepancy);
            if (csv.Length < CsvChunk) continue;
            await http.Response.WriteAsync(csv.ToString(), http.RequestAborted);
            csv.Clear();
        }
        await http.Response.WriteAsync(csv.ToString(), http.RequestAborted);
    }

    private static async Task<Reconciliation> Visible(HttpContext http, ReconciliationStore store, string no)
    {
        var one = await store.Find(no, http.RequestAborted);
        return one is not null && (OwnerOf(http) is not { } owner || owner == one.Institution) ? one : throw new ApiException(ApiCode.NOT_FOUND);
    }

    /// <summary>Null: sees those of all.</summary>
    private static string? OwnerOf(HttpContext http) => http.Caller() is var caller && caller.Has(Role.Regulator | Role.Platform) ? null : caller.Institution;

    private static Func<IStatementFormat> FormatOf(HttpRequest request, out bool packed)
    {
        packed = string.Equals(request.Headers.ContentEncoding, "gzip", StringComparison.OrdinalIgnoreCase);
        if (!packed && request.Headers.ContentEncoding.Count != 0) throw new ApiException(ApiCode.UNSUPPORTED_MEDIA_TYPE);
        var media = MediaTypeHeaderValue.TryParse(request.ContentType, out var type) ? type.MediaType.Value : null;
        if (string.Equals(media, Csv, StringComparison.OrdinalIgnoreCase)) return static () => new CsvStatement();
        if (string.Equals(media, JsonLines, StringComparison.OrdinalIgnoreCase)) return static () => new JsonStatement();
        throw new ApiException(ApiCode.UNSUPPORTED_MEDIA_TYPE);
    }

    private static long? Cursor(HttpContext http)
    {
        if (Page.Cursor(http) is not { } text) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place : throw BusinessDayEndpoints.WrongCursor();
    }

    private static string Next(long place) => Page.Cursor(place.ToString(CultureInfo.InvariantCulture));
}
