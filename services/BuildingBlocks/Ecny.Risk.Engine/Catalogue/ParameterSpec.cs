namespace Ecny.Risk.Engine.Catalogue;

/// <summary>A parameter that a kind of rule needs: its name and the range it may have, in the unit its name ends with (Fen, Percent, Hours, Minutes, Days) or a count.</summary>
public sealed record ParameterSpec(string Name, double Min, double Max)
{
    /// <summary>Fen: a whole number up to ¥10 billion.</summary>
    public static ParameterSpec Fen(string name) => new(name, 0, 1_000_000_000_000);
    public static ParameterSpec Percent(string name, double max) => new(name, 0, max);
    public static ParameterSpec Count(string name, double min, double max) => new(name, min, max);
    public static ParameterSpec Hours(string name) => new(name, 0.1, 72);
    public static ParameterSpec Days(string name) => new(name, 0.1, 60);

    internal bool IsWhole => Name.EndsWith("Fen", StringComparison.Ordinal) || Name.StartsWith("min", StringComparison.Ordinal) && !Name.EndsWith("Percent", StringComparison.Ordinal) && !Name.EndsWith("Surprise", StringComparison.Ordinal);
}
