using Ecny.Contracts.Ledger;

namespace Ecny.Ledger.Core;

/// <summary>Closes an order (or another once-key) unless it was claimed before; who asks sees the claim.</summary>
internal sealed class OnceCloseRule : CommandRule<OnceCloseCommand>
{
    public override bool HasDeadline => false;

    protected override void Keys(KeyCollector keys, OnceCloseCommand command) => keys.Once(command.Key);

    protected override DeclinedAttempt Describe(LedgerState state, OnceCloseCommand command) => new(EntryKind.OnceClose, 0, 0, 0);

    protected override LedgerOutcome Decide(Decision decision, OnceCloseCommand command)
    {
        var once = decision.State.OnceOf(command.Key)!;
        if (!once.Present)
        {
            decision.State.Touch(once);
            (once.Row, once.Present) = (new OnceRow(command.Key, command.Id, Closed: true), true);
        }
        decision.Note(EntryKind.OnceClose);
        return decision.Settle();
    }
}
