using Ecny.Contracts.Ledger;

namespace Ecny.Ledger.Core;

/// <summary>
/// How one kind of command is decided. A new capability adds a rule; the loop in <see cref="LedgerCore"/> stays as it is: it has already
/// answered repetitions, expiry and once-keys when a rule is asked.
/// </summary>
internal abstract class CommandRule
{
    public abstract Type Command { get; }

    /// <summary>False for commands that are decided however late they come.</summary>
    public virtual bool HasDeadline => true;

    /// <summary>False for commands that ask about an earlier attempt: their number is looked up before they are decided.</summary>
    public virtual bool IsUsuallyNew => true;

    /// <summary>Names the rows needed; called again when they are there, until it names none that is missing.</summary>
    public abstract void Keys(KeyCollector keys, LedgerCommand command);

    public abstract LedgerOutcome Decide(Decision decision, LedgerCommand command);

    /// <summary>How a decline of this command is booked: kind, amount asked for, and the wallets it named (0: none).</summary>
    public abstract DeclinedAttempt Describe(LedgerState state, LedgerCommand command);
}

internal abstract class CommandRule<TCommand> : CommandRule where TCommand : LedgerCommand
{
    public sealed override Type Command => typeof(TCommand);

    public sealed override void Keys(KeyCollector keys, LedgerCommand command) => Keys(keys, (TCommand)command);

    public sealed override LedgerOutcome Decide(Decision decision, LedgerCommand command) => Decide(decision, (TCommand)command);

    public sealed override DeclinedAttempt Describe(LedgerState state, LedgerCommand command) => Describe(state, (TCommand)command);

    protected abstract void Keys(KeyCollector keys, TCommand command);

    protected abstract LedgerOutcome Decide(Decision decision, TCommand command);

    protected abstract DeclinedAttempt Describe(LedgerState state, TCommand command);
}

/// <summary>What the journal says of an attempt that was declined.</summary>
internal readonly record struct DeclinedAttempt(EntryKind Kind, long Amount, long DebitWallet, long CreditWallet, TransferId? Original = null);
