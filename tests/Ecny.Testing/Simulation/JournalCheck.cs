using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;

namespace Ecny.Testing.Simulation;

/// <summary>Reads the journal from its first line with the simplest code there is, and compares: with the rows, and with every answer a client was given.</summary>
internal static class JournalCheck
{
    public static List<string> Run(SimulatedTables tables, History history)
    {
        var wrong = new List<string>();
        Chain(tables, wrong);
        Balances(tables, wrong);
        Attempts(tables, history, wrong);
        OnceKeys(tables, history, wrong);
        HoldsAndRefunds(tables, wrong);
        return wrong.Count > 20 ? [.. wrong[..20], $"… and {wrong.Count - 20} more"] : wrong;
    }

    /// <summary>Sequence, epoch, time, business date, hash, days' ends.</summary>
    private static void Chain(SimulatedTables tables, List<string> wrong)
    {
        var (seq, epoch, at, date, chain, count, sum) = (0L, 0L, 0L, DateOnly.MinValue, EntryHash.Genesis, 0L, 0L);
        foreach (var entry in tables.Journal)
        {
            if (entry.Seq != ++seq) wrong.Add($"entry {seq} has seq {entry.Seq}");
            if (entry.Epoch < epoch) wrong.Add($"entry {seq}: epoch goes back from {epoch} to {entry.Epoch}");
            if (entry.AtMicros < at) wrong.Add($"entry {seq}: time goes back");
            if (entry.BusinessDate < date) wrong.Add($"entry {seq}: business date goes back");
            if (entry.Kind == EntryKind.DayEnd)
            {
                var said = $"{{\"count\":{count},\"sum\":{sum},\"hash\":\"{Convert.ToHexStringLower(chain)}\"}}";
                if (entry.Context != said) wrong.Add($"entry {seq}: DAY_END says {entry.Context}, it is {said}");
                (count, sum) = (0, 0);
            }
            else
            {
                count++;
                if (entry.Code == DeclineCode.None) sum += entry.Amount;
            }
            chain = EntryHash.Next(chain, entry);
            (epoch, at, date) = (entry.Epoch, entry.AtMicros, entry.BusinessDate);
        }
        var head = tables.Head(0)!;
        if (head.Seq != seq) wrong.Add($"the head says {head.Seq}, the journal {seq}");
        if (!head.Chain.AsSpan().SequenceEqual(chain)) wrong.Add("the head's hash is not the journal's");
        if ((head.DayCount, head.DaySum) != (count, sum)) wrong.Add($"the head's day is {head.DayCount}, {head.DaySum}; the journal's {count}, {sum}");
    }

    /// <summary>Conservation, the chain of every bucket, no bucket below zero at any version.</summary>
    private static void Balances(SimulatedTables tables, List<string> wrong)
    {
        var buckets = new Dictionary<BucketId, (long Version, long Balance, long LastSeq)>();
        var issuance = CommandMaker.Issuance;
        foreach (var entry in tables.Journal)
        {
            if (entry.Code != DeclineCode.None) continue;
            Touch(entry.Debit, -entry.Amount, entry.DebitVersion, entry.DebitBalance, entry.DebitPrevSeq, entry.Seq);
            Touch(entry.Credit, entry.Amount, entry.CreditVersion, entry.CreditBalance, entry.CreditPrevSeq, entry.Seq);
        }
        if (buckets.Values.Sum(bucket => bucket.Balance) != 0) wrong.Add($"money came from nothing or was lost: {buckets.Values.Sum(bucket => bucket.Balance)} fen");
        foreach (var (id, row) in tables.Wallets)
            if (buckets.GetValueOrDefault(BucketId.AvailableOf(id)) != (row.Version, row.Balance, row.LastSeq)) wrong.Add($"wallet {id}: row {row.Version}, {row.Balance} fen; journal {buckets.GetValueOrDefault(BucketId.AvailableOf(id))}");
        foreach (var (id, row) in tables.Buckets)
            if (buckets.GetValueOrDefault(id) != (row.Version, row.Balance, row.LastSeq)) wrong.Add($"bucket {id}: row {row.Version}, {row.Balance} fen; journal {buckets.GetValueOrDefault(id)}");
        if (buckets.Count != tables.Wallets.Count + tables.Buckets.Count) wrong.Add("the journal names buckets that have no row, or the other way round");

        void Touch(BucketId bucket, long delta, long version, long balance, long previous, long seq)
        {
            if (bucket.Wallet == 0 || version == 0) return;
            var before = buckets.GetValueOrDefault(bucket);
            if ((version, balance, previous) != (before.Version + 1, before.Balance + delta, before.LastSeq))
                wrong.Add($"entry {seq}: {bucket} was {before}, is said to be version {version}, {balance} fen after {previous}");
            if (balance < 0 && bucket.Wallet != issuance) wrong.Add($"entry {seq}: {bucket} holds {balance} fen");
            buckets[bucket] = (version, balance, seq);
        }
    }

