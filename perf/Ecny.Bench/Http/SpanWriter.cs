namespace Ecny.Bench.Http;

/// <summary>Appends bytes and numbers to a span. Running out of room throws, as any span does.</summary>
internal ref struct SpanWriter(Span<byte> target)
{
    private readonly Span<byte> target = target;

    public int Length { get; private set; }
    public readonly ReadOnlySpan<byte> Written => target[..Length];

    public void Write(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(target[Length..]);
        Length += bytes.Length;
    }

    public void Write(byte value) => target[Length++] = value;

    public void Write(long value)
    {
        if (!value.TryFormat(target[Length..], out var written)) throw new ArgumentException("The buffer is too small.");
        Length += written;
    }

    /// <summary>16 lower-case hexadecimal digits.</summary>
    public void WriteHex(ulong value)
    {
        if (!value.TryFormat(target[Length..], out var written, "x16")) throw new ArgumentException("The buffer is too small.");
        Length += written;
    }
}
