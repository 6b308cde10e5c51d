using Ecny.Risk.Engine.Snapshots;

namespace Ecny.Risk.Engine.State;

/// <summary>Wallets active within the window. Each has one entry in a queue of check times, so forgetting costs a constant per wallet and window.</summary>
public sealed class WalletTable(long window, int flowsPerWallet)
{
    private readonly Dictionary<long, WalletFlows> _wallets = [];
    private readonly Queue<(long Due, WalletFlows Wallet)> _checks = new();

    public int Count => _wallets.Count;

    public WalletFlows? Find(long wallet) => _wallets.GetValueOrDefault(wallet);

    internal WalletFlows Get(long wallet, long watermark)
    {
        if (_wallets.TryGetValue(wallet, out var state)) return state;
        state = new WalletFlows(wallet, flowsPerWallet);
        _wallets.Add(wallet, state);
        _checks.Enqueue((watermark + window, state));
        return state;
    }

    internal void Evict(long watermark)
    {
        while (_checks.TryPeek(out var check) && check.Due <= watermark)
        {
            _checks.Dequeue();
            if (check.Wallet.LastAt + window <= watermark) _wallets.Remove(check.Wallet.Id);
            else _checks.Enqueue((watermark + window, check.Wallet));
        }
    }

    // Every wallet known has exactly one check waiting.
    internal void Save(StateWriter writer) => writer.List(_checks, check =>
    {
        writer.Long(check.Due);
        writer.Long(check.Wallet.Id);
        writer.Long(check.Wallet.LastAt);
        writer.Flows(check.Wallet.In);
        writer.Flows(check.Wallet.Out);
    });

    internal void Load(StateReader reader) => reader.Each(() =>
    {
        var due = reader.Long();
        var wallet = new WalletFlows(reader.Long(), flowsPerWallet) { LastAt = reader.Long() };
        reader.Flows(wallet.In);
        reader.Flows(wallet.Out);
        _wallets.Add(wallet.Id, wallet);
        _checks.Enqueue((due, wallet));
    });
}
