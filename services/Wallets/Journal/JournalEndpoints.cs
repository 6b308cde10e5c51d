using System.Text.Json;
using Ecny.Contracts.Errors;
using Ecny.Contracts.Institutions;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Store;
using Ecny.ServiceDefaults;
using Ecny.ServiceDefaults.Json;
using Ecny.Wallets.Hosting;

namespace Ecny.Wallets.Journal;

/// <summary><c>/v1/journal</c>: the truth by shard and sequence, for the platform's services and the regulator.</summary>
public static class JournalEndpoints
{
    public const int MaxLimit = 10_000;

    public static void MapJournal(this IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/journal", Read).Allow(Role.Service, Role.Regulator)
            .Describes<JournalPage>("Entries of a shard after a sequence, in order, without gaps", "shard", "after", "limit").WithTags("Journal");
        app.MapGet("/v1/journal/heads", Heads).Allow(Role.Service, Role.Regulator).Describes<IReadOnlyList<HeadView>>("Where each shard stands").WithTags("Journal");
        app.MapGet("/v1/journal/sums", JournalSums.Read).Allow(Role.Service, Role.Regulator)
            .Describes<JournalSumsView>("What the entries of a stretch of a shard add up to, by date, institution and kind. At most 100 000 entries; to says how far it went",
                "shard", "after", "to").WithTags("Journal");
    }

    private static async Task Read(HttpContext http, ILedgerStore store)
    {
        if (Page.Query(http, "shard") is not (null or "0")) throw new ApiException(ApiCode.NOT_FOUND);
        var after = Page.After(http);
        var entries = await store.ReadJournal(ShardMap.OnlyShard, after, Page.Limit(http, MaxLimit, 1_000), http.RequestAborted);

        http.Response.ContentType = "application/json; charset=utf-8";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter, new JsonWriterOptions { SkipValidation = true, Encoder = StrictJson.Encoder });
        json.WriteStartObject();
        json.WriteStartArray("items"u8);
        for (var i = 0; i < entries.Count; i++)
        {
            JournalWriter.Write(json, entries[i]);
            // A slow reader holds up only itself: what is written waits in its connection, not in memory.
            if (json.BytesPending < 32 * 1024) continue;
            json.Flush();
            await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
        }
        json.WriteEndArray();
        json.WriteNumber("lastSequence"u8, entries.Count > 0 ? entries[^1].Seq : after);
        json.WriteEndObject();
        json.Flush();
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    private static async Task Heads(HttpContext http, ILedgerStore store)
    {
        var head = await store.Head(ShardMap.OnlyShard, http.RequestAborted);
        IReadOnlyList<HeadView> heads = head is null ? [] : [new HeadView(head.Shard, head.Epoch, head.Seq, head.BusinessDate)];
        await http.WriteJson(StatusCodes.Status200OK, heads, WalletsJson.Default.IReadOnlyListHeadView);
    }
}

public sealed record HeadView(int Shard, long Epoch, long Seq, DateOnly BusinessDate);

/// <summary>The page as <see cref="JournalWriter"/> writes it; here for the API's description.</summary>
public sealed record JournalPage
{
    public required IReadOnlyList<JournalItem> Items { get; init; }
    public required long LastSequence { get; init; }
}

public sealed record JournalItem
{
    public required int Shard { get; init; }
    public required long Seq { get; init; }
    public required long Epoch { get; init; }
    public required string TransferId { get; init; }
    public required int Leg { get; init; }
    public required string Institution { get; init; }
    public required string Number { get; init; }
    public required string Kind { get; init; }
    public string? GroupId { get; init; }
    public string? OriginalId { get; init; }
    public JournalSide? Debit { get; init; }
    public JournalSide? Credit { get; init; }
    public required long Amount { get; init; }
    public string? DeclineCode { get; init; }
    public required DateTimeOffset At { get; init; }
    public required DateOnly BusinessDate { get; init; }
    public string? TraceParent { get; init; }
    public required JsonElement Context { get; init; }
}

public sealed record JournalSide(string WalletId, int Bucket, long Version, long BalanceAmount, long PrevSeq);
