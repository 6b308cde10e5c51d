using System.Globalization;
using Ecny.Acquiring.Merchants;
using Ecny.Contracts.Errors;
using Ecny.Contracts.Institutions;
using Ecny.Contracts.Ledger;
using Ecny.ServiceDefaults;

namespace Ecny.Acquiring.Notifications;

public sealed record NotificationReplayRequest;

public sealed record FailedReplayRequest
{
    /// <summary>All of this business date (UTC+8) that were given up.</summary>
    public required string BusinessDate { get; init; }
}

/// <param name="Count">Notifications that are PENDING again.</param>
public sealed record FailedReplayAnswer(string BusinessDate, int Count);

/// <summary><c>/v1/notifications</c> (通知): the log of what an institution was told, and replay.</summary>
public static class NotificationEndpoints
{
    public static void MapNotifications(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/v1/notifications").WithTags("Notifications");
        group.MapGet("", List).Allow(Role.Acquirer, Role.Operator)
            .Describes<ListPage<NotificationObject>>("List one's notifications of a business date (today where absent), in the journal's order; status is PENDING, DELIVERED or FAILED", "date", "status", "limit", "cursor");
        group.MapGet("/keys", WebhookKeys.Get).AllowAnyInstitution()
            .Describes<WebhookKeyList>("The platform's public keys: what is told is signed with the one that signs");
        group.MapGet("/{notificationId}", Get).Allow(Role.Acquirer, Role.Operator)
            .Describes<NotificationObject>("Read a notification; its id is the paymentNo or refundId that it tells of");
        group.MapPost("/{notificationId}/replay", Replay).Allow(Role.Acquirer, Role.Operator)
            .Describes<NotificationReplayRequest, NotificationObject>(200, "Tell it again, from the beginning of the schedule; one that is PENDING is tried at once");
        group.MapPost("/replay", ReplayFailed).Allow(Role.Acquirer, Role.Operator)
            .Describes<FailedReplayRequest, FailedReplayAnswer>(200, "Tell everything of a business date again that was given up");
    }

    private static async Task List(HttpContext http, NotificationLog log, TimeProvider clock)
    {
        var today = DonePartitions.Day(clock.GetUtcNow());
        var text = Page.Query(http, "date");
        var date = today;
        var status = Page.Query(http, "status");
        Field.Check(
            Field.Must(text is null || TryDate(text, out date), "date", "必须是 YYYY-MM-DD 日期", "must be a date as YYYY-MM-DD"),
            status is null ? null : Field.OneOf("status", status, nameof(NotificationState.PENDING), nameof(NotificationState.DELIVERED), nameof(NotificationState.FAILED)));
        var limit = Page.Limit(http);
        NotificationState? state = status is null ? null : Enum.Parse<NotificationState>(status);
        var found = await log.List(http.Caller().Institution, date, state, After(http), limit + 1, http.RequestAborted);
        var next = found.Count > limit ? Page.Cursor(string.Create(CultureInfo.InvariantCulture, $"{found[limit - 1].Shard} {found[limit - 1].Seq}")) : null;
        await http.WriteJson(200, new ListPage<NotificationObject>([.. found.Take(limit)], next), AcquiringJson.Default.ListPageNotificationObject);
    }

    private static Task Get(string notificationId, HttpContext http, NotificationLog log) => Show(http, log, Parse(notificationId));

    private static async Task Replay(string notificationId, HttpContext http, NotificationReplay replay, NotificationLog log)
    {
        await http.ReadBody(AcquiringJson.Default.NotificationReplayRequest);
        var id = Parse(notificationId);
        if (!await replay.One(http.Caller().Institution, id, http.RequestAborted)) throw new ApiException(ApiCode.NOT_FOUND);
        await Show(http, log, id);
    }

    private static async Task ReplayFailed(HttpContext http, NotificationReplay replay)
    {
        var body = await http.ReadBody(AcquiringJson.Default.FailedReplayRequest);
        Field.Check(Field.Must(TryDate(body.BusinessDate, out var date), "businessDate", "必须是 YYYY-MM-DD 日期", "must be a date as YYYY-MM-DD"));
        var count = await replay.Failed(http.Caller().Institution, date, http.RequestAborted);
        await http.WriteJson(200, new FailedReplayAnswer(body.BusinessDate, count), AcquiringJson.Default.FailedReplayAnswer);
    }

    private static async Task Show(HttpContext http, NotificationLog log, Guid id)
    {
        var found = await log.Find(http.Caller().Institution, id, http.RequestAborted) ?? throw new ApiException(ApiCode.NOT_FOUND);
        await http.WriteJson(200, found, AcquiringJson.Default.NotificationObject);
    }

    private static Guid Parse(string text) => TransferId.TryParse(text, out var id) ? id.Value : throw new ApiException(ApiCode.NOT_FOUND);

    private static bool TryDate(string text, out DateOnly date) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);

    private static (int Shard, long Seq) After(HttpContext http)
    {
        if (Page.Cursor(http) is not { } key) return (-1, 0);
        var parts = key.Split(' ');
        return parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var shard) && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var seq)
            ? (shard, seq)
            : throw new ApiException([Field.Wrong("cursor", "必须是上一页的 nextCursor", "must be the nextCursor of the page before")]);
    }
}
