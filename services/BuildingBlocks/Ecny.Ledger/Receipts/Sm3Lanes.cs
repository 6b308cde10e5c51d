using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ecny.Ledger.Receipts;

/// <summary>
/// SM3 of up to 16 independent messages at once: a vector holds the same word of all of them (of eight, where vectors are shorter), one message in each
/// of its lanes. Messages may differ in length, a lane that has ended waits for the others. Holds the messages' memory and uses it again and again; for one thread.
/// </summary>
public sealed partial class Sm3Lanes
{
    public const int Count = 16;
    // Two messages one after the other are done sooner than sixteen at once.
    private const int FewestTogether = 3;

    /// <summary>Where each byte of big-endian words comes from.</summary>
    private static readonly Vector512<byte> BigEndian = Vector512.Create(
        Vector256.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12, 19, 18, 17, 16, 23, 22, 21, 20, 27, 26, 25, 24, 31, 30, 29, 28),
        Vector256.Create((byte)35, 34, 33, 32, 39, 38, 37, 36, 43, 42, 41, 40, 47, 46, 45, 44, 51, 50, 49, 48, 55, 54, 53, 52, 59, 58, 57, 56, 63, 62, 61, 60));

    private readonly uint[] _start = new uint[Sm3.Words];
    private readonly int _absorbed;
    private readonly int _width;
    private readonly int[] _lengths = new int[Count];
    private readonly byte[] _hashes = new byte[Count * Sm3.Size];
    private byte[] _bytes;
    // Bytes between the beginnings of two messages: whole blocks.
    private int _stride;

    /// <param name="length">Bytes of every message, until <see cref="Begin"/> says otherwise for one.</param>
    public Sm3Lanes(int length) : this(length, WidestVector)
    {
    }

    /// <summary>As on a processor with other vectors.</summary>
    /// <param name="width">Lanes of a vector: 16, 8, or 1 for one message after the other.</param>
    public Sm3Lanes(int length, int width) : this(length, Sm3.Initial, 0, width)
    {
    }

    /// <summary>Messages that go on from a state into which <paramref name="absorbed"/> bytes (whole blocks) went already.</summary>
    internal Sm3Lanes(int length, ReadOnlySpan<uint> start, int absorbed) : this(length, start, absorbed, WidestVector)
    {
    }

    private Sm3Lanes(int length, ReadOnlySpan<uint> start, int absorbed, int width)
    {
        _width = width;
        start.CopyTo(_start);
        _absorbed = absorbed;
        _stride = Padded(length);
        _bytes = new byte[Count * _stride];
        for (var lane = 0; lane < Count; lane++) Begin(lane, length);
    }

    private static int WidestVector => Vector512.IsHardwareAccelerated ? Vector512<uint>.Count : Vector256.IsHardwareAccelerated ? Vector256<uint>.Count : 1;

    /// <summary>The memory of a message, to write it in.</summary>
    public Span<byte> Message(int lane) => _bytes.AsSpan(lane * _stride, _lengths[lane]);

    /// <summary>Memory for a message of another length than the last in its lane. A message keeps what it held, as far as it still reaches.</summary>
    public Span<byte> Begin(int lane, int length)
    {
        var padded = Padded(length);
        if (padded > _stride) Widen(padded);
        var bytes = _bytes.AsSpan(lane * _stride, padded);
        bytes[length..].Clear();
        bytes[length] = 0x80;
        BinaryPrimitives.WriteInt64BigEndian(bytes[^8..], (_absorbed + (long)length) * 8);
        _lengths[lane] = length;
        return bytes[..length];
    }

    /// <summary>Hashes the messages of the first lanes.</summary>
    public void Hash(int lanes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lanes, Count);
        for (var first = 0; first < lanes; first += _width)
        {
            var here = Math.Min(lanes - first, _width);
            if (here < FewestTogether)
                for (var lane = first; lane < first + here; lane++) HashAlone(lane);
            else if (_width == Count) HashTogether(here);
            else HashEight(first, here);
        }
    }

    /// <summary>The hash of a message, after <see cref="Hash"/> and until the next.</summary>
    public ReadOnlySpan<byte> HashOf(int lane) => _hashes.AsSpan(lane * Sm3.Size, Sm3.Size);

    private void HashAlone(int lane)
    {
        Span<uint> state = stackalloc uint[Sm3.Words];
        _start.CopyTo(state);
        Sm3.Finish(state, Message(lane), _absorbed + _lengths[lane], _hashes.AsSpan(lane * Sm3.Size, Sm3.Size));
    }

    private void HashTogether(int lanes)
    {
        Span<uint> blocks = stackalloc uint[Count];
        blocks.Clear();
        var (fewest, most) = (uint.MaxValue, 0u);
        for (var lane = 0; lane < lanes; lane++)
        {
            blocks[lane] = (uint)Padded(_lengths[lane]) / Sm3.BlockSize;
            (fewest, most) = (Math.Min(fewest, blocks[lane]), Math.Max(most, blocks[lane]));
        }

        Span<Vector512<uint>> state = stackalloc Vector512<uint>[Sm3.Words], next = stackalloc Vector512<uint>[Sm3.Words];
        for (var i = 0; i < Sm3.Words; i++) state[i] = Vector512.Create(_start[i]);
        var ends = Vector512.Create<uint>(blocks);
        for (var block = 0u; block < most; block++)
        {
            state.CopyTo(next);
            Absorb(next, (int)block * Sm3.BlockSize, lanes);
            if (block < fewest) next.CopyTo(state);
            else
            {
                var goesOn = Vector512.GreaterThan(ends, Vector512.Create(block));
                for (var i = 0; i < Sm3.Words; i++) state[i] = Vector512.ConditionalSelect(goesOn, next[i], state[i]);
            }
        }

        var words = MemoryMarshal.Cast<Vector512<uint>, uint>(state);
        for (var lane = 0; lane < lanes; lane++)
            for (var i = 0; i < Sm3.Words; i++) BinaryPrimitives.WriteUInt32BigEndian(_hashes.AsSpan(lane * Sm3.Size + 4 * i), words[i * Count + lane]);
    }

    /// <summary>The compression function (as <see cref="Sm3.Absorb"/>) over the block at <paramref name="at"/> of every message; what lanes without such a block give is of no use.</summary>
    private void Absorb(Span<Vector512<uint>> state, int at, int lanes)
    {
        Span<Vector512<uint>> schedule = stackalloc Vector512<uint>[68];
        // The indices below are all within 68 vectors, 16 words of a block and 64 constants: no bounds to check thousands of times a block.
        ref var w = ref MemoryMarshal.GetReference(schedule);
        ref var t = ref MemoryMarshal.GetArrayDataReference(Sm3.Round);
        for (var lane = 0; lane < lanes; lane++)
        {
            // A lane that has ended reads on in what is there: its result is thrown away.
            ref var from = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<byte, uint>(_bytes.AsSpan(lane * _stride + at, Sm3.BlockSize)));
            ref var to = ref Unsafe.Add(ref Unsafe.As<Vector512<uint>, uint>(ref w), lane);
            for (var i = 0; i < 16; i++) Unsafe.Add(ref to, i * Count) = Unsafe.Add(ref from, i);
        }
        if (BitConverter.IsLittleEndian)
            for (var i = 0; i < 16; i++) Unsafe.Add(ref w, i) = Vector512.Shuffle(Unsafe.Add(ref w, i).AsByte(), BigEndian).AsUInt32();
        for (var i = 16; i < schedule.Length; i++)
        {
            var x = Unsafe.Add(ref w, i - 16) ^ Unsafe.Add(ref w, i - 9) ^ Rotate(Unsafe.Add(ref w, i - 3), 15);
            Unsafe.Add(ref w, i) = x ^ Rotate(x, 15) ^ Rotate(x, 23) ^ Rotate(Unsafe.Add(ref w, i - 13), 7) ^ Unsafe.Add(ref w, i - 6);
        }

        Vector512<uint> a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
        for (var i = 0; i < 16; i++)
            Turn(a ^ b ^ c, e ^ f ^ g, Unsafe.Add(ref w, i), Unsafe.Add(ref w, i + 4), Unsafe.Add(ref t, i), ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h);
        for (var i = 16; i < 64; i++)
            Turn((a & b) | ((a | b) & c), g ^ (e & (f ^ g)), Unsafe.Add(ref w, i), Unsafe.Add(ref w, i + 4), Unsafe.Add(ref t, i), ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h);
        state[0] ^= a; state[1] ^= b; state[2] ^= c; state[3] ^= d; state[4] ^= e; state[5] ^= f; state[6] ^= g; state[7] ^= h;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(Vector512<uint> ff, Vector512<uint> gg, Vector512<uint> word, Vector512<uint> later, uint constant,
        ref Vector512<uint> a, ref Vector512<uint> b, ref Vector512<uint> c, ref Vector512<uint> d,
        ref Vector512<uint> e, ref Vector512<uint> f, ref Vector512<uint> g, ref Vector512<uint> h)
    {
        var a12 = Rotate(a, 12);
        var ss1 = Rotate(a12 + e + Vector512.Create(constant), 7);
        var tt1 = ff + d + (ss1 ^ a12) + (word ^ later);
        var tt2 = gg + h + ss1 + word;
        d = c;
        c = Rotate(b, 9);
        b = a;
        a = tt1;
        h = g;
        g = Rotate(f, 19);
        f = e;
        e = tt2 ^ Rotate(tt2, 9) ^ Rotate(tt2, 17);
    }

    private static Vector512<uint> Rotate(Vector512<uint> x, [ConstantExpected] byte n) =>
        Avx512F.IsSupported ? Avx512F.RotateLeft(x, n) : (x << n) | (x >>> (32 - n));

    private void Widen(int stride)
    {
        // Twice as wide at least: texts grow a little now and then.
        stride = Math.Max(stride, 2 * _stride);
        var wider = new byte[Count * stride];
        for (var lane = 0; lane < Count; lane++) _bytes.AsSpan(lane * _stride, _stride).CopyTo(wider.AsSpan(lane * stride));
        (_bytes, _stride) = (wider, stride);
    }

    /// <summary>A one bit and the length in 64 bits follow the message, and zeros up to a whole block.</summary>
    private static int Padded(int length) => (length + 9 + Sm3.BlockSize - 1) / Sm3.BlockSize * Sm3.BlockSize;
}
