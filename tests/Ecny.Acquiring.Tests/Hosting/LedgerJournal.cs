using Ecny.Contracts.Ledger;
using Ecny.Ledger.Store;
using Ecny.Messaging;
using Ecny.Wallets.Relay;

namespace Ecny.Acquiring.Tests.Hosting;

/// <summary>The journal of a ledger in this process, through the same JSON as over HTTP.</summary>
public sealed class LedgerJournal(ILedgerStore store) : IJournal
{
    private readonly StoreRelaySource source = new(store);

    public async Task<IReadOnlyList<JournalHead>> Heads(CancellationToken stop) =>
        await store.Head(ShardMap.OnlyShard, stop) is { } head ? [new JournalHead(head.Shard, head.Epoch, head.Seq)] : [];

    public async Task<IReadOnlyList<LedgerEntryFact>> Read(int shard, long after, int limit, CancellationToken stop)
    {
        var entries = await source.Read(shard, after, limit, stop);
        using var page = new MemoryStream();
        page.Write("""{"items":["""u8);
        for (var i = 0; i < entries.Count; i++)
        {
            if (i > 0) page.Write(","u8);
            page.Write(entries[i].Json.Span);
        }
        page.Write("]}"u8);
        return new LedgerEntryReader().ReadPage(page.ToArray(), entries.Count + 1);
    }
}
