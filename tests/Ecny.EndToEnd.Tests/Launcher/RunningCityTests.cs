using System.Text.Json;
using Ecny.Local.Processes;
using Ecny.Local.Sandbox;
using Ecny.Testing;
using Xunit;

namespace Ecny.EndToEnd.Tests.Launcher;

public sealed class RunningCityTests(RunningCity running) : IClassFixture<RunningCity>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private CityLauncher City => running.City;

    [Fact]
    public async Task up_says_where_everything_is_and_keeps_keys_private()
    {
        Assert.Contains($"http://127.0.0.1:{running.PortBase}/docs", running.Greeting, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(City.Home, "sandbox.json"), running.Greeting, StringComparison.Ordinal);
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(owner | UnixFileMode.UserExecute, File.GetUnixFileMode(City.Home));
        Assert.All(
            [Path.Combine(City.Home, "sandbox.json"), Path.Combine(City.Home, "secrets.json"), .. Directory.GetFiles(Path.Combine(City.Home, "keys"))],
            file => Assert.Equal(owner, File.GetUnixFileMode(file)));
        Assert.Contains("ready", await City.Succeed("status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task up_again_finds_everything_running_and_changes_nothing()
    {
        string before = await File.ReadAllTextAsync(Path.Combine(City.Home, "sandbox.json"), Cancel);
        IReadOnlyList<int> processes = City.Processes();

        Assert.Contains("already running", await City.Succeed("up"), StringComparison.Ordinal);

        Assert.Equal(processes, City.Processes());
        Assert.Equal(CityLauncher.ProcessCount, processes.Count);
        Assert.Equal(before, await File.ReadAllTextAsync(Path.Combine(City.Home, "sandbox.json"), Cancel));
    }

    [Fact]
    public async Task a_dead_broker_is_shown_and_started_again_by_up()
    {
        new PidFile(Path.Combine(City.Home, "run", "broker.pid")).Send(Signal.Kill);

        ProgramResult status = await City.Run("status");
        Assert.Equal(1, status.ExitCode);
        Assert.Matches("broker +down", status.Output);
        Assert.Matches("wallets +ready", status.Output);

        await City.Succeed("up");
        await City.Succeed("status");
    }

    [Fact]
    public Task other_carriers_for_a_running_city_need_a_stop_first() =>
        City.Refuse(["up", "--kafka", "127.0.0.1:9"], "The city's events go through the embedded broker", "./ecny down");

    [Fact]
    public async Task a_kafka_that_does_not_answer_is_named_before_anything_is_started()
    {
        await using var second = new CityLauncher();

        await second.Refuse(["up", "--port-base", $"{CityLauncher.FreePorts()}", "--kafka", "127.0.0.1:9"], "Kafka at 127.0.0.1:9 does not answer", "--kafka");

        Assert.Empty(second.Processes());
    }

    [Fact]
    public async Task a_second_city_on_the_same_ports_is_told_who_has_them_and_how_to_choose_others()
    {
        await using var second = new CityLauncher();

        await second.Refuse(["up", "--port-base", $"{running.PortBase}"], $"Port {running.PortBase}, which acquiring needs, is in use by Ecny.Acquiring (process ", "`./ecny up --port-base ");

        Assert.Empty(second.Processes());
    }

    [Fact]
    public Task other_ports_for_a_running_city_need_a_stop_first() =>
        City.Refuse(["up", "--port-base", $"{running.PortBase - 1}"], "./ecny down", $"--port-base {running.PortBase - 1}");

    [Fact]
    public async Task the_first_payment_of_the_readme_settles_and_its_receipt_verifies_until_it_is_changed()
    {
        string script = Path.Combine(CityLauncher.Repository, "docs", "first-payment.sh");
        ProgramResult paid = await ExternalProgram.Run("bash", [script], new Dictionary<string, string> { ["ECNY_HOME"] = City.Home }, Cancel);
        if (paid.ExitCode == 127)
        {
            Requirements.Missing("processes", "curl and openssl are needed.");
        }

        Assert.True(paid.Succeeded, paid.Output + paid.Error);
        Assert.Contains("\"status\":\"SETTLED\"", paid.Output, StringComparison.Ordinal);

        using JsonDocument payment = JsonDocument.Parse(paid.Output.Split('\n').Last(line => line.StartsWith("{\"paymentNo\"", StringComparison.Ordinal)));
        using HttpClient http = ApiCaller.CreateHttp(1);
        using var acquirer = new ApiCaller(http, running.Sandbox, "sandbox-acquirer", withOwnKey: false, new ApiPatience(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(15)));
        string receipt = (await acquirer.Get("wallets", $"/v1/receipts/{payment.RootElement.GetProperty("paymentNo").GetString()}", Cancel)).GetRawText();
        string file = Path.Combine(City.Home, "logs", "receipt");
        await File.WriteAllTextAsync(file, receipt, Cancel);
        Assert.Contains("VALID", await City.Succeed("verify-receipt", file), StringComparison.Ordinal);

        Assert.Contains("\"amount\":1250", receipt, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, receipt.Replace("\"amount\":1250", "\"amount\":1251", StringComparison.Ordinal), Cancel);
        ProgramResult changed = await City.Run("verify-receipt", file);
        Assert.Equal(1, changed.ExitCode);
        Assert.Contains("NOT VALID", changed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_short_demo_adds_up() =>
        Assert.Contains("Verdict: exact.", await City.Succeed("demo", "--seconds", "3", "--seed", "7"), StringComparison.Ordinal);

    [Fact]
    public async Task replay_names_bad_lines_by_number_tops_up_who_would_run_dry_and_ends_exact()
    {
        string folder = Directory.CreateDirectory(Path.Combine(City.Home, "logs", "replay")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "accounts.csv"), "account,initial_balance_fen\na,1000\nb,0\nc,50\n", Cancel);
        string file = Path.Combine(folder, "transactions.csv");
        await File.WriteAllTextAsync(file, """
            from_account,to_account,amount_fen
            a,b,300
            a,nobody,5
            b,b,5
            b,c,-5
            b,c,1.5
            rubbish
            "b,c,7
            c,a,99999999999999999999
            c,a,900
            b,c,300

            """, Cancel);

        string output = await City.Succeed("replay", file);

        Assert.All(new[] { 3, 4, 5, 6, 7, 8, 9 }, line => Assert.Contains($"line {line}: ", output, StringComparison.Ordinal));
        Assert.Contains("3 rows, ¥15.00; 1 top-ups, ¥8.50; 7 bad lines", output, StringComparison.Ordinal);
        Assert.StartsWith("Verdict: exact. All 3 balances", output.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task audit_finds_the_ledger_right() => Assert.StartsWith("RIGHT", await City.Succeed("audit"), StringComparison.Ordinal);
}
