using System.Security.Cryptography;
using Ecny.Contracts.Institutions;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.OpenSsl;

namespace Ecny.ServiceDefaults.Signatures;

/// <summary>Verifies signatures of one public key. Safe for many threads.</summary>
internal abstract class SignatureVerifier(string algorithm) : IDisposable
{
    public string Algorithm { get; } = algorithm;

    public abstract bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature);

    public abstract void Dispose();

    /// <summary>Null when the key cannot be used: wrong algorithm, not a point of its curve, not PEM. Such a key signs nothing.</summary>
    public static SignatureVerifier? TryCreate(InstitutionKey key)
    {
        try
        {
            return key.Algorithm switch
            {
                SignatureAlgorithms.EcdsaP256Sha256 => new EcdsaVerifier(key.PublicKeyPem),
                SignatureAlgorithms.Sm2Sm3 => new Sm2Verifier(key.PublicKeyPem),
                _ => null,
            };
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException or PemException or InvalidCastException or IOException)
        {
            return null;
        }
    }

    internal static ECPublicKeyParameters ReadEcPublicKey(string pem)
    {
        using var reader = new PemReader(new StringReader(pem));
        return (ECPublicKeyParameters)reader.ReadObject();
    }
}
