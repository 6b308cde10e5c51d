using Ecny.Contracts.Ledger;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Ecny.Acquiring.Resolution;

/// <summary>
/// UNKNOWN ends: asks the ledger about every attempt answered 202 until it is decided, within 30 s while the ledger is there. Any replica may;
/// each takes what no other has.
/// </summary>
public sealed partial class Resolver(UnresolvedStore store, LedgerClient ledger, IOptions<AcquiringOptions> options, ILogger<Resolver> log) : BackgroundService
{
    private const int Batch = 200;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15), Again = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.ResolvePeriod);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await Round(stoppingToken) == Batch) { }
                AcquiringMetrics.Unresolved = await store.Count(stoppingToken);
                await timer.WaitForNextTickAsync(stoppingToken);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
            {
                LogAway(e);
                await Task.Delay(Again, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Asks about what is due; how many that were.</summary>
    public async Task<int> Round(CancellationToken cancel)
    {
        var due = await store.Lease(Batch, Lease, cancel);
        if (due.Count == 0) return 0;
        var outcomes = await Task.WhenAll(due.Select(attempt => ledger.Decide(attempt.Question(), cancel)));
        var (decided, open) = (new List<TransferId>(), new List<TransferId>());
        for (var i = 0; i < due.Count; i++)
        {
            // A number reused means that another content took it: this attempt can never be decided otherwise.
            var over = outcomes[i].Status is OutcomeStatus.Settled or OutcomeStatus.Declined or OutcomeStatus.NumberReused;
            (over ? decided : open).Add(due[i].Id);
            if (over) LogDecided(due[i].Id.ToString(), outcomes[i].Status, outcomes[i].Code);
        }
        if (decided.Count > 0) await store.Remove(decided, cancel);
        if (open.Count > 0) await store.Postpone(open, Again, cancel);
        return due.Count;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Transfer} was open and is {Status} {Code}")]
    private partial void LogDecided(string transfer, OutcomeStatus status, DeclineCode code);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database is away: open attempts wait")]
    private partial void LogAway(Exception reason);
}
