namespace Ecny.Risk.Engine.State;

/// <summary>A bounded list of flows in event time. A late flow is put at its place; the oldest leave when time or room runs out.</summary>
public sealed class FlowList(int capacity)
{
    private Flow[] _items = [];
    private int _start, _count;

    public int Count => _count;
    public Flow this[int index] => _items[_start + index];
    public Flow Newest => _items[_start + _count - 1];

    /// <summary>False when the list is full of newer flows.</summary>
    public bool Add(Flow flow)
    {
        if (_count == capacity)
        {
            if (flow.IsBefore(_items[_start])) return false;
            DropOldest();
        }
        if (_start + _count == _items.Length) MakeRoom();
        var at = _start + _count;
        while (at > _start && flow.IsBefore(_items[at - 1]))
        {
            _items[at] = _items[at - 1];
            at--;
        }
        _items[at] = flow;
        _count++;
        return true;
    }

    /// <summary>Drops what is older than <paramref name="from"/>.</summary>
    public void Evict(long from)
    {
        while (_count > 0 && _items[_start].At < from) DropOldest();
    }

    /// <summary>Index of the first flow at or after the time; <see cref="Count"/> when there is none.</summary>
    public int From(long at)
    {
        var (low, high) = (0, _count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (this[middle].At < at) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private void DropOldest()
    {
        _items[_start++] = null!;
        if (--_count == 0) _start = 0;
    }

    private void MakeRoom()
    {
        if (_start > 0 && _start >= _items.Length / 2)
        {
            Array.Copy(_items, _start, _items, 0, _count);
            Array.Clear(_items, _count, _items.Length - _count);
        }
        else
        {
            var larger = new Flow[Math.Max(2, _count * 2)];
            Array.Copy(_items, _start, larger, 0, _count);
            _items = larger;
        }
        _start = 0;
    }
}
