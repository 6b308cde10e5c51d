using System.Globalization;

namespace Ecny.Clearing;

/// <summary>Settings of this service (<c>Ecny:Clearing</c>).</summary>
public sealed record ClearingOptions
{
    /// <summary>How often the books are compared with the others.</summary>
    public TimeSpan CompareEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>False where this Acquiring offers no totals to compare with.</summary>
    public bool CompareAcquiring { get; init; } = true;

    /// <summary>An uploaded file, bytes as sent; at most 32 MiB.</summary>
    public int MostFileBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>The same, unpacked.</summary>
    public long MostUnpackedBytes { get; init; } = 512L * 1024 * 1024;

    /// <summary>Lines of a file.</summary>
    public int MostLines { get; init; } = 5_000_000;

    /// <summary>Bad lines that are kept by number; the others are counted.</summary>
    public int MostBadLines { get; init; } = 10_000;

    /// <summary>Files taken in at once; more are refused with OVERLOADED.</summary>
    public int MostUploads { get; init; } = 2;

    public static ClearingOptions Read(IConfiguration configuration)
    {
        var (section, standard) = (configuration.GetSection("Ecny:Clearing"), new ClearingOptions());
        return new ClearingOptions
        {
            CompareEvery = section["CompareEvery"] is { } every ? TimeSpan.Parse(every, CultureInfo.InvariantCulture) : standard.CompareEvery,
            CompareAcquiring = section.GetValue("CompareAcquiring", standard.CompareAcquiring),
            MostFileBytes = section.GetValue("Reconciliation:MostFileBytes", standard.MostFileBytes),
            MostUnpackedBytes = section.GetValue("Reconciliation:MostUnpackedBytes", standard.MostUnpackedBytes),
            MostLines = section.GetValue("Reconciliation:MostLines", standard.MostLines),
            MostBadLines = section.GetValue("Reconciliation:MostBadLines", standard.MostBadLines),
            MostUploads = section.GetValue("Reconciliation:MostUploads", standard.MostUploads),
        };
    }
}
