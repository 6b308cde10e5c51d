using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using Npgsql;

namespace Ecny.Ledger.Receipts;

/// <summary>
/// Rows of the journal one after another as PostgreSQL sends them in a binary COPY: one round trip however many, and no object for an entry or a field.
/// A step of the receipt log that kept thousands of entries alive would cost the payments beside it long garbage collections.
/// </summary>
internal sealed class JournalRows : IAsyncDisposable
{
    private const int FirstBuffer = 16 * 1024;
    private const short End = -1;
    // Signature (11), flags and length of an extension (4 each).
    private const int HeaderSize = 19;
    // Number of fields, then shard with its length, then the length of seq.
    private const int SeqAt = CopyFields.CountSize + 8 + 4;
    private readonly Stream _copy;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
    private int _from, _row, _to;
    private bool _begun;

    private JournalRows(Stream copy) => _copy = copy;

    /// <summary>The row that <see cref="Next"/> went to: <see cref="LeafLanes.Columns"/>, readable by <see cref="CopyFields"/>.</summary>
    public ReadOnlySpan<byte> Row => _buffer.AsSpan(_from, _row);

    public long Seq => BinaryPrimitives.ReadInt64BigEndian(Row[SeqAt..]);

    /// <summary>Begins to read entries after <paramref name="afterSeq"/>, in order, at most <paramref name="limit"/>.</summary>
    public static async Task<JournalRows> Open(NpgsqlConnection connection, int shard, long afterSeq, int limit, CancellationToken stop)
    {
        // COPY takes no parameters; these are numbers.
        return new JournalRows(await connection.BeginRawBinaryCopyAsync(string.Create(CultureInfo.InvariantCulture, $"""
            COPY (
              SELECT {LeafLanes.Columns}
              FROM ledger.journal j
              WHERE j.shard = {shard} AND j.seq > {afterSeq}
              ORDER BY j.seq
              LIMIT {limit}
            ) TO STDOUT (FORMAT binary)
            """), stop));
    }

    /// <summary>Goes to the next row; false when there is none.</summary>
    public async ValueTask<bool> Next(CancellationToken stop)
    {
        if (!_begun)
        {
            while (_to < HeaderSize) await Fill(stop);
            _from = HeaderSize + BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(HeaderSize - 4));
            _begun = true;
        }
        _from += _row;
        for (_row = 0; (_row = RowSize()) == 0;) await Fill(stop);
        return BinaryPrimitives.ReadInt16BigEndian(Row) != End;
    }

    public async ValueTask DisposeAsync()
    {
        await _copy.DisposeAsync();
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    /// <summary>Bytes of the row at hand; 0 when it is not all here yet.</summary>
    private int RowSize()
    {
        var here = _buffer.AsSpan(Math.Min(_from, _to).._to);
        if (here.Length < CopyFields.CountSize) return 0;
        var fields = BinaryPrimitives.ReadInt16BigEndian(here);
        var size = CopyFields.CountSize;
        for (var i = 0; i < fields; i++)
        {
            if (here.Length < size + 4) return 0;
            size += 4 + Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(here[size..]));
        }
        return size <= here.Length ? size : 0;
    }

    private async ValueTask Fill(CancellationToken stop)
    {
        if (_from > 0 && _from >= _to) (_from, _to) = (_from - _to, 0);
        if (_to == _buffer.Length) MakeRoom();
        var read = await _copy.ReadAsync(_buffer.AsMemory(_to), stop);
        if (read == 0) throw new EndOfStreamException("The journal's rows ended in the middle.");
        _to += read;
    }

    private void MakeRoom()
    {
        var rest = _buffer.AsSpan(_from.._to);
        if (rest.Length < _buffer.Length / 2) rest.CopyTo(_buffer);
        else
        {
            var larger = ArrayPool<byte>.Shared.Rent(2 * _buffer.Length);
            rest.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        (_from, _to) = (0, rest.Length);
    }
}
