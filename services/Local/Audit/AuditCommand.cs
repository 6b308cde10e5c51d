using System.CommandLine;
using Ecny.Ledger.Audit;
using Ecny.Ledger.Receipts;
using Ecny.Local.City;
using Ecny.Local.Commands;
using Npgsql;
using Spectre.Console;

namespace Ecny.Local.Audit;

/// <summary><c>audit</c>: all invariants of the ledger, over the whole journal and every table. Exit code 1 at the first thing that is wrong.</summary>
internal static class AuditCommand
{
    public static Command Create()
    {
        var connection = new Option<string?>("--connection") { Description = "Connection string of the ledger's database (default: the city of this folder)." };
        var command = new Command("audit", "Checks all invariants of the ledger; names the first entry or row that is wrong.") { connection };
        command.SetAction((parsed, cancel) => Run(parsed.GetValue(connection), cancel));
        return command;
    }

    private static Task<int> Run(string? connection, CancellationToken cancel) =>
        connection is null ? OwnCity(CityHome.Require(), cancel) : Audit(connection, new AuditOptions(), cancel);

    private static async Task<int> OwnCity(CityRecord record, CancellationToken cancel)
    {
        var options = new AuditOptions
        {
            Salts = new ReceiptSalts(Convert.FromBase64String(CitySecrets.Load(CityHome.Folder).ReceiptSaltKey)),
            Keys = [CheckpointPublicKey.Parse(await File.ReadAllTextAsync(Path.Combine(CityHome.Folder, CitySecrets.CheckpointPublicKeyFile), cancel))],
        };
        return await CityHome.WithDatabases(record, databases => Audit(databases.ConnectionString(ServiceKind.Wallets.Database()), options, cancel), cancel);
    }

    private static async Task<int> Audit(string connection, AuditOptions options, CancellationToken cancel)
    {
        NpgsqlDataSource database;
        try
        {
            database = NpgsqlDataSource.Create(connection);
        }
        catch (ArgumentException e)
        {
            throw new LocalException($"The connection string is not valid: {e.Message}", e);
        }

        await using (database)
        {
            try
            {
                AuditReport report = await LedgerAudit.Run(database, options, progress: null, cancel);
                Write(report);
                return report.IsRight ? 0 : 1;
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidCatalogName)
            {
                throw new LocalException($"There is no ledger in this database: {e.MessageText}.", e);
            }
            catch (NpgsqlException e)
            {
                throw new LocalException($"The ledger's database cannot be read: {e.Message.TrimEnd('.')}.", e);
            }
        }
    }

    private static void Write(AuditReport report)
    {
        foreach (string missing in report.NotChecked)
        {
            AnsiConsole.MarkupLineInterpolated($"[yellow]Not checked: {missing}.[/]");
        }

        if (report.Finding is { } finding)
        {
            AnsiConsole.MarkupLineInterpolated($"[red]WRONG[/] at {finding.ToString()}");
            return;
        }

        double seconds = Math.Max(report.Duration.TotalSeconds, 0.001);
        AnsiConsole.MarkupLineInterpolated(
            $"[green]RIGHT[/]: {report.Entries:N0} entries ({report.Entries / seconds:N0} a second), {report.Wallets:N0} wallets, {report.Buckets:N0} other buckets, {report.Numbers:N0} numbers, {report.Holds:N0} holds, {report.RefundedPayments:N0} refunded payments, {report.Checkpoints:N0} checkpoints.");
    }
}
