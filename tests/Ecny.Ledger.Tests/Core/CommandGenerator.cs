using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;

namespace Ecny.Ledger.Tests.Core;

/// <summary>Random commands over a handful of wallets, so that everything collides: numbers, orders, codes, holds, days, limits.</summary>
internal sealed class CommandGenerator(int seed)
{
    /// <summary>Limits tight enough that a few thousand commands meet every one of them.</summary>
    public static Policy TightPolicy { get; } = new(
    [
        Version(new DateOnly(2020, 1, 1), Regime.M0, 300_000), Version(new DateOnly(2026, 1, 1), Regime.Deposit, 400_000),
    ], new TimeOnly(23, 30));

    public const long Start = 1_767_109_800_000_000; // 2025-12-30T15:50:00Z, 23:50 in UTC+8: policy, year and days change on the way
    public static readonly long Issuance = WalletNumber.Compose(100, 0);
    public static readonly long Account = WalletNumber.Compose(101, 0);
    public static readonly long[] Customers = [.. Enumerable.Range(100, 12).Select(serial => WalletNumber.Compose(101, serial))];
    private static readonly WalletClass[] Classes = [WalletClass.I, WalletClass.II, WalletClass.III, WalletClass.IV, WalletClass.Corporate, WalletClass.IV];
    private static readonly long[] Amounts = [1, 2, 3, 7, 100, 999, 100_000, 200_000, 200_001, 450_000, 500_000, 900_000, 2_000_000, 5_000_000, 5_000_001, 50_000_000];

    private readonly Random _random = new(seed);
    private readonly List<TransferId> _ids = [];
    private readonly List<Guid> _tokens = [];
    private long _now = Start;
    private int _next;

    public long Now => _now;

    public IEnumerable<LedgerCommand> Opening()
    {
        yield return Open(Issuance, WalletClass.Issuance);
        yield return Open(Account, WalletClass.Operator);
        yield return Open(WalletNumber.Compose(101, 1), WalletClass.Suspense);
        for (var i = 0; i < Customers.Length; i++) yield return Open(Customers[i], Classes[i % Classes.Length]);
        yield return With(new IssueCommand { Id = default, Institution = "", Number = "", Fingerprint = 0, NotAfterMicros = 0, Issuance = Issuance, OperatorAccount = Account, Amount = 60_000_000 });
    }

    public LedgerCommand Next()
    {
        _now += _random.Next(100) switch { < 80 => _random.Next(2_000_000), < 95 => _random.NextInt64(60_000_000), < 99 => _random.NextInt64(7_200_000_000), _ => _random.NextInt64(200_000_000_000) };
        return _random.Next(30) == 0 ? Group() : Single();
    }

    private static PolicyVersion Version(DateOnly from, Regime regime, long yearOfClassIv) => new()
    {
        From = from, Regime = regime,
        Limits = Policy.Shipped.At(from).Limits.ToDictionary(
            limits => limits.Key, limits => limits.Key == WalletClass.IV ? limits.Value with { PerYear = yearOfClassIv } : limits.Value),
    };

