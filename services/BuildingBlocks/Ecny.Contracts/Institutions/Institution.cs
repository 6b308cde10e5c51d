using System.Text.Json.Serialization;
using Ecny.Contracts.Json;

namespace Ecny.Contracts.Institutions;

/// <summary>A suspended institution is refused with 403 INSTITUTION_SUSPENDED, its sessions too.</summary>
[JsonConverter(typeof(StrictEnumConverter<InstitutionState>))]
public enum InstitutionState
{
    [JsonStringEnumMemberName("ACTIVE")] Active = 1,
    [JsonStringEnumMemberName("SUSPENDED")] Suspended = 2,
}

/// <summary>An institution as every service knows it: the bootstrap file and the feed of changes have this form.</summary>
public sealed record Institution
{
    /// <summary>1–64 of [A-Za-z0-9_-].</summary>
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required IReadOnlyList<Role> Roles { get; init; }
    public required InstitutionState State { get; init; }
    /// <summary>First three digits of an operator's wallets, 101–999; null for the others.</summary>
    public int? WalletPrefix { get; init; }
    /// <summary>More than one while keys rotate.</summary>
    public required IReadOnlyList<InstitutionKey> Keys { get; init; }
}

/// <summary>A public key of an institution. The key id is unique in the city.</summary>
public sealed record InstitutionKey
{
    public required string KeyId { get; init; }
    /// <summary>ecdsa-p256-sha256 or sm2-sm3 (see <see cref="SignatureAlgorithms"/>).</summary>
    public required string Algorithm { get; init; }
    /// <summary>SubjectPublicKeyInfo as PEM.</summary>
    public required string PublicKeyPem { get; init; }
}

/// <summary>One change: the whole institution as it is after it. Sequences start at 1 and have no gaps.</summary>
public sealed record InstitutionChange
{
    public required long Sequence { get; init; }
    public required Institution Institution { get; init; }
}

/// <summary>Answer of GET /v1/institutions/changes?after=&amp;limit=.</summary>
public sealed record InstitutionChanges
{
    public required IReadOnlyList<InstitutionChange> Items { get; init; }
    /// <summary>Sequence of the last item, or the one asked after when there is none.</summary>
    public required long LastSequence { get; init; }
}

/// <summary>Names of algorithms as RFC 9421 and api.md write them.</summary>
public static class SignatureAlgorithms
{
    public const string HmacSha256 = "hmac-sha256";
    public const string EcdsaP256Sha256 = "ecdsa-p256-sha256";
    public const string Sm2Sm3 = "sm2-sm3";
}
