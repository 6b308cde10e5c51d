using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ecny.Contracts.Errors;
using Ecny.Contracts.Institutions;
using Ecny.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ecny.ServiceDefaults.Tests.Fixtures;

/// <summary>A service with nothing but the defaults and a few endpoints, on a real Kestrel at a free loopback port.</summary>
internal sealed class TestService : IAsyncDisposable
{
    public static readonly string MasterKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private readonly WebApplication _app;

    private TestService(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Urls.Single());
    }

    public Uri Address { get; }
    public string Host => Address.Authority;
    public IServiceProvider Services => _app.Services;
    public InstitutionDirectory Directory => _app.Services.GetRequiredService<InstitutionDirectory>();
    public TaskCompletionSource HoldEntered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    public TaskCompletionSource HoldReleased { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static async Task<TestService> Start(PostgresFixture postgres, params (string Key, string Value)[] configuration) =>
        await Start(await postgres.CreateDatabase(), TimeProvider.System, true, configuration);

    public static async Task<TestService> Start(string database, TimeProvider clock, bool ownsInstitutions, params (string Key, string Value)[] configuration)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:Main"] = database,
            ["Ecny:Sessions:CurrentVersion"] = "1",
            ["Ecny:Sessions:MasterKeys:1"] = MasterKey,
        });
        builder.Configuration.AddInMemoryCollection(configuration.ToDictionary(static c => c.Key, static c => (string?)c.Value));
        builder.Services.AddSingleton(clock);
        builder.AddEcnyDefaults("test", options =>
        {
            options.OwnsInstitutions = ownsInstitutions;
            options.Json(TestJson.Default);
        });
        var app = builder.Build();
        EcnyProgram.Migrate(app);
        TestService? service = null;
        app.UseEcnyDefaults();
        app.MapPost("/v1/echo", Echo).Allow(Role.Acquirer).Describes<EchoRequest, EchoRequest>(200, "Gives the body back");
        app.MapGet("/v1/things/{thingNo}", Thing).Allow(Role.Acquirer, Role.PublicSecurity).Describes<EchoRequest>("A thing", "kind!", "cursor");
        app.MapPost("/v1/weighty", Thing).Allow(Role.Acquirer).OwnKeyOnly();
        app.MapPost("/v1/files", Length).Allow(Role.Acquirer).BodyLimit(1024 * 1024);
        app.MapGet("/v1/forgotten", Thing);
        app.MapGet("/v1/broken", static _ => throw new InvalidOperationException("secret detail")).Allow(Role.Acquirer);
        app.MapGet("/v1/refused", static _ => throw new ApiException(ApiCode.MERCHANT_UNKNOWN, "merchantNo")).Allow(Role.Acquirer);
        app.MapGet("/v1/hold", async _ =>
        {
            service!.HoldEntered.TrySetResult();
            await service.HoldReleased.Task;
        }).Allow(Role.Acquirer);
        app.MapGet("/v1/institutions/changes", Changes).Allow(Role.Service);
        if (ownsInstitutions) app.Services.GetRequiredService<InstitutionDirectory>().Apply(TestInstitutions.Changes());
        await app.StartAsync();
        return service = new TestService(app);
    }

    /// <summary>Sends a request as the acquirer with its own key, or as another signer.</summary>
    public async Task<Answer> Send(string method, string target, string body = "", PlainSigner? signer = null, string extraHeaders = "")
    {
        signer ??= PlainSigner.Ecdsa("acquirer-key", TestInstitutions.AcquirerKey);
        var bytes = System.Text.Encoding.UTF8.GetBytes(body);
        return await SendRaw(method, target, bytes, signer.Headers(method, Host, target, bytes) + extraHeaders);
    }

    public async Task<Answer> SendRaw(string method, string target, byte[] body, string headers)
    {
        if (body.Length != 0 && !headers.Contains("Content-Type", StringComparison.OrdinalIgnoreCase)) headers += "Content-Type: application/json\r\n";
        if (body.Length != 0 || method is "POST") headers += $"Content-Length: {body.Length}\r\n";
        var head = $"{method} {target} HTTP/1.1\r\nHost: {Host}\r\nConnection: close\r\n{headers}\r\n";
        return await RawHttp.Exchange(Address, [.. System.Text.Encoding.Latin1.GetBytes(head), .. body]);
    }

    public async Task<PlainSigner> OpenSession(PlainSigner? own = null)
    {
        var answer = await Send("POST", "/v1/sessions", """{"ttlSeconds":900}""", own);
        Assert.Equal(201, answer.Status);
        return PlainSigner.Hmac(answer.Json.GetProperty("keyId").GetString()!, answer.Json.GetProperty("secret").GetString()!);
    }

    public Task Stop() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        HoldReleased.TrySetResult();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static async Task Echo(HttpContext http)
    {
        var body = await http.ReadBody(TestJson.Default.EchoRequest);
        Field.Check(Field.RequestNo("requestNo", body.RequestNo), Field.Amount("amount", body.Amount), Field.OptionalId("storeNo", body.StoreNo));
        await http.WriteJson(200, body, TestJson.Default.EchoRequest);
    }

    private static Task Thing(HttpContext http) => http.Response.WriteAsync($$"""{"by":"{{http.Caller().Institution}}","session":{{(http.Caller().IsSession ? "true" : "false")}}}""");

    private static Task Length(HttpContext http) => http.Response.WriteAsync(http.BodyBytes().Length.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private static Task Changes(HttpContext http)
    {
        var (after, limit) = (Page.After(http), Page.Limit(http));
        var directory = http.RequestServices.GetRequiredService<InstitutionDirectory>();
        var items = directory.All.Select((i, at) => new InstitutionChange { Sequence = at + 1, Institution = i }).Where(c => c.Sequence > after).Take(limit).ToList();
        return http.WriteJson(200, new InstitutionChanges { Items = items, LastSequence = items.Count == 0 ? after : items[^1].Sequence }, InstitutionFeedJson.Default.InstitutionChanges);
    }
}

internal sealed record EchoRequest
{
    public required string RequestNo { get; init; }
    public required long Amount { get; init; }
    public string? StoreNo { get; init; }
    public EchoPayer? Payer { get; init; }
    public DateTimeOffset? At { get; init; }
    public IReadOnlyList<InstitutionState>? States { get; init; }
}

internal sealed record EchoPayer
{
    public required string Token { get; init; }
    public bool? Present { get; init; }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EchoRequest))]
internal sealed partial class TestJson : JsonSerializerContext;
