using System.Collections.Frozen;

namespace Ecny.Acquiring.Merchants;

/// <summary>All that a payment needs to know of a merchant, in memory.</summary>
public sealed class MerchantProfile(Merchant merchant, IEnumerable<Store> stores, IEnumerable<Terminal> terminals)
{
    private readonly FrozenDictionary<string, Store> stores = stores.ToFrozenDictionary(store => store.StoreNo, StringComparer.Ordinal);
    private readonly FrozenDictionary<string, Terminal> terminals = terminals.ToFrozenDictionary(terminal => terminal.TerminalNo, StringComparer.Ordinal);

    public Merchant Merchant { get; } = merchant;

    public Store? Store(string storeNo) => stores.GetValueOrDefault(storeNo);

    public Terminal? Terminal(string terminalNo) => terminals.GetValueOrDefault(terminalNo);

    /// <summary>The store's district where it has one, else the merchant's.</summary>
    public string DistrictOf(string? storeNo) => (storeNo is null ? null : Store(storeNo)?.District) ?? Merchant.District;
}
