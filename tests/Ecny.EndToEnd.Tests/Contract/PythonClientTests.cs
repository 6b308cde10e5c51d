using System.Diagnostics;
using Ecny.EndToEnd.Tests.City;
using Ecny.Local.City;
using Ecny.Local.Processes;
using Ecny.Testing;

namespace Ecny.EndToEnd.Tests.Contract;

/// <summary>A client in another language, written from api.md and sandbox.json alone, against real processes.</summary>
public sealed class PythonClientTests(SharedCity shared, ITestOutputHelper output)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string Script => Path.Combine(ServiceBinaries.Repository, "tests", "clients", "python", "contract.py");

    [Fact]
    public async Task the_whole_contract_is_kept()
    {
        await RequirePython();
        var city = await shared.Running();
        var run = await ExternalProgram.Run("python3", ["-B", Script, city.SandboxPath], cancel: Cancel);
        output.WriteLine(run.Output);
        Assert.True(run.Succeeded, $"{run.Output}{run.Error}");
        Assert.EndsWith(" checks, 0 failed\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task every_payment_is_decided_though_the_ledger_freezes_and_then_stops()
    {
        await RequirePython();
        var city = await shared.Running();
        var wallets = city.Services[ServiceKind.Wallets];
        using var client = Process.Start(new ProcessStartInfo("python3", ["-B", Script, city.SandboxPath, "--outage"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            Assert.Equal("paying", await client.StandardOutput.ReadLineAsync(Cancel));
            wallets.Freeze();
            // Longer than an answer is waited for: what is under way becomes PROCESSING.
            var payer = await Frozen(city);
            wallets.Thaw();
            output.WriteLine($"while it was frozen: {payer}");
            await wallets.Restart(Cancel);
            await client.StandardInput.WriteLineAsync("over");
            var words = await client.StandardOutput.ReadToEndAsync(Cancel);
            await client.WaitForExitAsync(Cancel);
            output.WriteLine(words);
            Assert.True(client.ExitCode == 0, $"{words}{await client.StandardError.ReadToEndAsync(Cancel)}");
        }
        finally
        {
            wallets.Thaw();
            if (!client.HasExited) client.Kill();
        }
    }

    private static async Task<CityAnswer> Frozen(SharedCity city)
    {
        var merchant = city.Sandbox.Merchants[0].MerchantNo;
        var body = new { requestNo = Payer.Number(), merchantNo = merchant, amount = 1, method = "TOKEN", payer = new { token = Guid.NewGuid().ToString("N") } };
        var answer = await city.As(SandboxInstitution.Acquirer).Post(ServiceKind.Acquiring, "/v1/payments", body);
        Assert.Equal(System.Net.HttpStatusCode.Accepted, answer.Status);
        return answer;
    }

    private static async Task RequirePython()
    {
        try
        {
            await ExternalProgram.Run("python3", ["--version"], cancel: Cancel);
        }
        catch (Ecny.Local.LocalException e)
        {
            Requirements.Missing("processes", $"Python 3 is missing: {e.Message}");
        }
    }
}
