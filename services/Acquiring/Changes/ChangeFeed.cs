using Ecny.Acquiring.Institutions;
using Ecny.Acquiring.Merchants;
using Npgsql;

namespace Ecny.Acquiring.Changes;

/// <summary>
/// Brings what other replicas changed into this one's memory: merchants as PostgreSQL tells them (LISTEN), institutions by looking at their feed
/// every second. Without the database the copies stay as they are and payments go on; when it is back, merchants are read afresh.
/// </summary>
public sealed partial class ChangeFeed(NpgsqlDataSource db, Bootstrap bootstrap, InstitutionFeed institutions, MerchantBook merchants, ILogger<ChangeFeed> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Follow(stoppingToken);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
            {
                LogAway(e);
                await Task.Delay(Period, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task Follow(CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        connection.Notification += (_, told) => merchants.Evict(told.Payload);
        await using (var listen = new NpgsqlCommand("LISTEN ecny_merchant", connection)) await listen.ExecuteNonQueryAsync(cancel);
        // What changed while nobody listened is not known.
        merchants.Clear();
        await bootstrap.Run(cancel);
        while (true)
        {
            await institutions.Pull(cancel);
            await connection.WaitAsync(Period, cancel);
            // A wait alone would not notice a connection that is dead without a reset.
            await using var probe = new NpgsqlCommand("SELECT 1", connection);
            await probe.ExecuteNonQueryAsync(cancel);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database is away: institutions and merchants stay as they are known")]
    private partial void LogAway(Exception reason);
}
