using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Ecny.ServiceDefaults.Health;

/// <summary>Institutions are known, from Acquiring or from the copy. Acquiring being away later does not matter.</summary>
internal sealed class InstitutionsCheck(IInstitutionDirectory directory) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(directory.IsLoaded ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("Institutions are not known yet; Acquiring must be reachable once"));
}
