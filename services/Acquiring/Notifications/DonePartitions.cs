using Microsoft.Extensions.Options;
using Npgsql;

namespace Ecny.Acquiring.Notifications;

/// <summary>The daily partitions of <c>notification_done</c>: made before they are needed, dropped when they are old.</summary>
public sealed class DonePartitions(NpgsqlDataSource db, IOptions<WebhookOptions> options)
{
    /// <summary>Queues that nothing was added to for so long: addresses that are used once leave no row for ever.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromDays(1);

    private int ensured;

    /// <summary>The partitions of this day and the next.</summary>
    public async Task Ensure(DateTimeOffset now, CancellationToken cancel)
    {
        var today = Day(now);
        if (Volatile.Read(ref ensured) == today.DayNumber) return;
        foreach (var day in new[] { today, today.AddDays(1) })
        {
            await using var command = db.CreateCommand("SELECT notification_open_day($1)");
            command.Parameters.AddWithValue(day);
            await command.ExecuteNonQueryAsync(cancel);
        }
        Volatile.Write(ref ensured, today.DayNumber);
    }

    /// <summary>Drops what was kept long enough, and the rows of endpoints that nobody uses.</summary>
    public async Task Expire(DateTimeOffset now, CancellationToken cancel)
    {
        await using (var drop = db.CreateCommand("SELECT notification_drop_before($1)"))
        {
            drop.Parameters.AddWithValue(Day(now).AddDays(-options.Value.KeepDays));
            await drop.ExecuteNonQueryAsync(cancel);
        }
        await using var idle = db.CreateCommand("""
            DELETE FROM notification_endpoint
            WHERE id IN (
                SELECT id
                FROM notification_endpoint
                WHERE next_at IS NULL AND used_at < $1
                FOR UPDATE SKIP LOCKED
            )
            """);
        idle.Parameters.Add(NotificationQueue.Time(now - Idle));
        await idle.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>UTC+8.</summary>
    public static DateOnly Day(DateTimeOffset now) => DateOnly.FromDateTime(now.ToOffset(TimeSpan.FromHours(8)).DateTime);
}
