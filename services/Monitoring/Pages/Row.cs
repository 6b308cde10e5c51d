namespace Ecny.Monitoring.Pages;

/// <summary>A line of a panel: settled payments of one scenario, district or operator. Amount in fen.</summary>
public sealed record Row(string Code, long Count, long Amount, double CountPerSecond)
{
    public static readonly Row Zero = new("", 0, 0, 0);

    /// <summary>What the reader looks at: money, or how often.</summary>
    public long Of(Measure measure) => measure == Measure.Amount ? Amount : Count;
}

/// <summary>What the panels compare by.</summary>
public enum Measure
{
    Amount,
    Count,
}
