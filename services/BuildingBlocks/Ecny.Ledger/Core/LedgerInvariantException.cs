namespace Ecny.Ledger.Core;

/// <summary>The core was about to break one of its own rules: a bug. The batch must be discarded; no money has moved.</summary>
public sealed class LedgerInvariantException : Exception
{
    public LedgerInvariantException() { }
    public LedgerInvariantException(string message) : base(message) { }
    public LedgerInvariantException(string message, Exception inner) : base(message, inner) { }
}
