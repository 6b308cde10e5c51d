using System.Buffers.Binary;
using System.Text;
using Ecny.Risk.Engine.Catalogue;
using Ecny.Risk.Engine.Rules;
using Ecny.Risk.Engine.State;

namespace Ecny.Risk.Engine.Snapshots;

/// <summary>
/// Writes a section of an engine's state: values little-endian one after the other, no value across two parts. What many things share (a flow is in
/// two wallets, the graph and alerts) is written once and then named by its number.
/// </summary>
internal sealed class StateWriter(string section)
{
    private const int PartSize = 1024 * 1024;
    private readonly List<EngineStatePart> _parts = [];
    private readonly Dictionary<Flow, int> _flows = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<object, int> _versions = new(ReferenceEqualityComparer.Instance);
    private byte[] _part = new byte[4096];
    private int _at;

    public IReadOnlyList<EngineStatePart> Close()
    {
        EndPart(0);
        return _parts;
    }

    public void Long(long value) => BinaryPrimitives.WriteInt64LittleEndian(Room(8), value);

    public void Int(int value) => BinaryPrimitives.WriteInt32LittleEndian(Room(4), value);

    public void Byte(byte value) => Room(1)[0] = value;

    public void Bool(bool value) => Byte(value ? (byte)1 : (byte)0);

    public void Double(double value) => Long(BitConverter.DoubleToInt64Bits(value));

    public void Text(string value)
    {
        var size = Encoding.UTF8.GetByteCount(value);
        var room = Room(4 + size);
        BinaryPrimitives.WriteInt32LittleEndian(room, size);
        Encoding.UTF8.GetBytes(value, room[4..]);
    }

    public void Both(Bilingual value)
    {
        Text(value.Zh);
        Text(value.En);
    }

    public void List<T>(IReadOnlyCollection<T> items, Action<T> write)
    {
        Int(items.Count);
        foreach (var item in items) write(item);
    }

    public void Flow(Flow flow)
    {
        if (_flows.TryGetValue(flow, out var known))
        {
            Int(known);
            return;
        }
        _flows.Add(flow, _flows.Count);
        Int(-1);
        Long(flow.At);
        Long(flow.From);
        Long(flow.To);
        Long(flow.Amount);
        Long(flow.Seq);
        flow.Transfer.TryWriteBytes(Room(16));
        Int(flow.Shard);
        Int(flow.BusinessDate.DayNumber);
        Byte((byte)flow.Kind);
        Byte((byte)((flow.IsFirst ? 1 : 0) | (flow.IsBetweenPersons ? 2 : 0)));
        Int(flow.ListedPerMyriad);
    }

    public void Flows(FlowList list)
    {
        Int(list.Count);
        for (var i = 0; i < list.Count; i++) Flow(list[i]);
    }

    /// <summary>Who a finding was made by: enough to quote it, also when the catalogue has a newer version.</summary>
    public void Rule(RuleVersion version)
    {
        if (IsKnown(version)) return;
        Text(version.Id);
        Int(version.Version);
        Text(version.Kind);
        Byte((byte)version.Track);
        Byte((byte)version.Action);
        Both(version.Title);
    }

    public void Typology(TypologyVersion version)
    {
        if (IsKnown(version)) return;
        Text(version.Id);
        Int(version.Version);
        Both(version.Title);
        Byte((byte)version.Track);
        Text(version.Feed);
        List(version.Weights, weight =>
        {
            Text(weight.Rule);
            Double(weight.Weight);
        });
        Double(version.Threshold);
        Double(version.WindowHours);
        Double(version.RaiseNewAfterHours);
        Double(version.StopWindowHours);
    }

    public void Finding(Finding finding)
    {
        Rule(finding.Rule);
        Text(finding.Shape);
        Byte((byte)finding.Band);
        Double(finding.Score);
        Long(finding.Subject);
        List(finding.Evidence, Flow);
        List(finding.Values, value =>
        {
            Text(value.Rule);
            Text(value.Name);
            Double(value.Value);
            Double(value.Limit);
            Text(value.Unit);
        });
        Both(finding.Text);
    }

    private bool IsKnown(object version)
    {
        if (_versions.TryGetValue(version, out var known))
        {
            Int(known);
            return true;
        }
        _versions.Add(version, _versions.Count);
        Int(-1);
        return false;
    }

    private Span<byte> Room(int size)
    {
        if (_at + size > PartSize) EndPart(size);
        if (_at + size > _part.Length) Array.Resize(ref _part, Math.Max(_at + size, Math.Min(PartSize, _part.Length * 2)));
        var room = _part.AsSpan(_at, size);
        _at += size;
        return room;
    }

    private void EndPart(int next)
    {
        if (_at > 0 || _parts.Count == 0) _parts.Add(new EngineStatePart(section, _part.AsMemory(0, _at)));
        (_part, _at) = (next == 0 ? [] : new byte[Math.Max(PartSize, next)], 0);
    }
}
