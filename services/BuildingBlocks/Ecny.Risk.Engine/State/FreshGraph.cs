using Ecny.Risk.Engine.Catalogue;
using Ecny.Risk.Engine.Snapshots;

namespace Ecny.Risk.Engine.State;

/// <summary>
/// The graph of fresh edges: first payments between two persons that stayed the only one for <see cref="GraphSettings.RipenDays"/>. Ordinary
/// relations repeat and drop out; what a laundering ring leaves behind stays. Edges enter in event time, one at a time.
/// </summary>
public sealed class FreshGraph(GraphSettings settings)
{
    private readonly long _window = Time.Days(settings.WindowDays);
    private readonly Dictionary<long, FreshNode> _nodes = [];
    private readonly Queue<(long Due, FreshNode Node)> _checks = new();
    private long _keepFrom;

    public int Count => _nodes.Count;
    /// <summary>Event time of the first edge ever: before it nothing is known.</summary>
    public long Start { get; private set; } = long.MaxValue;
    public long Window => _window;
    public int MaxDegree => settings.MaxDegree;

    /// <summary>The node without what is older than the window, or null.</summary>
    public FreshNode? Find(long wallet)
    {
        if (!_nodes.TryGetValue(wallet, out var node)) return null;
        node.In.Evict(_keepFrom);
        node.Out.Evict(_keepFrom);
        return node;
    }

    /// <summary>Fresh payees of the wallet within the window, at least 1.</summary>
    public int Payees(long wallet) => Math.Max(1, Find(wallet)?.Out.Count ?? 0);

    /// <summary>Fresh payers of the wallet within the window, at least 1.</summary>
    public int Payers(long wallet) => Math.Max(1, Find(wallet)?.In.Count ?? 0);

    /// <summary>A wallet with more fresh counterparties than this says nothing by sharing one with others.</summary>
    public bool IsHub(FlowList list) => list.Count > settings.MaxDegree;

    internal void Add(Flow edge)
    {
        Start = Math.Min(Start, edge.At);
        _keepFrom = edge.At - _window;
        while (_checks.TryPeek(out var check) && check.Due <= edge.At)
        {
            _checks.Dequeue();
            if (Find(check.Node.Id) is { In.Count: 0, Out.Count: 0 }) _nodes.Remove(check.Node.Id);
            else _checks.Enqueue((edge.At + _window, check.Node));
        }
        Get(edge.From, edge.At).Out.Add(edge);
        Get(edge.To, edge.At).In.Add(edge);
    }

    internal void Save(StateWriter writer)
    {
        writer.Long(Start);
        writer.Long(_keepFrom);
        writer.List(_checks, check =>
        {
            writer.Long(check.Due);
            writer.Long(check.Node.Id);
            writer.Flows(check.Node.In);
            writer.Flows(check.Node.Out);
        });
    }

    internal void Load(StateReader reader)
    {
        (Start, _keepFrom) = (reader.Long(), reader.Long());
        reader.Each(() =>
        {
            var due = reader.Long();
            var node = new FreshNode(reader.Long(), 4 * settings.MaxDegree);
            reader.Flows(node.In);
            reader.Flows(node.Out);
            _nodes.Add(node.Id, node);
            _checks.Enqueue((due, node));
        });
    }

    private FreshNode Get(long wallet, long at)
    {
        if (Find(wallet) is { } known) return known;
        var node = new FreshNode(wallet, 4 * settings.MaxDegree);
        _nodes.Add(wallet, node);
        _checks.Enqueue((at + _window, node));
        return node;
    }
}
