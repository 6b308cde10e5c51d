using System.Text.Json.Serialization;
using Ecny.Contracts.Ledger;

namespace Ecny.Acquiring.Merchants;

public sealed record MerchantObject(string MerchantNo, string RequestNo, string Name, string WalletId, string Scenario, string? District, string? Mcc, string Status, string CreatedAt)
{
    public static MerchantObject Of(Merchant merchant) => new(merchant.MerchantNo, merchant.RequestNo, merchant.Name, WalletNumber.Text(merchant.Wallet),
        merchant.Scenario, merchant.District.Length == 0 ? null : merchant.District, merchant.Mcc, merchant.Status.ToString(), Moment.Text(merchant.CreatedAt));
}

public sealed record StoreObject(string MerchantNo, string StoreNo, string RequestNo, string Name, string? District, string CreatedAt)
{
    public static StoreObject Of(Store store) => new(store.MerchantNo, store.StoreNo, store.RequestNo, store.Name, store.District, Moment.Text(store.CreatedAt));
}

public sealed record TerminalObject(string MerchantNo, string StoreNo, string TerminalNo, string RequestNo, string? Type, string? SerialNo, string CreatedAt)
{
    public static TerminalObject Of(Terminal terminal) =>
        new(terminal.MerchantNo, terminal.StoreNo, terminal.TerminalNo, terminal.RequestNo, terminal.Type, terminal.SerialNo, Moment.Text(terminal.CreatedAt));
}

/// <summary>A page of a list; nextCursor is null on the last one.</summary>
public sealed record ListPage<T>(IReadOnlyList<T> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? NextCursor);
