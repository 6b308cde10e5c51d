using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ecny.EndToEnd.Tests.City;
using Ecny.Local.City;

namespace Ecny.EndToEnd.Tests.Robustness;

/// <summary>
/// Hostile text in every string of every endpoint, as the OpenAPI documents list them: a new endpoint is covered by itself, once its members have
/// examples there. The answer names the field or gives free text back as it was; it is never a 5xx and never shows what is behind it.
/// </summary>
public sealed partial class HostileTextTests(SharedCity shared, ITestOutputHelper output)
{

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ServiceKind.Acquiring)]
    [InlineData(ServiceKind.Wallets)]
    public async Task hostile_text_is_refused_by_name_or_kept_as_it_is(ServiceKind kind)
    {
        var city = await shared.Running();
        var real = await RealThings.Create(city);
        var operations = await Operations(city, kind);
        var (asked, faults) = (0, new List<string>());
        foreach (var operation in operations)
            foreach (var hostile in HostileText.All)
            {
                foreach (var field in operation.TextFields)
                {
                    var answer = await Send(city, operation, real, real.Path(operation, null, null), real.Body(operation, field, hostile.Json));
                    Judge($"{operation} {field} ← {hostile.Name}", answer, InBody(answer, field, hostile));
                    asked++;
                }
                if (hostile.Query is not { } text) continue;
                foreach (var parameter in operation.PathParameters.Concat(operation.QueryParameters.Select(static q => q.Name)))
                {
                    var answer = await Send(city, operation, real, real.Path(operation, parameter, text), real.Body(operation, null, null));
                    Judge($"{operation} ?{parameter} ← {hostile.Name}", answer, hostile.IsName || InPathOrQuery(operation, answer, parameter));
                    asked++;
                }
            }
        output.WriteLine($"{asked} requests to {operations.Count} endpoints");
        Assert.True(faults.Count == 0, $"{faults.Count} of {asked}:\n{string.Join('\n', faults.Take(40))}");
        var payer = await Payer.Create(city, 10);
        Assert.Equal("SETTLED", (await payer.Pay(1))["status"]);

        void Judge(string what, CityAnswer answer, bool good)
        {
            if (!good || (int)answer.Status >= 500 || Leak().IsMatch(answer.Text)) faults.Add($"{what}: {answer}");
        }
    }

    [Theory]
    [InlineData(ServiceKind.Acquiring)]
    [InlineData(ServiceKind.Wallets)]
    public async Task the_example_of_every_body_is_right_as_to_form(ServiceKind kind)
    {
        var city = await shared.Running();
        foreach (var operation in (await Operations(city, kind)).Where(static o => o.TakesBody && o.TextFields.Count != 0))
        {
            var real = await RealThings.Create(city);
            var answer = await Send(city, operation, real, real.Path(operation, null, null), real.Body(operation, null, null));
            Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.Conflict, $"{operation}: {answer}");
        }
    }

    private static bool InBody(CityAnswer answer, string field, HostileText hostile)
    {
        if (hostile.IsName) return true;
        if ((int)answer.Status < 300)
            return hostile.Text is { } text && (!answer.Json.TryGetProperty(field.Split('.')[^1], out var kept) || kept.ToString() == text);
        // Half a character is not JSON text at all (RFC 8259, section 8.2).
        return answer.MediaType == "application/problem+json" && (answer.Fields.Contains(field) || (hostile.Text is null && answer["code"] == "MALFORMED_JSON"));
    }

    private static bool InPathOrQuery(ApiOperation operation, CityAnswer answer, string parameter)
    {
        if (answer.Status is HttpStatusCode.OK or HttpStatusCode.Created) return !operation.PathParameters.Contains(parameter);
        if (answer.MediaType != "application/problem+json") return false;
        return answer.Status is HttpStatusCode.NotFound || answer.Fields.Contains(parameter)
            || answer["code"] is "BAD_REQUEST" or "HEADERS_TOO_LARGE" or "MERCHANT_UNKNOWN";
    }

    private static Task<CityAnswer> Send(SharedCity city, ApiOperation operation, RealThings real, string path, string body) =>
        real.Caller(operation).Send(operation.Service, operation.Method, path, body, operation.OwnKey);

    private static async Task<IReadOnlyList<ApiOperation>> Operations(SharedCity city, ServiceKind kind)
    {
        using var http = new HttpClient();
        using var document = JsonDocument.Parse(await http.GetStringAsync(new Uri(city.Services[kind].Url, "/openapi/v1.json"), Cancel));
        var operations = ApiOperation.Of(kind, document.RootElement).ToList();
        Assert.True(operations.Count >= 20, $"only {operations.Count} endpoints");
        Assert.All(operations.Where(static o => o.TextFields.Count != 0), static o => Assert.True(o.Body is not null, $"{o} has no example"));
        return operations;
    }

    [GeneratedRegex(@"Npgsql|Postgres|Orleans|Exception|\bat Ecny\.|\.cs:|SELECT .* FROM|SQLSTATE|invalid byte sequence", RegexOptions.IgnoreCase)]
    private static partial Regex Leak();
}
