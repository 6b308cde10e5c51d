using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ecny.Ledger.Receipts;

/// <summary>
/// SM3 (GB/T 32905-2016) of one message; <see cref="Sm3Lanes"/> hashes many. Our own because the receipt log hashes every journal entry some twenty
/// times: this one neither allocates nor buffers. Its tests hold it to the standard's examples and to BouncyCastle.
/// </summary>
public static class Sm3
{
    public const int Size = 32;
    internal const int BlockSize = 64;
    internal const int Words = 8;

    internal static ReadOnlySpan<uint> Initial =>
        [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E];

    internal static readonly uint[] Round = RoundConstants();

    public static byte[] Hash(ReadOnlySpan<byte> data)
    {
        var hash = new byte[Size];
        Hash(data, hash);
        return hash;
    }

    public static void Hash(ReadOnlySpan<byte> data, Span<byte> hash)
    {
        Span<uint> state = stackalloc uint[Words];
        Start(state);
        Finish(state, data, data.Length, hash);
    }

    internal static void Start(Span<uint> state) => Initial.CopyTo(state);

    /// <summary>Absorbs the last bytes of a message of <paramref name="total"/> bytes in all, and writes the hash.</summary>
    internal static void Finish(Span<uint> state, ReadOnlySpan<byte> rest, long total, Span<byte> hash)
    {
        for (; rest.Length >= BlockSize; rest = rest[BlockSize..]) Absorb(state, rest);
        Span<byte> last = stackalloc byte[2 * BlockSize];
        last.Clear();
        rest.CopyTo(last);
        last[rest.Length] = 0x80;
        var end = rest.Length + 9 <= BlockSize ? BlockSize : 2 * BlockSize;
        BinaryPrimitives.WriteInt64BigEndian(last[(end - 8)..], total * 8);
        Absorb(state, last);
        if (end > BlockSize) Absorb(state, last[BlockSize..]);
        for (var i = 0; i < Words; i++) BinaryPrimitives.WriteUInt32BigEndian(hash[(4 * i)..], state[i]);
    }

    /// <summary>The compression function over the first 64 bytes of <paramref name="block"/>.</summary>
    internal static void Absorb(Span<uint> state, ReadOnlySpan<byte> block)
    {
        Span<uint> words = stackalloc uint[68];
        // The indices below are all within 68 words and 64 constants: no bounds to check fifty times a block.
        ref var w = ref MemoryMarshal.GetReference(words);
        ref var t = ref MemoryMarshal.GetArrayDataReference(Round);
        for (var i = 0; i < 16; i++) Unsafe.Add(ref w, i) = BinaryPrimitives.ReadUInt32BigEndian(block.Slice(4 * i, 4));
        for (var i = 16; i < 68; i++)
        {
            var x = Unsafe.Add(ref w, i - 16) ^ Unsafe.Add(ref w, i - 9) ^ BitOperations.RotateLeft(Unsafe.Add(ref w, i - 3), 15);
            Unsafe.Add(ref w, i) = x ^ BitOperations.RotateLeft(x, 15) ^ BitOperations.RotateLeft(x, 23)
                ^ BitOperations.RotateLeft(Unsafe.Add(ref w, i - 13), 7) ^ Unsafe.Add(ref w, i - 6);
        }

        uint h = state[7], g = state[6], f = state[5], e = state[4], d = state[3], c = state[2], b = state[1], a = state[0];
        for (var i = 0; i < 16; i++)
        {
            var a12 = BitOperations.RotateLeft(a, 12);
            var ss1 = BitOperations.RotateLeft(a12 + e + Unsafe.Add(ref t, i), 7);
            var wi = Unsafe.Add(ref w, i);
            var tt1 = (a ^ b ^ c) + d + (ss1 ^ a12) + (wi ^ Unsafe.Add(ref w, i + 4));
            var tt2 = (e ^ f ^ g) + h + ss1 + wi;
            d = c;
            c = BitOperations.RotateLeft(b, 9);
            b = a;
            a = tt1;
            h = g;
            g = BitOperations.RotateLeft(f, 19);
            f = e;
            e = tt2 ^ BitOperations.RotateLeft(tt2, 9) ^ BitOperations.RotateLeft(tt2, 17);
        }
        for (var i = 16; i < 64; i++)
        {
            var a12 = BitOperations.RotateLeft(a, 12);
            var ss1 = BitOperations.RotateLeft(a12 + e + Unsafe.Add(ref t, i), 7);
            var wi = Unsafe.Add(ref w, i);
            var tt1 = ((a & b) | ((a | b) & c)) + d + (ss1 ^ a12) + (wi ^ Unsafe.Add(ref w, i + 4));
            var tt2 = (g ^ (e & (f ^ g))) + h + ss1 + wi;
            d = c;
            c = BitOperations.RotateLeft(b, 9);
            b = a;
            a = tt1;
            h = g;
            g = BitOperations.RotateLeft(f, 19);
            f = e;
            e = tt2 ^ BitOperations.RotateLeft(tt2, 9) ^ BitOperations.RotateLeft(tt2, 17);
        }
        state[0] ^= a; state[1] ^= b; state[2] ^= c; state[3] ^= d; state[4] ^= e; state[5] ^= f; state[6] ^= g; state[7] ^= h;
    }

    private static uint[] RoundConstants()
    {
        var t = new uint[64];
        for (var i = 0; i < 64; i++) t[i] = BitOperations.RotateLeft(i < 16 ? 0x79CC4519u : 0x7A879D8Au, i % 32);
        return t;
    }
}
