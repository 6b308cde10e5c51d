namespace Ecny.Acquiring.Orders;

/// <summary>What entries of the journal add to one order. Table <c>order_state</c>; amounts are fen.</summary>
internal sealed class OrderChange(Guid id, string acquirer)
{
    public Guid Id => id;
    public string Acquirer => acquirer;
    public string? MerchantNo { get; set; }
    public string? MerchantOrderNo { get; set; }
    public Guid? Payment { get; set; }
    public long Paid { get; set; }
    public long Refunded { get; set; }
    public DateTimeOffset? PaidAt { get; set; }
    public DateTimeOffset? ClosedAt { get; set; }
    public int Shard { get; set; }
    public long Seq { get; set; }
}
