using Ecny.Contracts.Ledger;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Ecny.Wallets.Tests.Ledger;

/// <summary>What travels between Acquiring and the silo arrives as it was sent, whatever kind of list it was made with.</summary>
public sealed class SerializationTests
{
    private static readonly TransferId Id = TransferId.Of("op", NumberKind.Payment, "p-1");
    private static readonly ServiceProvider Services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    public static TheoryData<LedgerCommand> Commands => [.. All()];

    [Theory, MemberData(nameof(Commands))]
    public void a_command_arrives_as_it_was_sent(LedgerCommand command)
    {
        var serializer = Services.GetRequiredService<Serializer<LedgerCommand[]>>();
        var read = serializer.Deserialize(serializer.SerializeToArray([command]))![0];
        Assert.Equal(command.GetType(), read.GetType());
        Assert.Equivalent(command, read, strict: true);
    }

    [Fact]
    public void an_outcome_arrives_as_it_was_sent()
    {
        var outcome = new LedgerOutcome
        {
            Id = Id, Status = OutcomeStatus.Declined, Code = DeclineCode.BALANCE_CAP, Shard = 0, Seq = 7, AtMicros = 8, BusinessDate = new DateOnly(2026, 1, 5), Amount = 9,
            Kind = EntryKind.Payment, Parts = [.. Enumerable.Range(2, 3).Select(n => new Part(n, n))], Replayed = true, RefundedTotal = 3,
            Members = new List<LedgerOutcome> { new() { Id = Id, Status = OutcomeStatus.Settled } },
        };
        var serializer = Services.GetRequiredService<Serializer<LedgerOutcome[]>>();
        Assert.Equivalent(outcome, serializer.Deserialize(serializer.SerializeToArray([outcome]))![0], strict: true);
    }

    [Fact]
    public void a_snapshot_and_a_record_arrive_as_they_were_sent()
    {
        var snapshot = new WalletSnapshot
        {
            Wallet = 1, Class = WalletClass.II, State = WalletState.Frozen, Operator = "op", Available = 2, Held = 3, Bound = [new Part(2, 4)], AsOfSeq = 5, LastSeq = 6, District = "d", StateExpiresAtMicros = 7, StateAfter = WalletState.Normal,
        };
        var record = new LedgerRecord { Outcome = new() { Id = Id, Status = OutcomeStatus.Settled }, Institution = "op", Number = "n", DebitWallet = 1, CreditWallet = 2, Context = "{}" };
        Assert.Equivalent(snapshot, RoundTrip(snapshot), strict: true);
        Assert.Equivalent(record, RoundTrip(record), strict: true);
    }

    private static T RoundTrip<T>(T value)
    {
        var serializer = Services.GetRequiredService<Serializer<T>>();
        return serializer.Deserialize(serializer.SerializeToArray(value))!;
    }

    private static IEnumerable<LedgerCommand> All()
    {
        yield return new PaymentCommand
        {
            Id = Id, Institution = "acq", Number = "p-1", Fingerprint = -5, NotAfterMicros = 10, Context = """{"scenario":"S09"}""", TraceParent = "00-1-2-01", Bulk = true,
            Once = [OnceKey.PayCode("c")], Payer = 1, Token = Guid.NewGuid(), Payee = 2, Amount = 3, MerchantNo = "M", OrderExpiresAtMicros = 4, PayCodeExpiresAtMicros = 5,
            PayCodeMaxAmount = 6, Bound = [new Part(2, 7), new Part(3, 8)],
        };
        yield return new TransferCommand { Id = Id, Institution = "op", Number = "t", Fingerprint = 1, NotAfterMicros = 2, From = 3, To = 4, Amount = 5, Once = new List<OnceKey> { OnceKey.Order("a", "m", "o") } };
        yield return new ExchangeCommand { Id = Id, Institution = "op", Number = "x", Fingerprint = 1, NotAfterMicros = 2, OperatorAccount = 3, Wallet = 4, Amount = 5, In = true };
        yield return new HoldCommand { Id = Id, Institution = "op", Number = "h", Fingerprint = 1, NotAfterMicros = 2, Wallet = 3, Amount = 4, ExpiresAtMicros = 5, ConsumesLimits = false };
        yield return new HoldPostCommand { Id = Id, Institution = "op", Number = "hp", Fingerprint = 1, NotAfterMicros = 2, Hold = Id, Payee = 3, Amount = 4, BookAs = EntryKind.ExchangeOut };
        yield return new HoldVoidCommand { Id = Id, Institution = "op", Number = "hv", Fingerprint = 1, NotAfterMicros = 2, Hold = Id, Expiry = true };
        yield return new RefundCommand { Id = Id, Institution = "acq", Number = "r", Fingerprint = 1, NotAfterMicros = 2, Payment = Id, Amount = 3 };
        yield return new CancelCommand { Id = Id, Institution = "acq", Number = "c", Fingerprint = 1, NotAfterMicros = 2, Original = Id, OriginalNumber = "p-1" };
        yield return new OnceCloseCommand { Id = Id, Institution = "acq", Number = "o", Fingerprint = 1, NotAfterMicros = 2, Key = OnceKey.Order("a", "m", "o") };
        yield return new WalletOpenCommand { Id = Id, Institution = "op", Number = "w", Fingerprint = 1, NotAfterMicros = 2, Wallet = 3, Class = WalletClass.IV, State = WalletState.Processing, Operator = "op", District = "d" };
        yield return new WalletStateCommand { Id = Id, Institution = "op", Number = "s", Fingerprint = 1, NotAfterMicros = 2, Wallet = 3, State = WalletState.Lost, ExpiresAtMicros = 4 };
        yield return new TokenCommand { Id = Id, Institution = "op", Number = "k", Fingerprint = 1, NotAfterMicros = 2, Token = Guid.NewGuid(), Wallet = 3, MerchantNo = "M", PerPayment = 4, PerDay = 5, Revoke = true };
        yield return new IssueCommand { Id = Id, Institution = "platform", Number = "i", Fingerprint = 1, NotAfterMicros = 2, Issuance = 3, OperatorAccount = 4, Amount = 5 };
        yield return new ResolveCommand { Id = Id, Institution = "op", Number = "x", Fingerprint = 1, NotAfterMicros = 2, Kind = EntryKind.ExchangeIn, Amount = 3, Code = DeclineCode.INSUFFICIENT_FUNDS, DebitWallet = 4, CreditWallet = 5 };
        yield return new GroupCommand
        {
            Id = Id, Institution = "op", Number = "g", Fingerprint = 1, NotAfterMicros = 2,
            Members = [new TransferCommand { Id = Id, Institution = "op", Number = "t", Fingerprint = 1, NotAfterMicros = 2, From = 3, To = 4, Amount = 5 }],
        };
    }
}
