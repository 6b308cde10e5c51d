namespace Ecny.Risk.Engine.Entries;

/// <summary>A wallet comes on a list of risky parties (名单), or, with <paramref name="IsListed"/> false, off it. Part of the ordered input, so a replay sees it at the same place.</summary>
/// <param name="UntilMicros">Event time from which the listing no longer counts; <see cref="long.MaxValue"/>: no end.</param>
public readonly record struct ListChange(long Wallet, string List, bool IsListed, long UntilMicros);
