using System.Diagnostics;
using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace Ecny.Local.Replay;

/// <summary>One transaction of a file of others' making.</summary>
public readonly record struct ReplayRow(long Line, string From, string To, long Amount);

/// <summary>A transaction with its time (Unix microseconds) and the generator's ground truth, which only a scorer may look at.</summary>
public readonly record struct LabelledRow(ReplayRow Row, long AtMicros, bool IsLaundering, string PatternId, string PatternType);

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
        foreach (var record in Records(text, path, bad, "account", "initial_balance_fen"))
        {
            var (account, balance) = (record["account"], record["initial_balance_fen"]);
            var external = record["type"] == "external";
            if (account.Length == 0) bad.Add(new BadLine(record.Line, "accounts.csv: no account"));
            else if (balance.Length == 0) accounts.TryAdd(account, new ReplayAccount(0, external));
            else if (!long.TryParse(balance, NumberStyles.None, CultureInfo.InvariantCulture, out var fen) || fen > MaxAmount) bad.Add(new BadLine(record.Line, $"accounts.csv: initial_balance_fen is '{Short(balance)}'"));
            else if (!accounts.TryAdd(account, new ReplayAccount(fen, external))) bad.Add(new BadLine(record.Line, $"accounts.csv: account {Short(account)} for the second time"));
        }
        return accounts;
    }

    /// <summary>The rows in file order; <paramref name="bad"/> receives the lines that are none.</summary>
    public static IEnumerable<ReplayRow> Rows(string path, IReadOnlyDictionary<string, ReplayAccount> accounts, List<BadLine> bad)
    {
        using var source = Open(path);
        foreach (var record in Records(source.Text, path, bad, "from_account", "to_account", "amount_fen"))
            if (Row(record, accounts, bad) is { } row) yield return row;
        source.Finish();
    }

    /// <summary>The rows in file order with time and ground truth; <paramref name="bad"/> receives the lines that are none.</summary>
    public static IEnumerable<LabelledRow> LabelledRows(string path, IReadOnlyDictionary<string, ReplayAccount> accounts, List<BadLine> bad)
    {
        using var source = Open(path);
        foreach (var record in Records(source.Text, path, bad, "time", "from_account", "to_account", "amount_fen", "is_laundering", "pattern_id", "pattern_type"))
        {
            if (Row(record, accounts, bad) is not { } row) continue;
            var (time, label) = (record["time"], record["is_laundering"]);
            if (!DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) || at.Year is < 1971 or > 9_000) bad.Add(new BadLine(record.Line, $"time is '{Short(time)}'"));
            else if (label is not ("0" or "1")) bad.Add(new BadLine(record.Line, $"is_laundering is '{Short(label)}'"));
            else yield return new LabelledRow(row, (at.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond, label == "1", record["pattern_id"], record["pattern_type"]);
        }
        source.Finish();
    }

    private static ReplayRow? Row(Record record, IReadOnlyDictionary<string, ReplayAccount> accounts, List<BadLine> bad)
    {
        var (from, to, amount) = (record["from_account"], record["to_account"], record["amount_fen"]);
        if (!accounts.ContainsKey(from)) bad.Add(new BadLine(record.Line, $"from_account '{Short(from)}' is not in accounts.csv"));
        else if (!accounts.ContainsKey(to)) bad.Add(new BadLine(record.Line, $"to_account '{Short(to)}' is not in accounts.csv"));
        else if (from == to) bad.Add(new BadLine(record.Line, "payer and payee are the same account"));
        else if (!long.TryParse(amount, NumberStyles.None, CultureInfo.InvariantCulture, out var fen) || fen is < 1 or > MaxAmount) bad.Add(new BadLine(record.Line, $"amount_fen is '{Short(amount)}'"));
        else return new ReplayRow(record.Line, from, to, fen);
        return null;
    }

    // Line by line: a quote that is never closed spoils its own line, not the rest of the file.
    private static IEnumerable<Record> Records(TextReader text, string path, List<BadLine> bad, params string[] columns)
    {
        var header = text.ReadLine() is { } first ? Fields(first.TrimStart('\uFEFF')) : throw new LocalException($"{path} is empty.");
        var missing = columns.Except(header ?? []).ToList();
        if (missing.Count > 0) throw new LocalException($"{path} lacks the column{(missing.Count > 1 ? "s" : "")} {string.Join(", ", missing)}.");
        for (var (line, number) = (text.ReadLine(), 2L); line is not null; (line, number) = (text.ReadLine(), number + 1))
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            if (Fields(line) is { } fields) yield return new Record(number, header!, fields);
            else bad.Add(new BadLine(number, "a quote is not closed, or stands inside a field"));
        }
    }

    private static string[]? Fields(string line)
    {
        if (!line.Contains('"', StringComparison.Ordinal)) return line.Split(',');
        var isBad = line.Count(c => c == '"') % 2 != 0;
        using var parser = new CsvParser(new StringReader(line), new CsvConfiguration(CultureInfo.InvariantCulture) { BadDataFound = _ => isBad = true });
        return parser.Read() && !isBad ? parser.Record : null;
    }

    private readonly record struct Record(long Line, string[] Header, string[] Fields)
    {
        /// <summary>The field of that column, "" where the line has none.</summary>
        public string this[string column] => Array.IndexOf(Header, column) is >= 0 and var index && index < Fields.Length ? Fields[index] : "";
    }

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";

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
