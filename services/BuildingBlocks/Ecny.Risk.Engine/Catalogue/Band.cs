namespace Ecny.Risk.Engine.Catalogue;

/// <summary>How much a rule's finding weighs. Rules return a band, never a yes or no.</summary>
public enum Band : byte
{
    None = 0,
    Low = 1,
    Medium = 2,
    High = 3,
    Critical = 4,
}

/// <summary>Bands as numbers for weighted sums.</summary>
public static class Bands
{
    private static readonly double[] Values = [0, 0.25, 0.5, 0.8, 1];

    public static double Value(Band band) => Values[(int)band];
}
