using System.Security.Cryptography;
using Ecny.Contracts.Institutions;
using Ecny.Contracts.Ledger;
using Ecny.Testing;
using Npgsql;
using Xunit;

namespace Ecny.Acquiring.Tests.Hosting;

/// <summary>
/// One service, one ledger and a few institutions for all tests of this assembly. Tests share nothing else: each uses wallets, merchants and
/// numbers of its own.
/// </summary>
public sealed class SmallCity : IAsyncLifetime
{
    public const int PrefixA = 201, PrefixB = 202;

    /// <summary>Longer than a busy machine lets an answer wait.</summary>
    private static readonly TimeSpan Patient = TimeSpan.FromSeconds(20);

    private readonly HttpClient http = new();
    private readonly string tokenKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private readonly TestInstitution platform = TestInstitution.Create("platform", null, Role.Platform);
    private readonly TestInstitution service = TestInstitution.Create("service-wallets", null, Role.Service);
    private readonly TestInstitution acquirer = TestInstitution.Create("acquirer-1", null, Role.Acquirer);
    private readonly TestInstitution otherAcquirer = TestInstitution.Create("acquirer-2", null, Role.Acquirer);
    private readonly TestInstitution operatorA = TestInstitution.Create("operator-a", PrefixA, Role.Operator);
    private readonly TestInstitution operatorB = TestInstitution.Create("operator-b", PrefixB, Role.Operator);
    private PayCodes payCodes = null!;
    private long serial = 1000;

    public PostgresFixture Postgres { get; } = new();
    public LedgerInProcess Ledger { get; private set; } = null!;
    public AcquiringHost Host { get; private set; } = null!;
    public string Database { get; private set; } = "";
    public string LedgerDatabase { get; private set; } = "";
    public Api Platform => As(platform);
    public Api Service => As(service);
    public Api Acquirer => As(acquirer);
    public Api OtherAcquirer => As(otherAcquirer);
    public Api OperatorA => As(operatorA);
    public Api OperatorB => As(operatorB);

    public async ValueTask InitializeAsync()
    {
        await Postgres.InitializeAsync();
        payCodes = new PayCodes(Convert.FromBase64String(tokenKey));
        LedgerDatabase = await Postgres.CreateDatabase();
        Ledger = await LedgerInProcess.Start(LedgerDatabase);
        Database = await Postgres.CreateDatabase();
        var institutions = new[] { platform, service, acquirer, otherAcquirer, operatorA, operatorB }.Select(one => one.Institution).ToList();
        Host = await AcquiringHost.Start(Database, Ledger, institutions, tokenKey, Patient, new LedgerJournal(Ledger.Store));
        await Open(WalletNumber.Compose(WalletNumber.PlatformPrefix, 0), WalletClass.Issuance, "system");
        foreach (var (prefix, name) in new[] { (PrefixA, operatorA.Id), (PrefixB, operatorB.Id) })
        {
            await Open(WalletNumber.Compose(prefix, 0), WalletClass.Operator, name);
            await Open(WalletNumber.Compose(prefix, 1), WalletClass.Suspense, name);
            Settled(await Ledger.Decide(System(new IssueCommand
            {
                Id = default, Institution = "", Number = "", Fingerprint = 1, NotAfterMicros = 0,
                Issuance = WalletNumber.Compose(WalletNumber.PlatformPrefix, 0), OperatorAccount = WalletNumber.Compose(prefix, 0), Amount = 1_000_000_000_000,
            })));
        }
    }

    /// <summary>A second replica on the same database and ledger.</summary>
    public Task<AcquiringHost> Replica() => AcquiringHost.Start(Database, Ledger, null, tokenKey, Patient);

    /// <summary>A replica that soon stops waiting for answers. What <see cref="Lose"/> loses hits only commands that travel together, so a test that loses some uses one of its own.</summary>
    public Task<AcquiringHost> ImpatientReplica() => AcquiringHost.Start(Database, Ledger, null, tokenKey, TimeSpan.FromMilliseconds(300));

    /// <summary>A replica that no silo answers.</summary>
    public Task<AcquiringHost> Alone() => AcquiringHost.Start(Database, new NoSilo(), null, tokenKey, Patient);

