using Ecny.Ledger.Store;

namespace Ecny.Ledger.Tests.Store;

/// <summary>What the contract suite needs of a kind of store: an empty database, and several silos' stores on it.</summary>
public interface ILedgerDatabase : IAsyncDisposable
{
    /// <summary>A store of another silo on this database. Its commits are Unknown after they have waited a short time (about half a second).</summary>
    ILedgerStore Open();

    /// <summary>
    /// Keeps the shard's row locked, as a transaction does that is stuck: commits and barriers wait, reads do not. Disposing lets them go on,
    /// those that wait first come first.
    /// </summary>
    Task<IAsyncDisposable> Block(int shard);

    /// <summary>Returns once somebody waits for a blocked shard.</summary>
    Task SomebodyWaits();

    /// <summary>The clock that tenures are measured by passes <paramref name="span"/>.</summary>
    Task Pass(TimeSpan span);
}
