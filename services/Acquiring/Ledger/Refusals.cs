using Ecny.Contracts.Errors;
using Ecny.Contracts.Ledger;

namespace Ecny.Acquiring.Ledger;

/// <summary>Outcomes that are no decision, as the public contract says them.</summary>
public static class Refusals
{
    /// <param name="outcome">NumberReused, Refused, Overloaded, Unavailable.</param>
    /// <param name="named">Code and field of a refusal of the ledger.</param>
    public static ApiException Of(LedgerOutcome outcome, Func<Refusal, (ApiCode Code, string Field)> named)
    {
        switch (outcome.Status)
        {
            case OutcomeStatus.NumberReused:
                return new ApiException(ApiCode.REQUEST_NO_REUSED);
            case OutcomeStatus.Overloaded:
                return new ApiException(ApiCode.OVERLOADED);
            case OutcomeStatus.Refused:
                var (code, field) = named(outcome.Refusal);
                return new ApiException(code, field);
            default:
                return new ApiException(ApiCode.UNAVAILABLE);
        }
    }
}
