using System.Diagnostics.Metrics;
using Dapper;
using Ecny.Contracts.Telemetry;
using Ecny.Risk.Engine.Alerts;
using Ecny.Risk.Feeds;
using Ecny.Risk.Hosting;
using Npgsql;

namespace Ecny.Risk.Alerts;

/// <summary>Writes alerts: the newest revision of each, numbered in the order raised.</summary>
public sealed class AlertWriter(SignalWriter signals)
{
    private static readonly Counter<long> Raised = EcnyTelemetry.Meter.CreateCounter<long>("ecny.risk.alerts", "{alert}", "Alerts raised");

    public async Task Write(NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<Alert> alerts, CancellationToken stop)
    {
        if (alerts.Count == 0) return;
        var newest = alerts.GroupBy(alert => alert.Id).Select(revisions => revisions.Last()).ToList();
        var known = (await connection.QueryAsync<string>("SELECT id FROM risk.alert WHERE id = ANY(@ids)", new { ids = newest.Select(alert => alert.Id).ToArray() }, transaction)).ToHashSet();
        var first = 1 + await connection.ExecuteScalarAsync<long>("SELECT coalesce(max(number), 0) FROM risk.alert", transaction: transaction);
        foreach (var alert in newest.Where(alert => known.Contains(alert.Id))) await Update(connection, transaction, alert);
        foreach (var alert in newest.Where(alert => !known.Contains(alert.Id)))
        {
            await Insert(connection, transaction, alert, first++);
            Raised.Add(1);
        }
        await signals.Write(connection, transaction, alerts, stop);
    }

    private static Task<int> Insert(NpgsqlConnection connection, NpgsqlTransaction transaction, Alert alert, long number) => connection.ExecuteAsync("""
        INSERT INTO risk.alert (id, number, revision, typology, track, severity, raised_at, updated_at, amount_at_risk, rules, subjects, body)
        VALUES (@Id, @number, @Revision, @typology, @track, @severity, @raisedAt, @updatedAt, @AmountAtRisk, @rules, @subjects, @body)
        """, Row(alert, number), transaction);

    // A revision that is there already comes again when an input at the place of a restart is taken again: it is the same.
    private static Task<int> Update(NpgsqlConnection connection, NpgsqlTransaction transaction, Alert alert) => connection.ExecuteAsync("""
        UPDATE risk.alert
        SET revision = @Revision, typology = @typology, severity = @severity, updated_at = @updatedAt, amount_at_risk = @AmountAtRisk, rules = @rules, subjects = @subjects, body = @body
        WHERE id = @Id AND revision < @Revision
        """, Row(alert, 0), transaction);

    private static object Row(Alert alert, long number)
    {
        var view = AlertView.Of(alert);
        return new
        {
            alert.Id, number, alert.Revision, typology = view.Typology, track = (short)alert.Track, severity = (short)alert.Severity, raisedAt = view.RaisedAt.UtcDateTime,
            updatedAt = view.UpdatedAt.UtcDateTime, alert.AmountAtRisk, rules = alert.RuleVersions.ToArray(), subjects = alert.Subjects.ToArray(),
            body = RiskJson.Bytes(view, RiskJson.Default.AlertView),
        };
    }
}
