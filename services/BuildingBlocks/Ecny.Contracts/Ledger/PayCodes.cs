using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Ecny.Contracts.Ledger;

/// <summary>
/// Writes and reads pay codes: 62 characters of base64url that carry their content, encrypted and authenticated (AES-256-GCM) under the token key.
/// Whoever has the key needs no look-up; who has not learns nothing and can forge nothing. That a code is used once is the ledger's business (<see cref="OnceKey.PayCode"/>).
/// </summary>
public sealed class PayCodes : IDisposable
{
    private const byte Version = 1;
    private const int NonceSize = 12, BodySize = 21, TagSize = 12, Size = 1 + NonceSize + BodySize + TagSize;

    /// <summary>Characters of a pay code.</summary>
    public const int Length = 62;

    /// <summary>AES-GCM objects keep native state and are not safe to share between threads.</summary>
    private readonly ThreadLocal<AesGcm> cipher;
    private readonly ulong instance = BinaryPrimitives.ReadUInt64BigEndian(RandomNumberGenerator.GetBytes(8)) >> 16;
    private long counter = RandomNumberGenerator.GetInt32(int.MaxValue);

    /// <param name="tokenKey">32 bytes (<c>Ecny:Keys:TokenKey</c>).</param>
    public PayCodes(byte[] tokenKey)
    {
        if (tokenKey.Length != 32) throw new ArgumentException("The token key must have 32 bytes.", nameof(tokenKey));
        var key = tokenKey.ToArray();
        cipher = new(() => new AesGcm(key, TagSize), trackAllValues: true);
    }

    /// <summary>A new code, different from every other. The expiry counts in milliseconds: microseconds below are cut off.</summary>
    public string Create(PayCode content)
    {
        Span<byte> bytes = stackalloc byte[Size];
        Span<byte> body = stackalloc byte[BodySize];
        bytes[0] = Version;
        // 48 random bits of this process and a 48-bit counter: a nonce never repeats, which random ones would after some billion codes.
        Write48(bytes[1..], instance);
        Write48(bytes[7..], (ulong)Interlocked.Increment(ref counter));
        BinaryPrimitives.WriteInt64BigEndian(body, content.Wallet);
        Write48(body[8..], checked((ulong)(content.ExpiresAtMicros / 1000)));
        body[14] = checked((byte)(content.MaxAmount >> 48));
        Write48(body[15..], (ulong)content.MaxAmount & 0xFFFF_FFFF_FFFF);
        cipher.Value!.Encrypt(bytes.Slice(1, NonceSize), body, bytes.Slice(1 + NonceSize, BodySize), bytes[(1 + NonceSize + BodySize)..], bytes[..1]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>False for whatever was not made by <see cref="Create"/> under this key.</summary>
    public bool TryRead(string? code, out PayCode content)
    {
        content = default;
        if (code is not { Length: Length } || !Ascii.IsValid(code)) return false;
        Span<byte> bytes = stackalloc byte[Size];
        // One text per code: the unused bits of the last character must be zero, or a code could be written in several ways.
        if (Base64Url.DecodeFromChars(code, bytes, out _, out var written) != System.Buffers.OperationStatus.Done || written != Size || bytes[0] != Version
            || !Base64Url.EncodeToString(bytes).AsSpan().SequenceEqual(code)) return false;
        Span<byte> body = stackalloc byte[BodySize];
        try
        {
            cipher.Value!.Decrypt(bytes.Slice(1, NonceSize), bytes.Slice(1 + NonceSize, BodySize), bytes[(1 + NonceSize + BodySize)..], body, bytes[..1]);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        content = new PayCode(BinaryPrimitives.ReadInt64BigEndian(body), (long)Read48(body[8..]) * 1000, (long)body[14] << 48 | (long)Read48(body[15..]));
        return true;
    }

    public void Dispose()
    {
        foreach (var used in cipher.Values) used.Dispose();
        cipher.Dispose();
    }

    private static void Write48(Span<byte> to, ulong value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(to, (ushort)(value >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(to[2..], (uint)value);
    }

    private static ulong Read48(ReadOnlySpan<byte> from) => (ulong)BinaryPrimitives.ReadUInt16BigEndian(from) << 32 | BinaryPrimitives.ReadUInt32BigEndian(from[2..]);
}
