using Ecny.Contracts.Ledger;

namespace Ecny.Ledger.Pump;

/// <summary>
/// Remembers what commands that must wait have named, so that later ones that name the same wait behind them:
/// the order of a wallet's commands is the order they came in.
/// </summary>
internal sealed class WaitingNames
{
    private readonly HashSet<long> _wallets = [];
    private readonly HashSet<TransferId> _transfers = [];
    private readonly List<long> _namedWallets = [];
    private readonly List<TransferId> _namedTransfers = [];

    public bool Any => _transfers.Count > 0;

    public void Clear()
    {
        _wallets.Clear();
        _transfers.Clear();
    }

    public void Add(LedgerCommand command)
    {
        _transfers.Add(command.Id);
        command.CollectNamed(_namedWallets, _namedTransfers);
        foreach (var wallet in _namedWallets) _wallets.Add(wallet);
        foreach (var transfer in _namedTransfers) _transfers.Add(transfer);
        Forget();
    }

    public bool Touches(LedgerCommand command)
    {
        command.CollectNamed(_namedWallets, _namedTransfers);
        var touches = _transfers.Contains(command.Id);
        foreach (var wallet in _namedWallets) touches |= _wallets.Contains(wallet);
        foreach (var transfer in _namedTransfers) touches |= _transfers.Contains(transfer);
        Forget();
        return touches;
    }

    private void Forget()
    {
        _namedWallets.Clear();
        _namedTransfers.Clear();
    }
}
