using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Ecny.Contracts.Ledger;

/// <summary>What kind of number an institution gave; each kind has its own number space (architecture §2.2).</summary>
public enum NumberKind : byte
{
    Payment = 1, Refund = 2, Cancel = 3, Transfer = 4, Exchange = 5, Wallet = 6, WalletState = 7, Hold = 8, HoldPost = 9,
    HoldVoid = 10, Token = 11, TokenRevoke = 12, Contract = 13, PayCode = 14, Group = 15, System = 16,
}

/// <summary>
/// The key of one attempt: hash(institution, kind, number). Its result, success or decline, is remembered for ever.
/// As text: 32 lower-case hexadecimal digits; that is also paymentNo, refundId, transferNo and exchangeNo.
/// </summary>
[GenerateSerializer, Immutable, Alias("ecny.TransferId")]
public readonly record struct TransferId([property: Id(0)] Guid Value)
{
    public static TransferId Of(string institution, NumberKind kind, string number) => new(Hashing.Id((byte)kind, institution, number));

    public static bool TryParse(string? text, out TransferId id)
    {
        var ok = Guid.TryParseExact(text, "N", out var value);
        id = new TransferId(value);
        return ok;
    }

    public override string ToString() => Value.ToString("N");
}

/// <summary>What a once-key stands for; decides the code with which a second attempt is declined.</summary>
public enum OnceKind : byte
{
    /// <summary>An order (acquirer, merchantNo, merchantOrderNo): ALREADY_PAID.</summary>
    Order = 1,
    /// <summary>A pay code: PAY_CODE_USED.</summary>
    PayCode = 2,
    /// <summary>A campaign and person, a batch row, a mandate's period: ALREADY_CLAIMED.</summary>
    Claim = 3,
}

/// <summary>A thing that may happen once. Only a success claims it; closing it writes a tombstone.</summary>
[GenerateSerializer, Immutable, Alias("ecny.OnceKey")]
public readonly record struct OnceKey([property: Id(0)] Guid Value, [property: Id(1)] OnceKind Kind)
{
    public static OnceKey Order(string acquirer, string merchantNo, string merchantOrderNo) =>
        new(Hashing.Id(101, acquirer, merchantNo, merchantOrderNo), OnceKind.Order);

    public static OnceKey PayCode(string payCode) => new(Hashing.Id(102, payCode), OnceKind.PayCode);

    public static OnceKey Claim(string campaign, string subject) => new(Hashing.Id(103, campaign, subject), OnceKind.Claim);
}

/// <summary>One wallet, or a part of one: 0 is the available money, 1 the held money, from 2 on purpose-bound funds; −1 never holds money, it keeps the term of the wallet's state.</summary>
[GenerateSerializer, Immutable, Alias("ecny.BucketId")]
public readonly record struct BucketId([property: Id(0)] long Wallet, [property: Id(1)] int Number)
{
    public const int Available = 0;
    public const int Held = 1;
    public const int StateTerm = -1;

    public static BucketId AvailableOf(long wallet) => new(wallet, Available);
    public static BucketId HeldOf(long wallet) => new(wallet, Held);
    public static BucketId StateTermOf(long wallet) => new(wallet, StateTerm);
}

/// <summary>SHA-256 over length-prefixed parts: parts cannot be shifted into each other.</summary>
public static class Hashing
{
    public static Guid Id(byte space, params ReadOnlySpan<string> parts)
    {
        var size = 1;
        foreach (var part in parts) size += 4 + Encoding.UTF8.GetMaxByteCount(part.Length);
        var buffer = size <= 1024 ? stackalloc byte[size] : new byte[size];
        buffer[0] = space;
        var at = 1;
        foreach (var part in parts)
        {
            var written = Encoding.UTF8.GetBytes(part, buffer[(at + 4)..]);
            BinaryPrimitives.WriteInt32BigEndian(buffer[at..], written);
            at += 4 + written;
        }
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(buffer[..at], hash);
        return new Guid(hash[..16], bigEndian: true);
    }

    /// <summary>Fingerprint of a request's content (parsed fields and path): same number with another fingerprint is REQUEST_NO_REUSED.</summary>
    public static long Fingerprint(params ReadOnlySpan<string?> fields)
    {
        var size = 0;
        foreach (var field in fields) size += 4 + Encoding.UTF8.GetMaxByteCount(field?.Length ?? 0);
        var buffer = size <= 2048 ? stackalloc byte[size] : new byte[size];
        var at = 0;
        foreach (var field in fields)
        {
            var written = field is null ? 0 : Encoding.UTF8.GetBytes(field, buffer[(at + 4)..]);
            BinaryPrimitives.WriteInt32BigEndian(buffer[at..], field is null ? -1 : written);
            at += 4 + written;
        }
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(buffer[..at], hash);
        // 0 is kept for "any content": the tombstone that a cancel writes under a number not seen yet.
        var value = BinaryPrimitives.ReadInt64BigEndian(hash);
        return value == 0 ? 1 : value;
    }
}
