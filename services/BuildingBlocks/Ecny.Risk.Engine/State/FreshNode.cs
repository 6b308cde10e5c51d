namespace Ecny.Risk.Engine.State;

/// <summary>A wallet's single payments with new counterparties, within the graph's window.</summary>
public sealed class FreshNode(long id, int capacity)
{
    public readonly long Id = id;
    public readonly FlowList In = new(capacity);
    public readonly FlowList Out = new(capacity);
}