    private LedgerCommand Single() => _random.Next(100) switch
    {
        < 15 => Exchange(),
        < 40 => Payment(),
        < 50 => Transfer(),
        < 57 => With(new HoldCommand { Id = default, Institution = "", Number = "", Fingerprint = 0, NotAfterMicros = 0, Wallet = Wallet(), Amount = Amount(), ExpiresAtMicros = Maybe(_now + _random.NextInt64(40_000_000)), ConsumesLimits = _random.Next(4) > 0 }),
        < 64 => With(new HoldPostCommand { Id = default, Institution = "", Number = "", Fingerprint = 0, NotAfterMicros = 0, Hold = Id(), Payee = Wallet(), Amount = Amount(), BookAs = _random.Next(3) == 0 ? EntryKind.ExchangeOut : EntryKind.HoldPost }),
        < 69 => With(new HoldVoidCommand { Id = default, Institution = "", Number = "", Fingerprint = 0, NotAfterMicros = 0, Hold = Id(), Expiry = _random.Next(3) == 0 }),
        < 80 => With(new RefundCommand { Id = default, Institution = "", Number = "", Fingerprint = 0, NotAfterMicros = 0, Payment = Id(), Amount = Amount() }),
        < 84 => With(new CancelCommand { Id = default, Institution = "", Number = "", Fingerprint = 0, NotAfterMicros = 0, Original = _random.Next(4) == 0 ? TransferId.Of("bank", NumberKind.Payment, "n" + (_next + _random.Next(1, 20))) : Id(), OriginalNumber = "x" }),
        < 86 => With(new OnceCloseCommand { Id = default, Institution = "", Number = "", Fingerprint = 0, NotAfterMicros = 0, Key = Order() }),
        < 88 => State(),
        < 91 => Token(),
        < 94 => Fund(),
        < 96 => With(new FundReturnCommand { Id = default, Institution = "", Number = "", Fingerprint = 0, NotAfterMicros = 0, Bucket = new BucketId(Wallet(), _random.Next(1, 5)) }),
        < 97 when _random.Next(2) == 0 => Open(Customers[_random.Next(Customers.Length)], WalletClass.II),
        < 97 => With(new IssueCommand { Id = default, Institution = "", Number = "", Fingerprint = 0, NotAfterMicros = 0, Issuance = _random.Next(4) == 0 ? Wallet() : Issuance, OperatorAccount = Account, Amount = Amount() }),
        _ => With(new ResolveCommand { Id = default, Institution = "", Number = "", Fingerprint = 0, NotAfterMicros = 0, Amount = Amount() }, deadline: _now + _random.NextInt64(-5_000_000, 5_000_000)),
    };

    private LedgerCommand Group()
    {
        var members = Enumerable.Range(0, _random.Next(1, 4)).Select(_ => _random.Next(2) == 0 ? Transfer(fresh: true) : PlainPayment()).ToArray();
        if (_random.Next(10) == 0) members = [.. members, members[0]];
        return With(new GroupCommand { Id = default, Institution = "", Number = "", Fingerprint = 0, NotAfterMicros = 0, Members = members }, fresh: true);
    }

    private LedgerCommand Open(long wallet, WalletClass walletClass) =>
        With(new WalletOpenCommand { Id = default, Institution = "", Number = "", Fingerprint = 0, NotAfterMicros = 0, Wallet = wallet, Class = walletClass, Operator = "op", District = "D1" }, fresh: true);

    private LedgerCommand Exchange() => With(new ExchangeCommand
    {
        Id = default, Institution = "", Number = "", Fingerprint = 0, NotAfterMicros = 0, OperatorAccount = _random.Next(20) == 0 ? Wallet() : Account, Wallet = Wallet(), Amount = Amount(), In = _random.Next(4) > 0,
    });

    private LedgerCommand Transfer(bool fresh = false) => With(new TransferCommand
    {
        Id = default, Institution = "", Number = "", Fingerprint = 0, NotAfterMicros = 0, From = Wallet(), To = Wallet(), Amount = Amount(),
    }, fresh: fresh);

    private LedgerCommand PlainPayment() => With(new PaymentCommand
    {
        Id = default, Institution = "", Number = "", Fingerprint = 0, NotAfterMicros = 0, Payer = Wallet(), Payee = Wallet(), Amount = Amount(),
    }, fresh: true);

    private LedgerCommand Payment() => With(new PaymentCommand
    {
        Id = default, Institution = "", Number = "", Fingerprint = 0, NotAfterMicros = 0, Payee = Wallet(), Amount = Amount(), MerchantNo = "M" + _random.Next(2),
        Once = _random.Next(3) switch { 0 => [], 1 => [Order()], _ => [Order(), OnceKey.PayCode("c" + _random.Next(40))] },
        OrderExpiresAtMicros = Maybe(_now + _random.NextInt64(-1_000_000, 20_000_000)), PayCodeExpiresAtMicros = Maybe(_now + _random.NextInt64(-1_000_000, 20_000_000)),
        PayCodeMaxAmount = Maybe(Amount()),
    }) is PaymentCommand payment && _random.Next(4) == 0 && _tokens.Count > 0
        ? payment with { Token = _tokens[_random.Next(_tokens.Count)] }
        : Bound();

