using System.Text.Json;
using System.Text.Json.Serialization;
using Ecny.Local.City;

namespace Ecny.Local.Sandbox;

/// <summary><c>.ecny/sandbox.json</c>: all that a client needs to start. Its shape is part of the public contract (api.md).</summary>
public sealed record SandboxFile
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Base address by service name.</summary>
    public required IReadOnlyDictionary<string, string> Services { get; init; }

    /// <summary>Institutions whose private keys are handed out.</summary>
    public required IReadOnlyList<SandboxKey> Institutions { get; init; }

    /// <summary>Merchants that can be paid.</summary>
    public required IReadOnlyList<SandboxMerchant> Merchants { get; init; }

    /// <summary>Funded wallets.</summary>
    public required IReadOnlyList<SandboxWallet> Wallets { get; init; }

    /// <summary>Staff sign-in; null while no service has pages for staff.</summary>
    public object? Oidc { get; init; }

    /// <summary>Staff accounts.</summary>
    public IReadOnlyList<object> Staff { get; init; } = [];

    /// <summary>The folder that file paths in it are relative to.</summary>
    [JsonIgnore]
    public string Folder { get; private init; } = "";

    /// <summary>The addresses and institutions of a city, before anything is planted in it.</summary>
    public static SandboxFile Describe(LocalCity city) => new()
    {
        Services = city.Services
            .Where(service => service.Name == service.Kind.Name())
            .ToDictionary(service => service.Name, service => service.Url.ToString().TrimEnd('/')),
        Institutions =
        [
            .. SandboxInstitution.Public.Select(institution =>
                new SandboxKey(institution.Id, [institution.Role], institution.KeyId, "ecdsa-p256-sha256", institution.KeyFile)),
        ],
        Merchants = [],
        Wallets = [],
        Folder = city.Options.Folder,
    };

    /// <summary>Reads the file; paths in it are relative to its folder.</summary>
    public static SandboxFile Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new LocalException($"{path} is missing: run `./ecny up` first.");
        }

        SandboxFile read = JsonSerializer.Deserialize<SandboxFile>(File.ReadAllText(path), Json)
            ?? throw new LocalException($"{path} is empty: run `./ecny up` again.");
        return read with { Folder = Path.GetDirectoryName(Path.GetFullPath(path))! };
    }

    /// <summary>Writes the file with mode 0600.</summary>
    public void Save(string path) => PrivateFile.Write(path, JsonSerializer.Serialize(this, Json) + "\n");

    /// <summary>An institution's private key as PEM.</summary>
    public string PrivateKeyPem(string institution) =>
        File.ReadAllText(Path.Combine(Folder, Institutions.First(key => key.Id == institution).PrivateKeyFile));
}

/// <summary>How a sandbox institution signs.</summary>
public sealed record SandboxKey(string Id, IReadOnlyList<string> Roles, string KeyId, string Algorithm, string PrivateKeyFile);

/// <summary>A merchant with a store and a terminal.</summary>
/// <param name="MerchantNo">Its number.</param>
/// <param name="Acquirer">Institution that onboarded it.</param>
/// <param name="StoreNo">One of its stores.</param>
/// <param name="TerminalNo">One of the store's terminals.</param>
/// <param name="Scenario">S01 … S16.</param>
/// <param name="District">Where it is.</param>
/// <param name="WalletId">The corporate wallet that is paid.</param>
/// <param name="Operator">The operator of that wallet.</param>
public sealed record SandboxMerchant(
    string MerchantNo, string Acquirer, string StoreNo, string TerminalNo, string Scenario, string District, string WalletId, string Operator);

/// <summary>A funded wallet.</summary>
public sealed record SandboxWallet(string WalletId, string Operator, string Class);
