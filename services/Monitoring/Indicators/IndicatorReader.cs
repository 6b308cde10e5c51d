using Npgsql;
using NpgsqlTypes;

namespace Ecny.Monitoring.Indicators;

/// <summary>Reads the counters. Figures and the place in the journal come from one statement, and so from one snapshot.</summary>
public sealed class IndicatorReader(NpgsqlDataSource database)
{
    /// <summary>What a code is called where an entry carried none.</summary>
    public const string None = "NONE";

    private static readonly TimeSpan China = TimeSpan.FromHours(8);

    /// <param name="operatorId">Only payments of this operator's wallets; null for all.</param>
    public async Task<IndicatorsView> Read(DateOnly date, string? operatorId, CancellationToken stop)
    {
        await using var command = database.CreateCommand("""
            SELECT 'total' AS what, NULL AS code, COALESCE(sum(count), 0)::bigint AS a, COALESCE(sum(amount), 0)::bigint AS b
            FROM monitoring.payment
            WHERE business_date = $1 AND ($2::text IS NULL OR operator = $2)
            UNION ALL
            SELECT CASE WHEN GROUPING(scenario) = 0 THEN 'scenario' WHEN GROUPING(district) = 0 THEN 'district' ELSE 'operator' END,
              CASE WHEN GROUPING(scenario) = 0 THEN scenario WHEN GROUPING(district) = 0 THEN district ELSE operator END,
              sum(count)::bigint, sum(amount)::bigint
            FROM monitoring.payment
            WHERE business_date = $1 AND ($2::text IS NULL OR operator = $2) AND (count > 0 OR amount > 0)
            GROUP BY GROUPING SETS ((scenario), (district), (operator))
            UNION ALL
            SELECT 'cursor', NULL, shard, seq
            FROM messaging.cursor
            WHERE consumer = $3
            ORDER BY 1, 2, 3
            """);
        command.Parameters.Add(new NpgsqlParameter<DateOnly> { TypedValue = date });
        command.Parameters.Add(Nullable(operatorId));
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = IndicatorConsumer.ConsumerName });

        var total = new Total(0, 0);
        var (places, scenarios, districts, operators) = (new List<AsOf>(), new List<ScenarioTotal>(), new List<DistrictTotal>(), new List<OperatorTotal>());
        await using var reader = await command.ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop))
        {
            var code = reader.IsDBNull(1) || reader.GetString(1).Length == 0 ? None : reader.GetString(1);
            var (a, b) = (reader.GetInt64(2), reader.GetInt64(3));
            switch (reader.GetString(0))
            {
                case "total": total = new Total(a, b); break;
                case "scenario": scenarios.Add(new(code, a, b)); break;
                case "district": districts.Add(new(code, a, b)); break;
                case "operator": operators.Add(new(code, a, b)); break;
                default: places.Add(new((int)a, b)); break;
            }
        }
        return new IndicatorsView { Date = date, AsOf = places, Totals = total, ByScenario = scenarios, ByDistrict = districts, ByOperator = operators };
    }

    /// <param name="step">MINUTE or HOUR.</param>
    /// <param name="operatorId">Only payments of this operator's wallets; null for all.</param>
    public async Task<IndicatorSeriesView> ReadSeries(DateOnly date, string step, string? operatorId, CancellationToken stop)
    {
        await using var command = database.CreateCommand("""
            SELECT date_bin($3, minute, '2000-01-01T00:00:00Z') AS step, sum(count)::bigint, sum(amount)::bigint, sum(declined)::bigint
            FROM monitoring.payment_minute
            WHERE business_date = $1 AND ($2::text IS NULL OR operator = $2)
            GROUP BY step
            UNION ALL
            SELECT NULL, shard, seq, NULL
            FROM messaging.cursor
            WHERE consumer = $4
            ORDER BY 1, 2
            """);
        command.Parameters.Add(new NpgsqlParameter<DateOnly> { TypedValue = date });
        command.Parameters.Add(Nullable(operatorId));
        command.Parameters.Add(new NpgsqlParameter { Value = step == "HOUR" ? TimeSpan.FromHours(1) : TimeSpan.FromMinutes(1), NpgsqlDbType = NpgsqlDbType.Interval });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = IndicatorConsumer.ConsumerName });
        var (places, points) = (new List<AsOf>(), new List<SeriesPoint>());
        await using var reader = await command.ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop))
        {
            if (reader.IsDBNull(0)) places.Add(new((int)reader.GetInt64(1), reader.GetInt64(2)));
            else points.Add(new(reader.GetFieldValue<DateTimeOffset>(0).ToOffset(China), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3)));
        }
        return new IndicatorSeriesView { Date = date, Step = step, AsOf = places, Items = points };
    }

    private static NpgsqlParameter Nullable(string? text) => new() { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };
}
