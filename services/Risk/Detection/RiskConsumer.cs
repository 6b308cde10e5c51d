using Ecny.Messaging;
using Ecny.Risk.Alerts;
using Ecny.Risk.Engine.Alerts;
using Ecny.Risk.Engine.Catalogue;
using Ecny.Risk.Engine.Entries;
using Ecny.Risk.Hosting;
using Npgsql;

namespace Ecny.Risk.Detection;

/// <summary>
/// Feeds the journal to the risk engine, and writes what it says (alerts, signals for the feeds) in the transaction that moves the cursor. The engine lives in
/// memory; its state is a function of the journal and of the recorded side inputs, so that a restart, a fail-over and a rebuild from nothing all give the same.
/// </summary>
public sealed class RiskConsumer(AlertWriter writer, RiskOptions options, IServiceProvider services, ILogger<RiskConsumer> log) : ILedgerConsumer
{
    /// <summary>Stored for each entry taken, at most: what storing costs stays a small part of the work however much the engine holds.</summary>
    private const int ThingsPerEntry = 8;

    // The journal's client exists where consumers run, and nowhere else.
    private readonly Lazy<PlaceRestorer> restorer = new(() => new PlaceRestorer(services.GetRequiredService<IJournal>(), log));
    private Place? place;
    private int session;
    // The engine is, or may be, ahead of what is committed at the same sequence.
    private bool unsure;

    public string Name => "risk.engine";
    public FailurePolicy Policy => FailurePolicy.Park;

    public async Task Restore(NpgsqlConnection connection, int shard, long seq, CancellationToken stop)
    {
        if (await IsAt(connection, shard, seq)) return;
        place = null;
        await Catalogues.Activate(connection, shard, seq, options.Catalogue);
        place = await restorer.Value.Restore(connection, Name, shard, seq, stop);
        (session, unsure) = (connection.ProcessID, false);
    }

    public async Task Apply(NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<LedgerEntryFact> entries, CancellationToken stop)
    {
        var here = place ?? throw new InvalidOperationException("Restore comes before the first batch.");
        unsure = false;
        var alerts = new List<Alert>();
        if (entries is [var again] && again.Seq <= here.Seq) await TakeAgain(connection, transaction, here, again, alerts);
        else await Take(connection, transaction, here, entries, alerts);
        await writer.Write(connection, transaction, alerts, stop);
        if (!unsure && here.SinceSaved >= Math.Max(options.SnapshotEntries, here.Size / ThingsPerEntry)) await Snapshots.Write(connection, transaction, entries[0].Shard, here.Seq, here.Catalogue, here.Save(), stop);
    }

    private async Task Take(NpgsqlConnection connection, NpgsqlTransaction transaction, Place here, IReadOnlyList<LedgerEntryFact> entries, List<Alert> alerts)
    {
        // What cannot be taken is found here, before the engine knows any of it: the rest of the batch costs no restart.
        var mapped = new RiskEntry?[entries.Count];
        for (var i = 0; i < mapped.Length; i++) mapped[i] = here.Map(entries[i]);
        var listings = await SideInputs.TakeListings(connection, transaction, entries[0].Shard, entries[0].Seq - 1);
        unsure = true;
        here.Take(entries, mapped, listings, alerts);
        unsure = false;
    }

    private async Task TakeAgain(NpgsqlConnection connection, NpgsqlTransaction transaction, Place here, LedgerEntryFact entry, List<Alert> alerts)
    {
        var mapped = EntryMapping.Of(entry);
        await SideInputs.TakeRerun(connection, transaction, entry.Shard, entry.Seq, here.Seq);
        unsure = true;
        here.TakeAgain(mapped, alerts);
    }

    /// <summary>True when the engine is where it shall be: nothing was taken that did not become durable, and nobody else was the active one in between.</summary>
    private async Task<bool> IsAt(NpgsqlConnection connection, int shard, long seq)
    {
        if (place is not { } here || unsure || session != connection.ProcessID || here.Seq > seq) return false;
        if (here.Seq < seq)
        {
            if (await SideInputs.Parked(connection, Name, shard, here.Seq, seq) != seq - here.Seq) return false;
            here.Pass(seq);
        }
        return true;
    }
}
