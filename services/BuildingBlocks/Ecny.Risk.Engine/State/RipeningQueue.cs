using Ecny.Risk.Engine.Snapshots;

namespace Ecny.Risk.Engine.State;

/// <summary>First payments that wait to see whether the pair pays again. They leave in event time, late ones at their place.</summary>
internal sealed class RipeningQueue(long ripen)
{
    private readonly PriorityQueue<Flow, (long At, int Shard, long Seq)> _waiting = new();

    public int Count => _waiting.Count;
    public long Ripen => ripen;

    public void Add(Flow flow) => _waiting.Enqueue(flow, (flow.At, flow.Shard, flow.Seq));

    // The order they leave in is total, so the order they are written in does not matter.
    internal void Save(StateWriter writer) => writer.List(_waiting.UnorderedItems, item => writer.Flow(item.Element));

    internal void Load(StateReader reader) => reader.Each(() => Add(reader.Flow()));

    public bool TryTake(long watermark, out Flow flow)
    {
        if (!_waiting.TryPeek(out flow!, out _) || flow.At + ripen > watermark) return false;
        _waiting.Dequeue();
        return true;
    }
}
