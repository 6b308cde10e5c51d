using System.Text.Json.Serialization;

namespace Ecny.Risk.Lists;

public sealed record ListRequest
{
    public required string RequestNo { get; init; }
    /// <summary>Name of the institution's own list.</summary>
    public required string List { get; init; }
    public required string WalletId { get; init; }
    public required string Reason { get; init; }
    /// <summary>From then on the listing no longer counts; absent: until it is ended.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

public sealed record EndListingRequest
{
    public required string Reason { get; init; }
}

/// <summary>A wallet on a list of risky parties (名单).</summary>
public sealed record ListingView
{
    public required string EntryNo { get; init; }
    public required string List { get; init; }
    public required string WalletId { get; init; }
    public required string Institution { get; init; }
    /// <summary>LISTED, EXPIRED or ENDED.</summary>
    public required string Status { get; init; }
    public required string Reason { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public string? EndReason { get; init; }
}

public sealed record ListingPage
{
    public required IReadOnlyList<ListingView> Items { get; init; }
    /// <summary>Null on the last page.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? NextCursor { get; init; }
}

/// <summary>A listing as it is stored.</summary>
internal sealed record Listing
{
    public Guid Id { get; init; }
    public long Number { get; init; }
    public string Institution { get; init; } = "";
    public long Fingerprint { get; init; }
    public string List { get; init; } = "";
    public long Wallet { get; init; }
    public string Reason { get; init; } = "";
    public DateTime? ExpiresAt { get; init; }
    public DateTime CreatedAt { get; init; }
    public DateTime? EndedAt { get; init; }
    public string? EndReason { get; init; }
}
