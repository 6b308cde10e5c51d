using System.Globalization;
using Ecny.Bench.Load;
using Ecny.Contracts.Ledger;

namespace Ecny.Bench.CatchUp;

/// <summary>
/// A city's commands, one lane of them: payments in all sixteen scenarios by every method (two thirds), transfers, exchanges in and out, refunds, cancels, closed orders, tokens,
/// and what is declined. Payers and merchants by Zipf 1.0. What a command needs of earlier ones (a refund its payment) is taken from what the lane has seen settle.
/// </summary>
internal sealed class LifeSource(int lane)
{
    private const int Remembered = 4_096;
    private static readonly long Deadline = DateTimeOffset.UtcNow.AddDays(1).ToUnixTimeMilliseconds() * 1000;
    private static readonly string[] Methods = ["PAY_CODE", "TOKEN", "STATIC_CODE", "ORDER"], Channels = ["POS", "APP", "H5", "QR"];

    private readonly Random random = new(HashCode.Combine(lane, 20260401));
    private readonly Zipf payers = new(LifeCity.Persons), merchants = new(LifeCity.Merchants);
    private readonly Queue<(PaymentCommand Payment, long Merchant)> paid = new();
    private readonly Queue<HoldCommand> held = new();
    private readonly Dictionary<TransferId, (LedgerCommand Command, long Merchant)> open = [];
    private long count;

    public LedgerCommand Next() => random.Next(100) switch
    {
        < 65 => Payment(Amount()),
        < 82 => Transfer(),
        < 88 => Exchange(),
        < 91 when held.Count == 0 => Hold(),
        < 92 => held.Count > 0 ? Post(held.Dequeue()) : Hold(),
        < 95 when paid.Count > 0 => Refund(),
        < 96 when paid.Count > 0 => Cancel(),
        < 97 => Close(),
        < 98 => Token(),
        _ => Payment(100_000_000_000_000),
    };

    /// <summary>Tells what became of a command.</summary>
    public void Settled(LedgerOutcome outcome)
    {
        if (!open.Remove(outcome.Id, out var known) || outcome.Status != OutcomeStatus.Settled) return;
        if (known.Command is HoldCommand hold) held.Enqueue(hold);
        else if (known.Command is PaymentCommand payment && paid.Count < Remembered) paid.Enqueue((payment, known.Merchant));
    }

    private PaymentCommand Payment(long amount)
    {
        var merchant = merchants.Rank(random.NextDouble()) - 1;
        var (payer, method, number) = (Payer(), random.Next(Methods.Length), Number("p"));
        var (acquirer, order) = (LifeCity.Acquirer(merchant), Methods[method] == "ORDER" ? $"O{number}" : null);
        var context = new EntryContext
        {
            Scenario = string.Create(CultureInfo.InvariantCulture, $"S{merchant % 16 + 1:00}"), Method = Methods[method], Acquirer = acquirer, Merchant = MerchantNo(merchant),
            Store = $"{MerchantNo(merchant)}-1", Terminal = method == 0 ? $"T{merchant % 900 + 100}" : null, Channel = Channels[random.Next(Channels.Length)], Order = order,
            MerchantDistrict = LifeCity.District(merchant), Device = string.Create(CultureInfo.InvariantCulture, $"d-{payer.Wallet % 1_000_000_007:x8}"),
        };
        return Remember(new PaymentCommand
        {
            Id = TransferId.Of(acquirer, NumberKind.Payment, number), Institution = acquirer, Number = number, Fingerprint = amount, NotAfterMicros = Deadline,
            Context = context.ToJson(), Payer = payer.Wallet, Payee = LifeCity.Merchant(merchant).Wallet, Amount = amount, MerchantNo = MerchantNo(merchant),
            Once = order is null ? [] : [OnceKey.Order(acquirer, MerchantNo(merchant), order)],
        }, merchant);
    }

    private TransferCommand Transfer()
    {
        // Mostly between those who know each other.
        var from = payers.Rank(random.NextDouble()) - 1;
        var to = random.Next(20) == 0 ? random.NextInt64(LifeCity.Persons) : (from + 1 + random.Next(8) * 7_919) % LifeCity.Persons;
        if (to == from) to = (to + 1) % LifeCity.Persons;
        var (payer, number) = (LifeCity.Person(from), Number("t"));
        var institution = LifeCity.Operator(payer.Operator);
        return new TransferCommand
        {
            Id = TransferId.Of(institution, NumberKind.Transfer, number), Institution = institution, Number = number, Fingerprint = from, NotAfterMicros = Deadline,
            Context = new EntryContext { Scenario = "S12", Remark = "bench" }.ToJson(), From = payer.Wallet, To = LifeCity.Person(to).Wallet, Amount = Amount(),
        };
    }

    private ExchangeCommand Exchange()
    {
        var (person, number) = (Payer(), Number("x"));
        return Fill(person, number, 1_000 + random.NextInt64(50_000));
    }