    /// <summary>Every id is in the journal once, its number row says so, and every answer ever given agrees with it.</summary>
    private static void Attempts(SimulatedTables tables, History history, List<string> wrong)
    {
        var attempts = new Dictionary<TransferId, List<Entry>>();
        foreach (var entry in tables.Journal)
        {
            if (!attempts.TryGetValue(entry.Transfer, out var legs)) attempts[entry.Transfer] = legs = [];
            legs.Add(entry);
        }
        foreach (var (id, legs) in attempts)
        {
            for (var leg = 0; leg < legs.Count; leg++)
                if (legs[leg].Leg != leg || legs[leg].Seq != legs[0].Seq + leg) wrong.Add($"{id} is in the journal twice or scattered: {string.Join(", ", legs.Select(l => l.Seq))}");
            if (!tables.Numbers.TryGetValue(id, out var number)) wrong.Add($"{id} is in the journal and its number is not remembered");
            else if ((number.Seq, number.Legs, number.Code) != (legs[0].Seq, (short)legs.Count, legs[0].Code)) wrong.Add($"{id}: number row {number}, journal from {legs[0].Seq}, {legs.Count} legs, {legs[0].Code}");
        }
        if (tables.Numbers.Count != attempts.Count) wrong.Add($"{tables.Numbers.Count} numbers are remembered, {attempts.Count} attempts are in the journal");
        foreach (var (id, answers) in history.Answers)
        {
            if (!attempts.TryGetValue(id, out var legs))
            {
                wrong.Add($"{id} was answered {answers[0].Status} {answers[0].Code} and is not in the journal");
                continue;
            }
            foreach (var answer in answers)
            {
                var truth = Outcomes.Of(legs, 0, replayed: false);
                if ((answer.Status, answer.Code, answer.Seq, answer.Amount, answer.AtMicros, answer.BusinessDate) != (truth.Status, truth.Code, truth.Seq, truth.Amount, truth.AtMicros, truth.BusinessDate))
                    wrong.Add($"{id} was answered {answer.Status} {answer.Code} {answer.Amount} at {answer.Seq}; the journal says {truth.Status} {truth.Code} {truth.Amount} at {truth.Seq}");
            }
        }
    }

    private static void OnceKeys(SimulatedTables tables, History history, List<string> wrong)
    {
        var claims = new Dictionary<Guid, TransferId>();
        foreach (var (id, commands) in history.Sent)
        {
            if (!tables.Numbers.TryGetValue(id, out var number) || number.Code != DeclineCode.None) continue;
            foreach (var key in commands.SelectMany(command => command.Once).Distinct())
            {
                if (!claims.TryAdd(key.Value, id)) wrong.Add($"{id} and {claims[key.Value]} both claimed {key}");
                if (!tables.Once.TryGetValue(key.Value, out var row) || row.Closed || row.ClaimedBy != id) wrong.Add($"{id} settled, its key {key} is not claimed by it");
            }
        }
        foreach (var (key, row) in tables.Once)
            if (!row.Closed && !claims.ContainsKey(key)) wrong.Add($"{key} is claimed by {row.ClaimedBy}, which did not settle");
    }

    private static void HoldsAndRefunds(SimulatedTables tables, List<string> wrong)
    {
        var settled = tables.Journal.Where(entry => entry.Code == DeclineCode.None).ToList();
        foreach (var resolved in settled.Where(entry => entry.Debit.Number == BucketId.Held).GroupBy(entry => entry.Original!.Value))
        {
            if (resolved.Select(entry => entry.Transfer).Distinct().Count() > 1) wrong.Add($"hold {resolved.Key} is resolved more than once");
            if (!tables.Holds.TryGetValue(resolved.Key, out var hold) || hold.State == HoldState.Open || resolved.Sum(entry => entry.Amount) != hold.Amount)
                wrong.Add($"hold {resolved.Key} released {resolved.Sum(entry => entry.Amount)} fen; its row says {hold}");
        }
        var captured = settled.Where(entry => Outcomes.IsRefundable(entry.Kind)).GroupBy(entry => entry.Transfer).ToDictionary(group => group.Key, group => group.Sum(entry => entry.Amount));
        foreach (var refunded in settled.Where(entry => entry.Kind == EntryKind.Refund).GroupBy(entry => entry.Original!.Value))
        {
            var sum = refunded.Sum(entry => entry.Amount);
            if (sum > captured.GetValueOrDefault(refunded.Key)) wrong.Add($"{refunded.Key}: {sum} fen refunded of {captured.GetValueOrDefault(refunded.Key)}");
            if (tables.Refunds.GetValueOrDefault(refunded.Key).Refunded != sum) wrong.Add($"{refunded.Key}: the row says {tables.Refunds.GetValueOrDefault(refunded.Key).Refunded} fen refunded, the journal {sum}");
        }
    }
}
