using Ecny.Contracts.Ledger;

namespace Ecny.Testing.Simulation;

/// <summary>What clients sent and were answered, in the order it happened, seen from outside.</summary>
internal sealed class History
{
    private readonly Dictionary<TransferId, List<LedgerOutcome>> _answers = [];
    private readonly HashSet<long> _openWallets = [];

    public List<string> Violations { get; } = [];
    public IReadOnlyDictionary<TransferId, List<LedgerOutcome>> Answers => _answers;
    public Dictionary<TransferId, List<LedgerCommand>> Sent { get; } = [];

    /// <summary>Highest sequence of any answer given so far.</summary>
    public long AnsweredSeq { get; private set; }

    public void Sends(LedgerCommand command)
    {
        if (!Sent.TryGetValue(command.Id, out var commands)) Sent[command.Id] = commands = [];
        if (!commands.Contains(command)) commands.Add(command);
        if (command is GroupCommand group) foreach (var member in group.Members) Sends(member);
    }

    public bool IsFinal(TransferId id) => _answers.ContainsKey(id);

    public bool IsOpen(long wallet) => _openWallets.Contains(wallet);

    public void Answered(LedgerCommand command, LedgerOutcome outcome)
    {
        if (outcome.Id != command.Id) Violations.Add($"{command.Id} was answered for {outcome.Id}");
        if (outcome.Status is not (OutcomeStatus.Settled or OutcomeStatus.Declined)) return;
        if (!_answers.TryGetValue(command.Id, out var answers)) _answers[command.Id] = answers = [];
        answers.Add(outcome);
        AnsweredSeq = Math.Max(AnsweredSeq, outcome.Seq);
        if (command is WalletOpenCommand open && outcome.Status == OutcomeStatus.Settled) _openWallets.Add(open.Wallet);
        foreach (var member in outcome.Members) Answered(((GroupCommand)command).Members.Single(m => m.Id == member.Id), member);
    }
}
