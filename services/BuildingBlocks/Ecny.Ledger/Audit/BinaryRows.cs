using System.Buffers.Binary;
using System.Text;
using Npgsql;

namespace Ecny.Ledger.Audit;

/// <summary>
/// Rows of <c>COPY … TO STDOUT (FORMAT BINARY)</c>, field by field out of one buffer. An audit reads every row there is: here a field costs some
/// nanoseconds, and nothing is allocated but texts. Ask for fields in the order and with the types of the query; a field that is asked for wrongly throws.
/// </summary>
internal sealed class BinaryRows : IDisposable
{
    private const int HeaderSize = 19;
    private static readonly int Epoch2000 = new DateOnly(2000, 1, 1).DayNumber;

    private readonly NpgsqlRawCopyStream _stream;
    private byte[] _buffer = new byte[128 * 1024];
    private int _at, _end;

    public BinaryRows(NpgsqlConnection connection, string query)
    {
        _stream = connection.BeginRawBinaryCopy($"COPY ({query}) TO STDOUT (FORMAT BINARY)");
        // An audit waits for as long as the server sorts or reads.
        _stream.ReadTimeout = Timeout.Infinite;
        // Signature (11), flags (4), length of an extension (4).
        var header = Take(HeaderSize);
        Take(BinaryPrimitives.ReadInt32BigEndian(header[15..]));
    }

    /// <summary>Moves to the next row; false after the last.</summary>
    public bool Next() => BinaryPrimitives.ReadInt16BigEndian(Take(2)) >= 0;

    public short Short() => BinaryPrimitives.ReadInt16BigEndian(Field(2));

    public int Int() => BinaryPrimitives.ReadInt32BigEndian(Field(4));

    public long Long() => BinaryPrimitives.ReadInt64BigEndian(Field(8));

    public Guid Id() => new(Field(16), bigEndian: true);

    public Guid? OptionalId()
    {
        var size = Size();
        return size < 0 ? null : size == 16 ? new Guid(Take(16), bigEndian: true) : throw Wrong(16, size);
    }

    public DateOnly Date() => DateOnly.FromDayNumber(Epoch2000 + Int());

    public string Text() => Encoding.UTF8.GetString(Take(Size()));

    /// <summary>A text that is mostly the one before: then that very string.</summary>
    public string Text(string before)
    {
        var bytes = Take(Size());
        return bytes.Length == before.Length && Ascii.Equals(bytes, before) ? before : Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Ends the copy; what was not read is read and thrown away.</summary>
    public void Dispose() => _stream.Dispose();

    private int Size() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    private ReadOnlySpan<byte> Field(int size)
    {
        // Length and value in one piece: one look at the buffer.
        var field = Take(4 + size);
        var found = BinaryPrimitives.ReadInt32BigEndian(field);
        return found == size ? field[4..] : throw Wrong(size, found);
    }

    private ReadOnlySpan<byte> Take(int size)
    {
        if (_end - _at < size) Fill(size);
        var span = _buffer.AsSpan(_at, size);
        _at += size;
        return span;
    }

    private void Fill(int size)
    {
        var rest = _end - _at;
        if (size > _buffer.Length)
        {
            var larger = new byte[Math.Max(size, 2 * _buffer.Length)];
            Buffer.BlockCopy(_buffer, _at, larger, 0, rest);
            _buffer = larger;
        }
        else Buffer.BlockCopy(_buffer, _at, _buffer, 0, rest);
        (_at, _end) = (0, rest);
        while (_end < size)
        {
            var read = _stream.Read(_buffer, _end, _buffer.Length - _end);
            if (read == 0) throw new EndOfStreamException("The copy ended within a row.");
            _end += read;
        }
    }

    private static InvalidOperationException Wrong(int size, int found) => new($"A field of {found} bytes was read as one of {size}.");
}
