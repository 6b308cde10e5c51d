using System.Collections.Concurrent;
using System.Security.Cryptography;
using Ecny.Contracts.Institutions;

namespace Ecny.ServiceDefaults.Signatures;

/// <summary>ecdsa-p256-sha256: r‖s of 64 bytes.</summary>
internal sealed class EcdsaVerifier : SignatureVerifier
{
    private const string P256 = "1.2.840.10045.3.1.7";

    private readonly byte[] _publicKey;
    // Instances of ECDsa are not promised to be safe for several threads, so each verification borrows one.
    private readonly ConcurrentBag<ECDsa> _idle = [];

    public EcdsaVerifier(string pem) : base(SignatureAlgorithms.EcdsaP256Sha256)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(pem);
        if (key.ExportParameters(false).Curve.Oid.Value != P256) throw new CryptographicException("The key is not on P-256.");
        _publicKey = key.ExportSubjectPublicKeyInfo();
    }

    public override bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != 64) return false;
        if (!_idle.TryTake(out var key))
        {
            key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(_publicKey, out _);
        }
        var valid = key.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        _idle.Add(key);
        return valid;
    }

    public override void Dispose()
    {
        while (_idle.TryTake(out var key)) key.Dispose();
    }
}
