using System.Buffers.Binary;
using System.Security.Cryptography;
using Ecny.Contracts.Ledger;

namespace Ecny.Ledger.Audit;

/// <summary>
/// A sum over remembered numbers that does not depend on their order, keyed anew for every audit: journal and number table agree exactly when
/// their sums and counts do (but for a chance of 2^-128). So fifty million numbers are compared without holding one of them.
/// </summary>
internal sealed class NumberSum
{
    private readonly ulong _keyA, _keyB;
    private ulong _a, _b;

    public NumberSum()
    {
        Span<byte> key = stackalloc byte[16];
        RandomNumberGenerator.Fill(key);
        _keyA = BinaryPrimitives.ReadUInt64LittleEndian(key);
        _keyB = BinaryPrimitives.ReadUInt64LittleEndian(key[8..]);
    }

    private NumberSum(NumberSum other) => (_keyA, _keyB) = (other._keyA, other._keyB);

    public long Count { get; private set; }

    /// <summary>An empty sum that can be compared with this one.</summary>
    public NumberSum Fresh() => new(this);

    public void Add(TransferId transfer, long seq, int legs, int kind, int code)
    {
        Span<byte> id = stackalloc byte[16];
        transfer.Value.TryWriteBytes(id);
        var (x, y) = (BinaryPrimitives.ReadUInt64LittleEndian(id), BinaryPrimitives.ReadUInt64LittleEndian(id[8..]));
        var z = ((ulong)(uint)legs << 32) | ((ulong)(byte)kind << 8) | (byte)code;
        unchecked
        {
            _a += Mix(Mix(Mix(Mix(_keyA ^ x) ^ y) ^ (ulong)seq) ^ z);
            _b += Mix(Mix(Mix(Mix(_keyB ^ y) ^ z) ^ x) ^ (ulong)seq);
        }
        Count++;
    }

    public bool Agrees(NumberSum other) => (_a, _b, Count) == (other._a, other._b, other.Count);

    private static ulong Mix(ulong x)
    {
        unchecked
        {
            x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
            x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
            return x ^ (x >> 31);
        }
    }
}
