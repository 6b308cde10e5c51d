using Ecny.Contracts.Ledger;

namespace Ecny.Testing.Simulation;

/// <summary>Makes commands of every kind over few wallets, orders and holds, so that they meet.</summary>
internal sealed class CommandMaker(VirtualTime time, Random random)
{
    private const string Operator = "operator-a";
    private readonly List<TransferId> _payments = [];
    private readonly List<string> _paymentNumbers = [];
    private readonly List<TransferId> _holds = [];
    private readonly List<Guid> _tokens = [];
    private int _number;
    private int _serial = 100;

    public static readonly long Issuance = WalletNumber.Compose(WalletNumber.PlatformPrefix, 0);
    public static readonly long Account = WalletNumber.Compose(101, 0);
    public static readonly long Suspense = WalletNumber.Compose(101, 1);

    public List<long> Wallets { get; } = [];

    public long NowMicros => (time.UtcNow - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>The wallets, and money for them.</summary>
    public IEnumerable<LedgerCommand> City()
    {
        yield return Open(Issuance, WalletClass.Issuance);
        yield return Open(Account, WalletClass.Operator);
        yield return Open(Suspense, WalletClass.Suspense);
        var (id, number) = Next(NumberKind.System);
        yield return new IssueCommand { Id = id, Institution = "system", Number = number, Fingerprint = 7, NotAfterMicros = Deadline, Issuance = Issuance, OperatorAccount = Account, Amount = 100_000_000 };
        for (var i = 0; i < 10; i++)
        {
            var open = OpenNew();
            yield return open;
            (id, number) = Next(NumberKind.Exchange);
            yield return new ExchangeCommand { Id = id, Institution = Operator, Number = number, Fingerprint = 1, NotAfterMicros = Deadline, OperatorAccount = Account, Wallet = open.Wallet, Amount = random.Next(1_000, 300_000), In = true };
        }
    }

    public LedgerCommand Make() => random.Next(100) switch
    {
        < 34 => Payment(),
        < 50 => Transfer(),
        < 57 => Exchange(),
        < 65 => Hold(),
        < 72 => _holds.Count == 0 ? Hold() : HoldPost(),
        < 76 => _holds.Count == 0 ? Hold() : HoldVoid(),
        < 84 => _payments.Count == 0 ? Payment() : Refund(),
        < 88 => Cancel(),
        < 91 => OnceClose(),
        < 93 => OpenNew(),
        < 94 => State(),
        < 96 => Token(),
        < 98 => Fund(),
        _ => Group(),
    };

    /// <summary>The same number with other content.</summary>
    public static LedgerCommand OtherContent(LedgerCommand command) => command switch
    {
        PaymentCommand payment => payment with { Amount = payment.Amount + 1, Fingerprint = payment.Fingerprint + 1 },
        TransferCommand transfer => transfer with { Amount = transfer.Amount + 1, Fingerprint = transfer.Fingerprint + 1 },
        _ => command,
    };

    public static ResolveCommand Resolve(LedgerCommand command) => new()
    {
        Id = command.Id, Institution = command.Institution, Number = command.Number, Fingerprint = command.Fingerprint, NotAfterMicros = command.NotAfterMicros,
    };

    /// <summary>Stands for whatever command has this id.</summary>
    public static ResolveCommand Stub(TransferId id) => new() { Id = id, Institution = "", Number = "", Fingerprint = 0, NotAfterMicros = 0 };

    private long Deadline => NowMicros + 15_000_000;
    private long AWallet => Wallets[random.Next(Wallets.Count)];
    private long Amount => random.Next(10) == 0 ? random.Next(1, 1_000_000) : random.Next(1, 3_000);
    private OnceKey AnOrder => OnceKey.Order("acquirer", "m1", random.Next(40).ToString(System.Globalization.CultureInfo.InvariantCulture));

    private (TransferId Id, string Number) Next(NumberKind kind)
    {
        var number = $"n{++_number}";
        return (TransferId.Of(Operator, kind, number), number);
    }

    private WalletOpenCommand Open(long wallet, WalletClass walletClass)
    {
        var (id, number) = Next(NumberKind.Wallet);
        return new WalletOpenCommand { Id = id, Institution = Operator, Number = number, Fingerprint = 1, NotAfterMicros = Deadline, Wallet = wallet, Class = walletClass, Operator = Operator };
    }

    private WalletOpenCommand OpenNew()
    {
        var wallet = WalletNumber.Compose(101, _serial++);
        Wallets.Add(wallet);
        return Open(wallet, (WalletClass)random.Next(1, 6));
    }

    private PaymentCommand Payment()
    {
        var (id, number) = Next(NumberKind.Payment);
        _payments.Add(id);
        _paymentNumbers.Add(number);
        var token = _tokens.Count > 0 && random.Next(6) == 0;
        return new PaymentCommand
        {
            Id = id, Institution = Operator, Number = number, Fingerprint = 1, NotAfterMicros = Deadline, Amount = Amount, Payee = AWallet,
            Payer = token ? 0 : AWallet, Token = token ? _tokens[random.Next(_tokens.Count)] : null, MerchantNo = "m1",
            Once = random.Next(2) == 0 ? [AnOrder] : [], OrderExpiresAtMicros = random.Next(5) == 0 ? NowMicros + random.Next(3_000_000) : 0,
            PayCodeExpiresAtMicros = random.Next(8) == 0 ? NowMicros + random.Next(3_000_000) : 0,
            Bound = random.Next(8) == 0 ? [new Part(2, 500)] : [],
        };
    }

    private TransferCommand Transfer()
    {
        var (id, number) = Next(NumberKind.Transfer);
        return new TransferCommand { Id = id, Institution = Operator, Number = number, Fingerprint = 1, NotAfterMicros = Deadline, From = AWallet, To = AWallet, Amount = Amount };
    }

    private ExchangeCommand Exchange()
    {
        var (id, number) = Next(NumberKind.Exchange);
        return new ExchangeCommand { Id = id, Institution = Operator, Number = number, Fingerprint = 1, NotAfterMicros = Deadline, OperatorAccount = Account, Wallet = AWallet, Amount = Amount, In = random.Next(3) > 0 };
    }

    private HoldCommand Hold()
    {
        var (id, number) = Next(NumberKind.Hold);
        _holds.Add(id);
        return new HoldCommand { Id = id, Institution = Operator, Number = number, Fingerprint = 1, NotAfterMicros = Deadline, Wallet = AWallet, Amount = Amount, ExpiresAtMicros = random.Next(2) == 0 ? 0 : NowMicros + random.Next(1, 12_000_000) };
    }

    private HoldPostCommand HoldPost()
    {
        var (id, number) = Next(NumberKind.HoldPost);
        return new HoldPostCommand { Id = id, Institution = Operator, Number = number, Fingerprint = 1, NotAfterMicros = Deadline, Hold = _holds[random.Next(_holds.Count)], Payee = AWallet, Amount = random.Next(1, 1_500) };
    }

    private HoldVoidCommand HoldVoid()
    {
        var (id, number) = Next(NumberKind.HoldVoid);
        return new HoldVoidCommand { Id = id, Institution = Operator, Number = number, Fingerprint = 1, NotAfterMicros = Deadline, Hold = _holds[random.Next(_holds.Count)], Bulk = random.Next(2) == 0 };
    }

    private RefundCommand Refund()
    {
        var (id, number) = Next(NumberKind.Refund);
        return new RefundCommand { Id = id, Institution = Operator, Number = number, Fingerprint = 1, NotAfterMicros = Deadline, Payment = _payments[random.Next(_payments.Count)], Amount = random.Next(1, 2_000) };
    }

    private CancelCommand Cancel()
    {
        var (id, number) = Next(NumberKind.Cancel);
        // Some payments are cancelled that come later, or never.
        var original = _payments.Count > 0 && random.Next(4) > 0 ? _paymentNumbers[random.Next(_paymentNumbers.Count)] : $"n{_number + random.Next(1, 30)}";
        return new CancelCommand { Id = id, Institution = Operator, Number = number, Fingerprint = 1, NotAfterMicros = Deadline, Original = TransferId.Of(Operator, NumberKind.Payment, original), OriginalNumber = original };
    }

    private OnceCloseCommand OnceClose()
    {
        var (id, number) = Next(NumberKind.System);
        return new OnceCloseCommand { Id = id, Institution = Operator, Number = number, Fingerprint = 1, NotAfterMicros = Deadline, Key = AnOrder };
    }

    private WalletStateCommand State()
    {
        var (id, number) = Next(NumberKind.WalletState);
        var frozen = random.Next(4) == 0;
        return new WalletStateCommand
        {
            Id = id, Institution = Operator, Number = number, Fingerprint = 1, NotAfterMicros = Deadline, Wallet = AWallet, State = frozen ? WalletState.Frozen : WalletState.Normal,
            ExpiresAtMicros = frozen && random.Next(2) == 0 ? Deadline - random.Next(14_000_000) : 0,
        };
    }

    private TokenCommand Token()
    {
        var (id, number) = Next(NumberKind.Token);
        var revoke = _tokens.Count > 0 && random.Next(5) == 0;
        var token = revoke ? _tokens[random.Next(_tokens.Count)] : id.Value;
        if (!revoke) _tokens.Add(token);
        return new TokenCommand { Id = id, Institution = Operator, Number = number, Fingerprint = 1, NotAfterMicros = Deadline, Token = token, Wallet = AWallet, MerchantNo = "m1", PerPayment = random.Next(2) * 2_000, PerDay = random.Next(2) * 5_000, Revoke = revoke };
    }

    private LedgerCommand Fund()
    {
        var (id, number) = Next(NumberKind.Contract);
        var bucket = new BucketId(AWallet, 2);
        if (random.Next(3) == 0) return new FundReturnCommand { Id = id, Institution = Operator, Number = number, Fingerprint = 1, NotAfterMicros = Deadline, Bucket = bucket };
        return new FundCommand { Id = id, Institution = Operator, Number = number, Fingerprint = 1, NotAfterMicros = Deadline, Funder = AWallet, Bucket = bucket, Amount = Amount, ReturnTo = Wallets[0] };
    }

    private GroupCommand Group()
    {
        var (id, number) = Next(NumberKind.Group);
        return new GroupCommand { Id = id, Institution = Operator, Number = number, Fingerprint = 1, NotAfterMicros = Deadline, Members = [Transfer(), Transfer(), Transfer()] };
    }
}
