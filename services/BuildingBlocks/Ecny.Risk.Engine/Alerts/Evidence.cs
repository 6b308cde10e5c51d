using Ecny.Contracts.Ledger;

namespace Ecny.Risk.Engine.Alerts;

/// <summary>A wallet of the evidence; amounts in fen, within the evidence only.</summary>
public sealed record EvidenceNode(long Wallet, long Received, long Sent, bool IsSubject);

/// <summary>A transaction of the evidence; time in Unix microseconds, amount in fen.</summary>
public sealed record EvidenceEdge(Guid Transfer, int Shard, long Seq, EntryKind Kind, long From, long To, long Amount, long AtMicros);

/// <summary>Fen that a wallet holds now, as far as the flows known show.</summary>
public sealed record Holding(long Wallet, long Amount);
