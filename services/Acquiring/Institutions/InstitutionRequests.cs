using System.Text.Json.Serialization;
using Ecny.Contracts.Institutions;

namespace Ecny.Acquiring.Institutions;

/// <summary>Onboarding of an institution. Its id is the number of the request: same id, same content gives the same institution.</summary>
public sealed record InstitutionRequest
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required IReadOnlyList<Role> Roles { get; init; }
    /// <summary>101 … 999, for an OPERATOR only: the first digits of its wallets.</summary>
    public int? WalletPrefix { get; init; }
    public required IReadOnlyList<InstitutionKey> Keys { get; init; }
}

public sealed record InstitutionStateRequest
{
    public required InstitutionState State { get; init; }
}

public sealed record InstitutionList
{
    public required IReadOnlyList<Institution> Items { get; init; }
    /// <summary>Null on the last page.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? NextCursor { get; init; }
}
