using System.IO.Pipelines;

namespace Ecny.ServiceDefaults.Problems;

/// <summary>A connection's output. After <see cref="Replace"/> what the server writes is dropped and the given answer is sent once; the server closes the connection after that.</summary>
internal sealed class RefusalWriter(PipeWriter inner) : PipeWriter
{
    private byte[]? _answer;
    private byte[]? _dropped;
    private bool _sent;

    public void Replace(byte[] answer) => _answer = answer;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0) => _answer is null ? inner.GetMemory(sizeHint) : Dropped(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _answer is null ? inner.GetSpan(sizeHint) : Dropped(sizeHint);

    public override void Advance(int bytes)
    {
        if (_answer is null) inner.Advance(bytes);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_answer is null || _sent) return inner.FlushAsync(cancellationToken);
        _sent = true;
        return inner.WriteAsync(_answer, cancellationToken);
    }

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    private byte[] Dropped(int sizeHint) => _dropped is { } enough && enough.Length >= sizeHint ? enough : _dropped = new byte[Math.Max(sizeHint, 4096)];
}
