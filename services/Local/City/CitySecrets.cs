using System.Security.Cryptography;
using System.Text.Json;
using Ecny.Ledger.Receipts;

namespace Ecny.Local.City;

/// <summary>
/// All secrets of a city on one machine: made once, kept in its folder with mode 0600. The same names are secret references where the
/// platform is deployed.
/// </summary>
/// <param name="SessionMasterKey">Base64 of 32 bytes: session secrets are derived from it.</param>
/// <param name="TokenKey">Base64 of 32 bytes: encrypts pay codes.</param>
/// <param name="ReceiptSaltKey">Base64 of 32 bytes: salts the private half of receipts.</param>
public sealed record CitySecrets(string SessionMasterKey, string TokenKey, string ReceiptSaltKey)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>The SM2 key that signs checkpoints, relative to the city's folder.</summary>
    public const string CheckpointKeyFile = "keys/checkpoint-sm2.pem";

    /// <summary>Its public half, with which anybody verifies receipts, relative to the city's folder.</summary>
    public const string CheckpointPublicKeyFile = "keys/checkpoint-public.pem";

    /// <summary>The EC P-256 key that signs notifications, relative to the city's folder.</summary>
    public const string WebhookKeyFile = "keys/webhooks.pem";

    /// <summary>Its public half, with which receivers verify notifications, relative to the city's folder.</summary>
    public const string WebhookPublicKeyFile = "keys/webhooks-public.pem";

    /// <summary>The institutions that Acquiring starts with, relative to the city's folder.</summary>
    public const string BootstrapFile = "institutions.json";

    /// <summary>Reads the secrets of the city in <paramref name="folder"/>; what is missing is made.</summary>
    public static CitySecrets LoadOrMake(string folder)
    {
        PrivateFile.MakeFolder(folder);
        PrivateFile.MakeFolder(Path.Combine(folder, "keys"));
        string file = Path.Combine(folder, "secrets.json");
        if (!File.Exists(file))
        {
            PrivateFile.Write(file, JsonSerializer.Serialize(new CitySecrets(Random(), Random(), Random()), Json));
        }

        string checkpointKey = Path.Combine(folder, CheckpointKeyFile);
        if (!File.Exists(checkpointKey))
        {
            PrivateFile.Write(checkpointKey, CheckpointKey.Generate().ToPem());
        }

        PrivateFile.Write(Path.Combine(folder, CheckpointPublicKeyFile), CheckpointKey.Load(checkpointKey).Public.Pem);

        PrivateFile.Write(Path.Combine(folder, WebhookPublicKeyFile), PublicKey(Path.Combine(folder, WebhookKeyFile)) + "\n");

        WriteInstitutions(folder);
        return Load(folder);
    }

    /// <summary>Reads the secrets of a city that <c>up</c> made.</summary>
    public static CitySecrets Load(string folder)
    {
        string file = Path.Combine(folder, "secrets.json");
        return JsonSerializer.Deserialize<CitySecrets>(File.ReadAllText(file), Json)
            ?? throw new LocalException($"{file} is damaged: `./ecny down --wipe` starts afresh.");
    }

    private static void WriteInstitutions(string folder)
    {
        var list = SandboxInstitution.Public.Concat(SandboxInstitution.Internal).Select(institution => new
        {
            id = institution.Id,
            name = institution.Name,
            roles = new[] { institution.Role },
            state = "ACTIVE",
            walletPrefix = institution.WalletPrefix,
            keys = new[]
            {
                new { keyId = institution.KeyId, algorithm = "ecdsa-p256-sha256", publicKeyPem = PublicKey(Path.Combine(folder, institution.KeyFile)) },
            },
        });
        PrivateFile.Write(Path.Combine(folder, BootstrapFile), JsonSerializer.Serialize(list, Json));
    }

    private static string PublicKey(string privateKeyFile)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (File.Exists(privateKeyFile))
        {
            key.ImportFromPem(File.ReadAllText(privateKeyFile));
        }
        else
        {
            PrivateFile.Write(privateKeyFile, key.ExportPkcs8PrivateKeyPem() + "\n");
        }

        return key.ExportSubjectPublicKeyInfoPem();
    }

    private static string Random() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}
