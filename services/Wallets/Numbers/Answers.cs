using System.Text.Json.Serialization.Metadata;
using Ecny.Contracts.Errors;
using Ecny.Contracts.Ledger;
using Ecny.ServiceDefaults;

namespace Ecny.Wallets.Numbers;

/// <summary>What the ledger's outcomes are called outside, and how they are answered.</summary>
public static class Answers
{
    public const string Settled = "SETTLED", Declined = "DECLINED", Processing = "PROCESSING";

    /// <summary>Passes what is decided or still processing; the rest is a refusal of the request.</summary>
    /// <param name="outcome">The ledger's answer.</param>
    /// <param name="refused">The refusal of something that the request names, by the ledger's reason.</param>
    /// <exception cref="ApiException">REQUEST_NO_REUSED, OVERLOADED, UNAVAILABLE, or what <paramref name="refused"/> says.</exception>
    public static LedgerOutcome Accept(LedgerOutcome outcome, Func<Refusal, ApiException> refused) => outcome.Status switch
    {
        OutcomeStatus.Settled or OutcomeStatus.Declined or OutcomeStatus.Processing => outcome,
        OutcomeStatus.NumberReused => throw new ApiException(ApiCode.REQUEST_NO_REUSED, "requestNo"),
        OutcomeStatus.Refused => throw refused(outcome.Refusal),
        OutcomeStatus.Overloaded => throw new ApiException(ApiCode.OVERLOADED),
        OutcomeStatus.Unavailable => throw new ApiException(ApiCode.UNAVAILABLE),
        _ => throw new InvalidOperationException($"The ledger answered a command with {outcome.Status}."),
    };

    /// <summary>Decides a command whose answer is only worth something once it is final: tokens, states.</summary>
    /// <exception cref="ApiException">As <see cref="Accept"/>; UNAVAILABLE while the outcome is not known.</exception>
    public static async Task<LedgerOutcome> Settle(this HttpContext http, LedgerClient ledger, LedgerCommand command, Func<Refusal, ApiException> refused)
    {
        var outcome = Accept(await ledger.Decide(command, http.RequestAborted), refused);
        if (outcome.Status == OutcomeStatus.Processing) throw new ApiException(ApiCode.UNAVAILABLE);
        if (outcome.Replayed) http.MarkReplayed();
        return outcome;
    }

    /// <summary>Answers a money outcome: 200 when it is decided, 202 with its place while it is not.</summary>
    public static Task WriteOutcome<T>(this HttpContext http, string location, string status, T view, JsonTypeInfo<T> type) => status == Processing
        ? http.WriteProcessing(location, 1, view, type)
        : http.WriteJson(StatusCodes.Status200OK, view, type);

    public static string Status(LedgerOutcome outcome) => outcome.Status switch
    {
        OutcomeStatus.Settled => Settled,
        OutcomeStatus.Declined => Declined,
        _ => Processing,
    };

    /// <summary>The public decline code, or null.</summary>
    public static string? Code(DeclineCode code) => code == DeclineCode.None ? null : code.ToString();
}
