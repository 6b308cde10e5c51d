using Ecny.Monitoring.Indicators;
using Npgsql;
using NpgsqlTypes;

namespace Ecny.Monitoring.Targets;

/// <summary>The actual values of the targets, from the counters of the journal.</summary>
public sealed class TargetReader(NpgsqlDataSource database, TargetBook book)
{
    /// <param name="operatorId">Only this operator's part; null for the whole city.</param>
    public async Task<TargetsView> Read(DateOnly date, string? operatorId, CancellationToken stop)
    {
        await using var command = database.CreateCommand("""
            SELECT kind, wallet_class, sum(count)::bigint, sum(amount)::bigint
            FROM monitoring.activity
            WHERE business_date <= $1 AND ($2::text IS NULL OR operator = $2)
            GROUP BY kind, wallet_class
            UNION ALL
            SELECT NULL, NULL, shard, seq
            FROM messaging.cursor
            WHERE consumer = $3
            """);
        command.Parameters.Add(new NpgsqlParameter<DateOnly> { TypedValue = date });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)operatorId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = IndicatorConsumer.ConsumerName });
        var done = new List<(string Kind, string Class, long Count, long Amount)>();
        var places = new List<AsOf>();
        await using var reader = await command.ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop))
        {
            if (reader.IsDBNull(0)) places.Add(new((int)reader.GetInt64(2), reader.GetInt64(3)));
            else done.Add((reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3)));
        }
        return new TargetsView { Date = date, AsOf = places, Items = [.. book.All.Select(target => View(target, date, Actual(target.Measure, done)))] };
    }

    private static long Actual(Measure measure, List<(string Kind, string Class, long Count, long Amount)> done) => done
        .Where(row => measure.Kinds.Contains(row.Kind) && (measure.Classes.Count == 0 || measure.Classes.Contains(row.Class)))
        .Sum(row => measure.Of == "COUNT" ? row.Count : row.Amount);

    private static TargetView View(Target target, DateOnly date, long actual)
    {
        var value = target.On(date);
        var isCount = target.Unit == "COUNT";
        return new TargetView
        {
            Target = target.Code, Name = target.Name, Definition = target.Definition, Unit = target.Unit, EffectiveFrom = value?.From, EffectiveTo = value?.To,
            TargetCount = isCount ? value?.Value : null, ActualCount = isCount ? actual : null, TargetAmount = isCount ? null : value?.Value, ActualAmount = isCount ? null : actual,
        };
    }
}
