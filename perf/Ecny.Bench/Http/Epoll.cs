using System.Buffers.Binary;
using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Ecny.Bench.Http;

/// <summary>
/// Linux epoll, because the generator shares two cores with what it measures: one thread that waits for 256 sockets costs
/// a fraction of what completion callbacks on a thread pool do.
/// </summary>
internal sealed partial class Epoll : IDisposable
{
    private const int Add = 1, CloseOnExec = 0x80000, Readable = 0x1, MaxEvents = 512;
    // struct epoll_event is packed on x86-64 only.
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private readonly byte[] events = new byte[MaxEvents * 16];
    private readonly int descriptor = Check(EpollCreate(CloseOnExec));

    public void Register(Socket socket, int key)
    {
        Span<byte> e = stackalloc byte[16];
        e.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(e, Readable);
        BinaryPrimitives.WriteInt32LittleEndian(e[DataOffset..], key);
        Check(EpollControl(descriptor, Add, (int)socket.SafeHandle.DangerousGetHandle(), ref MemoryMarshal.GetReference(e)));
    }

    /// <summary>Keys of the readable sockets, after at most the given time.</summary>
    public int Wait(Span<int> keys, long timeoutMicros)
    {
        var time = new TimeSpec(timeoutMicros / 1_000_000, timeoutMicros % 1_000_000 * 1000);
        var count = EpollWait(descriptor, ref events[0], Math.Min(MaxEvents, keys.Length), in time, 0, 8);
        if (count < 0 && Marshal.GetLastPInvokeError() == 4) return 0; // EINTR: a signal, not a fault
        Check(count);
        for (var i = 0; i < count; i++)
            keys[i] = BinaryPrimitives.ReadInt32LittleEndian(events.AsSpan(i * EventSize + DataOffset));
        return count;
    }

    public void Dispose() => _ = Close(descriptor);

    private static int Check(int result) => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());

    private readonly record struct TimeSpec(long Seconds, long Nanoseconds);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int EpollControl(int epoll, int operation, int socket, ref byte e);

    [LibraryImport("libc", EntryPoint = "epoll_pwait2", SetLastError = true)]
    private static partial int EpollWait(int epoll, ref byte events, int max, in TimeSpec timeout, nint signals, nint signalsSize);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
