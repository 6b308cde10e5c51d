using System.Collections.Concurrent;

namespace Ecny.Ledger.Postgres;

/// <summary>One object for each operator, district and institution, however many rows name it. Bounded: those are few, and strangers are not kept.</summary>
internal static class StringPool
{
    private const int Most = 10_000;
    private static readonly ConcurrentDictionary<string, string> Known = new(StringComparer.Ordinal);

    public static string Of(string value)
    {
        if (value.Length == 0) return "";
        if (Known.TryGetValue(value, out var known)) return known;
        return Known.Count < Most ? Known.GetOrAdd(value, value) : value;
    }
}
