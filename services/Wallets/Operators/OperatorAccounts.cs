using System.Collections.Concurrent;
using System.Globalization;
using Ecny.Contracts.Errors;
using Ecny.Contracts.Institutions;
using Ecny.Contracts.Ledger;
using Ecny.ServiceDefaults;

namespace Ecny.Wallets.Operators;

/// <summary>
/// The platform's own accounts of each operator (exchange account, suspense account) and its quota. Ensured when the operator is first seen, by
/// commands with fixed numbers: at any later start they are only repetitions.
/// </summary>
public sealed class OperatorAccounts(IInstitutionDirectory institutions, LedgerClient ledger, OperatorQuota quota, TimeProvider time, ILogger<OperatorAccounts> logger)
    : BackgroundService
{
    private const string Platform = "platform";
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<int, bool> ready = new();

    /// <summary>Returns when the operator's accounts are there.</summary>
    /// <exception cref="ApiException">UNAVAILABLE: the ledger could not be asked.</exception>
    public async ValueTask Ready(int prefix, string institution)
    {
        if (!ready.ContainsKey(prefix) && !await Ensure(prefix, institution)) throw new ApiException(ApiCode.UNAVAILABLE);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        try
        {
            do
            {
                foreach (var operatorBank in institutions.All)
                    if (operatorBank is { WalletPrefix: { } prefix } && operatorBank.Roles.Contains(Role.Operator) && !ready.ContainsKey(prefix))
                        await Ensure(prefix, operatorBank.Id);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            logger.LogDebug("No longer watching for new operators.");
        }
    }

    private async Task<bool> Ensure(int prefix, string institution)
    {
        var issuance = WalletNumber.Compose(WalletNumber.PlatformPrefix, 0);
        var account = WalletNumber.Compose(prefix, 0);
        var suspense = WalletNumber.Compose(prefix, 1);
        var done = await Done(Open(issuance, WalletClass.Issuance, Platform))
            && await Done(Open(account, WalletClass.Operator, institution))
            && await Done(Open(suspense, WalletClass.Suspense, institution))
            && await Done(Quota(prefix, issuance, account));
        if (done && ready.TryAdd(prefix, true)) logger.LogInformation("Accounts and quota of operator {Operator} (prefix {Prefix}) are there.", institution, prefix);
        return done;
    }

    private async Task<bool> Done(LedgerCommand command)
    {
        var outcome = await ledger.Decide(command);
        if (outcome.Status == OutcomeStatus.Settled) return true;
        // The number is taken with other content: the quota was configured otherwise when it was issued. What was issued stays.
        if (outcome.Status == OutcomeStatus.NumberReused)
        {
            logger.LogWarning("{Number} was issued with another amount; it stays as it was.", command.Number);
            return true;
        }
        logger.LogInformation("{Number} is not settled yet: {Status} {Refusal} {Code}", command.Number, outcome.Status, outcome.Refusal, outcome.Code);
        return false;
    }

    private static WalletOpenCommand Open(long wallet, WalletClass walletClass, string institution)
    {
        var number = $"open-{WalletNumber.Text(wallet)}";
        return new WalletOpenCommand
        {
            Id = TransferId.Of(Platform, NumberKind.System, number), Institution = Platform, Number = number, Fingerprint = Hashing.Fingerprint(number, institution),
            NotAfterMicros = long.MaxValue, Wallet = wallet, Class = walletClass, Operator = institution,
        };
    }

    private IssueCommand Quota(int prefix, long issuance, long account)
    {
        var number = $"quota-{prefix.ToString(CultureInfo.InvariantCulture)}";
        return new IssueCommand
        {
            Id = TransferId.Of(Platform, NumberKind.System, number), Institution = Platform, Number = number,
            Fingerprint = Hashing.Fingerprint(number, quota.Amount.ToString(CultureInfo.InvariantCulture)), NotAfterMicros = long.MaxValue,
            Issuance = issuance, OperatorAccount = account, Amount = quota.Amount,
        };
    }
}

/// <summary>What an operator may exchange into wallets (<c>Ecny:Ledger:OperatorQuota</c>).</summary>
/// <param name="Amount">Fen.</param>
public sealed record OperatorQuota(long Amount)
{
    public const long Default = 100_000_000_000_000_000;
}
