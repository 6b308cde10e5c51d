namespace Ecny.Messaging;

/// <summary>The platform's topics. What the key is stands behind each.</summary>
public static class Topics
{
    /// <summary>Runs of journal entries; key: the shard.</summary>
    public const string Ledger = "ecny.ledger.v1";
    /// <summary>Institutions as of their last change; key: the institution; compacted.</summary>
    public const string Institution = "ecny.institution.v1";
    /// <summary>Wallets opened and changed; key: the wallet.</summary>
    public const string Wallet = "ecny.wallet.v1";
    /// <summary>Orders; key: the merchant.</summary>
    public const string Order = "ecny.order.v1";
    /// <summary>Positions, nettings, discrepancies; key: the institution.</summary>
    public const string Clearing = "ecny.clearing.v1";
    /// <summary>Alerts; key: the subject.</summary>
    public const string RiskAlert = "ecny.risk.alert.v1";
    /// <summary>Signals for public security; key: the signal.</summary>
    public const string FeedPublicSecurity = "ecny.feed.public-security.v1";
    /// <summary>Signals for the regulator; key: the signal.</summary>
    public const string FeedRegulator = "ecny.feed.regulator.v1";
}
