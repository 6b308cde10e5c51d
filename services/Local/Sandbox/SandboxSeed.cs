using Ecny.Local.City;

namespace Ecny.Local.Sandbox;

/// <summary>Makes the small city that sandbox.json describes.</summary>
public static class SandboxSeed
{
    /// <summary>Describes the city's services and institutions.</summary>
    public static Task<SandboxFile> Plant(LocalCity city, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return Task.FromResult(new SandboxFile
        {
            Services = city.Services.Where(service => service.Name == service.Kind.Name()).ToDictionary(service => service.Name, service => service.Url.ToString().TrimEnd('/')),
            Institutions =
            [
                .. SandboxInstitution.Public.Select(institution =>
                    new SandboxKey(institution.Id, [institution.Role], institution.KeyId, "ecdsa-p256-sha256", institution.KeyFile)),
            ],
            Merchants = [],
            Wallets = [],
        });
    }
}
