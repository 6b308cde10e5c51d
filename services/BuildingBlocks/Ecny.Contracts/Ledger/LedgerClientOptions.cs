namespace Ecny.Contracts.Ledger;

/// <summary>How a process speaks to the ledger (<c>Ecny:LedgerClient</c>).</summary>
public sealed class LedgerClientOptions
{
    /// <summary>Grain calls in flight per shard at most; everything that waits travels in the next one.</summary>
    public int CallsInFlight { get; set; } = 2;

    /// <summary>
    /// Commands that must wait before a call is added to one in flight. Fewer travel together in the next: a call, a batch and a commit cost the same
    /// for one command as for a hundred.
    /// </summary>
    public int CommandsForAnotherCall { get; set; } = 64;

    /// <summary>Most commands in one grain call.</summary>
    public int CommandsPerCall { get; set; } = 500;

    /// <summary>Commands that may wait in this process per shard; above it they are refused as Overloaded.</summary>
    public int MaxWaiting { get; set; } = 20_000;

    /// <summary>After it a command sent is answered PROCESSING (unknown, never a decline), a command not sent Overloaded, a question fails.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);
}
