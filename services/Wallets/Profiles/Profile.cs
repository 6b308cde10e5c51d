using Ecny.Contracts.Ledger;

namespace Ecny.Wallets.Profiles;

/// <summary>How far the opening of a wallet has come.</summary>
public enum ProfileStage : short { Opening = 1, Verifying = 2, Done = 3 }

/// <summary>Who a wallet belongs to: tokens only, the operator holds the identity.</summary>
public sealed record Profile
{
    /// <summary>0 until the store gave it its number.</summary>
    public long Wallet { get; init; }
    public required string Institution { get; init; }
    public required string RequestNo { get; init; }
    public required long Fingerprint { get; init; }
    public required WalletClass Class { get; init; }
    /// <summary>Classes I–III.</summary>
    public string? PersonToken { get; init; }
    /// <summary>Class IV.</summary>
    public string? PhoneToken { get; init; }
    /// <summary>Corporate.</summary>
    public string? OrganisationToken { get; init; }
    public string? NameToken { get; init; }
    public string District { get; init; } = "";
    public ProfileStage Stage { get; init; } = ProfileStage.Opening;
}
