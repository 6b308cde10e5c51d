using System.Globalization;
using Ecny.Contracts.Ledger;
using Npgsql;
using Spectre.Console;

namespace Ecny.Local.Simulator;

/// <summary>What the ledger itself counts since a sequence.</summary>
internal static class Totals
{
    public static async Task<long> Head(NpgsqlDataSource ledger, CancellationToken stop)
    {
        await using var command = ledger.CreateCommand("SELECT COALESCE(MAX(seq), 0) FROM ledger.journal WHERE shard = 0");
        return (long)(await command.ExecuteScalarAsync(stop))!;
    }

    public static async Task Write(IAnsiConsole console, NpgsqlDataSource ledger, long afterSeq, CancellationToken stop)
    {
        var table = new Table { Title = new TableTitle("What the ledger holds") }.Border(TableBorder.Rounded);
        table.AddColumn("Settled entries");
        table.AddColumn(new TableColumn("Count").RightAligned());
        table.AddColumn(new TableColumn("Yuan").RightAligned());
        await using (var command = ledger.CreateCommand("""
            SELECT kind, COUNT(*), SUM(amount)::bigint
            FROM ledger.journal
            WHERE shard = 0 AND seq > $1 AND code = 0
            GROUP BY kind
            ORDER BY kind
            """))
        {
            command.Parameters.AddWithValue(afterSeq);
            await using var reader = await command.ExecuteReaderAsync(stop);
            while (await reader.ReadAsync(stop))
                table.AddRow(((EntryKind)reader.GetInt16(0)).ToString(), Number(reader.GetInt64(1)), (reader.GetInt64(2) / 100m).ToString("N2", CultureInfo.InvariantCulture));
        }
        await using (var command = ledger.CreateCommand("""
            SELECT (SELECT COALESCE(SUM(balance), 0) FROM ledger.wallet)::bigint + (SELECT COALESCE(SUM(balance), 0) FROM ledger.bucket)::bigint
            """))
        {
            table.AddRow("[bold]All balances together[/] (issuance is negative)", "", (((long)(await command.ExecuteScalarAsync(stop))!) / 100m).ToString("N2", CultureInfo.InvariantCulture));
        }
        console.Write(table);
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
