namespace Ecny.Ledger.Core;

/// <summary>Limits of a wallet class in fen; null means none. Day and year are calendar dates in UTC+8.</summary>
public sealed record ClassLimits(long? BalanceCap, long? PerPayment, long? PerDay, long? PerYear)
{
    public static readonly ClassLimits None = new(null, null, null, null);
}
