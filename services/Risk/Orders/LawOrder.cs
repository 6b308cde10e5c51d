using Ecny.Risk.Alerts;
using Ecny.Risk.Hosting;

namespace Ecny.Risk.Orders;

/// <summary>An order as it is recorded, and what became of it.</summary>
internal sealed record LawOrder
{
    public const string NoMatch = "NO_MATCH", StoppedTwice = "STOPPED_TWICE", WalletNotOpen = "WALLET_NOT_OPEN";

    public Guid Id { get; init; }
    public long Number { get; init; }
    public string Institution { get; init; } = "";
    public string RequestNo { get; init; } = "";
    public long Fingerprint { get; init; }
    public string Kind { get; init; } = "";
    public string WalletId { get; init; } = "";
    public string NameToken { get; init; } = "";
    public long? Amount { get; init; }
    public DateTime? OccurredAt { get; init; }
    public string Authority { get; init; } = "";
    public string DocumentNo { get; init; } = "";
    public DateTime ReceivedAt { get; init; }
    /// <summary>Null: being carried out.</summary>
    public bool? Executed { get; init; }
    public string? Reason { get; init; }
    public DateTime? StoppedAt { get; init; }
    public DateTime? ExpiresAt { get; init; }
    public long? BalanceBefore { get; init; }
    public long? BalanceAfter { get; init; }

    public LawOrderView View(DateTimeOffset now) => new()
    {
        OrderNo = Id.ToString("N"), RequestNo = RequestNo, Kind = Kind, WalletId = WalletId, Status = Executed switch { true => "EXECUTED", false => "REFUSED", null => "PROCESSING" },
        Reason = Reason, Explanation = Explain(), StoppedAt = At(StoppedAt), ExpiresAt = At(ExpiresAt), InForce = ExpiresAt is { } end ? end > now.UtcDateTime : null,
        BalanceBeforeAmount = BalanceBefore, BalanceAfterAmount = BalanceAfter, Amount = Amount, OccurredAt = At(OccurredAt), Authority = Authority, DocumentNo = DocumentNo,
        ReceivedAt = RiskWords.At(ReceivedAt),
    };

    private TextView? Explain() => Reason switch
    {
        NoMatch => new("钱包与户名标识不相符，未采取任何措施", "Wallet and name token do not match; nothing was done"),
        StoppedTwice => new("该钱包因同一案件已止付两次", "The wallet was stopped twice for this case already"),
        WalletNotOpen => new("钱包尚未启用或已注销，无可止付", "The wallet is not open yet or closed: there is nothing to stop"),
        _ => null,
    };

    private static DateTimeOffset? At(DateTime? at) => at is { } time ? RiskWords.At(time) : null;
}
