using System.Security.Cryptography;
using Ecny.Client.Signing;
using Ecny.Contracts.Institutions;

namespace Ecny.Acquiring.Tests.Hosting;

/// <summary>An institution with its private key.</summary>
public sealed class TestInstitution
{
    private TestInstitution(Institution institution, string privateKey)
    {
        Institution = institution;
        Signer = RequestSigner.FromPem(institution.Keys[0].KeyId, privateKey);
    }

    public Institution Institution { get; }
    public string Id => Institution.Id;
    public RequestSigner Signer { get; }

    public static TestInstitution Create(string id, int? walletPrefix, params Role[] roles)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new TestInstitution(new Institution
        {
            Id = id,
            Name = $"机构 {id}",
            Roles = roles,
            State = InstitutionState.Active,
            WalletPrefix = walletPrefix,
            Keys = [new InstitutionKey { KeyId = $"{id}-1", Algorithm = SignatureAlgorithms.EcdsaP256Sha256, PublicKeyPem = key.ExportSubjectPublicKeyInfoPem() }],
        }, key.ExportPkcs8PrivateKeyPem());
    }
}
