namespace Ecny.Bench.Load;

/// <summary>
/// Ranks 1 … n with probability proportional to 1/rank (Zipf with exponent 1.0), in constant time and without memory:
/// the inverse of H(k) ≈ ln(k + ½) + γ, made exact by a table for the ranks where the approximation would show.
/// </summary>
internal sealed class Zipf
{
    private const double EulerGamma = 0.57721566490153286;
    private readonly long n;
    /// <summary>harmonic[k] = 1 + 1/2 + … + 1/k.</summary>
    private readonly double[] harmonic;
    private readonly double total;

    public Zipf(long n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        this.n = n;
        harmonic = new double[(int)Math.Min(n, 1024) + 1];
        for (var k = 1; k < harmonic.Length; k++) harmonic[k] = harmonic[k - 1] + 1.0 / k;
        total = n < harmonic.Length ? harmonic[n] : Math.Log(n + 0.5) + EulerGamma;
    }

    /// <summary>H(n), the sum of all weights; the most frequent rank has probability 1/H(n).</summary>
    public double TotalWeight => total;

    /// <param name="uniform">Uniform in [0, 1).</param>
    public long Rank(double uniform)
    {
        var target = uniform * total;
        if (target < harmonic[^1])
        {
            var found = Array.BinarySearch(harmonic, target);
            return found >= 0 ? found + 1 : ~found;
        }
        return Math.Min(n, (long)Math.Ceiling(Math.Exp(target - EulerGamma) - 0.5));
    }
}
