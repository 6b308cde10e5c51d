namespace Ecny.Local.City;

/// <summary>An institution that every city on one machine has.</summary>
/// <param name="Id">Its id in the API.</param>
/// <param name="Name">Shown to people.</param>
/// <param name="Role">What it may do, as in the API.</param>
/// <param name="WalletPrefix">The first three digits of an operator's wallet numbers.</param>
public sealed record SandboxInstitution(string Id, string Name, string Role, int? WalletPrefix = null)
{
    /// <summary>The acquirer (收单机构) of all sandbox merchants.</summary>
    public const string Acquirer = "sandbox-acquirer";

    /// <summary>The first operator (运营机构).</summary>
    public const string OperatorA = "sandbox-operator-a";

    /// <summary>The second operator.</summary>
    public const string OperatorB = "sandbox-operator-b";

    /// <summary>The institutions whose keys are handed out in sandbox.json.</summary>
    public static IReadOnlyList<SandboxInstitution> Public { get; } =
    [
        new(Acquirer, "Sandbox Acquirer", "ACQUIRER"),
        new(OperatorA, "Sandbox Operator A", "OPERATOR", 101),
        new(OperatorB, "Sandbox Operator B", "OPERATOR", 102),
        new("sandbox-public-security", "Sandbox Public Security Bureau", "PUBLIC_SECURITY"),
        new("sandbox-regulator", "Sandbox Regulator", "REGULATOR"),
    ];

    /// <summary>The platform itself and its services.</summary>
    public static IReadOnlyList<SandboxInstitution> Internal { get; } =
    [
        new("platform", "Platform", "PLATFORM"),
        .. ServiceKinds.All.Select(kind => new SandboxInstitution(kind.Institution(), $"Service {kind}", "SERVICE")),
    ];

    /// <summary>The id of its first key.</summary>
    public string KeyId => $"{Id}-1";

    /// <summary>Where its private key lies, relative to the city's folder.</summary>
    public string KeyFile => $"keys/{Id}.pem";
}
