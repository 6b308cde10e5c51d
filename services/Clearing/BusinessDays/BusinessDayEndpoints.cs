using Ecny.Contracts.Errors;
using Ecny.Contracts.Institutions;
using Ecny.ServiceDefaults;

namespace Ecny.Clearing.BusinessDays;

/// <summary>Business days: what was booked, and whether it is right.</summary>
public static class BusinessDayEndpoints
{
    public static void MapBusinessDays(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/v1/business-days").WithTags("Business days");
        group.MapGet("", List).AllowAnyInstitution()
            .Describes<ListPage<BusinessDaySummary>>("List business days, the newest first", "limit", "cursor");
        group.MapGet("/{date}", Get).AllowAnyInstitution()
            .Describes<BusinessDayObject>("Read a business day. journal covers every entry, totals the settled transfers under the numbers of the institution that asks "
                + "(REGULATOR, PLATFORM, SERVICE: of all), verdict is SAME or names what differs. The open day is served too, its verdict holds up to lastSeq.");
    }

    private static async Task List(HttpContext http, DayDesk desk)
    {
        var limit = Page.Limit(http);
        DateOnly? before = Page.Cursor(http) is { } cursor ? Dates.TryParse(cursor, out var date) ? date : throw WrongCursor() : null;
        var found = await desk.List(before, limit + 1, ViewerOf(http), http.RequestAborted);
        var next = found.Count > limit ? Page.Cursor(Dates.Text(found[limit - 1].Date)) : null;
        await http.WriteJson(200, new ListPage<BusinessDaySummary>([.. found.Take(limit)], next), ClearingJson.Default.ListPageBusinessDaySummary);
    }

    private static async Task Get(string date, HttpContext http, DayDesk desk)
    {
        var day = Dates.TryParse(date, out var parsed) ? await desk.Find(parsed, ViewerOf(http), http.RequestAborted) : null;
        await http.WriteJson(200, day ?? throw new ApiException(ApiCode.NOT_FOUND), ClearingJson.Default.BusinessDayObject);
    }

    /// <summary>Null: sees the totals of all.</summary>
    private static string? ViewerOf(HttpContext http) =>
        http.Caller() is var caller && caller.Has(Role.Regulator | Role.Platform | Role.Service) ? null : caller.Institution;

    internal static ApiException WrongCursor() => new([Field.Wrong("cursor", "必须是上一页的 nextCursor", "must be the nextCursor of the page before")]);
}
