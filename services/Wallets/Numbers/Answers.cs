using Ecny.Contracts.Errors;
using Ecny.Contracts.Ledger;

namespace Ecny.Wallets.Numbers;

/// <summary>What the ledger's outcomes are called outside.</summary>
public static class Answers
{
    public const string Settled = "SETTLED", Declined = "DECLINED", Processing = "PROCESSING";

    /// <summary>Passes what is decided or still processing; the rest is a refusal of the request.</summary>
    /// <param name="outcome">The ledger's answer.</param>
    /// <param name="refused">The refusal of something that the request names, by the ledger's reason.</param>
    /// <exception cref="ApiException">REQUEST_NO_REUSED, OVERLOADED, or what <paramref name="refused"/> says.</exception>
    public static LedgerOutcome Accept(LedgerOutcome outcome, Func<Refusal, ApiException> refused) => outcome.Status switch
    {
        OutcomeStatus.Settled or OutcomeStatus.Declined or OutcomeStatus.Processing => outcome,
        OutcomeStatus.NumberReused => throw new ApiException(ApiCode.REQUEST_NO_REUSED, "requestNo"),
        OutcomeStatus.Refused => throw refused(outcome.Refusal),
        OutcomeStatus.Overloaded => throw new ApiException(ApiCode.OVERLOADED),
        _ => throw new InvalidOperationException($"The ledger answered a command with {outcome.Status}."),
    };

    public static string Status(LedgerOutcome outcome) => outcome.Status switch
    {
        OutcomeStatus.Settled => Settled,
        OutcomeStatus.Declined => Declined,
        _ => Processing,
    };

    /// <summary>The public decline code, or null.</summary>
    public static string? Code(DeclineCode code) => code == DeclineCode.None ? null : code.ToString();
}
