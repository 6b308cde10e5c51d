using System.Diagnostics;
using System.Net;
using System.Text;
using Ecny.Client;
using Ecny.Local.Chaos;
using Ecny.Local.City;
using Ecny.Local.Postgres;
using Ecny.Local.Sandbox;
using Ecny.Testing;
using Npgsql;
using Xunit;

namespace Ecny.EndToEnd.Tests.Robustness;

/// <summary>PostgreSQL's disk fills while clients pay. What was answered holds, what cannot be done is refused or open, and with space it goes on.</summary>
public sealed class DiskFullTests(ITestOutputHelper output)
{
    private const int DiskMiB = 512, Rate = 60;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task nothing_is_settled_on_a_full_disk_and_everything_goes_on_when_there_is_space()
    {
        if (await PostgresBinaries.Find(Cancel) is null) Requirements.Missing("postgres", PostgresBinaries.Advice);
        await using var disk = await SmallDisk.Mount(DiskMiB, Cancel);
        var options = PostgresOptions.Temporary(durable: true) with { Folder = Path.Combine(disk.Folder, "postgres") };
        await using var city = await ChaosCity.Start(options, Rate, seed: 3, Cancel);
        var wallets = city.Services[ServiceKind.Wallets];

        // Tables can grow no more; the log of what was committed still can.
        disk.Fill();
        await Eventually.True(async () => !await wallets.IsReady(Cancel), "Wallets to say that it is not ready", Patience);
        Assert.Contains(await wallets.Lacks(Cancel), lack => lack.Contains("No space left on device", StringComparison.Ordinal));
        await Refuses(city, roomInTables: true);
        disk.Free();
        output.WriteLine($"tables full: paying again after {(await city.Load.Recovery(Stopwatch.GetTimestamp(), Patience, Cancel)).TotalSeconds:0.0} s");

        // Nor can the log: PostgreSQL gives up.
        disk.Fill();
        await Eventually.True(async () => await Gone(city), "PostgreSQL to end", Patience);
        Assert.Contains("was full", LocalPostgres.ReasonOfEnd(options.Folder), StringComparison.Ordinal);
        await Refuses(city, roomInTables: false);
        disk.Free();
        await city.Postgres.Start(Cancel);
        output.WriteLine($"log full: paying again after {(await city.Load.Recovery(Stopwatch.GetTimestamp(), Patience, Cancel)).TotalSeconds:0.0} s");

        await Eventually.True(() => wallets.IsReady(Cancel), "Wallets to be ready", Patience);
        var verdict = await city.Judge(Cancel);
        output.WriteLine(verdict.Summary);
        Assert.Empty(verdict.Problems);
    }

    /// <summary>A new transfer and a new merchant: refused for now, not denied. A row that a half-full page still takes is as good as any.</summary>
    private static async Task Refuses(ChaosCity city, bool roomInTables)
    {
        var sandbox = SandboxFile.Load(Path.Combine(city.Services.Options.Folder, "sandbox.json"));
        using var http = new HttpClient();
        using var key = Client.Signing.RequestSigner.FromPem("sandbox-operator-a-1", sandbox.PrivateKeyPem("sandbox-operator-a"));
        using var acquirer = Client.Signing.RequestSigner.FromPem("sandbox-acquirer-1", sandbox.PrivateKeyPem("sandbox-acquirer"));
        var from = sandbox.Wallets.First(wallet => wallet.Operator == "sandbox-operator-a").WalletId;
        var to = sandbox.Wallets.First(wallet => wallet.Operator == "sandbox-operator-b").WalletId;
        await Refuses(new SignedHttpClient(http, city.Services[ServiceKind.Wallets].Url, key), "/v1/transfers",
            $$"""{"requestNo":"full-{{Guid.NewGuid():N}}","fromWalletId":"{{from}}","toWalletId":"{{to}}","amount":1}""", HttpStatusCode.Accepted);
        await Refuses(new SignedHttpClient(http, city.Services[ServiceKind.Acquiring].Url, acquirer), "/v1/merchants",
            $$"""{"requestNo":"full-{{Guid.NewGuid():N}}","name":"x","walletId":"{{to}}"}""", roomInTables ? HttpStatusCode.Created : HttpStatusCode.ServiceUnavailable);
    }

    private static async Task Refuses(SignedHttpClient client, string path, string body, HttpStatusCode orElse)
    {
        using var answer = await client.Send(HttpMethod.Post, path, Encoding.UTF8.GetBytes(body), Cancel);
        Assert.True(answer.StatusCode == HttpStatusCode.ServiceUnavailable || answer.StatusCode == orElse, $"{path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync(Cancel)}");
        Assert.True(answer.Headers.RetryAfter is not null || answer.StatusCode == HttpStatusCode.Created, $"{path}: {answer.StatusCode} without Retry-After");
    }

    /// <summary>Uses up the log's segments that are there already.</summary>
    private static async Task<bool> Gone(ChaosCity city)
    {
        if (city.Postgres.ProcessId is null) return true;
        try
        {
            await using var connection = new NpgsqlConnection($"{city.Postgres.ConnectionString()};Pooling=false");
            await connection.OpenAsync(Cancel);
            await using var next = new NpgsqlCommand("SELECT pg_logical_emit_message(false, 'full', 'x'), pg_switch_wal()", connection);
            await next.ExecuteNonQueryAsync(Cancel);
        }
        catch (Exception e) when (e is NpgsqlException or IOException)
        {
            // On its way down: asked again until its process is gone.
            return city.Postgres.ProcessId is null;
        }
        return false;
    }
}
