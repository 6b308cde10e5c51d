namespace Ecny.Contracts.Ledger;

/// <summary>Which shard owns a wallet. A city fits in one shard; what asks here does not change when there are more.</summary>
public static class ShardMap
{
    public const int OnlyShard = 0;

    public static int ShardOf(long wallet) => OnlyShard;
}