    private LedgerCommand Bound() => With(new PaymentCommand
    {
        Id = default, Institution = "", Number = "", Fingerprint = 0, NotAfterMicros = 0, Payer = Wallet(), Payee = Wallet(), Amount = Amount(),
        Bound = [.. Enumerable.Range(2, 3).Where(_ => _random.Next(2) == 0).Select(number => new Part(number, Amount()))],
    });

    private LedgerCommand State() => With(new WalletStateCommand
    {
        Id = default, Institution = "", Number = "", Fingerprint = 0, NotAfterMicros = 0, Wallet = Wallet(), ExpiresAtMicros = Maybe(_now + _random.NextInt64(-1_000_000, 60_000_000)),
        State = _random.Next(24) switch { 0 or 1 => WalletState.Frozen, 2 or 3 => WalletState.ReceiveOnly, 4 => WalletState.Closed, 5 => WalletState.Lost, _ => WalletState.Normal },
    });

    private LedgerCommand Token()
    {
        var revoke = _tokens.Count > 0 && _random.Next(4) == 0;
        var token = revoke || (_tokens.Count > 0 && _random.Next(10) == 0) ? _tokens[_random.Next(_tokens.Count)] : Hashing.Id(200, $"{seed}-{_next}");
        _tokens.Add(token);
        return With(new TokenCommand
        {
            Id = default, Institution = "", Number = "", Fingerprint = 0, NotAfterMicros = 0, Token = token, Wallet = Wallet(), MerchantNo = "M" + _random.Next(2),
            PerPayment = Maybe(Amount()), PerDay = Maybe(Amount() * 2), Revoke = revoke,
        });
    }

    private LedgerCommand Fund() => With(new FundCommand
    {
        Id = default, Institution = "", Number = "", Fingerprint = 0, NotAfterMicros = 0, Funder = Wallet(), Bucket = new BucketId(Wallet(), _random.Next(1, 5)), Amount = Amount(),
        ExpiresAtMicros = _random.Next(3) == 0 ? 0 : _now + _random.NextInt64(3_600_000_000), ReturnTo = Wallet(),
    });

    /// <summary>Gives a command its number: mostly new, sometimes one that was used, with the same or other content.</summary>
    private LedgerCommand With(LedgerCommand command, bool fresh = false, long? deadline = null)
    {
        var number = fresh || _random.Next(20) > 0 ? $"n{++_next}" : $"n{_random.Next(_next + 1)}";
        var id = TransferId.Of("bank", NumberKind.Payment, number);
        _ids.Add(id);
        return command with
        {
            Id = id, Institution = "bank", Number = number, Fingerprint = Hashing.Fingerprint(command.GetType().Name, _random.Next(10) == 0 ? "other" : number),
            NotAfterMicros = deadline ?? (_random.Next(30) == 0 ? _now - 1 : _now + 15_000_000),
        };
    }

    private TransferId Id() => _ids[_random.Next(Math.Max(0, _ids.Count - 60), _ids.Count)];
    private long Wallet() => _random.Next(60) == 0 ? WalletNumber.Compose(101, 999) : Customers[_random.Next(Customers.Length)];
    private long Amount() => _random.Next(3) == 0 ? Amounts[_random.Next(Amounts.Length)] : _random.NextInt64(1, 3_000);
    private long Maybe(long value) => _random.Next(3) == 0 ? value : 0;
    private OnceKey Order() => OnceKey.Order("acquirer", "M", "o" + _random.Next(200));
}
