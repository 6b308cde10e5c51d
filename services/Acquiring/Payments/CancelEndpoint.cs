using Ecny.Acquiring.Ledger;
using Ecny.Acquiring.Resolution;
using Ecny.Contracts.Errors;
using Ecny.Contracts.Ledger;
using Ecny.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace Ecny.Acquiring.Payments;

public sealed record CancelRequest
{
    public required string RequestNo { get; init; }
    /// <summary>requestNo of the payment to cancel.</summary>
    public required string OriginalRequestNo { get; init; }
}

public sealed record CancelObject
{
    public required string RequestNo { get; init; }
    public required string OriginalRequestNo { get; init; }
    /// <summary>SETTLED, DECLINED or PROCESSING.</summary>
    public required string Status { get; init; }
    /// <summary>REFUNDED: it had settled. CANCELLED: it had not and never will.</summary>
    public string? Outcome { get; init; }
    public string? DeclineCode { get; init; }
    /// <summary>Fen given back by this cancel.</summary>
    public long? RefundedAmount { get; init; }
    public int? Shard { get; init; }
    public long? Seq { get; init; }
}

/// <summary>Cancel by number (撤销): one ledger command, so there is no moment between "has it settled?" and "then refund it".</summary>
public static class CancelEndpoint
{
    public static async Task Cancel(HttpContext http, LedgerDesk ledger, UnresolvedStore unresolved, TimeProvider clock, IOptions<AcquiringOptions> options)
    {
        var body = await http.ReadBody(AcquiringJson.Default.CancelRequest);
        Field.Check(Field.RequestNo("requestNo", body.RequestNo), Field.RequestNo("originalRequestNo", body.OriginalRequestNo));
        var caller = http.Caller().Institution;
        var original = TransferId.Of(caller, NumberKind.Payment, body.OriginalRequestNo);
        var payment = await ledger.Find(original);
        var command = new CancelCommand
        {
            Id = TransferId.Of(caller, NumberKind.Cancel, body.RequestNo),
            Institution = caller,
            Number = body.RequestNo,
            Fingerprint = Hashing.Fingerprint("/v1/payments/cancel", body.OriginalRequestNo),
            NotAfterMicros = Moment.Micros(clock.GetUtcNow() + options.Value.NotAfter),
            Context = Undoing.Context(payment, original, caller, reason: null).ToJson(),
            TraceParent = Tracing.SampledParent(),
            Original = original,
            OriginalNumber = body.OriginalRequestNo,
        };
        var outcome = await ledger.Decide(command);
        var answer = new CancelObject { RequestNo = body.RequestNo, OriginalRequestNo = body.OriginalRequestNo, Status = "PROCESSING" };
        switch (outcome.Status)
        {
            case OutcomeStatus.Settled or OutcomeStatus.Declined:
                if (outcome.Replayed) http.MarkReplayed();
                await http.WriteJson(200, Decided(answer, outcome), AcquiringJson.Default.CancelObject);
                return;
            case OutcomeStatus.Processing:
                await unresolved.Remember(Attempt.Of(command, EntryKind.Cancel, 0));
                await http.WriteProcessing($"/v1/payments?requestNo={body.OriginalRequestNo}", 1, answer, AcquiringJson.Default.CancelObject);
                return;
            default:
                throw Refusals.Of(outcome, _ => (ApiCode.PAYMENT_UNKNOWN, "originalRequestNo"));
        }
    }

    private static CancelObject Decided(CancelObject answer, LedgerOutcome outcome)
    {
        var settled = outcome.Status == OutcomeStatus.Settled;
        var refunded = outcome.Kind == EntryKind.Refund;
        return answer with
        {
            Status = settled ? "SETTLED" : "DECLINED",
            // A payment that was refunded in full before needs no refund now; it is refunded all the same.
            Outcome = !settled ? null : refunded || outcome.RefundedTotal > 0 ? "REFUNDED" : "CANCELLED",
            DeclineCode = settled ? null : outcome.Code.ToString(),
            RefundedAmount = settled && refunded ? outcome.Amount : null,
            Shard = outcome.Shard,
            Seq = outcome.Seq,
        };
    }
}
