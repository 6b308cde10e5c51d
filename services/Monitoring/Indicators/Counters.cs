namespace Ecny.Monitoring.Indicators;

/// <summary>Settled payments, their sum in fen, and declined ones.</summary>
internal struct Counters
{
    public long Count, Amount, Declined;

    /// <summary>A leg that settled. A payment of several legs is counted with its first one and summed over all.</summary>
    public void Settle(bool isFirstLeg, long amount)
    {
        if (isFirstLeg) Count++;
        Amount = checked(Amount + amount);
    }
}
