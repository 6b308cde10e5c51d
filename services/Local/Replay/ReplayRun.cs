using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Audit;
using Ecny.Local.Sandbox;
using Ecny.Local.Simulator;
using Spectre.Console;

namespace Ecny.Local.Replay;

/// <summary>
/// Sends a file of others' transactions through the public API: wallets of class I, initial balances exchanged in, then every row as a transfer,
/// each wallet's rows in file order. A payer that would run dry is topped up. At the end every balance must be initial + in − out + top-ups.
/// </summary>
public sealed class ReplayRun(SandboxFile sandbox, string path, int parallel, IAnsiConsole console)
{
    private readonly List<BadLine> _bad = [], _unsettled = [];
    private readonly Dictionary<string, Account> _accounts = new(StringComparer.Ordinal);
    private long _rows, _amount, _topUps, _topUpAmount, _failed;

    /// <summary>True when every balance agrees.</summary>
    public async Task<bool> Run(CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        using var city = new SimulatedCity(sandbox, string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds():x}"), parallel + 16);
        var initial = ReplayFile.Accounts(path, _bad);
        await Open(city, initial, watch, stop);
        await Send(city, initial, watch, stop);
        var wrong = await Compare(watch, stop);

        foreach (var line in _bad.Take(20)) console.MarkupLineInterpolated($"[yellow]line {line.Line}: {line.Reason}; passed over[/]");
        if (_bad.Count > 20) console.MarkupLineInterpolated($"[yellow]… and {_bad.Count - 20} more bad lines[/]");
        foreach (var line in _unsettled.Take(20)) console.MarkupLineInterpolated($"[red]line {line.Line}: {line.Reason}[/]");
        foreach (var text in wrong.Take(20)) console.MarkupLineInterpolated($"[red]{text}[/]");
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture,
            $"{_rows:N0} rows, ¥{_amount / 100m:N2}; {_topUps:N0} top-ups, ¥{_topUpAmount / 100m:N2}; {_bad.Count:N0} bad lines; {city.History.UnknownResolved:N0} unknown resolved; {watch.Elapsed.TotalSeconds:0.0} s.");
        var good = wrong.Count == 0 && _failed == 0;
        console.WriteLine(good
            ? string.Create(CultureInfo.InvariantCulture, $"Verdict: exact. All {_accounts.Count:N0} balances equal initial + in - out + top-ups.")
            : string.Create(CultureInfo.InvariantCulture, $"Verdict: does not add up: {wrong.Count:N0} of {_accounts.Count:N0} balances differ, {_failed:N0} rows did not settle."));
        return good;
    }

    private async Task Open(SimulatedCity city, Dictionary<string, ReplayAccount> initial, Stopwatch watch, CancellationToken stop)
    {
        var done = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = stop };
        await Parallel.ForEachAsync(initial.Select((account, index) => (account.Key, account.Value, index)), options, async (item, cancel) =>
        {
            var resident = await city.Settle(city.Operators[item.index % city.Operators.Count], WalletClass.I, 0, cancel);
            var balance = item.Value.Initial;
            if (balance > 0 && !(await city.Exchange(resident.WalletId, resident.Operator, "IN", balance, cancel)).IsSettled)
                throw new LocalException($"The initial balance of account {item.Key} could not be exchanged in.");
            lock (_accounts) _accounts.Add(item.Key, new Account(resident, item.Value.IsExternal) { Expected = balance, Planned = balance });
            var count = Interlocked.Increment(ref done);
            if (count % 200 == 0) Progress($"{count:N0} of {initial.Count:N0} wallets open", watch);
        });
        console.WriteLine();
    }

    /// <summary>A row starts when the rows before it that name its payer or its payee are done: order per wallet, the rest in parallel.</summary>
    private async Task Send(SimulatedCity city, Dictionary<string, ReplayAccount> initial, Stopwatch watch, CancellationToken stop)
    {
        using var room = new SemaphoreSlim(parallel * 8);
        using var sending = new SemaphoreSlim(parallel);
        var open = new List<Task>();
        foreach (var row in ReplayFile.Rows(path, initial, _bad))
        {
            await room.WaitAsync(stop);
            var (from, to) = (_accounts[row.From], _accounts[row.To]);
            // Planned in file order, so what runs dry does not depend on which row is answered first.
            var topUp = Math.Max(0, row.Amount - from.Planned);
            from.Planned += topUp - row.Amount;
            to.Planned += row.Amount;
            var task = SendRow(city, row, from, to, topUp, Task.WhenAll(from.BeforePaying, to.BeforeReceiving), sending, room, stop);
            from.Paid(task);
            to.Received(task);
            open.Add(task);
            if (++_rows % 2_000 != 0) continue;
            foreach (var finished in open.Where(done => done.IsCompleted)) await finished;
            open.RemoveAll(done => done.IsCompleted);
            Progress($"{_rows:N0} rows sent, {_topUps:N0} top-ups", watch);
        }
        await Task.WhenAll(open);
        Progress($"{_rows:N0} rows sent, {_topUps:N0} top-ups", watch);
        console.WriteLine();
    }

    private async Task SendRow(SimulatedCity city, ReplayRow row, Account from, Account to, long topUp, Task before, SemaphoreSlim sending, SemaphoreSlim room, CancellationToken stop)
    {
        try
        {
            await before;
            await sending.WaitAsync(stop);
            try
            {
                if (topUp > 0 && (await city.Exchange(from.Resident.WalletId, from.Resident.Operator, "IN", topUp, stop)).IsSettled)
                {
                    from.Expect(topUp);
                    Interlocked.Increment(ref _topUps);
                    Interlocked.Add(ref _topUpAmount, topUp);
                }
                var answer = await city.Transfer(from.Resident.WalletId, from.Resident.Operator, to.Resident.WalletId, row.Amount, "S09", stop);
                if (!answer.IsSettled)
                {
                    Interlocked.Increment(ref _failed);
                    lock (_unsettled) _unsettled.Add(new BadLine(row.Line, $"was not settled: {answer.Client} {answer.Code} {answer.Error}"));
                    return;
                }
                from.Expect(-row.Amount);
                to.Expect(row.Amount);
                Interlocked.Add(ref _amount, row.Amount);
            }
            finally
            {
                sending.Release();
            }
        }
        finally
        {
            room.Release();
        }
    }

    private async Task<List<string>> Compare(Stopwatch watch, CancellationToken stop)
    {
        var wrong = new List<string>();
        var done = 0;
        await Parallel.ForEachAsync(_accounts, new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = stop }, async (account, cancel) =>
        {
            var balance = await account.Value.Resident.Operator.Get("wallets", $"/v1/wallets/{account.Value.Resident.WalletId}/balance", cancel);
            var (available, held) = (balance.GetProperty("availableAmount").GetInt64(), balance.GetProperty("heldAmount").GetInt64());
            if (available != account.Value.Expected || held != 0)
                lock (wrong) wrong.Add($"account {account.Key} (wallet {account.Value.Resident.WalletId}): {available} fen, expected {account.Value.Expected}");
            var count = Interlocked.Increment(ref done);
            if (count % 500 == 0) Progress($"{count:N0} of {_accounts.Count:N0} balances compared", watch);
        });
        console.WriteLine();
        return wrong;
    }

    private static void Progress(FormattableString text, Stopwatch watch) =>
        Console.Out.Write(string.Create(CultureInfo.InvariantCulture, $"\r{watch.Elapsed.TotalSeconds,6:0} s  {text.ToString(CultureInfo.InvariantCulture)}          "));

    /// <summary>
    /// A wallet of the replay. Its rows run one after the other. The outside world is not a wallet, and half of all rows name it: its rows do
    /// not wait for each other, but for what it received before it pays (each row brings its own top-up, so none can run dry by being early).
    /// </summary>
    private sealed class Account(Resident resident, bool isExternal)
    {
        private long _expected;
        private Task _last = Task.CompletedTask;

        public Resident Resident => resident;
        public long Expected { get => Interlocked.Read(ref _expected); init => _expected = value; }
        public long Planned { get; set; }
        public Task BeforePaying => _last;
        public Task BeforeReceiving => isExternal ? Task.CompletedTask : _last;

        public void Expect(long change) => Interlocked.Add(ref _expected, change);

        public void Paid(Task row)
        {
            if (!isExternal) _last = row;
        }

        public void Received(Task row) => _last = isExternal ? Task.WhenAll(_last, row) : row;
    }
}
