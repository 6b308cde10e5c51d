using Npgsql;
using NpgsqlTypes;

namespace Ecny.Monitoring.Indicators;

/// <summary>Adds a tally to the counters: one statement a table, one round trip for all.</summary>
internal static class TallyWriter
{
    public static async Task Write(NpgsqlConnection connection, NpgsqlTransaction transaction, Tally tally, CancellationToken stop)
    {
        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands = { Activity(tally) },
        };
        // Most batches that bring no payment bring nothing else that is counted here.
        if (tally.Payments.Count > 0)
        {
            batch.BatchCommands.Add(Payments(tally));
            batch.BatchCommands.Add(Minutes(tally));
            batch.BatchCommands.Add(Seconds(tally));
            batch.BatchCommands.Add(new NpgsqlBatchCommand($"""
                DELETE FROM monitoring.payment_second
                WHERE second <= (SELECT max(second) FROM monitoring.payment_second) - interval '{Tally.KeptSeconds} seconds'
                """));
        }
        await batch.ExecuteNonQueryAsync(stop);
    }

    private static NpgsqlBatchCommand Payments(Tally tally) => Command("""
        INSERT INTO monitoring.payment AS p (business_date, operator, scenario, district, count, amount, declined)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (business_date, operator, scenario, district) DO UPDATE
        SET count = p.count + EXCLUDED.count, amount = p.amount + EXCLUDED.amount, declined = p.declined + EXCLUDED.declined
        """, tally.Payments.Values,
        Array(tally.Payments.Keys, key => key.Date), Array(tally.Payments.Keys, key => key.Operator), Array(tally.Payments.Keys, key => key.Scenario), Array(tally.Payments.Keys, key => key.District));

    private static NpgsqlBatchCommand Minutes(Tally tally) => Command("""
        INSERT INTO monitoring.payment_minute AS p (business_date, minute, operator, count, amount, declined)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6)
        ON CONFLICT (business_date, minute, operator) DO UPDATE
        SET count = p.count + EXCLUDED.count, amount = p.amount + EXCLUDED.amount, declined = p.declined + EXCLUDED.declined
        """, tally.Minutes.Values,
        Array(tally.Minutes.Keys, key => key.Date), Array(tally.Minutes.Keys, key => DateTime.UnixEpoch.AddMinutes(key.Minute)), Array(tally.Minutes.Keys, key => key.Operator));

    private static NpgsqlBatchCommand Seconds(Tally tally) => Command("""
        INSERT INTO monitoring.payment_second AS p (second, count, amount, declined)
        SELECT * FROM unnest($1, $2, $3, $4)
        ON CONFLICT (second) DO UPDATE
        SET count = p.count + EXCLUDED.count, amount = p.amount + EXCLUDED.amount, declined = p.declined + EXCLUDED.declined
        """, tally.Seconds.Values, Array(tally.Seconds.Keys, second => DateTime.UnixEpoch.AddSeconds(second)));

    private static NpgsqlBatchCommand Activity(Tally tally)
    {
        var command = new NpgsqlBatchCommand("""
            INSERT INTO monitoring.activity AS a (business_date, kind, operator, wallet_class, count, amount)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6)
            ON CONFLICT (business_date, kind, operator, wallet_class) DO UPDATE
            SET count = a.count + EXCLUDED.count, amount = a.amount + EXCLUDED.amount
            """);
        command.Parameters.Add(Array(tally.Activity.Keys, key => key.Date));
        command.Parameters.Add(Array(tally.Activity.Keys, key => key.Kind));
        command.Parameters.Add(Array(tally.Activity.Keys, key => key.Operator));
        command.Parameters.Add(Array(tally.Activity.Keys, key => key.Class));
        command.Parameters.Add(Array(tally.Activity.Values, counters => counters.Count));
        command.Parameters.Add(Array(tally.Activity.Values, counters => counters.Amount));
        return command;
    }

    private static NpgsqlBatchCommand Command(string sql, IReadOnlyCollection<Counters> counters, params ReadOnlySpan<NpgsqlParameter> keys)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var key in keys) command.Parameters.Add(key);
        command.Parameters.Add(Array(counters, one => one.Count));
        command.Parameters.Add(Array(counters, one => one.Amount));
        command.Parameters.Add(Array(counters, one => one.Declined));
        return command;
    }

    private static NpgsqlParameter Array<T, TValue>(IReadOnlyCollection<T> items, Func<T, TValue> value)
    {
        var values = new TValue[items.Count];
        var at = 0;
        foreach (var item in items) values[at++] = value(item);
        var type = values switch
        {
            DateOnly[] => NpgsqlDbType.Date,
            DateTime[] => NpgsqlDbType.TimestampTz,
            string[] => NpgsqlDbType.Text,
            _ => NpgsqlDbType.Bigint,
        };
        return new NpgsqlParameter { Value = values, NpgsqlDbType = NpgsqlDbType.Array | type };
    }
}
