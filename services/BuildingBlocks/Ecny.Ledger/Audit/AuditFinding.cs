using System.Globalization;

namespace Ecny.Ledger.Audit;

/// <summary>The first thing that is not as it must be: where, and in one sentence what.</summary>
/// <param name="Shard">Shard it was found in.</param>
/// <param name="Seq">The journal entry, or 0 where no entry is at fault but a row.</param>
/// <param name="Subject">The entry or row, for machines: `entry`, `wallet 1010…`, `number 32 hex digits`, `checkpoint 12`.</param>
/// <param name="Sentence">What is wrong, for people.</param>
public sealed record AuditFinding(int Shard, long Seq, string Subject, string Sentence)
{
    public static AuditFinding Entry(int shard, long seq, FormattableString sentence) => new(shard, seq, "entry", Text(sentence));

    public static AuditFinding Row(int shard, FormattableString subject, FormattableString sentence) => new(shard, 0, Text(subject), Text(sentence));

    public override string ToString() => Seq > 0 ? Text($"({Shard}, {Seq}): {Sentence}") : Text($"shard {Shard}, {Subject}: {Sentence}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
