using System.Text.Json;

namespace Ecny.Clearing.Reconciliations;

/// <summary>JSON lines: one object a line, its members those of the columns of <see cref="CsvStatement"/>; <c>amount</c> is a number, the others are texts.</summary>
internal sealed class JsonStatement : IStatementFormat
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 2 };

    public bool TakeHeader(ReadOnlySpan<byte> line) => false;

    public BadLineReason? Parse(ReadOnlySpan<byte> line, out StatementLine parsed)
    {
        parsed = default;
        try
        {
            var reader = new Utf8JsonReader(line, Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return BadLineReason.MALFORMED;
            var fields = new LineFields();
            var seen = 0;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var column = ColumnOf(ref reader);
                if (column < 0 || (seen & (1 << column)) != 0) return BadLineReason.COLUMNS;
                seen |= 1 << column;
                reader.Read();
                // No right value needs an escape.
                if (reader.ValueIsEscaped || reader.TokenType != (column == 4 ? JsonTokenType.Number : JsonTokenType.String)) return WrongOf(column);
                var value = reader.ValueSpan;
                switch (column)
                {
                    case 0: fields.Type = value; break;
                    case 1: fields.RequestNo = value; break;
                    case 2: fields.RefundNo = value; break;
                    case 3: fields.Number = value; break;
                    case 4: fields.Amount = value; break;
                    case 5: fields.Status = value; break;
                    default: fields.Time = value; break;
                }
            }
            if (reader.TokenType != JsonTokenType.EndObject || reader.Read()) return BadLineReason.MALFORMED;
            return fields.Check(out parsed);
        }
        catch (JsonException)
        {
            return BadLineReason.MALFORMED;
        }
    }

    private static int ColumnOf(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("type"u8)) return 0;
        if (reader.ValueTextEquals("requestNo"u8)) return 1;
        if (reader.ValueTextEquals("refundNo"u8)) return 2;
        if (reader.ValueTextEquals("number"u8)) return 3;
        if (reader.ValueTextEquals("amount"u8)) return 4;
        if (reader.ValueTextEquals("status"u8)) return 5;
        return reader.ValueTextEquals("time"u8) ? 6 : -1;
    }

    private static BadLineReason WrongOf(int column) => column switch
    {
        0 => BadLineReason.TYPE,
        1 or 2 or 3 => BadLineReason.NUMBER,
        4 => BadLineReason.AMOUNT,
        5 => BadLineReason.STATUS,
        _ => BadLineReason.TIME,
    };
}
