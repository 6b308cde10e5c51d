namespace Ecny.Ledger.Receipts;

/// <summary>How the receipt log is built.</summary>
public sealed record ReceiptLogOptions
{
    /// <summary>Entries of one step, one transaction.</summary>
    public int BatchSize { get; init; } = 8192;

    /// <summary>Least time between two checkpoints.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(1);
}
