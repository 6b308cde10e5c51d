using Ecny.Contracts.Ledger;

namespace Ecny.Wallets.Profiles;

/// <summary>Public names of wallet classes and states.</summary>
public static class WalletWords
{
    public static readonly string[] Classes = ["I", "II", "III", "IV", "CORPORATE"];

    /// <summary>States that an operator may set; closing has an endpoint of its own.</summary>
    public static readonly string[] Settable = ["NORMAL", "RECEIVE_ONLY", "FROZEN", "LOST"];

    public static WalletClass ClassOf(string word) => (WalletClass)(Array.IndexOf(Classes, word) + 1);

    public static string Of(WalletClass walletClass) => walletClass switch
    {
        WalletClass.Corporate => "CORPORATE",
        WalletClass.Operator => "OPERATOR",
        WalletClass.Issuance => "ISSUANCE",
        WalletClass.Suspense => "SUSPENSE",
        _ => walletClass.ToString(),
    };

    public static WalletState StateOf(string word) => word switch
    {
        "NORMAL" => WalletState.Normal,
        "RECEIVE_ONLY" => WalletState.ReceiveOnly,
        "FROZEN" => WalletState.Frozen,
        "LOST" => WalletState.Lost,
        _ => throw new ArgumentOutOfRangeException(nameof(word), word, "is no state that can be set"),
    };

    public static string Of(WalletState state) => state switch
    {
        WalletState.Normal => "NORMAL",
        WalletState.ReceiveOnly => "RECEIVE_ONLY",
        WalletState.Frozen => "FROZEN",
        WalletState.Lost => "LOST",
        WalletState.DeepFrozen => "DEEP_FROZEN",
        WalletState.Closed => "CLOSED",
        WalletState.Processing => "PROCESSING",
        WalletState.Rejected => "REJECTED",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "has no public name"),
    };
}
