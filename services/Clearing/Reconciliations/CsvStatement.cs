using System.Text;
using Ecny.Contracts.Errors;
using Ecny.ServiceDefaults;

namespace Ecny.Clearing.Reconciliations;

/// <summary>
/// CSV (RFC 4180, UTF-8, commas) with a header: <c>type</c>, <c>amount</c>, <c>status</c> and <c>requestNo</c>, <c>refundNo</c> or <c>number</c>, perhaps <c>time</c>, in any order.
/// A field may be quoted; a line ends at its line feed, quoted or not.
/// </summary>
internal sealed class CsvStatement : IStatementFormat
{
    private static readonly string[] Names = ["type", "requestNo", "refundNo", "number", "amount", "status", "time"];
    private const int MostColumns = 7;
    private int[] columns = [];

    public bool TakeHeader(ReadOnlySpan<byte> line)
    {
        Span<Range> ranges = stackalloc Range[MostColumns + 1];
        var count = Split(line, ranges);
        if (count is < 1 or > MostColumns) throw WrongHeader();
        columns = new int[count];
        for (var i = 0; i < count; i++)
        {
            columns[i] = Array.IndexOf(Names, Encoding.UTF8.GetString(line[ranges[i]]));
            if (columns[i] < 0 || Array.IndexOf(columns, columns[i], 0, i) >= 0) throw WrongHeader();
        }
        bool Has(string name) => columns.Contains(Array.IndexOf(Names, name));
        if (!Has("type") || !Has("amount") || !Has("status") || !(Has("requestNo") || Has("refundNo") || Has("number"))) throw WrongHeader();
        return true;
    }

    public BadLineReason? Parse(ReadOnlySpan<byte> line, out StatementLine parsed)
    {
        parsed = default;
        Span<Range> ranges = stackalloc Range[MostColumns + 1];
        var count = Split(line, ranges);
        if (count < 0) return BadLineReason.MALFORMED;
        if (count != columns.Length) return BadLineReason.COLUMNS;
        var fields = new LineFields();
        for (var i = 0; i < count; i++)
        {
            var field = line[ranges[i]];
            switch (columns[i])
            {
                case 0: fields.Type = field; break;
                case 1: fields.RequestNo = field; break;
                case 2: fields.RefundNo = field; break;
                case 3: fields.Number = field; break;
                case 4: fields.Amount = field; break;
                case 5: fields.Status = field; break;
                default: fields.Time = field; break;
            }
        }
        return fields.Check(out parsed);
    }

    /// <summary>The fields without their quotes; −1 where quotes are wrong. More fields than fit are counted as one too many.</summary>
    private static int Split(ReadOnlySpan<byte> line, Span<Range> fields)
    {
        for (var (at, count) = (0, 0); ; at++)
        {
            if (count == fields.Length) return count;
            int end;
            if (at < line.Length && line[at] == (byte)'"')
            {
                // No right value has a quote in it: a doubled one ends the field here and is found wrong below.
                var closing = line[(at + 1)..].IndexOf((byte)'"');
                if (closing < 0) return -1;
                end = at + 1 + closing;
                fields[count++] = (at + 1)..end;
                end++;
                if (end < line.Length && line[end] != (byte)',') return -1;
            }
            else
            {
                var comma = line[at..].IndexOf((byte)',');
                end = comma < 0 ? line.Length : at + comma;
                fields[count++] = at..end;
            }
            if (end >= line.Length) return count;
            at = end;
        }
    }

    private static ApiException WrongHeader() => new([Field.Wrong("header", "第一行必须是列名：type, amount, status, requestNo/refundNo/number，可有 time",
        "the first line must name the columns: type, amount, status, one of requestNo, refundNo, number, and perhaps time")]);
}