    /// <summary>Money into a wallet from its operator's account (兑出).</summary>
    public static ExchangeCommand Fill(Holder person, string number, long amount)
    {
        var institution = LifeCity.Operator(person.Operator);
        return new ExchangeCommand
        {
            Id = TransferId.Of(institution, NumberKind.Exchange, number), Institution = institution, Number = number, Fingerprint = amount, NotAfterMicros = Deadline,
            Context = new EntryContext { BankToken = string.Create(CultureInfo.InvariantCulture, $"b-{person.Wallet % 1_000_000_007:x8}") }.ToJson(),
            OperatorAccount = LifeCity.Account(person.Operator), Wallet = person.Wallet, Amount = amount, In = true,
        };
    }

    private HoldCommand Hold()
    {
        var (person, number) = (Payer(), Number("h"));
        var institution = LifeCity.Operator(person.Operator);
        return Remember(new HoldCommand
        {
            Id = TransferId.Of(institution, NumberKind.Hold, number), Institution = institution, Number = number, Fingerprint = person.Wallet, NotAfterMicros = Deadline,
            Context = new EntryContext { BankToken = "b-out" }.ToJson(), Wallet = person.Wallet, Amount = Amount(), ConsumesLimits = false,
        }, 0);
    }

    private static HoldPostCommand Post(HoldCommand hold) => new()
    {
        Id = TransferId.Of(hold.Institution, NumberKind.Exchange, hold.Number), Institution = hold.Institution, Number = hold.Number, Fingerprint = hold.Fingerprint, NotAfterMicros = Deadline,
        Context = hold.Context, Hold = hold.Id, Payee = LifeCity.Account(WalletNumber.PrefixOf(hold.Wallet) - WalletNumber.PrefixOf(LifeCity.Account(0))), Amount = hold.Amount, BookAs = EntryKind.ExchangeOut,
    };

    private RefundCommand Refund()
    {
        var ((payment, merchant), number) = (paid.Dequeue(), Number("r"));
        return new RefundCommand
        {
            Id = TransferId.Of(payment.Institution, NumberKind.Refund, number), Institution = payment.Institution, Number = number, Fingerprint = payment.Amount, NotAfterMicros = Deadline,
            Context = UndoOf(payment, merchant), Payment = payment.Id, Amount = random.Next(2) == 0 ? payment.Amount : Math.Max(1, payment.Amount / 3),
        };
    }

    private CancelCommand Cancel()
    {
        var ((payment, merchant), number) = (paid.Dequeue(), Number("c"));
        return new CancelCommand
        {
            Id = TransferId.Of(payment.Institution, NumberKind.Cancel, number), Institution = payment.Institution, Number = number, Fingerprint = payment.Amount, NotAfterMicros = Deadline,
            Context = UndoOf(payment, merchant), Original = payment.Id, OriginalNumber = payment.Number,
        };
    }

    private OnceCloseCommand Close()
    {
        var (merchant, number) = (merchants.Rank(random.NextDouble()) - 1, Number("o"));
        var acquirer = LifeCity.Acquirer(merchant);
        return new OnceCloseCommand
        {
            Id = TransferId.Of(acquirer, NumberKind.System, number), Institution = acquirer, Number = number, Fingerprint = merchant, NotAfterMicros = Deadline,
            Context = new EntryContext { Acquirer = acquirer }.ToJson(), Key = OnceKey.Order(acquirer, MerchantNo(merchant), number),
        };
    }

    private TokenCommand Token()
    {
        var (person, merchant, number) = (Payer(), merchants.Rank(random.NextDouble()) - 1, Number("k"));
        var institution = LifeCity.Operator(person.Operator);
        return new TokenCommand
        {
            Id = TransferId.Of(institution, NumberKind.Token, number), Institution = institution, Number = number, Fingerprint = person.Wallet, NotAfterMicros = Deadline,
            Context = new EntryContext { Merchant = MerchantNo(merchant) }.ToJson(), Token = TransferId.Of(institution, NumberKind.Token, number).Value, Wallet = person.Wallet, MerchantNo = MerchantNo(merchant),
        };
    }

    private static string UndoOf(PaymentCommand payment, long merchant) => new EntryContext
    {
        Scenario = string.Create(CultureInfo.InvariantCulture, $"S{merchant % 16 + 1:00}"), Acquirer = payment.Institution, Merchant = MerchantNo(merchant),
        MerchantDistrict = LifeCity.District(merchant), Original = payment.Id.ToString(),
    }.ToJson();

    private static string MerchantNo(long merchant) => string.Create(CultureInfo.InvariantCulture, $"M{merchant}");

    private Holder Payer() => LifeCity.Person(payers.Rank(random.NextDouble()) - 1);

    /// <summary>¥1 … ¥200, the small ones far more often.</summary>
    private long Amount() => 100 + (long)(19_900 * Math.Pow(random.NextDouble(), 3));

    private string Number(string kind) => string.Create(CultureInfo.InvariantCulture, $"{kind}{lane}-{count++}");

    private T Remember<T>(T command, long merchant) where T : LedgerCommand
    {
        open[command.Id] = (command, merchant);
        return command;
    }
}
