using Ecny.Risk.Engine.Catalogue;
using Ecny.Risk.Engine.Rules;

namespace Ecny.Risk.Engine.Snapshots;

/// <summary>The layout of an engine's state: one section that all rules share, one for each rule.</summary>
internal static class EngineSnapshot
{
    private const int Format = 1;
    private const string Shared = "state";

    public static EngineState Save(Action<StateWriter> shared, IEnumerable<Rule> rules)
    {
        var writer = new StateWriter(Shared);
        writer.Int(Format);
        shared(writer);
        var parts = new List<EngineStatePart>(writer.Close());
        foreach (var rule in rules)
        {
            var own = new StateWriter(Section(rule.Version));
            rule.Save(own);
            parts.AddRange(own.Close());
        }
        return new EngineState(parts);
    }

    /// <summary>A rule that the state does not know begins with nothing; what is kept of rules that are no more is passed over.</summary>
    public static void Load(EngineState state, RuleCatalogue catalogue, Action<StateReader> shared, IEnumerable<Rule> rules)
    {
        var reader = Open(state, Shared, catalogue) ?? throw new EngineStateException("The stored state of the risk engine has no shared section.");
        if (reader.Int() is var format && format != Format) throw new EngineStateException($"The stored state of the risk engine has format {format}; this build reads {Format}.");
        shared(reader);
        RequireEnd(reader, Shared);
        foreach (var rule in rules)
        {
            if (Open(state, Section(rule.Version), catalogue) is not { } own) continue;
            rule.Load(own);
            RequireEnd(own, Section(rule.Version));
        }
    }

    private static StateReader? Open(EngineState state, string section, RuleCatalogue catalogue)
    {
        var parts = state.Parts.Where(part => part.Section == section).Select(part => part.Body).ToList();
        return parts.Count == 0 ? null : new StateReader(parts, catalogue);
    }

    private static void RequireEnd(StateReader reader, string section)
    {
        if (!reader.IsAtEnd) throw new EngineStateException($"The stored state of the risk engine has more in section {section} than this build knows.");
    }

    private static string Section(RuleVersion rule) => $"rule/{rule.Id}/{rule.Kind}";
}
