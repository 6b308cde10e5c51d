namespace Ecny.Ledger.Audit;

/// <summary>
/// When the continuous audit takes its next step. Payments come first: while the journal grows fast, the audit works only a small share of the time, on
/// whichever machine the shard lives, and lags; when the rush is over it catches up.
/// </summary>
public sealed class AuditPace
{
    /// <summary>Entries a second from which on the ledger counts as busy.</summary>
    public const long BusyEntriesPerSecond = 2_000;

    /// <summary>Entries behind from which on the audit does not wait for its usual second.</summary>
    public const long MuchBehind = 5_000;

    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(1);
    private const double BusyShare = 0.1, QuietShare = 0.7;
    private long _head;

    /// <summary>The pause after a step that took <paramref name="took"/>, the last one having begun <paramref name="sinceLast"/> before it.</summary>
    public TimeSpan After(in AuditStep step, TimeSpan took, TimeSpan sinceLast)
    {
        var grown = _head == 0 ? 0 : step.Head - _head;
        _head = step.Head;
        if (step.Behind < MuchBehind || step.Entries == 0) return Usual;
        var busy = grown > BusyEntriesPerSecond * Math.Max(sinceLast.TotalSeconds, 0.001);
        var share = busy ? BusyShare : QuietShare;
        return took * ((1 - share) / share);
    }
}
