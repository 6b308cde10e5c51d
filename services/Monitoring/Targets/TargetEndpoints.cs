using Ecny.Contracts.Institutions;
using Ecny.Monitoring.Indicators;
using Ecny.ServiceDefaults;

namespace Ecny.Monitoring.Targets;

/// <summary><c>/v1/targets</c>: the plan's targets with their definitions, and where the city (for an operator: its own part of it) stands.</summary>
internal static class TargetEndpoints
{
    public static void MapTargets(this IEndpointRouteBuilder app) =>
        app.MapGet("/v1/targets", Get).Allow(Role.Operator, Role.Regulator, Role.Platform)
            .Describes<TargetsView>("Targets of the city's plan with definitions and actual values", "date").WithTags("Targets");

    private static async Task Get(HttpContext http, TargetReader targets, TimeProvider time) => await http.WriteJson(StatusCodes.Status200OK,
        await targets.Read(DateQuery.Read(http, time), IndicatorEndpoints.ScopeOf(http.Caller()), http.RequestAborted), MonitoringJson.Default.TargetsView);
}
