using Ecny.Acquiring.Codes;
using Ecny.Contracts.Ledger;

namespace Ecny.Acquiring.Orders;

/// <summary>
/// What a merchant asks to be paid. Written once, never changed: whether it is paid, closed or refunded is what the ledger says about
/// <see cref="Key"/>.
/// </summary>
public sealed record Order
{
    /// <summary>Text of the once-key: the hash of acquirer, merchantNo and merchantOrderNo.</summary>
    public required Guid Id { get; init; }
    public required string Acquirer { get; init; }
    public required string MerchantNo { get; init; }
    public required string MerchantOrderNo { get; init; }
    /// <summary>Fen.</summary>
    public required long Amount { get; init; }
    public required string Subject { get; init; }
    public string? Scenario { get; init; }
    public string? NotifyUrl { get; init; }
    public string? Attach { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    public string OrderNo => Id.ToString("N");

    public OnceKey Key => new(Id, OnceKind.Order);

    public long ExpiresAtMicros => Moment.Micros(ExpiresAt);

    public string CodeContent => Codes.CodeContent.Of(CodeKind.Order, OrderNo);
}

/// <summary>States of an order (domain.md). Derived from the ledger, stored nowhere.</summary>
public enum OrderStatus { WAIT_PAY, SETTLED, CLOSED, PARTIALLY_REFUNDED, REFUNDED }
