using System.Globalization;
using System.Text.Json;
using Dapper;
using Ecny.Contracts.Errors;
using Ecny.Contracts.Institutions;
using Ecny.Contracts.Ledger;
using Ecny.Risk.Engine.Catalogue;
using Ecny.Risk.Hosting;
using Ecny.ServiceDefaults;
using Npgsql;

namespace Ecny.Risk.Alerts;

/// <summary><c>/v1/alerts</c>: newest first, one track at a time.</summary>
public static class AlertEndpoints
{
    public static void MapAlerts(this IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/alerts", List).Allow(Role.PublicSecurity, Role.Regulator, Role.Platform)
            .Describes<AlertPage>("Alerts of a track, newest first", "track", "typology", "rule", "minSeverity", "walletId", "from", "to", "limit", "cursor").WithTags("Alerts");
        app.MapGet("/v1/alerts/{alertId}", Get).Allow(Role.PublicSecurity, Role.Regulator, Role.Platform)
            .Describes<AlertView>("An alert with explanation, evidence and the wallets that hold the money").WithTags("Alerts");
    }

    private static async Task List(HttpContext http, NpgsqlDataSource database)
    {
        var track = Tracks.Asked(http);
        var limit = Page.Limit(http);
        var (typology, rule, severity, wallet) = (Page.Query(http, "typology"), Page.Query(http, "rule"), Page.Query(http, "minSeverity"), Page.Query(http, "walletId"));
        var number = 0L;
        Field.Check(Field.OptionalId("typology", typology), Field.OptionalId("rule", rule), severity is null ? null : Field.OneOf("minSeverity", severity, RiskWords.Severities),
            Field.Must(wallet is null || WalletNumber.TryParse(wallet, out number), "walletId", "必须是 16 位钱包编号", "must be a wallet id of 16 digits"));
        var (from, to) = (Moment(http, "from"), Moment(http, "to"));
        var before = Page.Cursor(http) is { } cursor ? long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? last : throw BadCursor() : long.MaxValue;
        await using var connection = await database.OpenConnectionAsync(http.RequestAborted);
        // A rule is named as R07 or, with its version, as R07/1.
        var rows = (await connection.QueryAsync<(long Number, byte[] Body)>("""
            SELECT number, body
            FROM risk.alert
            WHERE track = @track AND number < @before
              AND (@typology::text IS NULL OR typology = @typology)
              AND (@rule::text IS NULL OR EXISTS (SELECT FROM unnest(rules) r WHERE r = @rule OR split_part(r, '/', 1) = @rule))
              AND severity >= @severity
              AND (@wallet::bigint IS NULL OR subjects @> ARRAY[@wallet::bigint])
              AND (@from::timestamptz IS NULL OR raised_at >= @from)
              AND (@to::timestamptz IS NULL OR raised_at < @to)
            ORDER BY number DESC
            LIMIT @limit
            """, new { track = (short)track, before, typology, rule, severity = (short)(severity is null ? 0 : Array.IndexOf(RiskWords.Severities, severity) + 1), wallet = wallet is null ? (long?)null : number, from, to, limit })).ToList();
        await http.WriteJson(StatusCodes.Status200OK, new AlertPage
        {
            Items = [.. rows.Select(row => AlertSummary.Of(Read(row.Body)))], NextCursor = rows.Count == limit ? Page.Cursor(rows[^1].Number.ToString(CultureInfo.InvariantCulture)) : null,
        }, RiskJson.Default.AlertPage);
    }

    private static async Task Get(HttpContext http, NpgsqlDataSource database, string alertId)
    {
        await using var connection = await database.OpenConnectionAsync(http.RequestAborted);
        var row = await connection.QuerySingleOrDefaultAsync<(short Track, byte[]? Body)>("SELECT track, body FROM risk.alert WHERE id = @alertId", new { alertId });
        // An alert of the other track does not exist for the caller.
        if (row.Body is null || !Tracks.MayRead(http.Caller(), (RiskTrack)row.Track)) throw new ApiException(ApiCode.NOT_FOUND);
        // As it is stored: nothing is lost on the way, whichever build wrote it.
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.ContentLength = row.Body.Length;
        await http.Response.BodyWriter.WriteAsync(row.Body, http.RequestAborted);
    }

    private static AlertView Read(byte[] body) => JsonSerializer.Deserialize(body, RiskJson.Default.AlertView)!;

    private static DateTime? Moment(HttpContext http, string name)
    {
        if (Page.Query(http, name) is not { } text) return null;
        return DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFK"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) && text.AsSpan(10).IndexOfAny('Z', '+', '-') > 0
            ? at.UtcDateTime : throw new ApiException([Field.Wrong(name, "必须是带时区的 RFC 3339 时间", "must be an RFC 3339 time with offset")]);
    }

    private static ApiException BadCursor() => new([Field.Wrong("cursor", "必须是上一页的 nextCursor", "must be the nextCursor of the page before")]);
}
