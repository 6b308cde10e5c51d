using Ecny.Contracts.Errors;

namespace Ecny.Clearing.Reconciliations;

/// <summary>Goes through a file once, in the memory of one line: good lines to the one who wants them, bad ones by number.</summary>
internal sealed class StatementReader(Stream file, IStatementFormat format, ClearingOptions options)
{
    private const int LongestLine = 4_096;
    private readonly byte[] buffer = new byte[64 * 1024];
    private readonly List<BadLine> bad = [];
    private int from, to, line;
    private long unpacked;

    /// <summary>Lines of the file but header and empty ones.</summary>
    public long Lines { get; private set; }
    public long BadLines { get; private set; }
    /// <summary>The first of them.</summary>
    public IReadOnlyList<BadLine> FirstBadLines => bad;

    /// <exception cref="ApiException">The header is wrong, or the file is larger than is allowed.</exception>
    /// <exception cref="InvalidDataException">What should be packed is not.</exception>
    public void Read(Action<int, StatementLine> take)
    {
        var header = true;
        while (Next(out var text, out var tooLong))
        {
            line++;
            if (text.IsEmpty && !tooLong) continue;
            if (header && line == 1 && text.StartsWith("\uFEFF"u8)) text = text[3..];
            if (header)
            {
                header = false;
                if (format.TakeHeader(tooLong ? [] : text)) continue;
            }
            if (++Lines > options.MostLines) throw new ApiException(ApiCode.BODY_TOO_LARGE);
            StatementLine parsed = default;
            if ((tooLong ? BadLineReason.TOO_LONG : format.Parse(text, out parsed)) is not { } reason) take(line, parsed);
            else
            {
                BadLines++;
                if (bad.Count < options.MostBadLines) bad.Add(new BadLine(line, reason));
            }
        }
        if (header) format.TakeHeader([]);
    }

    /// <summary>The next line without its end.</summary>
    private bool Next(out ReadOnlySpan<byte> text, out bool tooLong)
    {
        text = [];
        tooLong = false;
        while (true)
        {
            var end = buffer.AsSpan(from, to - from).IndexOf((byte)'\n');
            if (end >= 0)
            {
                text = buffer.AsSpan(from, end);
                from += end + 1;
                break;
            }
            if (to - from > LongestLine)
            {
                // The rest of it goes by unread.
                tooLong = true;
                from = to;
            }
            if (Fill()) continue;
            if (from == to && !tooLong) return false;
            text = buffer.AsSpan(from, to - from);
            from = to;
            break;
        }
        if (text is [.., (byte)'\r']) text = text[..^1];
        tooLong |= text.Length > LongestLine;
        return true;
    }

    private bool Fill()
    {
        if (from > 0)
        {
            buffer.AsSpan(from, to - from).CopyTo(buffer);
            (from, to) = (0, to - from);
        }
        var read = file.Read(buffer, to, buffer.Length - to);
        to += read;
        unpacked += read;
        if (unpacked > options.MostUnpackedBytes) throw new ApiException(ApiCode.BODY_TOO_LARGE);
        return read > 0;
    }
}
