using System.Net;
using System.Text.Json;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Audit;

namespace Ecny.Local.Simulator;

/// <summary>What one request was answered, read as api.md says: only 200 and other 4xx than 429 are final.</summary>
/// <param name="Client">How a client files it.</param>
/// <param name="Http">Status; 0 when the connection was lost.</param>
/// <param name="Body">The JSON body, or undefined.</param>
/// <param name="Code">Decline code.</param>
/// <param name="Error">Error code of a refusal, or what broke.</param>
public sealed record Answer(ClientAnswer Client, HttpStatusCode Http, JsonElement Body, DeclineCode Code, string? Error)
{
    public bool IsFinal => Client != ClientAnswer.Unknown;

    public bool IsSettled => Client == ClientAnswer.Settled;

    /// <summary>A string member of the body, or "" when it is not there.</summary>
    public string Text(string member) => Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty(member, out var value) ? value.ToString() : "";

    public static Answer Lost(string reason) => new(ClientAnswer.Unknown, 0, default, DeclineCode.None, reason);

    public static async Task<Answer> Read(HttpResponseMessage response, CancellationToken stop)
    {
        var bytes = await response.Content.ReadAsByteArrayAsync(stop);
        var body = bytes.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(bytes);
        string Member(string name) => body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) ? value.ToString() : "";
        var http = response.StatusCode;
        if (http is HttpStatusCode.OK or HttpStatusCode.Created)
        {
            return Member("status") == "DECLINED"
                ? new Answer(ClientAnswer.Declined, http, body, Enum.Parse<DeclineCode>(Member("declineCode")), null)
                : new Answer(ClientAnswer.Settled, http, body, DeclineCode.None, null);
        }
        var unknown = http is HttpStatusCode.Accepted or HttpStatusCode.TooManyRequests || (int)http >= 500;
        return new Answer(unknown ? ClientAnswer.Unknown : ClientAnswer.Refused, http, body, DeclineCode.None, Member("code") is { Length: > 0 } code ? code : http.ToString());
    }
}
