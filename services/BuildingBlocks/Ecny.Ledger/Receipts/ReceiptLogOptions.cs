namespace Ecny.Ledger.Receipts;

/// <summary>How the receipt log is built.</summary>
public sealed record ReceiptLogOptions
{
    /// <summary>Entries of one step, one transaction. Small: a step is a burst of work beside payments.</summary>
    public int BatchSize { get; init; } = 2048;

    /// <summary>Least time between two checkpoints.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(1);
}
