using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Audit;
using Ecny.Local.Sandbox;

namespace Ecny.Local.Simulator;

/// <summary>
/// One institution at the public API that signs with sessions and keeps a <see cref="ClientHistory"/> of every final answer about money.
/// </summary>
/// <param name="http">Shared by all institutions.</param>
/// <param name="sandbox">Addresses and keys.</param>
/// <param name="institution">Who calls.</param>
/// <param name="history">Where final answers are kept.</param>
public sealed class CityApi(HttpClient http, SandboxFile sandbox, string institution, ClientHistory history)
    : ApiCaller(http, sandbox, institution, withOwnKey: false, GivesUp)
{
    // Long enough for a service that is killed, comes back, and is cut off again.
    private static readonly ApiPatience GivesUp = new(Unknown: TimeSpan.FromMinutes(3), Refused: TimeSpan.Zero);

    /// <summary>A request that moves money (or forbids it): final in the end, or <see cref="ClientAnswer.Unknown"/> after three minutes of asking.</summary>
    /// <param name="service">acquiring or wallets.</param>
    /// <param name="kind">Number space of <paramref name="number"/>.</param>
    /// <param name="number">The caller's number, as in the body.</param>
    /// <param name="amount">Fen, null where the request names none.</param>
    /// <param name="path">Path of the POST.</param>
    /// <param name="body">JSON body.</param>
    /// <param name="stop">Ends asking; what is not decided by then is unknown.</param>
    public async Task<Answer> Money(string service, NumberKind kind, string number, long? amount, string path, JsonObject body, CancellationToken stop)
    {
        var json = Encoding.UTF8.GetBytes(body.ToJsonString());
        var watch = Stopwatch.StartNew();
        var attempts = 0;
        var pause = TimeSpan.FromMilliseconds(100);
        while (true)
        {
            attempts++;
            var answer = await Attempt(HttpMethod.Post, service, path, json, stop);
            if (answer.IsFinal)
            {
                history.Add(new ClientRecord(Institution, kind, number, amount, answer.Client, answer.Code), watch.Elapsed, attempts, answer.Error);
                return answer;
            }
            if (watch.Elapsed > Patience.Unknown || stop.IsCancellationRequested)
            {
                history.Add(new ClientRecord(Institution, kind, number, amount, ClientAnswer.Unknown), watch.Elapsed, attempts, answer.Error);
                return answer;
            }
            await Task.Delay(pause, CancellationToken.None);
            pause = TimeSpan.FromMilliseconds(Math.Min(1_000, pause.TotalMilliseconds * 2));
        }
    }
}
