using Ecny.Contracts.Ledger;
using Ecny.Wallets.Numbers;

namespace Ecny.Wallets.Profiles;

/// <summary>
/// Opening after the profile is durable: the ledger opens the wallet (idempotent by the request number), a corporate one is verified first.
/// Every step may be repeated; whoever finds it unfinished (a repetition, the sweeper) goes on.
/// </summary>
public sealed class WalletOpening(ProfileStore profiles, LedgerClient ledger, ILogger<WalletOpening> logger)
{
    /// <summary>In the sandbox every organisation passes verification but this one.</summary>
    public const string RejectedOrganisation = "organisation-rejected";

    /// <summary>Opens the wallet in the ledger; the outcome is Settled, or unknown and repeated later.</summary>
    public async Task<LedgerOutcome> Open(Profile profile)
    {
        var corporate = profile.Class == WalletClass.Corporate;
        var outcome = await ledger.Decide(new WalletOpenCommand
        {
            Id = TransferId.Of(profile.Institution, NumberKind.Wallet, profile.RequestNo), Institution = profile.Institution, Number = profile.RequestNo,
            Fingerprint = profile.Fingerprint, NotAfterMicros = long.MaxValue, TraceParent = Clock.TraceParent,
            Wallet = profile.Wallet, Class = profile.Class, State = corporate ? WalletState.Processing : WalletState.Normal,
            Operator = profile.Institution, District = profile.District,
        });
        if (outcome.Status == OutcomeStatus.Settled) Note(profile.Wallet, corporate ? ProfileStage.Verifying : ProfileStage.Done);
        return outcome;
    }

    /// <summary>The simulated verification of an organisation (legal representative, beneficial owner): its result becomes the wallet's state.</summary>
    public async Task Verify(Profile profile)
    {
        var number = $"verify-{WalletNumber.Text(profile.Wallet)}";
        var outcome = await ledger.Decide(new WalletStateCommand
        {
            Id = TransferId.Of(profile.Institution, NumberKind.System, number), Institution = profile.Institution, Number = number,
            Fingerprint = Hashing.Fingerprint(number), NotAfterMicros = long.MaxValue, Context = new EntryContext { Reason = "VERIFICATION" }.ToJson(),
            Wallet = profile.Wallet, State = profile.OrganisationToken == RejectedOrganisation ? WalletState.Rejected : WalletState.Normal,
        });
        if (outcome.Status == OutcomeStatus.Settled) await profiles.MoveTo(profile.Wallet, ProfileStage.Done);
    }

    // The stage only saves the sweeper work: it is not waited for, and when it is lost the sweeper repeats what is done already.
    private void Note(long wallet, ProfileStage stage) => _ = profiles.MoveTo(wallet, stage).ContinueWith(
        task => logger.LogWarning(task.Exception, "Stage {Stage} of wallet {Wallet} was not written; the sweeper will.", stage, WalletNumber.Text(wallet)),
        CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
}
