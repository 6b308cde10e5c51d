using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ecny.ServiceDefaults.Signatures;

/// <summary>Nonces in the table <c>nonce</c> of the service's own database. Rows past their window are removed once a minute.</summary>
internal sealed partial class DatabaseNonces(NpgsqlDataSource database, TimeProvider clock, ILogger<DatabaseNonces> log) : BackgroundService, INonceStore
{
    public async ValueTask<bool> TryUse(string keyId, string nonce, DateTimeOffset created, CancellationToken cancellation)
    {
        await using var insert = database.CreateCommand(
            """
            INSERT INTO nonce (key_id, nonce, expires_at)
            VALUES ($1, $2, $3)
            ON CONFLICT DO NOTHING
            """);
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = keyId });
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = nonce });
        // Twice the window: replicas whose clocks differ must not disagree on whether it may be forgotten.
        insert.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = created.AddSeconds(2 * SignatureWindow.Seconds) });
        return await insert.ExecuteNonQueryAsync(cancellation) == 1;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await using var delete = database.CreateCommand("DELETE FROM nonce WHERE expires_at < $1");
                delete.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = clock.GetUtcNow() });
                await delete.ExecuteNonQueryAsync(stoppingToken);
            }
            catch (NpgsqlException e)
            {
                NotCleaned(log, e.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old nonces were not removed, trying again in a minute: {Reason}")]
    private static partial void NotCleaned(ILogger log, string reason);
}
