using Ecny.Local.Chaos;
using Ecny.Local.Postgres;
using Ecny.Testing;
using Xunit;

namespace Ecny.EndToEnd.Tests.Chaos;

/// <summary>Real processes die under load; the clients' history is held against the journal. The long form is <c>./ecny drill chaos</c>.</summary>
public sealed class ChaosTests(ITestOutputHelper output)
{
    private const int Rate = 60;

    // PostgreSQL's own recovery took 11 s of it on a disk that others use too.
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan MostForKilledSilo = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task what_was_accepted_is_settled_whatever_dies()
    {
        await RequirePostgres();
        await using var city = await ChaosCity.Start(Rate, seed: 1, Cancel);

        foreach (var fault in Faults.All)
        {
            Check(await fault(city, Cancel), fault == Faults.KillWallets ? MostForKilledSilo : Most);
        }

        Check(await city.Judge(Cancel));
    }

    [Fact]
    public async Task without_a_synchronous_standby_nothing_is_settled_and_a_promoted_one_has_all_that_was()
    {
        await RequirePostgres();
        await using var city = await ChaosCity.StartWithStandby(Rate, seed: 2, Cancel);

        Check(await StandbyFaults.LoseStandby(city, TimeSpan.FromSeconds(8), Cancel), Most);
        Check(await StandbyFaults.Promote(city, Cancel), Most);

        Check(await city.Judge(Cancel));
    }

    private static async Task RequirePostgres()
    {
        if (await PostgresBinaries.Find(Cancel) is null)
        {
            Requirements.Missing("postgres", PostgresBinaries.Advice);
        }
    }

    private void Check(FaultReport report, TimeSpan most)
    {
        output.WriteLine($"{report.Fault}: paying again after {report.Recovery.TotalSeconds:0.0} s");
        Assert.True(report.Recovery < most, $"{report.Fault}: paying again only after {report.Recovery.TotalSeconds:0.0} s");
    }

    private void Check(ChaosVerdict verdict)
    {
        output.WriteLine(verdict.Summary);
        Assert.Empty(verdict.Problems);
    }
}
