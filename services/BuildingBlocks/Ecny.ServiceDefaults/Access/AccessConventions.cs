using Ecny.Contracts.Institutions;
using Microsoft.AspNetCore.Builder;

namespace Ecny.ServiceDefaults;

/// <summary>Who may call an endpoint. One without <see cref="Allow"/> and <see cref="AllowUnsigned"/> is denied to everybody.</summary>
public static class AccessConventions
{
    /// <summary>Signed requests of institutions with at least one of these roles; checked before anything is looked up.</summary>
    public static TBuilder Allow<TBuilder>(this TBuilder builder, params Role[] roles) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new AccessRule(roles.Aggregate(Role.None, static (all, role) => all | role)));

    /// <summary>Signed requests of any institution that is not suspended.</summary>
    public static TBuilder AllowAnyInstitution<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new AccessRule((Role)int.MaxValue));

    /// <summary>Only with the institution's own key; a session is refused with OWN_KEY_REQUIRED. Used beside <see cref="Allow"/>.</summary>
    public static TBuilder OwnKeyOnly<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(OwnKeyRule.Instance);

    /// <summary>No signature: only for the paths that api.md lists.</summary>
    public static TBuilder AllowUnsigned<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(UnsignedRule.Instance);

    /// <summary>Takes bodies of up to so many bytes instead of 64 KiB (files: 32 MiB).</summary>
    public static TBuilder BodyLimit<TBuilder>(this TBuilder builder, int bytes) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new BodyLimitRule(bytes));
}

internal sealed record AccessRule(Role Roles);

internal sealed record BodyLimitRule(int Bytes);

internal sealed class OwnKeyRule
{
    public static readonly OwnKeyRule Instance = new();
}

internal sealed class UnsignedRule
{
    public static readonly UnsignedRule Instance = new();
}
