using Ecny.Contracts.Ledger;
using Ecny.Ledger.Store;

namespace Ecny.Ledger.Pump;

/// <summary>What the pump tells metrics and alarms. Called on the pump's loop: implementations must be quick and must not throw.</summary>
public interface IPumpObserver
{
    void Activated(ShardHead head) { }

    /// <summary>Another owner has the shard, or this pump stopped owning it.</summary>
    void OwnershipLost(long epoch) { }

    /// <summary>The pump has stopped, for whatever reason.</summary>
    void Ended() { }

    /// <summary>A batch is durable: commands answered, entries written, how long the commit took, how many commands wait.</summary>
    void BatchCommitted(int commands, int entries, TimeSpan commit, int queued) { }

    /// <summary>Commands refused because the queue was full.</summary>
    void Overloaded(int commands) { }

    /// <summary>A prefetch failed and is tried again.</summary>
    void LoadFailed(Exception cause) { }

    /// <summary>A commit's fate is not known: the barrier begins.</summary>
    void CommitUnknown(long epoch, string? detail) { }

    /// <summary>The barrier was passed after this many attempts.</summary>
    void BarrierPassed(ShardHead head, int attempts) { }

    /// <summary>A batch was taken back, because an old number or claim came again that memory had forgotten. Ordinary, if seldom.</summary>
    void TakenBack(int commands) { }

    /// <summary>A row was not what a batch was decided on. Never expected: an alarm.</summary>
    void Mismatch(CommitBatch batch, string? detail) { }

    /// <summary>A command is kept out of all further batches and answered PROCESSING until people have looked at it. An alarm.</summary>
    void Quarantined(LedgerCommand command, string reason) { }

    /// <summary>Commands are refused from now on (clocks apart, standby missing, database silent).</summary>
    void Refusing(string reason) { }

    /// <summary>Commands are accepted again.</summary>
    void Serving() { }
}
