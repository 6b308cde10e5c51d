using System.Diagnostics;
using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace Ecny.Local.Replay;

/// <summary>One transaction of a file of others' making.</summary>
public readonly record struct ReplayRow(long Line, string From, string To, long Amount);

/// <summary>Initial balance in fen; external: the outside world of the file's generator (income from it, spending to it), no one's wallet.</summary>
public readonly record struct ReplayAccount(long Initial, bool IsExternal);

/// <summary>A line that cannot be replayed, by its number in the file.</summary>
public readonly record struct BadLine(long Line, string Reason);

/// <summary>Reads <c>transactions.csv[.xz]</c> and the <c>accounts.csv</c> beside it. A bad line is reported and passed over.</summary>
public static class ReplayFile
{
    public const long MaxAmount = 1_000_000_000_000_000;

    /// <summary>Accounts by name, with their initial balance.</summary>
    /// <exception cref="LocalException">The file is missing or has not the columns account and initial_balance_fen.</exception>
    public static Dictionary<string, ReplayAccount> Accounts(string transactions, List<BadLine> bad)
    {
        var path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(transactions))!, "accounts.csv");
        if (!File.Exists(path)) throw new LocalException($"{path} is missing: accounts.csv belongs beside the transaction file.");
        var accounts = new Dictionary<string, ReplayAccount>(StringComparer.Ordinal);
        using var text = new StreamReader(path);
        foreach (var (line, csv) in Records(text, path, "account", "initial_balance_fen"))
        {
            var account = csv.GetField("account") ?? "";
            var balance = csv.GetField("initial_balance_fen") ?? "";
            var external = csv.TryGetField<string>("type", out var type) && type == "external";
            if (account.Length == 0) bad.Add(new BadLine(line, "accounts.csv: no account"));
            else if (balance.Length == 0) accounts.TryAdd(account, new ReplayAccount(0, external));
            else if (!long.TryParse(balance, NumberStyles.None, CultureInfo.InvariantCulture, out var fen) || fen > MaxAmount) bad.Add(new BadLine(line, $"accounts.csv: initial_balance_fen is '{balance}'"));
            else if (!accounts.TryAdd(account, new ReplayAccount(fen, external))) bad.Add(new BadLine(line, $"accounts.csv: account {account} for the second time"));
        }
        return accounts;
    }

    /// <summary>The rows in file order; <paramref name="bad"/> receives the lines that are none.</summary>
    public static IEnumerable<ReplayRow> Rows(string path, IReadOnlyDictionary<string, ReplayAccount> accounts, List<BadLine> bad)
    {
        using var source = Open(path);
        foreach (var (line, csv) in Records(source.Text, path, "from_account", "to_account", "amount_fen"))
        {
            var (from, to, amount) = (csv.GetField("from_account") ?? "", csv.GetField("to_account") ?? "", csv.GetField("amount_fen") ?? "");
            if (!accounts.ContainsKey(from)) bad.Add(new BadLine(line, $"from_account '{from}' is not in accounts.csv"));
            else if (!accounts.ContainsKey(to)) bad.Add(new BadLine(line, $"to_account '{to}' is not in accounts.csv"));
            else if (from == to) bad.Add(new BadLine(line, "payer and payee are the same account"));
            else if (!long.TryParse(amount, NumberStyles.None, CultureInfo.InvariantCulture, out var fen) || fen is < 1 or > MaxAmount) bad.Add(new BadLine(line, $"amount_fen is '{amount}'"));
            else yield return new ReplayRow(line, from, to, fen);
        }
        source.Finish();
    }

    private static IEnumerable<(long Line, CsvReader Csv)> Records(TextReader text, string path, params string[] columns)
    {
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture) { BadDataFound = null, MissingFieldFound = null };
        using var csv = new CsvReader(text, configuration);
        if (!csv.Read() || !csv.ReadHeader()) throw new LocalException($"{path} is empty.");
        var missing = columns.Except(csv.HeaderRecord ?? []).ToList();
        if (missing.Count > 0) throw new LocalException($"{path} lacks the column{(missing.Count > 1 ? "s" : "")} {string.Join(", ", missing)}.");
        while (csv.Read()) yield return (csv.Parser.RawRow, csv);
    }

    private static Source Open(string path)
    {
        if (!File.Exists(path)) throw new LocalException($"{path} does not exist.");
        if (!path.EndsWith(".xz", StringComparison.Ordinal)) return new Source(new StreamReader(path), null, path);
        try
        {
            var xz = Process.Start(new ProcessStartInfo("xz", ["-dc", "--", path]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            return new Source(xz.StandardOutput, xz, path);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new LocalException("The program xz is missing: install it (Debian: apt-get install xz-utils), or unpack the file first.");
        }
    }

    private sealed class Source(TextReader text, Process? xz, string path) : IDisposable
    {
        public TextReader Text => text;

        /// <summary>A damaged archive must not pass for a short file.</summary>
        public void Finish()
        {
            if (xz is null) return;
            xz.WaitForExit();
            if (xz.ExitCode != 0) throw new LocalException($"{path} is damaged: {xz.StandardError.ReadToEnd().Trim()}");
        }

        public void Dispose()
        {
            text.Dispose();
            if (xz is { HasExited: false }) xz.Kill();
            xz?.Dispose();
        }
    }
}
