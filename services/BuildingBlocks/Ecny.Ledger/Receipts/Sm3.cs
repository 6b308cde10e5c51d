using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Ecny.Ledger.Receipts;

/// <summary>
/// SM3 (GB/T 32905-2016). Our own because the receipt log hashes every journal entry some twenty times: this one neither allocates nor
/// buffers. Its tests hold it to the standard's examples and to BouncyCastle.
/// </summary>
public static class Sm3
{
    public const int Size = 32;
    internal const int BlockSize = 64;
    internal const int Words = 8;

    private static ReadOnlySpan<uint> Initial =>
        [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E];

    private static readonly uint[] Round = RoundConstants();

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
        Span<uint> w = stackalloc uint[68];
        for (var i = 0; i < 16; i++) w[i] = BinaryPrimitives.ReadUInt32BigEndian(block[(4 * i)..]);
        for (var i = 16; i < 68; i++)
        {
            var x = w[i - 16] ^ w[i - 9] ^ BitOperations.RotateLeft(w[i - 3], 15);
            w[i] = x ^ BitOperations.RotateLeft(x, 15) ^ BitOperations.RotateLeft(x, 23) ^ BitOperations.RotateLeft(w[i - 13], 7) ^ w[i - 6];
        }

        uint a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
        var t = Round;
        // Four rounds a turn with the registers renamed instead of moved.
        for (var i = 0; i < 16; i += 4)
        {
            Early(a, ref b, c, ref d, e, ref f, g, ref h, t[i], w[i], w[i + 4]);
            Early(d, ref a, b, ref c, h, ref e, f, ref g, t[i + 1], w[i + 1], w[i + 5]);
            Early(c, ref d, a, ref b, g, ref h, e, ref f, t[i + 2], w[i + 2], w[i + 6]);
            Early(b, ref c, d, ref a, f, ref g, h, ref e, t[i + 3], w[i + 3], w[i + 7]);
        }
        for (var i = 16; i < 64; i += 4)
        {
            Late(a, ref b, c, ref d, e, ref f, g, ref h, t[i], w[i], w[i + 4]);
            Late(d, ref a, b, ref c, h, ref e, f, ref g, t[i + 1], w[i + 1], w[i + 5]);
            Late(c, ref d, a, ref b, g, ref h, e, ref f, t[i + 2], w[i + 2], w[i + 6]);
            Late(b, ref c, d, ref a, f, ref g, h, ref e, t[i + 3], w[i + 3], w[i + 7]);
        }
        state[0] ^= a; state[1] ^= b; state[2] ^= c; state[3] ^= d; state[4] ^= e; state[5] ^= f; state[6] ^= g; state[7] ^= h;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Early(uint a, ref uint b, uint c, ref uint d, uint e, ref uint f, uint g, ref uint h, uint t, uint w, uint w4)
    {
        var a12 = BitOperations.RotateLeft(a, 12);
        var ss1 = BitOperations.RotateLeft(a12 + e + t, 7);
        var tt1 = (a ^ b ^ c) + d + (ss1 ^ a12) + (w ^ w4);
        var tt2 = (e ^ f ^ g) + h + ss1 + w;
        Turn(ref b, ref d, ref f, ref h, tt1, tt2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Late(uint a, ref uint b, uint c, ref uint d, uint e, ref uint f, uint g, ref uint h, uint t, uint w, uint w4)
    {
        var a12 = BitOperations.RotateLeft(a, 12);
        var ss1 = BitOperations.RotateLeft(a12 + e + t, 7);
        var tt1 = ((a & b) | (a & c) | (b & c)) + d + (ss1 ^ a12) + (w ^ w4);
        var tt2 = ((e & f) | (~e & g)) + h + ss1 + w;
        Turn(ref b, ref d, ref f, ref h, tt1, tt2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(ref uint b, ref uint d, ref uint f, ref uint h, uint tt1, uint tt2)
    {
        b = BitOperations.RotateLeft(b, 9);
        d = tt1;
        f = BitOperations.RotateLeft(f, 19);
        h = tt2 ^ BitOperations.RotateLeft(tt2, 9) ^ BitOperations.RotateLeft(tt2, 17);
    }

    private static uint[] RoundConstants()
    {
        var t = new uint[64];
        for (var i = 0; i < 64; i++) t[i] = BitOperations.RotateLeft(i < 16 ? 0x79CC4519u : 0x7A879D8Au, i % 32);
        return t;
    }
}
