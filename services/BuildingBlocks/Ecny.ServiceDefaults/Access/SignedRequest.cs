using System.Buffers;

namespace Ecny.ServiceDefaults.Access;

/// <summary>What the gate learned about the request: who signed it and its body, which was hashed for Content-Digest and is kept for the parser.</summary>
internal sealed class SignedRequest
{
    private byte[]? _buffer;
    private int _length;

    public Caller? Caller { get; set; }

    public ReadOnlyMemory<byte> Body => _buffer.AsMemory(0, _length);

    /// <param name="rented">From the shared pool; goes back at the end of the request.</param>
    public void SetBody(byte[]? rented, int length)
    {
        _buffer = rented;
        _length = length;
    }

    public void Release()
    {
        var buffer = _buffer;
        _buffer = null;
        _length = 0;
        if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
    }
}
