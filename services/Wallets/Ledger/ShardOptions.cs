using Ecny.Ledger.Core;

namespace Ecny.Wallets.Ledger;

/// <summary>How a shard is served here (<c>Ecny:Ledger</c>).</summary>
public sealed record ShardOptions
{
    /// <summary>Commands inside the pump; what is above is refused as Overloaded (<c>Ecny:Ledger:QueueCapacity</c>).</summary>
    public int QueueCapacity { get; init; } = 20_000;

    /// <summary>A fresh owner is left alone for this long, so that two clusters on one database cannot play ping-pong (<c>Ecny:Ledger:MinimumTenure</c>).</summary>
    public TimeSpan MinimumTenure { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Bounds of memory (<c>Ecny:Ledger:MaxWallets</c>).</summary>
    public LedgerStateOptions State { get; init; } = new();

    public static ShardOptions Read(IConfiguration configuration)
    {
        var section = configuration.GetSection("Ecny:Ledger");
        var standard = new ShardOptions();
        return standard with
        {
            QueueCapacity = section.GetValue("QueueCapacity", standard.QueueCapacity),
            MinimumTenure = section.GetValue("MinimumTenure", standard.MinimumTenure),
            State = standard.State with { MaxWallets = section.GetValue("MaxWallets", standard.State.MaxWallets) },
        };
    }
}
