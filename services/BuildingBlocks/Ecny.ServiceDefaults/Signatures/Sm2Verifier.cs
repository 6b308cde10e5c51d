using Ecny.Contracts.Institutions;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;

namespace Ecny.ServiceDefaults.Signatures;

/// <summary>sm2-sm3 (GB/T 32918.2 with the default user id 1234567812345678): r‖s of 64 bytes. 1.4 ms each: never for payments.</summary>
internal sealed class Sm2Verifier : SignatureVerifier
{
    private readonly ECPublicKeyParameters _key;

    public Sm2Verifier(string pem) : base(SignatureAlgorithms.Sm2Sm3)
    {
        _key = ReadEcPublicKey(pem);
        // An Sm2Signer on another curve would verify too; the algorithm is for the SM2 curve only.
        var sm2 = Org.BouncyCastle.Asn1.GM.GMNamedCurves.GetByName("sm2p256v1");
        if (!_key.Parameters.Curve.Equals(sm2.Curve)) throw new InvalidKeyException("The key is not on the SM2 curve.");
    }

    public override bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != 64) return false;
        var signer = new SM2Signer(PlainDsaEncoding.Instance);
        signer.Init(forSigning: false, _key);
        signer.BlockUpdate(data);
        return signer.VerifySignature(signature.ToArray());
    }

    public override void Dispose()
    {
    }
}
