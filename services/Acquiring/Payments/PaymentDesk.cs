using Ecny.Acquiring.Ledger;
using Ecny.Acquiring.Resolution;
using Ecny.Contracts.Errors;
using Ecny.Contracts.Ledger;
using Ecny.ServiceDefaults;

namespace Ecny.Acquiring.Payments;

/// <summary>Has a prepared payment decided and answers it. Only the ledger says what became of it.</summary>
public sealed class PaymentDesk(LedgerDesk ledger, UnresolvedStore unresolved)
{
    private const int RetryAfterSeconds = 1;

    public async Task Answer(HttpContext http, PreparedPayment payment)
    {
        var command = payment.Command;
        if (payment.Objection is { } objection && await ledger.Find(command.Id) is null) throw objection;
        var outcome = await ledger.Decide(command);
        AcquiringMetrics.Payment(payment.Method, outcome);
        switch (outcome.Status)
        {
            case OutcomeStatus.Settled or OutcomeStatus.Declined when !outcome.Replayed:
                await http.WriteJson(200, PaymentObject.Of(outcome, command.Number, payment.Context), AcquiringJson.Default.PaymentObject);
                return;
            case OutcomeStatus.Settled or OutcomeStatus.Declined:
                http.MarkReplayed();
                var record = await ledger.Find(command.Id) ?? throw new ApiException(ApiCode.UNAVAILABLE);
                await http.WriteJson(200, PaymentObject.Of(record), AcquiringJson.Default.PaymentObject);
                return;
            case OutcomeStatus.Processing:
                await unresolved.Remember(Attempt.Of(command, EntryKind.Payment, command.Amount));
                await Processing(http, PaymentObject.Pending(command.Id, command.Number, command.Amount, payment.Context));
                return;
            default:
                throw Refusals.Of(outcome, refusal => refusal switch
                {
                    Refusal.PayerUnknown or Refusal.TokenUnknown or Refusal.WalletUnknown => (ApiCode.PAYER_UNKNOWN, payment.PayerField),
                    Refusal.PayeeUnknown => (ApiCode.PAYEE_UNKNOWN, "merchantNo"),
                    _ => (ApiCode.NOT_ALLOWED, payment.PayerField),
                });
        }
    }

    /// <summary>The payment as it stands, for the institution that sent it or that acquired it; null when there is none for it.</summary>
    public async Task<PaymentObject?> Find(TransferId id, string institution, CancellationToken cancel)
    {
        var record = await Record(id, cancel);
        if (record.Known is { } known) return IsPayment(known) && MaySee(known.Institution, known.Context, institution) ? PaymentObject.Of(known) : null;
        if (record.Open is not { } open || open.Kind != EntryKind.Payment || !MaySee(open.Institution, open.Context, institution)) return null;
        return PaymentObject.Pending(open.Id, open.Number, open.Amount, EntryContext.Parse(open.Context));
    }

    public static Task Processing(HttpContext http, PaymentObject payment) =>
        http.WriteProcessing($"/v1/payments/{payment.PaymentNo}", RetryAfterSeconds, payment, AcquiringJson.Default.PaymentObject);

    public static bool IsPayment(LedgerRecord record) =>
        TransferId.Of(record.Institution, NumberKind.Payment, record.Number) == record.Outcome.Id;

    /// <summary>
    /// What the ledger remembers, or else the attempt that was answered 202. A question ends the uncertainty where it can: an attempt still open
    /// is put to the ledger once more.
    /// </summary>
    public async Task<(LedgerRecord? Known, Attempt? Open)> Record(TransferId id, CancellationToken cancel)
    {
        if (await ledger.Find(id) is { } known) return (known, null);
        // Decided and removed between the two looks: the ledger has it by then.
        if (await unresolved.Find(id, cancel) is not { } open) return (await ledger.Find(id), null);
        var outcome = await ledger.Decide(open.Question());
        return outcome.Status is OutcomeStatus.Settled or OutcomeStatus.Declined && await ledger.Find(id) is { } decided ? (decided, null) : (null, open);
    }

    private static bool MaySee(string sender, string context, string institution) =>
        sender == institution || EntryContext.Parse(context).Acquirer == institution;
}
