using System.Collections.Concurrent;
using System.Net;
using Ecny.EndToEnd.Tests.City;
using Ecny.Local.City;
using Ecny.Testing;

namespace Ecny.EndToEnd.Tests.Robustness;

/// <summary>SIGTERM to Acquiring under load, with callers that heed readiness as a balancer does.</summary>
public sealed class StoppingTests(SharedCity shared)
{
    private const long Fen = 1_000_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task readiness_turns_false_what_is_inside_is_finished_and_nothing_is_lost()
    {
        var city = await shared.Running();
        var payer = await Payer.Create(city, Fen);
        var (service, ledger) = (city.Services[ServiceKind.Acquiring], city.Services[ServiceKind.Wallets]);
        var answers = new ConcurrentDictionary<string, CityAnswer>();
        using var enough = new CancellationTokenSource();
        var load = Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                var number = Payer.Number();
                answers[number] = await payer.Pay(7, number);
            }
        }, Cancel)).ToArray();
        await Eventually.True(() => answers.Count > 100, "payments to flow");

        var before = answers.Count;
        var stopped = service.Stop(TimeSpan.FromSeconds(60), Cancel);
        await Eventually.True(async () => !await service.IsReady(Cancel), "readiness to turn false");
        Assert.False(stopped.IsCompleted);
        await Eventually.True(() => answers.Count > before + 16, "payments to be answered while the service drains");
        await enough.CancelAsync();
        await Task.WhenAll(load);
        Assert.All(answers.Values, answer => Assert.Equal("SETTLED", answer["status"]));

        // The last request is inside when the listener closes: with the ledger frozen its answer comes only after that.
        ledger.Freeze();
        var late = Payer.Number();
        try
        {
            answers[late] = await payer.Pay(7, late);
            Assert.Equal(HttpStatusCode.Accepted, answers[late].Status);
        }
        finally
        {
            ledger.Thaw();
        }
        await stopped;

        service.Start();
        await service.WaitReady(TimeSpan.FromSeconds(60), Cancel);
        var last = await Eventually.Get(() => payer.Acquirer.Get(ServiceKind.Acquiring, $"/v1/payments?requestNo={late}"), static answer => answer.Status == HttpStatusCode.OK, "the last payment to be decided", TimeSpan.FromSeconds(40));
        var settled = answers.Count - (last["status"] == "SETTLED" ? 0 : 1);
        Assert.Equal(Fen - (7L * settled), await payer.Balance());
    }
}
