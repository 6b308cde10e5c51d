using System.Globalization;
using System.Text;

namespace Ecny.Clearing.Reconciliations;

/// <summary>
/// Discrepancies as CSV. Every field is a number of ours, a code or 1 to 64 of [A-Za-z0-9_-]: nothing needs quotes. A text that a spreadsheet would take for a
/// formula gets an apostrophe before it.
/// </summary>
internal static class DiscrepancyCsv
{
    public const string Header = "verdict,type,number,line,theirStatus,theirAmount,ourStatus,ourAmount,declineCode,shard,seq,at,foundOn\r\n";

    public static void Append(StringBuilder csv, DiscrepancyObject one) => csv.Append(CultureInfo.InvariantCulture,
        $"{one.Verdict},{one.Type},{(one.Number[0] == '-' ? "'" : "")}{one.Number},{one.Line},{one.TheirStatus},{one.TheirAmount},{one.OurStatus},{one.OurAmount},{one.DeclineCode},{one.Shard},{one.Seq},{one.At},{(one.FoundOn is { } date ? Dates.Text(date) : "")}\r\n");
}
