using Ecny.Contracts.Ledger;

namespace Ecny.Ledger.Core;

/// <summary>UNKNOWN ends: an id that was never decided is PROCESSING until its deadline, and DECLINED EXPIRED for good after it.</summary>
internal sealed class ResolveRule : CommandRule<ResolveCommand>
{
    public override bool HasDeadline => false;

    public override bool IsUsuallyNew => false;

    protected override void Keys(KeyCollector keys, ResolveCommand command)
    {
        keys.Wallet(command.DebitWallet);
        keys.Wallet(command.CreditWallet);
    }

    protected override DeclinedAttempt Describe(LedgerState state, ResolveCommand command) => new(command.Kind, command.Amount, command.DebitWallet, command.CreditWallet);

    protected override LedgerOutcome Decide(Decision decision, ResolveCommand command) => decision.Now > command.NotAfterMicros
        ? decision.Decline(command.Code, Describe(decision.State, command))
        : new LedgerOutcome { Id = command.Id, Status = OutcomeStatus.Processing, Shard = decision.State.Shard, Kind = command.Kind, Amount = command.Amount };
}
