using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Ecny.ServiceDefaults.Signatures;

/// <summary>
/// Nonces of session requests, in this process's memory: 64-bit salted hashes, in sets by the minute of <c>created</c>, which are dropped as a whole
/// when their minute is out of the window. At most <paramref name="capacity"/> are kept; past that the oldest minute is forgotten early:
/// a replay then repeats a request that is idempotent by number, whereas refusing a fresh payment would do harm.
/// </summary>
internal sealed class SessionNonces(int capacity)
{
    private const int StripeCount = 64;

    private readonly Stripe[] _stripes = [.. Enumerable.Range(0, StripeCount).Select(_ => new Stripe(Math.Max(1024, capacity / StripeCount)))];
    private readonly long _salt = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8));

    /// <summary>How many are remembered now.</summary>
    public int Count => _stripes.Sum(static stripe => stripe.Count);

    /// <returns>False when the nonce was used before with this key.</returns>
    public bool TryUse(ReadOnlySpan<char> keyId, ReadOnlySpan<char> nonce, long created, long now)
    {
        var key = (long)XxHash3.HashToUInt64(MemoryMarshal.AsBytes(keyId), _salt);
        var hash = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(nonce), key);
        if (hash == 0) hash = 1;
        return _stripes[hash >> 58].TryAdd(hash, created / 60, (now - SignatureWindow.Seconds) / 60);
    }

    private sealed class Stripe(int capacity)
    {
        private readonly Lock _adding = new();
        private readonly Dictionary<long, Minute> _minutes = [];
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public bool TryAdd(ulong hash, long minute, long oldestOpen)
        {
            lock (_adding)
            {
                if (!_minutes.TryGetValue(minute, out var set))
                {
                    Forget(oldestOpen);
                    var expected = 64;
                    foreach (var other in _minutes.Values) expected = Math.Max(expected, other.Count);
                    _minutes[minute] = set = new Minute(expected);
                }
                if (!set.TryAdd(hash)) return false;
                if (++_count > capacity) ForgetOldest();
                return true;
            }
        }

        private void Forget(long oldestOpen)
        {
            foreach (var (minute, set) in _minutes)
            {
                if (minute >= oldestOpen) continue;
                _count -= set.Count;
                _minutes.Remove(minute);
            }
        }

        private void ForgetOldest()
        {
            var oldest = _minutes.Keys.Min();
            _count -= _minutes[oldest].Count;
            _minutes.Remove(oldest);
        }
    }

    /// <summary>Open-addressing set of non-zero hashes.</summary>
    private sealed class Minute(int expected)
    {
        private ulong[] _slots = new ulong[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(expected * 3 / 2))];

        public int Count { get; private set; }

        public bool TryAdd(ulong hash)
        {
            if (Count * 4 >= _slots.Length * 3) Grow();
            if (!Insert(_slots, hash)) return false;
            Count++;
            return true;
        }

        private static bool Insert(ulong[] slots, ulong hash)
        {
            var mask = slots.Length - 1;
            for (var at = (int)hash & mask; ; at = (at + 1) & mask)
            {
                if (slots[at] == hash) return false;
                if (slots[at] != 0) continue;
                slots[at] = hash;
                return true;
            }
        }

        private void Grow()
        {
            var larger = new ulong[_slots.Length * 2];
            foreach (var hash in _slots)
                if (hash != 0) Insert(larger, hash);
            _slots = larger;
        }
    }
}
