using System.Text.Json;
using System.Text.Json.Serialization;
using Ecny.Contracts.Institutions;
using Ecny.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ecny.Messaging;

/// <summary><c>GET /v1/consumers</c>: where this instance's consumers of the journal stand.</summary>
public static class ConsumersEndpoint
{
    public static void MapConsumers(this IEndpointRouteBuilder app) => app.MapGet("/v1/consumers", Read).Allow(Role.Service, Role.Platform, Role.Regulator)
        .Describes<ConsumerList>("Where the consumers of the journal stand: lag, gaps, what is parked, why one is halted").WithTags("Common");

    private static Task Read(HttpContext http, ConsumerBoard board) =>
        http.WriteJson(StatusCodes.Status200OK, new ConsumerList { Items = [.. board.Statuses.Select(View)] }, MessagingJson.Default.ConsumerList);

    private static ConsumerView View(ConsumerStatus status) => new()
    {
        Consumer = status.Consumer, Shard = status.Shard, State = Word(status.State), Seq = status.Seq, Head = status.Head, LagEntries = status.LagEntries,
        LagSeconds = Math.Round(status.LagSeconds, 3), Gaps = status.Gaps, Parked = status.Parked, Reason = status.Reason,
    };

    private static string Word(ConsumerState state) => state switch
    {
        ConsumerState.StandBy => "STAND_BY",
        ConsumerState.Active => "ACTIVE",
        ConsumerState.Halted => "HALTED",
        _ => "WAITING",
    };
}

/// <summary>The consumers of one instance of a service.</summary>
public sealed record ConsumerList
{
    public required IReadOnlyList<ConsumerView> Items { get; init; }
}

/// <summary>One consumer on one shard; counters since its process started.</summary>
public sealed record ConsumerView
{
    public required string Consumer { get; init; }
    public required int Shard { get; init; }
    /// <summary>ACTIVE, STAND_BY (another instance is the active one), WAITING (something it needs is away) or HALTED (it stands before an entry).</summary>
    public required string State { get; init; }
    /// <summary>The last entry taken.</summary>
    public required long Seq { get; init; }
    /// <summary>The shard's head as last seen.</summary>
    public required long Head { get; init; }
    public required long LagEntries { get; init; }
    /// <summary>Age of the last entry taken while there are newer ones, else 0.</summary>
    public required double LagSeconds { get; init; }
    /// <summary>Messages that did not come and were pulled.</summary>
    public required long Gaps { get; init; }
    /// <summary>Entries that wait to be run again.</summary>
    public required int Parked { get; init; }
    /// <summary>Why it waits or is halted.</summary>
    public string? Reason { get; init; }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ConsumerList))]
[JsonSerializable(typeof(OutboxPage))]
internal sealed partial class MessagingJson : JsonSerializerContext;
