using System.Buffers.Text;

namespace Ecny.Bench.Http;

/// <summary>
/// The client's own record of a run: for every operation the journal sequence its answer named, and what went wrong, by kind.
/// Compared with the journal afterwards: accepted = settled, nothing missing, nothing twice.
/// </summary>
internal sealed class History
{
    private long[] seqs = new long[1 << 20];
    private readonly SortedDictionary<string, long> failures = new(StringComparer.Ordinal);

    /// <summary>Operation → journal sequence; 0 where it did not settle.</summary>
    public ReadOnlySpan<long> Seqs => seqs;
    public long Settled { get; private set; }
    public long SettledAmount { get; private set; }
    public IReadOnlyDictionary<string, long> Failures => failures;

    public void AddSettled(long operation, long seq, long amount)
    {
        if (operation >= seqs.Length) Array.Resize(ref seqs, seqs.Length * 2);
        seqs[operation] = seq;
        Settled++;
        SettledAmount += amount;
    }

    /// <summary>Counts a failure under its status and its code (decline code or problem code).</summary>
    public void AddFailure(int status, ReadOnlySpan<byte> body)
    {
        var code = Text(body, "\"declineCode\":\""u8) ?? Text(body, "\"code\":\""u8) ?? Text(body, "\"status\":\""u8) ?? "no code";
        var kind = $"{status} {code}";
        failures[kind] = failures.GetValueOrDefault(kind) + 1;
    }

    /// <summary>The integer after <c>"seq":</c>, 0 when there is none.</summary>
    public static long SeqOf(ReadOnlySpan<byte> body)
    {
        var at = body.IndexOf("\"seq\":"u8);
        return at >= 0 && Utf8Parser.TryParse(body[(at + 6)..], out long seq, out _) ? seq : 0;
    }

    private static string? Text(ReadOnlySpan<byte> body, ReadOnlySpan<byte> before)
    {
        var at = body.IndexOf(before);
        if (at < 0) return null;
        var rest = body[(at + before.Length)..];
        var end = rest.IndexOf((byte)'"');
        return end < 0 ? null : System.Text.Encoding.UTF8.GetString(rest[..end]);
    }
}
