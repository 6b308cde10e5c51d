using Ecny.Contracts.Ledger;

namespace Ecny.Ledger.Core;

/// <summary>The only way money comes into being: from the issuance account, which goes below zero by as much.</summary>
internal sealed class IssueRule : CommandRule<IssueCommand>
{
    public override bool HasDeadline => false;

    protected override void Keys(KeyCollector keys, IssueCommand command)
    {
        keys.Wallet(command.Issuance);
        keys.Wallet(command.OperatorAccount);
    }

    protected override DeclinedAttempt Describe(LedgerState state, IssueCommand command) =>
        new(EntryKind.Issue, command.Amount, command.Issuance, command.OperatorAccount);

    protected override LedgerOutcome Decide(Decision decision, IssueCommand command)
    {
        var (issuance, account) = (decision.Find(command.Issuance), decision.Find(command.OperatorAccount));
        var allowed = issuance >= 0 && account >= 0 && decision.Wallet(issuance).Class == WalletClass.Issuance && decision.Wallet(account).Class == WalletClass.Operator;
        if (!allowed) return decision.Refuse(Refusal.NotAllowed);
        decision.Move(EntryKind.Issue, BucketId.AvailableOf(command.Issuance), BucketId.AvailableOf(command.OperatorAccount), command.Amount);
        return decision.Settle();
    }
}
