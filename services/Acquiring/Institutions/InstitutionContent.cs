using System.Globalization;
using System.Security.Cryptography;
using Ecny.Contracts.Institutions;
using Ecny.Contracts.Ledger;

namespace Ecny.Acquiring.Institutions;

/// <summary>What an institution is made of.</summary>
public static class InstitutionContent
{
    /// <summary>Of the content it was onboarded with; later changes leave it alone.</summary>
    public static long Fingerprint(Institution institution) => Hashing.Fingerprint([
        institution.Id,
        institution.Name,
        string.Join(',', institution.Roles.Select(role => role.ToString()).Order(StringComparer.Ordinal)),
        institution.WalletPrefix?.ToString(CultureInfo.InvariantCulture),
        .. institution.Keys.OrderBy(key => key.KeyId, StringComparer.Ordinal).SelectMany(key => new[] { key.KeyId, key.Algorithm, key.PublicKeyPem.Trim() })]);

    /// <summary>False for what cannot verify a signature of the algorithm named.</summary>
    public static bool IsUsable(InstitutionKey key)
    {
        // SM2 keys are read by BouncyCastle where they are used; the runtime does not know the curve.
        if (key.Algorithm == SignatureAlgorithms.Sm2Sm3) return key.PublicKeyPem.Contains("BEGIN PUBLIC KEY", StringComparison.Ordinal);
        if (key.Algorithm != SignatureAlgorithms.EcdsaP256Sha256) return false;
        try
        {
            using var ecdsa = ECDsa.Create();
            ecdsa.ImportFromPem(key.PublicKeyPem);
            return ecdsa.KeySize == 256 && !key.PublicKeyPem.Contains("PRIVATE", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return false;
        }
    }
}
