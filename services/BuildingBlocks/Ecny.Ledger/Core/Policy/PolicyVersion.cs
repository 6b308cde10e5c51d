using Ecny.Contracts.Ledger;

namespace Ecny.Ledger.Core;

/// <summary>What a balance is in law: central-bank money (m0, to 2025-12-31) or the operator bank's liability (deposit, from 2026-01-01).</summary>
public enum Regime { M0, Deposit }

/// <summary>The policy that holds from <see cref="From"/> (UTC+8) until the next version's date.</summary>
public sealed record PolicyVersion
{
    public required DateOnly From { get; init; }
    public required Regime Regime { get; init; }
    public required IReadOnlyDictionary<WalletClass, ClassLimits> Limits { get; init; }

    public ClassLimits LimitsOf(WalletClass walletClass) => Limits.TryGetValue(walletClass, out var limits) ? limits : ClassLimits.None;
}
