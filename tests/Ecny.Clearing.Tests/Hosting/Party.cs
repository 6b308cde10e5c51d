using System.Security.Cryptography;
using Ecny.Client.Signing;
using Ecny.Contracts.Institutions;

namespace Ecny.Clearing.Tests.Hosting;

/// <summary>An institution with its key.</summary>
public sealed class Party
{
    public static readonly Party Acquirer = new("acquirer-1", Role.Acquirer), OtherAcquirer = new("acquirer-2", Role.Acquirer), Operator = new("operator-a", Role.Operator);
    public static readonly Party Regulator = new("regulator", Role.Regulator), Platform = new("platform", Role.Platform), Service = new("service-monitoring", Role.Service);
    public static readonly Party PublicSecurity = new("public-security", Role.PublicSecurity), Self = new("service-clearing", Role.Service);

    public static readonly Party[] All = [Acquirer, OtherAcquirer, Operator, Regulator, Platform, Service, PublicSecurity, Self];

    private Party(string id, Role role)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Pem = key.ExportPkcs8PrivateKeyPem();
        Institution = new Institution
        {
            Id = id, Name = id, Roles = [role], State = InstitutionState.Active, WalletPrefix = role == Role.Operator ? 101 : null,
            Keys = [new InstitutionKey { KeyId = $"{id}-1", Algorithm = SignatureAlgorithms.EcdsaP256Sha256, PublicKeyPem = key.ExportSubjectPublicKeyInfoPem() }],
        };
        Signer = RequestSigner.FromPem($"{id}-1", Pem);
    }

    public string Id => Institution.Id;
    public string Pem { get; }
    public Institution Institution { get; }
    public RequestSigner Signer { get; }
}
