namespace Ecny.Ledger.Core;

/// <summary>
/// The bounded working set of wallets: rows in one array (10 million wallets must not be 10 million objects), found by id,
/// evicted by the clock algorithm. A row touched by a batch that is not committed is pinned.
/// </summary>
internal sealed class WalletTable(int capacity)
{
    private readonly Dictionary<long, int> _slots = [];
    private readonly Stack<int> _free = [];
    private Slot[] _rows = new Slot[1024];
    private int _used;
    private int _hand;

    public int Count => _slots.Count;

    public bool TryFind(long wallet, out int slot)
    {
        if (!_slots.TryGetValue(wallet, out slot)) return false;
        _rows[slot].Recent = true;
        return true;
    }

    public bool Contains(long wallet) => _slots.ContainsKey(wallet);

    public ref WalletRow Row(int slot) => ref _rows[slot].Row;

    /// <summary>Number of the last batch that touched the row; 0: none since it was loaded.</summary>
    public ref long LastBatch(int slot) => ref _rows[slot].LastBatch;

    public int Add(in WalletRow row)
    {
        if (!_free.TryPop(out var slot))
        {
            if (_used == _rows.Length) Array.Resize(ref _rows, _rows.Length * 2);
            slot = _used++;
        }
        _rows[slot] = new Slot { Row = row, Recent = true };
        _slots.Add(row.Id, slot);
        return slot;
    }

    public void Remove(long wallet)
    {
        if (_slots.Remove(wallet, out var slot)) Release(slot);
    }

    public void Clear()
    {
        _slots.Clear();
        _free.Clear();
        Array.Clear(_rows, 0, _used);
        _used = _hand = 0;
    }

    /// <summary>Evicts rows over the capacity that no batch after <paramref name="committedBatch"/> touched.</summary>
    public void Trim(long committedBatch)
    {
        // Two turns of the hand clear every mark and then find every row that may go.
        for (var steps = 2L * _used; _slots.Count > capacity && steps > 0; steps--)
        {
            if (_hand >= _used) _hand = 0;
            ref var slot = ref _rows[_hand++];
            if (!slot.Taken || slot.LastBatch > committedBatch) continue;
            if (slot.Recent)
            {
                slot.Recent = false;
                continue;
            }
            _slots.Remove(slot.Row.Id);
            Release(_hand - 1);
        }
    }

    private void Release(int slot)
    {
        _rows[slot] = default;
        _free.Push(slot);
    }

    private struct Slot
    {
        public WalletRow Row;
        public long LastBatch;
        public bool Recent;
        public readonly bool Taken => Row.Id != 0;
    }
}
