using System.Globalization;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Npgsql;

namespace Ecny.Ledger.Audit;

/// <summary>Accepted = settled: every number that a client was told is settled is in the journal, once, to the fen; nothing else is.</summary>
public sealed class HistoryReconciler
{
    private const int MaxProblems = 100;
    private readonly Dictionary<TransferId, ClientRecord> _records = [];
    private readonly HashSet<TransferId> _seen = [];
    private readonly HashSet<string> _institutions = [];
    private readonly List<string> _problems = [];
    private int _problemCount, _settled, _declined, _unknownSettled, _unknownDeclined, _notListed;
    private long _clientAmount, _journalAmount;

    /// <summary>Takes a record; a number is listed once, with the last answer it got.</summary>
    public void Add(ClientRecord record)
    {
        _institutions.Add(record.Institution);
        _records[TransferId.Of(record.Institution, record.Kind, record.Number)] = record;
    }

    /// <summary>Compares with the journal after <paramref name="afterSeq"/>. With <paramref name="complete"/> a transfer that the list does not name is a contradiction.</summary>
    public Task<HistoryVerdict> Run(NpgsqlDataSource database, int shard, long afterSeq, bool complete, CancellationToken stop) =>
        Task.Run(async () =>
        {
            await using var connection = await database.OpenConnectionAsync(stop);
            var legs = new List<Entry>();
            foreach (var entry in JournalExport.Read(connection, shard, afterSeq, long.MaxValue))
            {
                if (legs.Count > 0 && entry.Transfer != legs[0].Transfer) Take(legs, complete);
                legs.Add(entry);
            }
            if (legs.Count > 0) Take(legs, complete);
            return Conclude();
        }, stop);

    private void Take(List<Entry> legs, bool complete)
    {
        var first = legs[0];
        if (_records.TryGetValue(first.Transfer, out var record)) Compare(record, first, legs);
        else if (_institutions.Contains(first.Institution))
        {
            _notListed++;
            if (complete) Problem($"({first.Shard}, {first.Seq}) {first.Kind} {first.Number} of {first.Institution}: the client never sent it");
        }
        legs.Clear();
    }

    private void Compare(ClientRecord record, Entry first, List<Entry> legs)
    {
        var settled = first.Code == DeclineCode.None;
        // The release of what a posting left over is no part of its amount.
        var amount = legs.Where(e => e.Kind == first.Kind).Sum(e => e.Amount);
        var name = string.Create(CultureInfo.InvariantCulture, $"({first.Shard}, {first.Seq}) {record.Kind} {record.Number} of {record.Institution}");
        if (!_seen.Add(first.Transfer))
        {
            Problem($"{name}: it is in the journal twice");
            return;
        }
        switch (record.Answer)
        {
            case ClientAnswer.Settled when settled:
                _settled++;
                _clientAmount += record.Amount ?? amount;
                _journalAmount += amount;
                if (record.Amount is { } told && told != amount) Problem($"{name}: settled {amount} fen, the client asked for {told}");
                break;
            case ClientAnswer.Declined when !settled && record.Code is var code && (code == first.Code || code == DeclineCode.None):
                _declined++;
                break;
            case ClientAnswer.Unknown when settled:
                _unknownSettled++;
                if (record.Amount is { } asked && asked != amount) Problem($"{name}: settled {amount} fen, the client asked for {asked}");
                break;
            case ClientAnswer.Unknown:
                _unknownDeclined++;
                break;
            default:
                Problem($"{name}: the client was told {record.Answer} {record.Code}, the journal says {(settled ? "Settled" : first.Code.ToString())}");
                break;
        }
    }

    private HistoryVerdict Conclude()
    {
        var never = 0;
        foreach (var (id, record) in _records)
        {
            if (_seen.Contains(id)) continue;
            if (record.Answer == ClientAnswer.Unknown) never++;
            else if (record.Answer != ClientAnswer.Refused) Problem($"{record.Kind} {record.Number} of {record.Institution}: the client was told {record.Answer}, the journal does not have it");
        }
        return new HistoryVerdict
        {
            Records = _records.Count, Settled = _settled, ClientAmount = _clientAmount, JournalAmount = _journalAmount, Declined = _declined,
            UnknownSettled = _unknownSettled, UnknownDeclined = _unknownDeclined, UnknownNever = never, NotListed = _notListed,
            Problems = [.. _problems], ProblemCount = _problemCount,
        };
    }

    private void Problem(string text)
    {
        if (_problemCount++ < MaxProblems) _problems.Add(text);
    }
}
