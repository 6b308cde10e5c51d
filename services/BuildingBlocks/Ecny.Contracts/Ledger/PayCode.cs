namespace Ecny.Contracts.Ledger;

/// <summary>What a pay code (付款码) says: whose it is, until when (Unix microseconds), and at most how much (fen, 0 for no cap).</summary>
public readonly record struct PayCode(long Wallet, long ExpiresAtMicros, long MaxAmount);
