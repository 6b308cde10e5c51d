namespace Ecny.Risk.Engine.State;

/// <summary>What the engine keeps of a wallet that was active within the flow window.</summary>
public sealed class WalletFlows(long id, int capacity)
{
    public readonly long Id = id;
    public readonly FlowList In = new(capacity);
    public readonly FlowList Out = new(capacity);
    /// <summary>Event time of its newest flow.</summary>
    public long LastAt = long.MinValue;

    internal void Touch(long at, long keepFrom)
    {
        LastAt = Math.Max(LastAt, at);
        In.Evict(keepFrom);
        Out.Evict(keepFrom);
    }
}
