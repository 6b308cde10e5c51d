using System.Text.Json.Serialization;
using Ecny.Contracts.Json;

namespace Ecny.Contracts.Institutions;

/// <summary>What an institution may do. A set of roles is the values or-ed together; in JSON it is a list of names.</summary>
[Flags]
[JsonConverter(typeof(StrictEnumConverter<Role>))]
public enum Role
{
    None = 0,
    /// <summary>Acquirer (收单机构): merchants, orders, payments.</summary>
    [JsonStringEnumMemberName("ACQUIRER")] Acquirer = 1,
    /// <summary>Operator (运营机构): wallets and exchange.</summary>
    [JsonStringEnumMemberName("OPERATOR")] Operator = 2,
    /// <summary>Public security (公安): signals, orders of law.</summary>
    [JsonStringEnumMemberName("PUBLIC_SECURITY")] PublicSecurity = 4,
    /// <summary>Regulator (人民银行): reads everything that is not personal.</summary>
    [JsonStringEnumMemberName("REGULATOR")] Regulator = 8,
    /// <summary>A service of this platform, calling another one.</summary>
    [JsonStringEnumMemberName("SERVICE")] Service = 16,
    /// <summary>The platform's own operation: onboarding of institutions.</summary>
    [JsonStringEnumMemberName("PLATFORM")] Platform = 32,
}
