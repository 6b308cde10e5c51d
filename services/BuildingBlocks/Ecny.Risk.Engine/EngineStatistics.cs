namespace Ecny.Risk.Engine;

/// <summary>What the engine holds and has seen.</summary>
public sealed record EngineStatistics(long Taken, long Late, long TooLate, long Duplicates, int Wallets, int Pairs, int Ripening, int GraphNodes, int OpenAlerts, long Findings);
