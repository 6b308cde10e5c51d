using System.Text.Json;
using System.Text.Json.Serialization;
using Ecny.Contracts.Ledger;

namespace Ecny.Ledger.Core;

/// <summary>
/// Policy is data with effective dates (architecture §2.6): class limits, regime, cut-off of the business day. Read from a versioned file;
/// the one shipped holds the figures of domain.md.
/// </summary>
public sealed class Policy
{
    /// <summary>China has one time zone and no summer time: UTC+8, in microseconds.</summary>
    public const long OffsetMicros = 8L * 3600 * 1_000_000;
    public const long DayMicros = 24L * 3600 * 1_000_000;

    private readonly PolicyVersion[] _versions;
    private readonly long _cutOffMicros;

    /// <param name="versions">At least one; the earliest also holds before its date.</param>
    /// <param name="cutOff">Time of day (UTC+8) at which the business date moves on to the next calendar date; midnight: business date = calendar date.</param>
    public Policy(IEnumerable<PolicyVersion> versions, TimeOnly cutOff)
    {
        _versions = [.. versions.OrderBy(version => version.From)];
        if (_versions.Length == 0) throw new ArgumentException("A policy needs at least one version.", nameof(versions));
        _cutOffMicros = cutOff == TimeOnly.MinValue ? DayMicros : cutOff.Ticks / 10;
    }

    public PolicyVersion At(DateOnly date)
    {
        var found = _versions[0];
        foreach (var version in _versions) if (version.From <= date) found = version;
        return found;
    }

    /// <summary>Calendar date in UTC+8: days since 1970-01-01.</summary>
    public static int CalendarDay(long unixMicros) => (int)Math.DivRem(unixMicros + OffsetMicros, DayMicros).Quotient;

    public static DateOnly DateOf(int calendarDay) => DateOnly.FromDayNumber(UnixEpochDay + calendarDay);

    public DateOnly BusinessDate(long unixMicros) => DateOf(CalendarDay(unixMicros + DayMicros - _cutOffMicros));

    private static readonly int UnixEpochDay = new DateOnly(1970, 1, 1).DayNumber;

    /// <summary>The policy shipped with the product (policy.json).</summary>
    public static Policy Shipped => LazyShipped.Value;

    private static readonly Lazy<Policy> LazyShipped = new(LoadShipped);

    /// <exception cref="JsonException">The file is not a policy; the message names the member.</exception>
    public static Policy Parse(string json)
    {
        var file = JsonSerializer.Deserialize<PolicyFile>(json, Options) ?? throw new JsonException("The policy file is empty.");
        return new Policy(file.Versions, file.CutOff);
    }

    private static Policy LoadShipped()
    {
        using var stream = typeof(Policy).Assembly.GetManifestResourceStream("Ecny.Ledger.policy.json")!;
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd());
    }

    private sealed record PolicyFile
    {
        public required TimeOnly CutOff { get; init; }
        public required IReadOnlyList<PolicyVersion> Versions { get; init; }
    }

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        Converters = { new JsonStringEnumConverter() },
    };
}
