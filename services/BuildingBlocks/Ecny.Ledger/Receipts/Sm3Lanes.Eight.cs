using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ecny.Ledger.Receipts;

/// <summary>
/// The same on vectors of 256 bits (AVX2). A copy but for the vectors' type: one text for both, over an interface of operations, took a quarter longer on
/// the wide ones.
/// </summary>
public sealed partial class Sm3Lanes
{
    private const int Eight = 8;

    private void HashEight(int first, int lanes)
    {
        Span<uint> blocks = stackalloc uint[Eight];
        blocks.Clear();
        var (fewest, most) = (uint.MaxValue, 0u);
        for (var lane = 0; lane < lanes; lane++)
        {
            blocks[lane] = (uint)Padded(_lengths[first + lane]) / Sm3.BlockSize;
            (fewest, most) = (Math.Min(fewest, blocks[lane]), Math.Max(most, blocks[lane]));
        }

        Span<Vector256<uint>> state = stackalloc Vector256<uint>[Sm3.Words], next = stackalloc Vector256<uint>[Sm3.Words];
        for (var i = 0; i < Sm3.Words; i++) state[i] = Vector256.Create(_start[i]);
        var ends = Vector256.Create<uint>(blocks);
        for (var block = 0u; block < most; block++)
        {
            state.CopyTo(next);
            Absorb(next, (int)block * Sm3.BlockSize, first, lanes);
            if (block < fewest) next.CopyTo(state);
            else
            {
                var goesOn = Vector256.GreaterThan(ends, Vector256.Create(block));
                for (var i = 0; i < Sm3.Words; i++) state[i] = Vector256.ConditionalSelect(goesOn, next[i], state[i]);
            }
        }

        var words = MemoryMarshal.Cast<Vector256<uint>, uint>(state);
        for (var lane = 0; lane < lanes; lane++)
            for (var i = 0; i < Sm3.Words; i++) BinaryPrimitives.WriteUInt32BigEndian(_hashes.AsSpan((first + lane) * Sm3.Size + 4 * i), words[i * Eight + lane]);
    }

    /// <summary>The compression function (as <see cref="Sm3.Absorb"/>) over the block at <paramref name="at"/> of every message; what lanes without such a block give is of no use.</summary>
    private void Absorb(Span<Vector256<uint>> state, int at, int first, int lanes)
    {
        Span<Vector256<uint>> schedule = stackalloc Vector256<uint>[68];
        // The indices below are all within 68 vectors, 16 words of a block and 64 constants: no bounds to check thousands of times a block.
        ref var w = ref MemoryMarshal.GetReference(schedule);
        ref var t = ref MemoryMarshal.GetArrayDataReference(Sm3.Round);
        for (var lane = 0; lane < lanes; lane++)
        {
            // A lane that has ended reads on in what is there: its result is thrown away.
            ref var from = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<byte, uint>(_bytes.AsSpan((first + lane) * _stride + at, Sm3.BlockSize)));
            ref var to = ref Unsafe.Add(ref Unsafe.As<Vector256<uint>, uint>(ref w), lane);
            for (var i = 0; i < 16; i++) Unsafe.Add(ref to, i * Eight) = Unsafe.Add(ref from, i);
        }
        if (BitConverter.IsLittleEndian)
            for (var i = 0; i < 16; i++) Unsafe.Add(ref w, i) = Vector256.Shuffle(Unsafe.Add(ref w, i).AsByte(), BigEndian.GetLower()).AsUInt32();
        for (var i = 16; i < schedule.Length; i++)
        {
            var x = Unsafe.Add(ref w, i - 16) ^ Unsafe.Add(ref w, i - 9) ^ Rotate(Unsafe.Add(ref w, i - 3), 15);
            Unsafe.Add(ref w, i) = x ^ Rotate(x, 15) ^ Rotate(x, 23) ^ Rotate(Unsafe.Add(ref w, i - 13), 7) ^ Unsafe.Add(ref w, i - 6);
        }

        Vector256<uint> a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
        for (var i = 0; i < 16; i++)
            Turn(a ^ b ^ c, e ^ f ^ g, Unsafe.Add(ref w, i), Unsafe.Add(ref w, i + 4), Unsafe.Add(ref t, i), ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h);
        for (var i = 16; i < 64; i++)
            Turn((a & b) | ((a | b) & c), g ^ (e & (f ^ g)), Unsafe.Add(ref w, i), Unsafe.Add(ref w, i + 4), Unsafe.Add(ref t, i), ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h);
        state[0] ^= a; state[1] ^= b; state[2] ^= c; state[3] ^= d; state[4] ^= e; state[5] ^= f; state[6] ^= g; state[7] ^= h;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(Vector256<uint> ff, Vector256<uint> gg, Vector256<uint> word, Vector256<uint> later, uint constant,
        ref Vector256<uint> a, ref Vector256<uint> b, ref Vector256<uint> c, ref Vector256<uint> d,
        ref Vector256<uint> e, ref Vector256<uint> f, ref Vector256<uint> g, ref Vector256<uint> h)
    {
        var a12 = Rotate(a, 12);
        var ss1 = Rotate(a12 + e + Vector256.Create(constant), 7);
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

    private static Vector256<uint> Rotate(Vector256<uint> x, [ConstantExpected] byte n) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateLeft(x, n) : (x << n) | (x >>> (32 - n));
}
