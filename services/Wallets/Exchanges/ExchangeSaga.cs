using Ecny.Contracts.Ledger;
using Ecny.Wallets.Numbers;

namespace Ecny.Wallets.Exchanges;

/// <summary>
/// The steps of an exchange between bank and ledger. Each step is idempotent by a number derived from the exchange's, so the whole may be repeated from
/// the start by anybody at any time: after a crash, by the sweeper, by the caller's repetition. The ledger's answer is the exchange's answer.
/// </summary>
/// <remarks>
/// In: bank debit → ledger credit; declined by the ledger → the bank gets its debit back.
/// Out, an account that accepts at once: ledger debit → bank credit. Out, any other account: hold → bank credit → post the hold, or void it when the bank declines.
/// </remarks>
public sealed class ExchangeSaga(LedgerClient ledger, IBank bank, TimeProvider time)
{
    /// <summary>The answer, or null: not known yet, do it again.</summary>
    public Task<ExchangeResult?> Advance(Exchange exchange, CancellationToken stop) =>
        exchange.Inward ? In(exchange, stop)
        : bank.AcceptsAtOnce(exchange.BankAccountToken) ? OutAtOnce(exchange, stop)
        : OutByHold(exchange, stop);

    private async Task<ExchangeResult?> In(Exchange exchange, CancellationToken stop)
    {
        var debit = await bank.Debit(exchange.Leg, stop);
        if (debit == BankAnswer.Unknown) return null;
        if (debit == BankAnswer.Declined) return await Decline(exchange, DeclineCode.INSUFFICIENT_FUNDS);
        var result = Decided(await ledger.Decide(Move(exchange), CancellationToken.None));
        if (result is null or { Code: DeclineCode.None }) return result;
        return await bank.Reverse(exchange.Leg, stop) == BankAnswer.Settled ? result : null;
    }

    private async Task<ExchangeResult?> OutAtOnce(Exchange exchange, CancellationToken stop)
    {
        var result = Decided(await ledger.Decide(Move(exchange), CancellationToken.None));
        if (result is null or { Code: not DeclineCode.None }) return result;
        return await bank.Credit(exchange.Leg, stop) == BankAnswer.Settled ? result : null;
    }

    private async Task<ExchangeResult?> OutByHold(Exchange exchange, CancellationToken stop)
    {
        var held = Decided(await ledger.Decide(Hold(exchange), CancellationToken.None));
        if (held is null) return null;
        // The hold is a step, under a number of its own: what the caller asks for by its exchangeNo is the exchange.
        if (held.Code != DeclineCode.None) return await Decline(exchange, held.Code);
        var credit = await bank.Credit(exchange.Leg, stop);
        if (credit == BankAnswer.Unknown) return null;
        if (credit == BankAnswer.Settled) return Decided(await ledger.Decide(Post(exchange), CancellationToken.None));
        var released = await ledger.Decide(Void(exchange), CancellationToken.None);
        return Decided(released) is null ? null : await Decline(exchange, DeclineCode.PAYEE_NOT_ACCEPTING);
    }

    /// <summary>The bank, or the ledger at an earlier step, said no: the ledger remembers the exchange as declined.</summary>
    private async Task<ExchangeResult?> Decline(Exchange exchange, DeclineCode code) => Decided(await ledger.Decide(new ResolveCommand
    {
        Id = exchange.Id, Institution = exchange.Institution, Number = exchange.RequestNo, Fingerprint = exchange.Fingerprint, NotAfterMicros = 0,
        Context = Context(exchange), Kind = exchange.Inward ? EntryKind.ExchangeIn : EntryKind.ExchangeOut, Amount = exchange.Amount, Code = code,
        DebitWallet = exchange.Inward ? AccountOf(exchange) : exchange.Wallet, CreditWallet = exchange.Inward ? exchange.Wallet : AccountOf(exchange),
    }));

    private ExchangeCommand Move(Exchange exchange) => new()
    {
        Id = exchange.Id, Institution = exchange.Institution, Number = exchange.RequestNo, Fingerprint = exchange.Fingerprint, NotAfterMicros = time.NotAfter(),
        Context = Context(exchange), TraceParent = Clock.TraceParent,
        OperatorAccount = AccountOf(exchange), Wallet = exchange.Wallet, Amount = exchange.Amount, In = exchange.Inward,
    };

    private HoldCommand Hold(Exchange exchange) => new()
    {
        Id = HoldOf(exchange), Institution = exchange.Institution, Number = Step(exchange, "hold"), Fingerprint = exchange.Fingerprint,
        NotAfterMicros = time.NotAfter(), Context = Context(exchange), TraceParent = Clock.TraceParent,
        Wallet = exchange.Wallet, Amount = exchange.Amount, ConsumesLimits = false,
    };

    // Once the bank has paid, the posting must not expire.
    private static HoldPostCommand Post(Exchange exchange) => new()
    {
        Id = exchange.Id, Institution = exchange.Institution, Number = exchange.RequestNo, Fingerprint = exchange.Fingerprint, NotAfterMicros = long.MaxValue,
        Context = Context(exchange), TraceParent = Clock.TraceParent,
        Hold = HoldOf(exchange), Payee = AccountOf(exchange), Amount = exchange.Amount, BookAs = EntryKind.ExchangeOut,
    };

    private static HoldVoidCommand Void(Exchange exchange) => new()
    {
        Id = TransferId.Of(exchange.Institution, NumberKind.System, Step(exchange, "void")), Institution = exchange.Institution, Number = Step(exchange, "void"),
        Fingerprint = exchange.Fingerprint, NotAfterMicros = long.MaxValue, Context = Context(exchange), Hold = HoldOf(exchange),
    };

    private static ExchangeResult? Decided(LedgerOutcome outcome) => outcome.Status switch
    {
        OutcomeStatus.Settled or OutcomeStatus.Declined => new ExchangeResult(outcome.Code, outcome.Seq),
        OutcomeStatus.Processing or OutcomeStatus.Overloaded or OutcomeStatus.Unavailable => null,
        _ => throw new InvalidOperationException($"The ledger answered step {outcome.Id} of an exchange with {outcome.Status} {outcome.Refusal}."),
    };

    private static TransferId HoldOf(Exchange exchange) => TransferId.Of(exchange.Institution, NumberKind.System, Step(exchange, "hold"));

    private static string Step(Exchange exchange, string step) => $"exchange-{step}-{exchange.RequestNo}";

    private static long AccountOf(Exchange exchange) => WalletNumber.Compose(WalletNumber.PrefixOf(exchange.Wallet), 0);

    private static string Context(Exchange exchange) => new EntryContext { BankToken = exchange.BankAccountToken }.ToJson();
}
