using Ecny.Contracts.Ledger;
using Ecny.Messaging;
using Ecny.Risk.Engine;
using Ecny.Risk.Engine.Alerts;
using Ecny.Risk.Engine.Catalogue;
using Ecny.Risk.Engine.Entries;
using Ecny.Risk.Engine.Snapshots;

namespace Ecny.Risk.Detection;

/// <summary>The engine at a place in one shard's journal. What it is fed, and in which order, is the same live and in a replay: that makes both give the same.</summary>
/// <param name="inputs">Recorded side inputs from this place on, in order.</param>
/// <param name="passed">Entries that are not taken at their own place.</param>
internal sealed class Place(Queue<SideInput> inputs, HashSet<long> passed)
{
    private RiskEngine? engine;

    /// <summary>The last entry taken or passed.</summary>
    public long Seq { get; private set; }

    /// <summary>Number of the catalogue in force.</summary>
    public int Catalogue { get; private set; }

    /// <summary>Entries since the state was saved.</summary>
    public long SinceSaved { get; private set; }

    /// <summary>Things in memory: what saving costs grows with it.</summary>
    public long Size => engine?.Statistics is { } held ? (long)held.Wallets + held.Pairs + held.Ripening + held.GraphNodes : 0;

    /// <summary>Goes on from a stored state.</summary>
    public void Load(long seq, int number, RuleCatalogue catalogue, EngineState state)
    {
        engine = new RiskEngine(catalogue, EngineOptions.Default, state);
        (Seq, Catalogue) = (seq, number);
    }

    public EngineState Save()
    {
        SinceSaved = 0;
        return engine!.Save();
    }

    /// <exception cref="InvalidDataException">The entry cannot be taken.</exception>
    public RiskEntry? Map(LedgerEntryFact entry) => passed.Contains(entry.Seq) ? null : EntryMapping.Of(entry);

    /// <summary>Takes consecutive entries (parked neighbours may be missing), before them what was listed just now.</summary>
    public void Take(IReadOnlyList<LedgerEntryFact> entries, IReadOnlyList<RiskEntry?> mapped, IReadOnlyList<ListInput> listings, List<Alert> alerts)
    {
        TakeRecorded(entries[0].Seq - 1, alerts);
        foreach (var listing in listings) Take(listing, alerts);
        for (var i = 0; i < entries.Count; i++)
        {
            var fact = entries[i];
            TakeRecorded(fact.Seq - 1, alerts);
            if (mapped[i] is { } entry) engine!.Accept(entry, alerts);
            else if (fact.Kind == EntryKind.DayEnd) engine!.AdvanceTo(EntryMapping.Micros(fact.At), alerts);
            Seq = fact.Seq;
        }
        SinceSaved += entries.Count;
    }

    /// <summary>Takes a parked entry, later than its neighbours.</summary>
    public void TakeAgain(RiskEntry? entry, List<Alert> alerts)
    {
        TakeRecorded(Seq, alerts);
        Take(new RerunInput(Seq, entry), alerts);
    }

    /// <summary>Entries up to this one were parked.</summary>
    public void Pass(long to) => Seq = to;

    private void TakeRecorded(long upTo, List<Alert> alerts)
    {
        while (inputs.TryPeek(out var input) && input.AfterSeq <= upTo) Take(inputs.Dequeue(), alerts);
    }

    private void Take(SideInput input, List<Alert> alerts)
    {
        switch (input)
        {
            case CatalogueInput next:
                engine = engine is null ? new RiskEngine(next.Catalogue, EngineOptions.Default) : new RiskEngine(next.Catalogue, EngineOptions.Default, engine.Save());
                Catalogue = next.Number;
                break;
            case ListInput list:
                engine!.Accept(list.Change);
                break;
            case RerunInput { Entry: { } entry }:
                engine!.AcceptPassed(entry, alerts);
                break;
        }
    }
}
