using Ecny.Risk.Engine.Catalogue;
using Ecny.Risk.Engine.Entries;

namespace Ecny.Risk.Detection;

/// <summary>What the engine is fed beside the journal, with its place: after this entry, before the next one.</summary>
internal abstract record SideInput(long AfterSeq);

/// <summary>Another catalogue of rules comes into force.</summary>
internal sealed record CatalogueInput(long AfterSeq, int Number, RuleCatalogue Catalogue) : SideInput(AfterSeq);

/// <summary>A listing begins or ends.</summary>
internal sealed record ListInput(long AfterSeq, ListChange Change) : SideInput(AfterSeq);

/// <summary>A parked entry was run again; null when it tells the rules nothing.</summary>
internal sealed record RerunInput(long AfterSeq, RiskEntry? Entry) : SideInput(AfterSeq);
