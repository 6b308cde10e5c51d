using System.Collections.Concurrent;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Audit;

namespace Ecny.Local.Simulator;

/// <summary>A client's own list of what it was told, kept apart from the platform: what the journal is held against.</summary>
public sealed class ClientHistory
{
    private readonly ConcurrentQueue<ClientRecord> _records = new();
    private readonly ConcurrentDictionary<(NumberKind Kind, ClientAnswer Answer, string Code), (long Count, long Amount)> _counts = new();
    private readonly ConcurrentQueue<double> _milliseconds = new();
    private long _resolved, _settled, _declined, _amount, _total;

    public IReadOnlyCollection<ClientRecord> Records => _records;

    public long Total => Interlocked.Read(ref _total);

    public long Settled => Interlocked.Read(ref _settled);

    public long Declined => Interlocked.Read(ref _declined);

    /// <summary>Fen settled.</summary>
    public long Amount => Interlocked.Read(ref _amount);

    /// <summary>Requests whose first answer left the outcome open, and which were decided in the end.</summary>
    public long UnknownResolved => Interlocked.Read(ref _resolved);

    /// <summary>Count and fen by number kind, answer and code.</summary>
    public IReadOnlyDictionary<(NumberKind Kind, ClientAnswer Answer, string Code), (long Count, long Amount)> Counts => _counts;

    public void Add(ClientRecord record, TimeSpan took, int attempts, string? error)
    {
        _records.Enqueue(record);
        Interlocked.Increment(ref _total);
        if (record.Answer == ClientAnswer.Settled)
        {
            Interlocked.Increment(ref _settled);
            Interlocked.Add(ref _amount, record.Amount ?? 0);
        }
        if (record.Answer == ClientAnswer.Declined) Interlocked.Increment(ref _declined);
        if (attempts > 1 && record.Answer != ClientAnswer.Unknown) Interlocked.Increment(ref _resolved);
        if (attempts == 1) _milliseconds.Enqueue(took.TotalMilliseconds);
        var code = record.Answer == ClientAnswer.Declined ? record.Code.ToString() : record.Answer == ClientAnswer.Refused ? error ?? "" : "";
        _counts.AddOrUpdate((record.Kind, record.Answer, code), (1, record.Amount ?? 0), (_, old) => (old.Count + 1, old.Amount + (record.Amount ?? 0)));
    }

    /// <summary>Milliseconds at the 50th, 95th and 99th percentile of the requests answered at once.</summary>
    public (double P50, double P95, double P99) Latencies()
    {
        var sorted = _milliseconds.ToArray();
        if (sorted.Length == 0) return default;
        Array.Sort(sorted);
        double At(double share) => sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
        return (At(0.50), At(0.95), At(0.99));
    }
}
