using System.Text.Json;
using Ecny.Contracts.Ledger;
using Ecny.Risk.Engine.Entries;

namespace Ecny.Risk.Engine.Catalogue;

/// <summary>From JSON to a catalogue that is known to be sound.</summary>
internal sealed class CatalogueParser
{
    private static readonly string[] Feeds = ["public-security", "regulator"];
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
    private readonly List<string> _errors = [];

    public RuleCatalogue Parse(string json)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, Lenient);
        }
        catch (JsonException e)
        {
            throw new CatalogueException([$"The text is not JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}."]);
        }
        using (document)
        {
            var root = new JsonSection(document.RootElement, "The catalogue", _errors);
            if (root.IsBroken) throw new CatalogueException(_errors);
            var graph = Graph(root);
            var rules = root.List("rules").Select(ParseRule).ToList();
            foreach (var twice in rules.GroupBy(rule => rule.Id).Where(group => group.Count() > 1)) _errors.Add($"Rule {twice.Key} is there more than once.");
            var typologies = root.List("typologies").Select(section => Typology(section, rules)).ToList();
            foreach (var twice in typologies.GroupBy(typology => typology.Id).Where(group => group.Count() > 1)) _errors.Add($"Typology {twice.Key} is there more than once.");
            root.Close();
            return _errors.Count == 0 ? new RuleCatalogue { Graph = graph, Rules = rules, Typologies = typologies } : throw new CatalogueException(_errors);
        }
    }

    private static GraphSettings Graph(JsonSection root)
    {
        if (root.Section("graph") is not { } section) return new GraphSettings(1, 1, 1);
        var graph = new GraphSettings(section.Number("ripenDays", 0.1, 30), section.Number("windowDays", 1, 60), (int)section.Number("maxDegree", 2, 1_000));
        section.Close();
        return graph;
    }

    private RuleVersion ParseRule(JsonSection section)
    {
        var id = section.Text("id");
        if (id.Length > 0) section.Where = $"Rule {id}";
        var kind = section.Text("kind");
        var schema = RuleKinds.Schema(kind);
        if (schema is null && kind.Length > 0) section.Fail($"Rule {id}: there is no kind \"{kind}\"; known are {string.Join(", ", RuleKinds.Names)}.");
        var rule = new RuleVersion
        {
            Id = id,
            Version = (int)section.Number("version", 1, 1_000_000),
            Kind = kind,
            Track = section.Choice<RiskTrack>("track"),
            Action = section.Choice<RiskAction>("action"),
            Title = section.Both("title"),
            Steps = Steps(section),
            Parameters = Parameters(section, schema ?? []),
        };
        if (rule.Track == RiskTrack.Aml && rule.Action is RiskAction.Delay or RiskAction.Block)
            section.Fail($"Rule {id}: the AML track never delays or blocks, so its action cannot be {rule.Action}.");
        section.Close();
        return rule;
    }

    private static List<BandStep> Steps(JsonSection section)
    {
        var steps = new List<BandStep>();
        foreach (var step in section.List("bands"))
        {
            steps.Add(new BandStep(step.Number("from", 0, 1e15), step.Choice<Band>("band")));
            step.Close();
        }
        if (steps.Count == 0) section.Fail($"{section.Where}: it needs at least one band.");
        for (var i = 1; i < steps.Count; i++)
            if (steps[i].From <= steps[i - 1].From || steps[i].Band <= steps[i - 1].Band) section.Fail($"{section.Where}: bands must rise with their scores.");
        return steps;
    }

    private static Dictionary<string, Parameter> Parameters(JsonSection section, IReadOnlyList<ParameterSpec> schema)
    {
        var parameters = new Dictionary<string, Parameter>(StringComparer.Ordinal);
        if (section.Section("parameters") is { } given)
        {
            foreach (var (spec, value) in Values(given, schema)) parameters.Add(spec.Name, new Parameter(value));
            foreach (var missing in schema.Where(spec => !parameters.ContainsKey(spec.Name)))
                if (given.Numbers().All(number => number.Name != missing.Name)) given.Fail($"{section.Where}: the parameter \"{missing.Name}\" is missing.");
        }
        foreach (var part in section.List("byClass", isOptional: true))
        {
            var classes = part.Choices<WalletClass>("classes", Enum.GetValues<WalletClass>());
            var levels = part.Choices<RiskLevel>("levels", Enum.GetValues<RiskLevel>());
            if (part.Section("parameters") is { } special)
                foreach (var (spec, value) in Values(special, schema))
                    if (parameters.TryGetValue(spec.Name, out var parameter))
                        foreach (var walletClass in classes)
                            foreach (var level in levels) parameter.Set(walletClass, level, value);
            part.Close();
        }
        return parameters;
    }

    private static IEnumerable<(ParameterSpec Spec, double Value)> Values(JsonSection section, IReadOnlyList<ParameterSpec> schema)
    {
        foreach (var (name, number) in section.Numbers())
        {
            var spec = schema.FirstOrDefault(candidate => candidate.Name == name);
            if (spec is null) section.Fail($"{section.Where}: \"{name}\" is no parameter of this kind.");
            else if (number is not { } value || value < spec.Min || value > spec.Max) section.Fail($"{section.Where}: \"{name}\" must be a number from {spec.Min} to {spec.Max}.");
            else if (spec.IsWhole && value != Math.Floor(value)) section.Fail($"{section.Where}: \"{name}\" must be a whole number.");
            else yield return (spec, value);
        }
    }

    private static TypologyVersion Typology(JsonSection section, List<RuleVersion> rules)
    {
        var id = section.Text("id");
        if (id.Length > 0) section.Where = $"Typology {id}";
        var weights = new List<TypologyWeight>();
        foreach (var part in section.List("rules"))
        {
            weights.Add(new TypologyWeight(part.Text("rule"), part.Number("weight", 0.01, 10)));
            part.Close();
        }
        var typology = new TypologyVersion
        {
            Id = id,
            Version = (int)section.Number("version", 1, 1_000_000),
            Title = section.Both("title"),
            Track = section.Choice<RiskTrack>("track"),
            Feed = section.Text("feed"),
            Weights = weights,
            Threshold = section.Number("threshold", 0.01, 10),
            WindowHours = section.Number("windowHours", 0.1, 720),
            RaiseNewAfterHours = section.Number("raiseNewAfterHours", 0.1, 720),
            StopWindowHours = section.Number("stopWindowHours", 0.1, 720),
        };
        if (weights.Count == 0) section.Fail($"Typology {id}: it needs at least one rule.");
        foreach (var weight in weights.Where(weight => rules.All(rule => rule.Id != weight.Rule))) section.Fail($"Typology {id}: there is no rule {weight.Rule}.");
        foreach (var rule in rules.Where(rule => rule.Track != typology.Track && weights.Any(weight => weight.Rule == rule.Id)))
            section.Fail($"Typology {id}: rule {rule.Id} is of the other track, and what one track knows must not reach the other.");
        if (!Feeds.Contains(typology.Feed)) section.Fail($"Typology {id}: \"feed\" must be one of {string.Join(", ", Feeds)}.");
        section.Close();
        return typology;
    }
}
