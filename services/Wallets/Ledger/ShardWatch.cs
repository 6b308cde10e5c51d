using Ecny.Contracts.Ledger;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Ecny.Wallets.Ledger;

/// <summary>
/// Asks the shard's arbiter every second, here or on another silo: the shard is activated before the first payment needs it, and this instance is ready
/// while somebody serves it and, where that is this instance, takes commands.
/// </summary>
public sealed class ShardWatch(LedgerClient ledger, ShardMetrics here, TimeProvider time, ILogger<ShardWatch> logger) : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1), Stale = TimeSpan.FromSeconds(8);
    private static readonly long Issuance = WalletNumber.Compose(WalletNumber.PlatformPrefix, 0);
    private long answered;
    private string lack = "the shard has not answered yet";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (here.Refusal is { } refusal) return Task.FromResult(HealthCheckResult.Unhealthy($"The ledger refuses commands: {refusal}"));
        var last = Volatile.Read(ref answered);
        var fresh = last != 0 && time.GetElapsedTime(last) < Stale;
        return Task.FromResult(fresh ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy($"The ledger is not served: {lack}"));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        try
        {
            do
            {
                await Ask(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            logger.LogDebug("No longer watching the shard.");
        }
    }

    private async Task Ask(CancellationToken stop)
    {
        try
        {
            await ledger.Wallet(Issuance, stop);
            Volatile.Write(ref answered, time.GetTimestamp());
        }
        catch (ShardUnavailableException e)
        {
            lack = e.Message;
            logger.LogWarning("The ledger is not served: {Reason}", e.Message);
        }
    }
}