    /// <summary>Until disposed, the ledger loses these commands on the way there, or their answers on the way back.</summary>
    public IDisposable Lose(Func<LedgerCommand, bool>? requests = null, Func<LedgerCommand, bool>? answers = null) => Ledger.Lose(requests, answers);

    /// <summary>Moves an order's expiry into the past, as if the time had gone by.</summary>
    public async Task ExpireOrder(string orderNo)
    {
        await using var connection = new NpgsqlConnection(Database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("UPDATE merchant_order SET expires_at = now() - interval '1 second' WHERE order_no = $1", connection);
        command.Parameters.AddWithValue(Guid.ParseExact(orderNo, "N"));
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }

    public Api As(TestInstitution institution, AcquiringHost? host = null) => new(http, (host ?? Host).Address, institution);

    /// <summary>acquirer-1 with a session instead of its own key.</summary>
    public Api AcquirerBySession() => new(http, Host.Address, acquirer, bySession: true);

    public Api AcquirerAt(AcquiringHost host) => As(acquirer, host);

    /// <summary>A class II wallet with so much money, fen.</summary>
    public async Task<string> Wallet(long amount, int prefix = PrefixA, WalletClass walletClass = WalletClass.II)
    {
        var wallet = WalletNumber.Compose(prefix, Interlocked.Increment(ref serial));
        await Open(wallet, walletClass, prefix == PrefixA ? operatorA.Id : operatorB.Id);
        if (amount > 0)
        {
            Settled(await Ledger.Decide(System(new ExchangeCommand
            {
                Id = default, Institution = "", Number = "", Fingerprint = 1, NotAfterMicros = long.MaxValue,
                OperatorAccount = WalletNumber.Compose(prefix, 0), Wallet = wallet, Amount = amount, In = true,
            })));
        }
        return WalletNumber.Text(wallet);
    }

    /// <summary>A merchant of acquirer-1 with an empty corporate wallet at operator B.</summary>
    public async Task<TestMerchant> Merchant()
    {
        var wallet = await Wallet(0, PrefixB, WalletClass.Corporate);
        var answer = await Acquirer.Post("/v1/merchants", new { requestNo = No(), name = "面馆", walletId = wallet, scenario = "S09", district = "D01" });
        Assert.Equal(201, answer.Code);
        return new TestMerchant(answer["merchantNo"]!, wallet);
    }

    public string PayCode(string wallet, long maxAmount = 0, TimeSpan? life = null)
    {
        Assert.True(WalletNumber.TryParse(wallet, out var number));
        return payCodes.Create(new PayCode(number, Moment.Micros(DateTimeOffset.UtcNow + (life ?? TimeSpan.FromMinutes(1))), maxAmount));
    }

    public async Task<string> Token(string wallet, string merchantNo)
    {
        Assert.True(WalletNumber.TryParse(wallet, out var number));
        var token = Guid.NewGuid();
        Settled(await Ledger.Decide(System(new TokenCommand
        {
            Id = default, Institution = "", Number = "", Fingerprint = 1, NotAfterMicros = 0, Token = token, Wallet = number, MerchantNo = merchantNo,
        })));
        return token.ToString("N");
    }

    public async Task<long> Balance(string wallet)
    {
        Assert.True(WalletNumber.TryParse(wallet, out var number));
        return (await Ledger.Wallet(number))!.Available;
    }

    /// <summary>A number never used before.</summary>
    public static string No() => $"n-{Guid.NewGuid():N}";

    public async ValueTask DisposeAsync()
    {
        if (Host is not null) await Host.DisposeAsync();
        if (Ledger is not null) await Ledger.DisposeAsync();
        payCodes.Dispose();
        http.Dispose();
        await Postgres.DisposeAsync();
    }

    private async Task Open(long wallet, WalletClass walletClass, string institution) => Settled(await Ledger.Decide(System(new WalletOpenCommand
    {
        Id = default, Institution = "", Number = "", Fingerprint = 1, NotAfterMicros = 0, Wallet = wallet, Class = walletClass, Operator = institution,
    })));

    private static T System<T>(T command) where T : LedgerCommand
    {
        var number = No();
        return (T)(command with { Id = TransferId.Of("system", NumberKind.System, number), Institution = "system", Number = number });
    }

    private static void Settled(LedgerOutcome outcome) => Assert.Equal(OutcomeStatus.Settled, outcome.Status);
}

public sealed record TestMerchant(string MerchantNo, string Wallet);
