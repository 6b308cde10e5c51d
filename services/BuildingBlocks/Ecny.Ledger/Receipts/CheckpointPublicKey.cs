using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.OpenSsl;
using Org.BouncyCastle.X509;

namespace Ecny.Ledger.Receipts;

/// <summary>The platform's public key for checkpoints: an SM2 key, published as PEM (SubjectPublicKeyInfo).</summary>
public sealed class CheckpointPublicKey
{
    private readonly ECPublicKeyParameters _key;

    internal CheckpointPublicKey(ECPublicKeyParameters key)
    {
        _key = key;
        var info = SubjectPublicKeyInfoFactory.CreateSubjectPublicKeyInfo(key).GetDerEncoded();
        KeyId = Convert.ToHexStringLower(Sm3.Hash(info).AsSpan(0, 8));
        Pem = CheckpointKey.WritePem(new Org.BouncyCastle.Utilities.IO.Pem.PemObject("PUBLIC KEY", info));
    }

    /// <summary>First 16 hexadecimal digits of SM3 over the key's DER.</summary>
    public string KeyId { get; }

    public string Pem { get; }

    /// <summary>Reads a PEM; throws <see cref="InvalidDataException"/> with a sentence when it is no SM2 public key.</summary>
    public static CheckpointPublicKey Parse(string pem)
    {
        using var text = new StringReader(pem);
        object? found;
        try
        {
            using var reader = new PemReader(text);
            found = reader.ReadObject();
        }
        catch (Exception e) when (e is IOException or ArgumentException or InvalidOperationException or InvalidCastException or Org.BouncyCastle.Security.GeneralSecurityException)
        {
            throw new InvalidDataException("The public key file is no readable PEM.", e);
        }
        return found is ECPublicKeyParameters key && CheckpointKey.IsSm2(key)
            ? new CheckpointPublicKey(key)
            : throw new InvalidDataException("The public key file holds no SM2 public key (a PEM that begins with BEGIN PUBLIC KEY).");
    }

    /// <summary>Signature of r ‖ s over the message, with the standard's default identity.</summary>
    public bool Verify(ReadOnlySpan<byte> message, byte[] signature)
    {
        if (signature.Length != CheckpointKey.SignatureSize) return false;
        var signer = new SM2Signer(PlainDsaEncoding.Instance);
        signer.Init(false, _key);
        signer.BlockUpdate(message);
        return signer.VerifySignature(signature);
    }
}
