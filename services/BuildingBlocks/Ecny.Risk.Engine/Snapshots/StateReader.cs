using System.Buffers.Binary;
using System.Text;
using Ecny.Contracts.Ledger;
using Ecny.Risk.Engine.Catalogue;
using Ecny.Risk.Engine.Entries;
using Ecny.Risk.Engine.Rules;
using Ecny.Risk.Engine.State;

namespace Ecny.Risk.Engine.Snapshots;

/// <summary>Reads what <see cref="StateWriter"/> wrote.</summary>
internal sealed class StateReader(IReadOnlyList<ReadOnlyMemory<byte>> parts, RuleCatalogue catalogue)
{
    private readonly List<Flow> _flows = [];
    private readonly List<object> _versions = [];
    private int _part, _at;

    public bool IsAtEnd => _part >= parts.Count || _part == parts.Count - 1 && _at == parts[_part].Length;

    public long Long() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public int Int() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public byte Byte() => Take(1)[0];

    public bool Bool() => Byte() != 0;

    public double Double() => BitConverter.Int64BitsToDouble(Long());

    public string Text()
    {
        var size = Int();
        return size == 0 ? "" : Encoding.UTF8.GetString(Take(size));
    }

    public Bilingual Both() => new(Text(), Text());

    public List<T> List<T>(Func<T> read)
    {
        var count = Int();
        var items = new List<T>(count);
        for (var i = 0; i < count; i++) items.Add(read());
        return items;
    }

    public void Each(Action read)
    {
        var count = Int();
        for (var i = 0; i < count; i++) read();
    }

    public Flow Flow()
    {
        var known = Int();
        if (known >= 0) return _flows[known];
        var (at, from, to, amount, seq) = (Long(), Long(), Long(), Long(), Long());
        var transfer = new Guid(Take(16));
        var (shard, date, kind, flags, listed) = (Int(), DateOnly.FromDayNumber(Int()), (EntryKind)Byte(), Byte(), Int());
        var flow = new Flow(new RiskEntry
        {
            Shard = shard, Seq = seq, Transfer = transfer, Kind = kind, Amount = amount, Debit = from, Credit = to, BusinessDate = date, AtMicros = at,
            DebitClass = default, CreditClass = default,
        }, (flags & 1) != 0, (flags & 2) != 0, listed);
        _flows.Add(flow);
        return flow;
    }

    public void Flows(FlowList list) => Each(() => list.Add(Flow()));

    public RuleVersion Rule()
    {
        if (Known<RuleVersion>() is { } known) return known;
        var number = Reserve();
        var (id, version, kind, track, action, title) = (Text(), Int(), Text(), (RiskTrack)Byte(), (RiskAction)Byte(), Both());
        var rule = catalogue.Rules.FirstOrDefault(rule => rule.Id == id && rule.Version == version)
            ?? new RuleVersion { Id = id, Version = version, Kind = kind, Track = track, Action = action, Title = title, Steps = [], Parameters = new Dictionary<string, Parameter>() };
        _versions[number] = rule;
        return rule;
    }

    public TypologyVersion Typology()
    {
        if (Known<TypologyVersion>() is { } known) return known;
        var number = Reserve();
        var read = new TypologyVersion
        {
            Id = Text(), Version = Int(), Title = Both(), Track = (RiskTrack)Byte(), Feed = Text(), Weights = List(() => new TypologyWeight(Text(), Double())),
            Threshold = Double(), WindowHours = Double(), RaiseNewAfterHours = Double(), StopWindowHours = Double(),
        };
        var typology = catalogue.Typologies.FirstOrDefault(typology => typology.Name == read.Name) ?? read;
        _versions[number] = typology;
        return typology;
    }

    public Finding Finding() => new(Rule(), Text(), (Band)Byte(), Double(), Long(), List(Flow), List(() => new RuleValue(Text(), Text(), Double(), Double(), Text())), Both());

    private T? Known<T>() where T : class => Int() is >= 0 and var known ? (T)_versions[known] : null;

    private int Reserve()
    {
        _versions.Add(null!);
        return _versions.Count - 1;
    }

    private ReadOnlySpan<byte> Take(int size)
    {
        if (_part < parts.Count && _at == parts[_part].Length) (_part, _at) = (_part + 1, 0);
        if (_part >= parts.Count || size < 0 || _at + size > parts[_part].Length) throw new EngineStateException("The stored state of the risk engine ends too early.");
        var taken = parts[_part].Span.Slice(_at, size);
        _at += size;
        return taken;
    }
}
