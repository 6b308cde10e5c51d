namespace Ecny.Acquiring.Merchants;

/// <summary>
/// Merchants by number for the hot path: memory first, the database behind. A change made here or at another replica evicts the merchant
/// (<see cref="Changes.ChangeFeed"/>).
/// </summary>
public sealed class MerchantBook(MerchantStore merchants, OutletStore outlets)
{
    private readonly BoundedCache<string, MerchantProfile> cache = new(capacity: 200_000);

    public ValueTask<MerchantProfile?> Find(string merchantNo, CancellationToken cancel) =>
        cache.Get(merchantNo) is { } known ? ValueTask.FromResult<MerchantProfile?>(known) : new(Load(merchantNo, cancel));

    /// <summary>Reads again: what a payment names is not in the copy, but may have been registered a moment ago at another replica.</summary>
    public async Task<MerchantProfile?> Reload(string merchantNo, CancellationToken cancel)
    {
        Evict(merchantNo);
        return await Load(merchantNo, cancel);
    }

    public void Evict(string merchantNo) => cache.Evict(merchantNo);

    public void Clear() => cache.Clear();

    private async Task<MerchantProfile?> Load(string merchantNo, CancellationToken cancel)
    {
        var readAt = cache.Generation;
        if (await merchants.Find(merchantNo, cancel) is not { } merchant) return null;
        var profile = new MerchantProfile(merchant, await outlets.Stores(merchantNo, cancel), await outlets.Terminals(merchantNo, cancel));
        cache.Put(merchantNo, profile, readAt);
        return profile;
    }
}
