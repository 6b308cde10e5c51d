namespace Ecny.Ledger.Core;

/// <summary>Linked groups happen together or not at all: while one is decided, every touch remembers how the row was.</summary>
public sealed partial class LedgerState
{
    private List<Action>? _undo;

    internal void BeginGroup()
    {
        var (entries, numbers, seq, count, sum) = (Entries.Count, NewNumbers.Count, Seq, DayCount, DaySum);
        _undo =
        [
            () =>
            {
                Entries.RemoveRange(entries, Entries.Count - entries);
                NewNumbers.RemoveRange(numbers, NewNumbers.Count - numbers);
                (Seq, DayCount, DaySum) = (seq, count, sum);
            },
        ];
    }

    internal void EndGroup() => _undo = null;

    internal void RollBackGroup()
    {
        for (var i = _undo!.Count - 1; i >= 0; i--) _undo[i]();
        _undo = null;
    }

    private void SaveWallet(int slot)
    {
        var saved = Wallets.Row(slot);
        _undo!.Add(() => Wallets.Row(slot) = saved);
    }

    private void SaveAbsence(long wallet) => _undo!.Add(() =>
    {
        Wallets.Remove(wallet);
        AbsentWallets.Add(wallet, Absent);
    });

    private void Save<TRow>(CachedRow<TRow> row)
    {
        if (_undo is null) return;
        var (saved, present) = (row.Row, row.Present);
        _undo.Add(() => (row.Row, row.Present) = (saved, present));
    }
}
