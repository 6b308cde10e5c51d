using System.Runtime.InteropServices;
using Ecny.Contracts.Ledger;

namespace Ecny.Ledger.Pump;

/// <summary>
/// What waits for the loop, in two lanes (bulk work must not stand before a payment), and which ids are anywhere inside the pump.
/// Bounded over everything inside: what was let in is decided, what is too much is refused before it enters.
/// </summary>
internal sealed class CommandQueue(int capacity)
{
    private readonly Lock _gate = new();
    private readonly Queue<Pending> _normal = new();
    private readonly Queue<Pending> _bulk = new();
    private readonly Dictionary<TransferId, Inside> _inHand = [];
    private readonly Dictionary<TransferId, List<TaskCompletionSource<bool>>> _watchers = [];
    private int _count;
    private bool _news;
    private bool _ended;
    private string? _closed = "the shard is not owned yet";

    /// <summary>Commands waiting, in flight and being decided.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Why commands are refused, or null.</summary>
    public string? Closed
    {
        get { lock (_gate) return _closed; }
    }

    /// <summary>Whether a command came in since <see cref="Take"/> last looked.</summary>
    public bool News
    {
        get { lock (_gate) return _news; }
    }

    public void Open()
    {
        lock (_gate)
        {
            if (!_ended) _closed = null;
        }
    }

    public void Close(string reason)
    {
        lock (_gate)
        {
            if (!_ended) _closed = reason;
        }
    }

    /// <summary>Closes for good.</summary>
    public void End(string reason)
    {
        lock (_gate) (_closed, _ended) = (reason, true);
    }

    /// <summary>False: full, nothing was added. Throws <see cref="ShardUnavailableException"/> when closed.</summary>
    public bool TryAdd(Submission submission)
    {
        var commands = submission.Commands;
        lock (_gate)
        {
            if (_closed is not null) throw new ShardUnavailableException(_closed);
            if (_count + commands.Length > capacity) return false;
            for (var i = 0; i < commands.Length; i++) Add(new Pending(commands[i], submission, i));
            return true;
        }
    }

    /// <summary>Adds the shard's own work, unless the same is inside already, the queue is closed or half full.</summary>
    public bool TryAddOwn(LedgerCommand command)
    {
        lock (_gate)
        {
            if (_closed is not null || _count > capacity / 2 || _inHand.ContainsKey(command.Id)) return false;
            Add(new Pending(command, null, 0));
            return true;
        }
    }

    /// <summary>Moves what waits into <paramref name="front"/>, at most so many; bulk work at most <paramref name="bulkRoom"/>, at least its share.</summary>
    public bool Take(List<Pending> front, int room, int bulkRoom, int bulkShare)
    {
        lock (_gate)
        {
            _news = false;
            var before = front.Count;
            var reserved = Math.Clamp(bulkShare, 0, Math.Max(0, Math.Min(bulkRoom, _bulk.Count)));
            for (; room > reserved && _normal.TryDequeue(out var next); room--) front.Add(next);
            for (; room > 0 && bulkRoom > 0 && _bulk.TryDequeue(out var next); room--, bulkRoom--) front.Add(next);
            return front.Count > before;
        }
    }

    public void DrainTo(List<Pending> all)
    {
        lock (_gate)
        {
            while (_normal.TryDequeue(out var next)) all.Add(next);
            while (_bulk.TryDequeue(out var next)) all.Add(next);
        }
    }

    /// <summary>These have left the pump (answered or failed).</summary>
    public void Release(List<Pending> done)
    {
        lock (_gate)
        {
            foreach (var pending in done)
            {
                _count--;
                Drop(pending.Command.Id);
                if (pending.Command is not GroupCommand group) continue;
                foreach (var member in group.Members) Drop(member.Id);
            }
        }
    }

    /// <summary>The command with this id that is inside, or null; <paramref name="left"/> is set to true when none is any more.</summary>
    public LedgerCommand? Find(TransferId id, TaskCompletionSource<bool> left)
    {
        lock (_gate)
        {
            if (!_inHand.TryGetValue(id, out var inside)) return null;
            if (!_watchers.TryGetValue(id, out var watchers)) _watchers[id] = watchers = [];
            watchers.Add(left);
            return inside.Command;
        }
    }

    private void Add(Pending pending)
    {
        (pending.Command.Bulk ? _bulk : _normal).Enqueue(pending);
        _count++;
        _news = true;
        Keep(pending.Command);
        if (pending.Command is not GroupCommand group) return;
        foreach (var member in group.Members) Keep(member);
    }

    private void Keep(LedgerCommand command)
    {
        ref var inside = ref CollectionsMarshal.GetValueRefOrAddDefault(_inHand, command.Id, out _);
        inside.Command = command;
        inside.Times++;
    }

    private void Drop(TransferId id)
    {
        ref var inside = ref CollectionsMarshal.GetValueRefOrNullRef(_inHand, id);
        if (--inside.Times > 0) return;
        _inHand.Remove(id);
        if (_watchers.Count == 0 || !_watchers.Remove(id, out var watchers)) return;
        foreach (var watcher in watchers) watcher.TrySetResult(true);
    }

    private struct Inside
    {
        public LedgerCommand Command;
        public int Times;
    }
}
