using Ecny.Contracts.Institutions;

namespace Ecny.ServiceDefaults;

/// <summary>Who signed the request.</summary>
/// <param name="Institution">Its id.</param>
/// <param name="Roles">All roles it has, or-ed.</param>
/// <param name="IsSession">True when a session's key signed, false for the institution's own key.</param>
public sealed record Caller(string Institution, Role Roles, string KeyId, bool IsSession)
{
    public bool Has(Role role) => (Roles & role) != 0;
}
