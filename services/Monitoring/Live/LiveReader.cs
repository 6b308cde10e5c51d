using Ecny.Monitoring.Indicators;
using Npgsql;
using NpgsqlTypes;

namespace Ecny.Monitoring.Live;

/// <summary>One look at the counters: a single statement, whoever watches.</summary>
public sealed class LiveReader(NpgsqlDataSource database)
{
    /// <summary>Seconds that a picture shows.</summary>
    public const int Window = 120;

    private static readonly TimeSpan China = TimeSpan.FromHours(8);

    /// <param name="now">The first of the seconds is <see cref="Window"/> before it.</param>
    internal async Task<LiveReading> Read(DateTimeOffset now, CancellationToken stop)
    {
        await using var command = database.CreateCommand("""
            WITH today AS (
              SELECT GREATEST($1, max(business_date)) AS date
              FROM monitoring.payment
            ), day AS (
              SELECT scenario, district, operator, count, amount, declined
              FROM monitoring.payment
              WHERE business_date = (SELECT date FROM today)
            )
            SELECT 1 AS what, NULL::timestamptz AS at, to_char(date, 'YYYY-MM-DD') AS code, 0::bigint AS count, 0::bigint AS amount, 0::bigint AS declined
            FROM today
            UNION ALL
            SELECT 1 + GROUPING(scenario) * 4 + GROUPING(district) * 8 + GROUPING(operator) * 16, NULL, COALESCE(scenario, district, operator),
              COALESCE(sum(count), 0)::bigint, COALESCE(sum(amount), 0)::bigint, COALESCE(sum(declined), 0)::bigint
            FROM day
            GROUP BY GROUPING SETS ((), (scenario), (district), (operator))
            UNION ALL
            SELECT 2, second, NULL, count, amount, declined
            FROM monitoring.payment_second
            WHERE second > $2
            UNION ALL
            SELECT 3, date_bin('10 minutes', minute, '2000-01-01T00:00:00Z'), NULL, sum(count)::bigint, sum(amount)::bigint, sum(declined)::bigint
            FROM monitoring.payment_minute
            WHERE business_date = (SELECT date FROM today)
            GROUP BY 2
            UNION ALL
            SELECT 4, NULL, NULL, shard, seq, 0
            FROM messaging.cursor
            WHERE consumer = $3
            ORDER BY 1, 2, 3
            """);
        // Who hangs is given up soon: a picture that does not come must show as old.
        command.CommandTimeout = 5;
        command.Parameters.Add(new NpgsqlParameter<DateOnly> { TypedValue = DateOnly.FromDateTime(now.ToOffset(China).DateTime) });
        command.Parameters.Add(new NpgsqlParameter { Value = now.UtcDateTime.AddSeconds(-Window), NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = IndicatorConsumer.ConsumerName });

        var reading = new LiveReading { At = now };
        await using var reader = await command.ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop)) Take(reading, reader);
        return reading;
    }

    // GROUPING gives a 1 for what a row is not grouped by: 1 + 4 + 8 + 16 is the total, one bit less a dimension.
    private static void Take(LiveReading reading, NpgsqlDataReader row)
    {
        var at = row.IsDBNull(1) ? default : row.GetFieldValue<DateTimeOffset>(1).ToOffset(China);
        var code = row.IsDBNull(2) ? null : row.GetString(2);
        var counters = new Counters { Count = row.GetInt64(3), Amount = row.GetInt64(4), Declined = row.GetInt64(5) };
        switch (row.GetInt32(0))
        {
            case 1: reading.Date = DateOnly.ParseExact(code!, "yyyy-MM-dd", null); break;
            case 2: reading.Seconds[at.ToUnixTimeSeconds()] = counters; break;
            case 3: reading.Day.Add(new SeriesPoint(at, counters.Count, counters.Amount, counters.Declined)); break;
            case 4: reading.Places.Add(new AsOf((int)counters.Count, counters.Amount)); break;
            case 29: reading.Total = counters; break;
            case 25: reading.Scenarios.Add((Named(code), counters)); break;
            case 21: reading.Districts.Add((Named(code), counters)); break;
            case 13: reading.Operators.Add((Named(code), counters)); break;
            default: throw new InvalidOperationException($"A row of the kind {row.GetInt32(0)} was not asked for.");
        }
    }

    private static string Named(string? code) => string.IsNullOrEmpty(code) ? IndicatorReader.None : code;
}

/// <summary>What one look brought.</summary>
internal sealed class LiveReading
{
    public DateTimeOffset At { get; init; }
    public DateOnly Date { get; set; }
    public Counters Total { get; set; }
    public Dictionary<long, Counters> Seconds { get; } = [];
    public List<SeriesPoint> Day { get; } = [];
    public List<AsOf> Places { get; } = [];
    public List<(string Code, Counters Counters)> Scenarios { get; } = [];
    public List<(string Code, Counters Counters)> Districts { get; } = [];
    public List<(string Code, Counters Counters)> Operators { get; } = [];
}
