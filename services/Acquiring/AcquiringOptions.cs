namespace Ecny.Acquiring;

/// <summary>Settings of this service (<c>Ecny:Acquiring</c>).</summary>
public sealed class AcquiringOptions
{
    /// <summary>How long the ledger may still decide an attempt after it was accepted; afterwards it is declined EXPIRED.</summary>
    public TimeSpan NotAfter { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How often attempts without an outcome are taken up.</summary>
    public TimeSpan ResolvePeriod { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Expiry of an order that names none.</summary>
    public TimeSpan OrderExpiry { get; set; } = TimeSpan.FromMinutes(15);
}
