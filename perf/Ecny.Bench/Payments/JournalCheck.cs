using System.Globalization;
using Ecny.Bench.Http;
using Npgsql;

namespace Ecny.Bench.Payments;

/// <summary>The client's history against the journal, one by one: what was answered SETTLED is there under the sequence that the answer named, with its amount; nothing else of the run is.</summary>
internal static class JournalCheck
{
    public static async Task<List<string>> Run(string ledger, string institution, string run, History history, long operations, CancellationToken stop)
    {
        var faults = history.Failures.Select(f => $"{f.Value} answers were {f.Key}").ToList();
        await using var source = NpgsqlDataSource.Create(ledger);
        await using var command = source.CreateCommand("""
            SELECT number, seq, amount
            FROM ledger.journal
            WHERE institution = $1 AND kind = 1 AND code = 0 AND leg = 0 AND starts_with(number, $2)
            """);
        command.CommandTimeout = 0;
        command.Parameters.AddWithValue(institution);
        command.Parameters.AddWithValue(run + "-");
        long found = 0, wrong = 0;
        await using (var reader = await command.ExecuteReaderAsync(stop))
            while (await reader.ReadAsync(stop))
            {
                var operation = long.Parse(reader.GetString(0).AsSpan(run.Length + 1), CultureInfo.InvariantCulture);
                found++;
                if (operation >= operations || history.Seqs[(int)operation] != reader.GetInt64(1) || TokenPaymentScript.AmountOf(operation) != reader.GetInt64(2)) wrong++;
            }
        if (found != history.Settled || wrong > 0) faults.Add($"{history.Settled} payments were answered SETTLED, the journal has {found}, of which {wrong} differ from their answers.");
        await using var sum = source.CreateCommand("SELECT sum(balance)::bigint FROM (SELECT balance FROM ledger.wallet UNION ALL SELECT balance FROM ledger.bucket) all_money");
        var money = (long)(await sum.ExecuteScalarAsync(stop))!;
        if (money != 0) faults.Add($"All wallets, issuance included, sum up to {money} fen instead of 0.");
        return faults;
    }
}
