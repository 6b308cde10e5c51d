using Ecny.Local.City;
using Ecny.Local.Processes;

namespace Ecny.EndToEnd.Tests.Robustness;

/// <summary>Each service says at start what is wrong with its configuration, one sentence a key, and ends with EX_CONFIG.</summary>
public sealed class ConfigurationTests
{
    private const int ConfigurationFault = 78;

    private static readonly string[] Common = ["ConnectionStrings:Main", "Ecny:Sessions:CurrentVersion"];
    private static readonly string[] Remote = ["Ecny:Institutions:Url", "Ecny:Service:Id", "Ecny:Service:KeyId", "Ecny:Service:PrivateKeyFile"];

    public static TheoryData<ServiceKind, string[]> Required => new()
    {
        { ServiceKind.Acquiring, [.. Common, "ConnectionStrings:Orleans", "Ecny:Keys:TokenKey", "Ecny:Webhooks:KeyId", "Ecny:Webhooks:PrivateKeyFile"] },
        { ServiceKind.Wallets, [.. Common, .. Remote, "ConnectionStrings:Orleans", "Ecny:Keys:TokenKey", "Ecny:Keys:CheckpointKeyFile", "Ecny:Keys:ReceiptSaltKey"] },
        { ServiceKind.Clearing, [.. Common, .. Remote, "Ecny:Journal:Url"] },
        { ServiceKind.Monitoring, [.. Common, .. Remote] },
        { ServiceKind.Risk, [.. Common, .. Remote, "Ecny:Wallets:Url"] },
    };

    public static TheoryData<ServiceKind, string[]> Wrong => new()
    {
        {
            ServiceKind.Acquiring,
            [
                "urls", "OTEL_EXPORTER_OTLP_ENDPOINT", "Ecny:Http:MaxConnections", "Ecny:Http:MaxConcurrentRequests", "Ecny:Shutdown:TimeoutSeconds", "Ecny:Shutdown:DrainSeconds",
                "Ecny:Signatures:NonceCapacity", "Ecny:Telemetry:SampleRatio", "Ecny:Migrate", "Ecny:Bootstrap:File", "Ecny:Acquiring:NotAfter", "Ecny:Acquiring:ResolvePeriod",
                "Ecny:Acquiring:OrderExpiry", "Ecny:LedgerClient:Timeout",
            ]
        },
        {
            ServiceKind.Wallets,
            [
                "Ecny:Keys:CheckpointKeyFile", "Ecny:Ledger:OperatorQuota", "Ecny:Ledger:QueueCapacity", "Ecny:Ledger:MaxWallets", "Ecny:Ledger:MinimumTenure",
                "Ecny:Ledger:RequireSynchronousStandby", "Ecny:LedgerClient:Timeout", "Ecny:Orleans:Address", "Ecny:Orleans:SiloPort", "Ecny:Orleans:GatewayPort",
            ]
        },
        {
            ServiceKind.Clearing,
            [
                "Ecny:Journal:Url", "Ecny:Clearing:CompareEvery", "Ecny:Clearing:CompareAcquiring", "Ecny:Clearing:Reconciliation:MostFileBytes",
                "Ecny:Clearing:Reconciliation:MostUnpackedBytes", "Ecny:Clearing:Reconciliation:MostLines", "Ecny:Clearing:Reconciliation:MostBadLines",
                "Ecny:Clearing:Reconciliation:MostUploads",
            ]
        },
    };

    [Theory]
    [MemberData(nameof(Required))]
    public async Task what_is_missing_is_named(ServiceKind kind, string[] keys)
    {
        var sentences = await Sentences(kind, new Dictionary<string, string>());
        Assert.Equal(keys.Order(), sentences.Where(static s => s.Contains(" is missing: ", StringComparison.Ordinal)).Select(Key).Order());
        Assert.All(sentences, static sentence => Assert.Matches(@"^Configuration key \S+ is (missing|not right): .+[.)]$", sentence));
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task what_is_wrong_is_named(ServiceKind kind, string[] keys)
    {
        // No key of the list takes a word in Chinese.
        var sentences = await Sentences(kind, keys.ToDictionary(static key => key == "urls" ? "ASPNETCORE_URLS" : key.Replace(":", "__", StringComparison.Ordinal), static _ => "错"));
        Assert.Equal(keys.Order(), sentences.Where(static s => s.Contains(" is not right: ", StringComparison.Ordinal)).Select(Key).Order());
    }

    private static string Key(string sentence) => sentence.Split(' ')[2];

    private static async Task<IReadOnlyList<string>> Sentences(ServiceKind kind, IReadOnlyDictionary<string, string> environment)
    {
        var run = await ExternalProgram.Run(ServiceBinaries.Executable(kind), [], environment, TestContext.Current.CancellationToken);
        Assert.True(run.ExitCode == ConfigurationFault, $"{run.ExitCode}: {run.Output}{run.Error}");
        return run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
