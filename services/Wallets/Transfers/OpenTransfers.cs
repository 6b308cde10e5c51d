using Ecny.Contracts.Ledger;
using Ecny.Wallets.Hosting;
using Ecny.Wallets.Numbers;

namespace Ecny.Wallets.Transfers;

/// <summary>
/// UNKNOWN ends: a transfer answered 202 is sent to the ledger again (which is harmless, by its id) until its deadline, and is then closed as
/// DECLINED EXPIRED. Any instance may; each takes what no other has.
/// </summary>
public sealed class OpenTransfers(OpenTransferStore store, LedgerClient ledger, TimeProvider time, ILogger<OpenTransfers> logger) : Sweeper(AtOnce, time, logger)
{
    private const int AtOnce = 500;

    protected override async Task<int> Round(CancellationToken stop)
    {
        var due = await store.TakeDue(AtOnce, stop);
        if (due.Count == 0) return 0;
        var outcomes = await Task.WhenAll(due.Select(command => ledger.Decide(Time.NowMicros() <= command.NotAfterMicros ? command : Closing(command), stop)));
        // Refused and reused numbers are answers as well: no repetition will bring another.
        var over = outcomes.Where(outcome => outcome.Status is not (OutcomeStatus.Processing or OutcomeStatus.Overloaded or OutcomeStatus.Unavailable)).ToList();
        foreach (var outcome in over) Log.LogInformation("Resolved {Transfer}: {Status} {Code}", outcome.Id, outcome.Status, outcome.Code);
        if (over.Count > 0) await store.Remove(over.Select(outcome => outcome.Id), stop);
        return due.Count;
    }

    private static ResolveCommand Closing(TransferCommand command) => new()
    {
        Id = command.Id, Institution = command.Institution, Number = command.Number, Fingerprint = command.Fingerprint, NotAfterMicros = command.NotAfterMicros,
        Context = command.Context, Kind = EntryKind.Transfer, Amount = command.Amount,
        DebitWallet = command.From, CreditWallet = command.To,
    };
}
