using System.Buffers.Binary;

namespace Ecny.Ledger.Receipts;

/// <summary>The fields of one row of a binary COPY, in order: each is its length in 32 bits (−1 for NULL) and its bytes.</summary>
internal ref struct CopyFields(ReadOnlySpan<byte> row)
{
    /// <summary>In front of a row stands how many fields it has.</summary>
    public const int CountSize = 2;
    private const int LengthSize = 4;
    private static readonly int FirstDay = new DateOnly(2000, 1, 1).DayNumber;
    private static ReadOnlySpan<byte> NoId => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    private ReadOnlySpan<byte> _rest = row[CountSize..];

    /// <summary>An integer or id of that many bytes, big-endian.</summary>
    public ReadOnlySpan<byte> Next(int size)
    {
        if (BinaryPrimitives.ReadInt32BigEndian(_rest) != size) throw new InvalidDataException($"A column of the journal is not of {size} bytes.");
        var value = _rest.Slice(LengthSize, size);
        _rest = _rest[(LengthSize + size)..];
        return value;
    }

    /// <summary>A text with its length in front, as it stands in the row and in a leaf.</summary>
    public ReadOnlySpan<byte> NextText()
    {
        var size = LengthSize + BinaryPrimitives.ReadInt32BigEndian(_rest);
        if (size < LengthSize) throw new InvalidDataException("A text of the journal is NULL.");
        var value = _rest[..size];
        _rest = _rest[size..];
        return value;
    }

    /// <summary>An id; all zero where there is none.</summary>
    public ReadOnlySpan<byte> NextId()
    {
        if (BinaryPrimitives.ReadInt32BigEndian(_rest) >= 0) return Next(NoId.Length);
        _rest = _rest[LengthSize..];
        return NoId;
    }

    public DateOnly NextDate() => DateOnly.FromDayNumber(FirstDay + BinaryPrimitives.ReadInt32BigEndian(Next(4)));
}
