namespace Ecny.Wallets.Profiles;

public sealed record OpenWalletRequest
{
    public required string RequestNo { get; init; }
    /// <summary>I, II, III, IV or CORPORATE.</summary>
    public required string Class { get; init; }
    /// <summary>Classes I–III.</summary>
    public string? PersonToken { get; init; }
    /// <summary>Class IV.</summary>
    public string? PhoneToken { get; init; }
    /// <summary>CORPORATE.</summary>
    public string? OrganisationToken { get; init; }
    public string? NameToken { get; init; }
    /// <summary>District code.</summary>
    public string? District { get; init; }
}

public sealed record WalletStateRequest
{
    public required string RequestNo { get; init; }
    /// <summary>NORMAL, RECEIVE_ONLY (止付), FROZEN or LOST (挂失).</summary>
    public required string State { get; init; }
    public required string Reason { get; init; }
    /// <summary>Who ordered it, for a freeze under the law.</summary>
    public string? Authority { get; init; }
    /// <summary>From then on the wallet is again in the state it had for good before. Not with NORMAL.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>A stop by order of law, passed on by the service that holds the order.</summary>
public sealed record LawfulStopRequest
{
    public required string RequestNo { get; init; }
    /// <summary>Compared with that of the wallet's holder; which one that is, is not told.</summary>
    public required string NameToken { get; init; }
    /// <summary>How long the wallet may receive but not pay, 1 second to 30 days.</summary>
    public required int DurationSeconds { get; init; }
    public required string Authority { get; init; }
    public required string DocumentNo { get; init; }
}

public sealed record CloseWalletRequest
{
    public required string RequestNo { get; init; }
}
