using Ecny.Contracts.Institutions;
using Ecny.ServiceDefaults;

namespace Ecny.Monitoring.Reference;

/// <summary><c>/v1/districts</c>: codes and names of the city's districts.</summary>
internal static class DistrictEndpoints
{
    public static void MapDistricts(this IEndpointRouteBuilder app) =>
        app.MapGet("/v1/districts", Get).AllowAnyInstitution().Describes<DistrictsView>("The city's districts").WithTags("Districts");

    private static Task Get(HttpContext http, City city) => http.WriteJson(StatusCodes.Status200OK,
        new DistrictsView([.. city.Districts.Select(district => new DistrictView(district.Code, district.Name))]), MonitoringJson.Default.DistrictsView);
}

public sealed record DistrictsView(IReadOnlyList<DistrictView> Items);

public sealed record DistrictView(string District, Words Name);
