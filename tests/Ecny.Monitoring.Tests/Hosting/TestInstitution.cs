using System.Security.Cryptography;
using Ecny.Client.Signing;
using Ecny.Contracts.Institutions;

namespace Ecny.Monitoring.Tests.Hosting;

/// <summary>An institution with its private key.</summary>
public sealed class TestInstitution
{
    private TestInstitution(Institution institution, string privateKeyPem)
    {
        (Institution, PrivateKeyPem) = (institution, privateKeyPem);
        Signer = RequestSigner.FromPem(institution.Keys[0].KeyId, privateKeyPem);
    }

    public Institution Institution { get; }
    public string PrivateKeyPem { get; }
    public RequestSigner Signer { get; }

    public static TestInstitution Create(string id, Role role, int? walletPrefix = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new TestInstitution(new Institution
        {
            Id = id, Name = $"Bank {id}", Roles = [role], State = InstitutionState.Active, WalletPrefix = walletPrefix,
            Keys = [new InstitutionKey { KeyId = $"{id}-1", Algorithm = SignatureAlgorithms.EcdsaP256Sha256, PublicKeyPem = key.ExportSubjectPublicKeyInfoPem() }],
        }, key.ExportPkcs8PrivateKeyPem());
    }
}
