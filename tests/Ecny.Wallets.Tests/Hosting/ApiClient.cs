using System.Text;
using System.Text.Json;
using Ecny.Client;

namespace Ecny.Wallets.Tests.Hosting;

/// <summary>Signed JSON calls of one institution.</summary>
public sealed class ApiClient(SignedHttpClient http)
{
    public Task<Answer> Get(string path) => Call(HttpMethod.Get, path, "");

    public Task<Answer> Post(string path, object body) => Call(HttpMethod.Post, path, JsonSerializer.Serialize(body));

    public async Task<Answer> Call(HttpMethod method, string path, string body)
    {
        using var response = await http.Send(method, path, Encoding.UTF8.GetBytes(body), TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync();
        return new Answer((int)response.StatusCode, text.Length > 0 ? JsonDocument.Parse(text).RootElement : default,
            response.Headers.Contains("Idempotent-Replayed"), response.Headers.Location?.ToString());
    }

    /// <summary>Opens a wallet of class I for a person of its own.</summary>
    public async Task<string> OpenWallet(string walletClass = "I", string? number = null) => (await Post("/v1/wallets", new Dictionary<string, object>
    {
        ["requestNo"] = number ?? NewNumber(), ["class"] = walletClass,
        [walletClass switch { "IV" => "phoneToken", "CORPORATE" => "organisationToken", _ => "personToken" }] = NewNumber(),
    })).Expect(201)["walletId"];

    /// <summary>Exchanges money into a wallet.</summary>
    public async Task Fund(string walletId, long amount) =>
        Assert.Equal("SETTLED", (await Post("/v1/exchanges", new { requestNo = NewNumber(), walletId, direction = "IN", amount, bankAccountToken = "bank" })).Expect(200)["status"]);

    public async Task<long> Balance(string walletId) => (await Get($"/v1/wallets/{walletId}/balance")).Expect(200).Json.GetProperty("availableAmount").GetInt64();

    public static string NewNumber() => $"n-{Guid.NewGuid():N}";
}

public sealed record Answer(int Status, JsonElement Json, bool Replayed, string? Location)
{
    /// <summary>A member as text.</summary>
    public string this[string name] => Json.GetProperty(name).ToString();

    public bool Has(string name) => Json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    public Answer Expect(int status)
    {
        Assert.True(Status == status, $"expected {status}, got {Status}: {Json}");
        return this;
    }

    /// <summary>A refusal with its code and, if given, the field it is about.</summary>
    public void ExpectProblem(int status, string code, string? field = null)
    {
        Expect(status);
        Assert.Equal(code, this["code"]);
        if (field is not null) Assert.Contains(Json.GetProperty("errors").EnumerateArray(), e => e.GetProperty("field").GetString() == field);
    }
}
