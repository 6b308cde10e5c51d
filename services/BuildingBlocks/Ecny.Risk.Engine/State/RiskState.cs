using Ecny.Risk.Engine.Entries;
using Ecny.Risk.Engine.Snapshots;

namespace Ecny.Risk.Engine.State;

/// <summary>What every rule may look at.</summary>
public sealed class RiskState
{
    private readonly Dictionary<long, SortedDictionary<string, long>> _lists = [];

    internal RiskState(WalletTable wallets, FreshGraph graph) => (Wallets, Graph) = (wallets, graph);

    public WalletTable Wallets { get; }
    public FreshGraph Graph { get; }

    /// <summary>Newest event time seen, Unix microseconds.</summary>
    public long Watermark { get; internal set; } = long.MinValue;

    /// <summary>A wallet is or was listed: money may be tainted.</summary>
    public bool HasLists { get; private set; }

    /// <summary>Name of a list the wallet is on, or null.</summary>
    public string? ListOf(long wallet, long at)
    {
        if (!_lists.TryGetValue(wallet, out var lists)) return null;
        foreach (var (name, until) in lists) if (at < until) return name;
        return null;
    }

    internal void Save(StateWriter writer)
    {
        writer.Long(Watermark);
        writer.Bool(HasLists);
        writer.List(_lists, wallet =>
        {
            writer.Long(wallet.Key);
            writer.List(wallet.Value, list =>
            {
                writer.Text(list.Key);
                writer.Long(list.Value);
            });
        });
    }

    internal void Load(StateReader reader)
    {
        (Watermark, HasLists) = (reader.Long(), reader.Bool());
        reader.Each(() =>
        {
            var lists = new SortedDictionary<string, long>(StringComparer.Ordinal);
            _lists.Add(reader.Long(), lists);
            reader.Each(() => lists.Add(reader.Text(), reader.Long()));
        });
    }

    internal void Apply(in ListChange change)
    {
        if (!_lists.TryGetValue(change.Wallet, out var lists)) _lists.Add(change.Wallet, lists = new SortedDictionary<string, long>(StringComparer.Ordinal));
        HasLists |= change.IsListed;
        if (change.IsListed) lists[change.List] = change.UntilMicros;
        else lists.Remove(change.List);
        if (lists.Count == 0) _lists.Remove(change.Wallet);
    }
}
