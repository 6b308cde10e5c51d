using Ecny.Contracts.Ledger;
using Ecny.Risk.Engine.Entries;

namespace Ecny.Risk.Engine.State;

/// <summary>Money that went from one wallet to another: the part of an entry that windows keep. Shared by payer, payee and graph.</summary>
public sealed class Flow(in RiskEntry entry, bool isFirst, bool isBetweenPersons, int listedPerMyriad)
{
    /// <summary>Event time, Unix microseconds.</summary>
    public readonly long At = entry.AtMicros;
    public readonly long From = entry.Debit;
    public readonly long To = entry.Credit;
    /// <summary>Fen.</summary>
    public readonly long Amount = entry.Amount;
    public readonly long Seq = entry.Seq;
    public readonly Guid Transfer = entry.Transfer;
    public readonly int Shard = entry.Shard;
    public readonly DateOnly BusinessDate = entry.BusinessDate;
    public readonly EntryKind Kind = entry.Kind;
    /// <summary>Neither wallet has paid the other within the engine's memory.</summary>
    public readonly bool IsFirst = isFirst;
    /// <summary>A transfer between two wallets of natural persons: what the graph rules look at.</summary>
    public readonly bool IsBetweenPersons = isBetweenPersons;
    /// <summary>Share of the amount that came from listed wallets directly, in 1/10 000, when the payer is not listed itself; 10 000 when it is.</summary>
    public readonly int ListedPerMyriad = listedPerMyriad;

    /// <summary>Event time, then (Shard, Seq): a total order that does not depend on the order of arrival.</summary>
    public bool IsBefore(Flow other) => At != other.At ? At < other.At : Shard != other.Shard ? Shard < other.Shard : Seq < other.Seq;
}
