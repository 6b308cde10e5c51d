using Ecny.Contracts.Errors;
using Ecny.Contracts.Ledger;
using Ecny.ServiceDefaults;

namespace Ecny.Wallets.Profiles;

/// <summary>A wallet belongs to the operator whose prefix it carries. To everybody else it does not exist.</summary>
public sealed class OwnWallets(IInstitutionDirectory institutions)
{
    /// <summary>The wallet named in the path; not the caller's own, or no wallet id at all: NOT_FOUND.</summary>
    public long InPath(Caller caller, string text) => TryOwn(caller, text, out var wallet) ? wallet : throw new ApiException(ApiCode.NOT_FOUND);

    /// <summary>The wallet named in a field of the body; not the caller's own: <paramref name="code"/> with the field.</summary>
    public long InBody(Caller caller, string text, ApiCode code, string field) => TryOwn(caller, text, out var wallet) ? wallet : throw new ApiException(code, field);

    /// <summary>The caller's prefix, 101–999. An operator without one has no wallets: NOT_PERMITTED.</summary>
    public int PrefixOf(Caller caller) =>
        institutions.TryGet(caller.Institution, out var own) && own.WalletPrefix is { } prefix ? prefix : throw new ApiException(ApiCode.NOT_PERMITTED);

    private bool TryOwn(Caller caller, string text, out long wallet) =>
        WalletNumber.TryParse(text, out wallet) && WalletNumber.PrefixOf(wallet) == PrefixOf(caller) && !IsSystem(wallet);

    /// <summary>Serials below 100 are accounts of the platform: the operator sees them in clearing, not as wallets.</summary>
    private static bool IsSystem(long wallet) => wallet / 10 % WalletNumber.SerialsPerOperator < 100;
}
