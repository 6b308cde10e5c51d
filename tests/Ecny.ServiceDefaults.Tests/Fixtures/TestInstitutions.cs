using System.Security.Cryptography;
using Ecny.Contracts.Institutions;
using Org.BouncyCastle.Asn1.GM;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.OpenSsl;
using Org.BouncyCastle.Security;

namespace Ecny.ServiceDefaults.Tests.Fixtures;

/// <summary>Institutions with their private keys.</summary>
internal static class TestInstitutions
{
    public static readonly ECDsa AcquirerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    public static readonly ECDsa OperatorKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    public static readonly ECDsa ServiceKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    public static readonly AsymmetricCipherKeyPair PoliceKey = NewSm2();

    public static IReadOnlyList<Institution> All { get; } =
    [
        Of("acquirer", [Role.Acquirer], "acquirer-key", SignatureAlgorithms.EcdsaP256Sha256, AcquirerKey.ExportSubjectPublicKeyInfoPem()),
        Of("operator", [Role.Operator], "operator-key", SignatureAlgorithms.EcdsaP256Sha256, OperatorKey.ExportSubjectPublicKeyInfoPem()),
        Of("police", [Role.PublicSecurity], "police-key", SignatureAlgorithms.Sm2Sm3, Pem(PoliceKey.Public)),
        Of("service", [Role.Service], "service-key", SignatureAlgorithms.EcdsaP256Sha256, ServiceKey.ExportSubjectPublicKeyInfoPem()),
    ];

    public static IEnumerable<InstitutionChange> Changes() => All.Select(static (institution, at) => new InstitutionChange { Sequence = at + 1, Institution = institution });

    public static InstitutionChange Suspended(string id, long sequence) =>
        new() { Sequence = sequence, Institution = All.Single(i => i.Id == id) with { State = InstitutionState.Suspended } };

    private static Institution Of(string id, IReadOnlyList<Role> roles, string keyId, string algorithm, string pem) => new()
    {
        Id = id,
        Name = id,
        Roles = roles,
        State = InstitutionState.Active,
        Keys = [new InstitutionKey { KeyId = keyId, Algorithm = algorithm, PublicKeyPem = pem }],
    };

    private static AsymmetricCipherKeyPair NewSm2()
    {
        var generator = new ECKeyPairGenerator();
        generator.Init(new ECKeyGenerationParameters(GMObjectIdentifiers.sm2p256v1, new SecureRandom()));
        return generator.GenerateKeyPair();
    }

    private static string Pem(AsymmetricKeyParameter key)
    {
        using var text = new StringWriter();
        using (var writer = new PemWriter(text)) writer.WriteObject(key);
        return text.ToString();
    }
}
