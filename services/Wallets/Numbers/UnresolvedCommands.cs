using System.Collections.Concurrent;
using Ecny.Contracts.Ledger;

namespace Ecny.Wallets.Numbers;

/// <summary>
/// Whoever answered 202 resolves it: the command is repeated (which is harmless, by its id) until its deadline and then closed as DECLINED EXPIRED.
/// Should this process end before, nothing is lost: after its deadline the command can no longer settle.
/// </summary>
public sealed class UnresolvedCommands(LedgerClient ledger, TimeProvider time, ILogger<UnresolvedCommands> logger) : BackgroundService
{
    private const int Most = 100_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private readonly ConcurrentDictionary<TransferId, LedgerCommand> open = new();

    /// <summary>The command whose outcome this process still looks for, or null.</summary>
    public LedgerCommand? Find(TransferId id) => open.GetValueOrDefault(id);

    public void Add(LedgerCommand command)
    {
        if (open.Count < Most) open[command.Id] = command;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                if (!open.IsEmpty) await Task.WhenAll(open.Values.Take(500).Select(Resolve));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            if (!open.IsEmpty) logger.LogWarning("Stopping with {Count} commands unresolved; they expire by themselves.", open.Count);
        }
    }

    private async Task Resolve(LedgerCommand command)
    {
        var question = time.NowMicros() <= command.NotAfterMicros ? command : Closing(command);
        var outcome = await ledger.Decide(question);
        if (outcome.Status is OutcomeStatus.Processing or OutcomeStatus.Overloaded) return;
        open.TryRemove(command.Id, out _);
        logger.LogInformation("Resolved {Transfer}: {Status} {Code}", command.Id, outcome.Status, outcome.Code);
    }

    private static ResolveCommand Closing(LedgerCommand command) => new()
    {
        Id = command.Id, Institution = command.Institution, Number = command.Number, Fingerprint = command.Fingerprint, NotAfterMicros = command.NotAfterMicros,
        Context = command.Context, Kind = command is TransferCommand ? EntryKind.Transfer : EntryKind.Payment, Amount = command is TransferCommand t ? t.Amount : 0,
    };
}
