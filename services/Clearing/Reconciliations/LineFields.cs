using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Ecny.Clearing.Books;
using Ecny.ServiceDefaults;

namespace Ecny.Clearing.Reconciliations;

/// <summary>The fields of a line, whatever the format, and the rules for each.</summary>
internal ref struct LineFields
{
    public ReadOnlySpan<byte> Type, RequestNo, RefundNo, Number, Amount, Status, Time;

    /// <summary>Null: the line is good.</summary>
    public readonly BadLineReason? Check(out StatementLine line)
    {
        line = default;
        AttemptType type;
        if (Type.SequenceEqual("PAYMENT"u8)) type = AttemptType.PAYMENT;
        else if (Type.SequenceEqual("REFUND"u8)) type = AttemptType.REFUND;
        else if (Type.SequenceEqual("CANCEL"u8)) type = AttemptType.CANCEL;
        else return BadLineReason.TYPE;

        var own = type == AttemptType.REFUND ? RefundNo : RequestNo;
        if (!IsNumber(own.IsEmpty ? Number : own, out var number)) return BadLineReason.NUMBER;
        // Digits only: no sign, no point, no exponent; and all of it.
        if (Amount.IsEmpty || Amount.ContainsAnyExceptInRange((byte)'0', (byte)'9') || !Utf8Parser.TryParse(Amount, out long amount, out var used) || used != Amount.Length || amount > Field.MaxAmount)
            return BadLineReason.AMOUNT;
        var settled = Status.SequenceEqual("SETTLED"u8);
        if (!settled && !Status.SequenceEqual("DECLINED"u8)) return BadLineReason.STATUS;
        DateTimeOffset? at = null;
        if (!Time.IsEmpty)
        {
            if (!TryTime(Time, out var time)) return BadLineReason.TIME;
            at = time;
        }
        line = new StatementLine(type, number, settled, amount, at);
        return null;
    }

    private static bool IsNumber(ReadOnlySpan<byte> text, out string number)
    {
        number = "";
        if (text.Length is 0 or > 64) return false;
        foreach (var c in text)
            if (!char.IsAsciiLetterOrDigit((char)c) && c is not ((byte)'_' or (byte)'-')) return false;
        number = Encoding.ASCII.GetString(text);
        return true;
    }

    private static bool TryTime(ReadOnlySpan<byte> text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length is < 20 or > 35) return false;
        Span<char> chars = stackalloc char[35];
        var written = Encoding.Latin1.GetChars(text, chars);
        var told = chars[..written];
        return (told[^1] == 'Z' || told[^6] is '+' or '-') && DateTimeOffset.TryParseExact(told, "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
    }
}
