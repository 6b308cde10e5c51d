using System.Security.Cryptography;
using Ecny.Contracts.Institutions;

namespace Ecny.Wallets.Tests.Hosting;

/// <summary>An institution with its key.</summary>
public sealed class Party(string id, Role role, int? prefix = null)
{
    public static readonly Party OperatorA = new("operator-a", Role.Operator, 101);
    public static readonly Party OperatorB = new("operator-b", Role.Operator, 102);
    public static readonly Party Acquirer = new("acquirer", Role.Acquirer);
    public static readonly Party Regulator = new("regulator", Role.Regulator);
    public static readonly Party Clearing = new("service-clearing", Role.Service);

    public static readonly Party Risk = new("service-risk", Role.Service);

    public static readonly Party[] All = [OperatorA, OperatorB, Acquirer, Regulator, Clearing, Risk];

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string Id => id;
    public string KeyId => $"{id}-1";
    public string PrivatePem => key.ExportPkcs8PrivateKeyPem();

    public Institution Institution => new()
    {
        Id = id, Name = id, Roles = [role], State = InstitutionState.Active, WalletPrefix = prefix,
        Keys = [new InstitutionKey { KeyId = KeyId, Algorithm = SignatureAlgorithms.EcdsaP256Sha256, PublicKeyPem = key.ExportSubjectPublicKeyInfoPem() }],
    };
}
