using Ecny.Contracts.Institutions;
using Ecny.ServiceDefaults;

namespace Ecny.Monitoring.Indicators;

/// <summary><c>/v1/indicators</c>: an operator sees the payments of its own wallets, the regulator and the platform all.</summary>
internal static class IndicatorEndpoints
{
    private static readonly string[] Steps = ["MINUTE", "HOUR"];

    public static void MapIndicators(this IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/indicators", Get).Allow(Role.Operator, Role.Regulator, Role.Platform)
            .Describes<IndicatorsView>("Settled payments of a business date by scenario, district and payer's operator", "date").WithTags("Indicators");
        app.MapGet("/v1/indicators/series", Series).Allow(Role.Operator, Role.Regulator, Role.Platform)
            .Describes<IndicatorSeriesView>("The same payments along the day, by minute or hour", "date", "step").WithTags("Indicators");
    }

    /// <summary>Whose payments a caller sees: null for everybody's.</summary>
    internal static string? ScopeOf(Caller caller) => caller.Has(Role.Regulator) || caller.Has(Role.Platform) ? null : caller.Institution;

    private static async Task Get(HttpContext http, IndicatorReader indicators, TimeProvider time) => await http.WriteJson(StatusCodes.Status200OK,
        await indicators.Read(DateQuery.Read(http, time), ScopeOf(http.Caller()), http.RequestAborted), MonitoringJson.Default.IndicatorsView);

    private static async Task Series(HttpContext http, IndicatorReader indicators, TimeProvider time)
    {
        var date = DateQuery.Read(http, time);
        var step = Page.Query(http, "step") ?? "HOUR";
        Field.Check(Field.OneOf("step", step, Steps));
        await http.WriteJson(StatusCodes.Status200OK, await indicators.ReadSeries(date, step, ScopeOf(http.Caller()), http.RequestAborted), MonitoringJson.Default.IndicatorSeriesView);
    }
}
