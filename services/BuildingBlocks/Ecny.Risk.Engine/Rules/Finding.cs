using Ecny.Risk.Engine.Catalogue;
using Ecny.Risk.Engine.State;

namespace Ecny.Risk.Engine.Rules;

/// <summary>A measured value against its limit; the unit is fen, percent, count, hours or days.</summary>
public sealed record RuleValue(string Rule, string Name, double Value, double Limit, string Unit);

/// <summary>What one version of a rule found about one wallet, with everything that shows it.</summary>
/// <param name="Shape">Which of the rule's shapes, e.g. <c>gather</c> or <c>cycle</c>.</param>
/// <param name="Score">The number the band was read from.</param>
public sealed record Finding(RuleVersion Rule, string Shape, Band Band, double Score, long Subject, IReadOnlyList<Flow> Evidence, IReadOnlyList<RuleValue> Values, Bilingual Text);
