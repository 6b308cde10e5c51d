namespace Ecny.Ledger.Postgres;

/// <summary>The database did something that a failover may still undo. Ask again.</summary>
public sealed class LedgerUncertainException : Exception
{
    public LedgerUncertainException() { }
    public LedgerUncertainException(string message) : base(message) { }
    public LedgerUncertainException(string message, Exception inner) : base(message, inner) { }
}
