using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using Ecny.Contracts.Errors;
using Ecny.Contracts.Institutions;
using Ecny.Risk.Alerts;
using Ecny.Risk.Engine.Catalogue;
using Ecny.Risk.Hosting;
using Ecny.ServiceDefaults;
using Npgsql;

namespace Ecny.Risk.Rules;

/// <summary>An immutable version of a rule or a typology.</summary>
public sealed record RuleView
{
    public required string Id { get; init; }
    public required int Version { get; init; }
    /// <summary>FRAUD or AML.</summary>
    public required string Track { get; init; }
    public required DateTimeOffset EffectiveFrom { get; init; }
    /// <summary>When the next version took over; absent for the last one.</summary>
    public DateTimeOffset? EffectiveUntil { get; init; }
    /// <summary>Title, parameters by wallet class and risk level, bands; of a typology its rules with their weights.</summary>
    public required JsonElement Definition { get; init; }
}

public sealed record RulePage
{
    public required IReadOnlyList<RuleView> Items { get; init; }
    /// <summary>Null on the last page.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? NextCursor { get; init; }
}

/// <summary><c>/v1/rules</c>, <c>/v1/typologies</c>: all versions of a track, as data.</summary>
public static class RuleEndpoints
{
    public static void MapRules(this IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/rules", (HttpContext http, NpgsqlDataSource database) => List(http, database, "rule_version")).Allow(Role.PublicSecurity, Role.Regulator, Role.Platform)
            .Describes<RulePage>("Versions of the rules of a track", "track", "limit", "cursor").WithTags("Rules");
        app.MapGet("/v1/typologies", (HttpContext http, NpgsqlDataSource database) => List(http, database, "typology_version")).Allow(Role.PublicSecurity, Role.Regulator, Role.Platform)
            .Describes<RulePage>("Versions of the typologies of a track", "track", "limit", "cursor").WithTags("Rules");
    }

    private static async Task List(HttpContext http, NpgsqlDataSource database, string table)
    {
        var track = Tracks.Asked(http);
        var limit = Page.Limit(http);
        var (id, version) = Page.Cursor(http) is { } cursor ? After(cursor) : ("", 0);
        await using var connection = await database.OpenConnectionAsync(http.RequestAborted);
        var rows = (await connection.QueryAsync<(string Id, int Version, DateTime From, DateTime? Until, string Body)>($"""
            SELECT id, version, effective_from, effective_until, body
            FROM (SELECT *, lead(effective_from) OVER (PARTITION BY id ORDER BY version) AS effective_until FROM risk.{table} WHERE track = @track) v
            WHERE (id, version) > (@id, @version)
            ORDER BY id, version
            LIMIT @limit
            """, new { track = (short)track, id, version, limit })).ToList();
        await http.WriteJson(StatusCodes.Status200OK, new RulePage
        {
            Items = [.. rows.Select(row => View(row.Id, row.Version, track, row.From, row.Until, row.Body))],
            NextCursor = rows.Count == limit ? Page.Cursor($"{rows[^1].Id}/{rows[^1].Version.ToString(CultureInfo.InvariantCulture)}") : null,
        }, RiskJson.Default.RulePage);
    }

    private static RuleView View(string id, int version, RiskTrack track, DateTime from, DateTime? until, string body)
    {
        using var definition = JsonDocument.Parse(body);
        return new RuleView
        {
            Id = id, Version = version, Track = RiskWords.Of(track), EffectiveFrom = RiskWords.At(from), EffectiveUntil = until is { } end ? RiskWords.At(end) : null,
            Definition = definition.RootElement.Clone(),
        };
    }

    private static (string Id, int Version) After(string cursor) => cursor.LastIndexOf('/') is > 0 and var slash && int.TryParse(cursor.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
        ? (cursor[..slash], version) : throw new ApiException([Field.Wrong("cursor", "必须是上一页的 nextCursor", "must be the nextCursor of the page before")]);
}
