using Ecny.Messaging;
using Ecny.Risk.Engine.Alerts;
using Ecny.Risk.Engine.Snapshots;
using Npgsql;

namespace Ecny.Risk.Detection;

/// <summary>Brings an engine to a place in the journal: the newest stored state before it, then the entries in between.</summary>
internal sealed class PlaceRestorer(IJournal journal, ILogger log)
{
    private const int PageSize = 5_000;

    public async Task<Place> Restore(NpgsqlConnection connection, string consumer, int shard, long seq, CancellationToken stop)
    {
        var place = await Begin(connection, consumer, shard, seq, stop);
        var began = place.Seq;
        var forgotten = new List<Alert>();
        var coming = Read(place.Seq);
        while (place.Seq < seq)
        {
            var page = await coming;
            if (page.Count == 0) throw new JournalUnavailableException($"The journal of shard {shard} ends at {place.Seq}, before {seq}.");
            coming = Read(page[^1].Seq);
            place.Take(page, [.. page.Select(place.Map)], [], forgotten);
            forgotten.Clear();
        }
        await coming;
        if (seq > 0) log.LogInformation("The risk engine is at ({Shard}, {Seq}): state of {Began}, then {Count} entries", shard, seq, began, seq - began);
        return place;

        Task<IReadOnlyList<LedgerEntryFact>> Read(long after) =>
            after >= seq ? Task.FromResult<IReadOnlyList<LedgerEntryFact>>([]) : journal.Read(shard, after, (int)Math.Min(PageSize, seq - after), stop);
    }

    private async Task<Place> Begin(NpgsqlConnection connection, string consumer, int shard, long seq, CancellationToken stop)
    {
        foreach (var (at, number) in await Snapshots.List(connection, shard, seq))
        {
            try
            {
                var place = await At(at);
                place.Load(at, number, await Catalogues.Read(connection, shard, number), await Snapshots.Read(connection, shard, at));
                return place;
            }
            catch (EngineStateException e)
            {
                // Only a short cut: the journal has everything.
                log.LogWarning("The state of the risk engine at ({Shard}, {Seq}) is not used: {Reason}", shard, at, e.Message);
                await Snapshots.Forget(connection, shard, at);
            }
        }
        return await At(0);

        async Task<Place> At(long from) => new(await SideInputs.Recorded(connection, journal, shard, from, stop), await SideInputs.Passed(connection, consumer, shard, from));
    }
}
