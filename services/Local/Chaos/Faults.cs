using System.Diagnostics;
using Ecny.Local.City;

namespace Ecny.Local.Chaos;

/// <summary>Everything that a city on one PostgreSQL must survive. Each fault leaves the city whole again, and paying.</summary>
public static class Faults
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Func<ChaosCity, CancellationToken, Task<FaultReport>>> All { get; } =
        [KillWallets, KillAcquiring, KillOthers, KillPostgres, LoseNetwork, TwoClusters, FreezeSilo];

    /// <summary>kill -9 of the silo, started again at once; counted from the kill.</summary>
    public static Task<FaultReport> KillWallets(ChaosCity city, CancellationToken cancel) => Kill("kill -9 wallets", city, [ServiceKind.Wallets], cancel);

    /// <summary>kill -9 of Acquiring, started again at once; counted from the kill.</summary>
    public static Task<FaultReport> KillAcquiring(ChaosCity city, CancellationToken cancel) => Kill("kill -9 acquiring", city, [ServiceKind.Acquiring], cancel);

    /// <summary>kill -9 of the three services that money never waits for; counted from the kill, before they run again.</summary>
    public static async Task<FaultReport> KillOthers(ChaosCity city, CancellationToken cancel)
    {
        ServiceKind[] others = [ServiceKind.Clearing, ServiceKind.Monitoring, ServiceKind.Risk];
        await Task.WhenAll(others.Select(kind => city.Services[kind].Kill9(cancel)));
        var recovery = await city.Load.Recovery(Stopwatch.GetTimestamp(), Patience, cancel);
        await city.Services.Start(others, cancel);
        return new FaultReport("kill -9 clearing, monitoring, risk", recovery);
    }

    /// <summary>kill -9 of PostgreSQL with all of its processes, started again at once; counted from the kill.</summary>
    public static async Task<FaultReport> KillPostgres(ChaosCity city, CancellationToken cancel)
    {
        var moment = Stopwatch.GetTimestamp();
        await city.Postgres.Kill9(cancel);
        await city.Postgres.Start(cancel);
        return new FaultReport("kill -9 PostgreSQL", await city.Load.Recovery(moment, Patience, cancel));
    }

    /// <summary>For ten seconds nothing reaches PostgreSQL, and nothing says so; connections of before stay silent for ever. Counted from the return of the network.</summary>
    public static async Task<FaultReport> LoseNetwork(ChaosCity city, CancellationToken cancel)
    {
        city.Network!.Lose();
        await Task.Delay(TimeSpan.FromSeconds(10), cancel);
        city.Network.Heal();
        return new FaultReport("black hole before PostgreSQL", await city.Load.Recovery(Stopwatch.GetTimestamp(), Patience, cancel));
    }

    /// <summary>
    /// Two clusters on one ledger database, both used until both have settled transfers in turns; counted from the end of the second one.
    /// </summary>
    public static async Task<FaultReport> TwoClusters(ChaosCity city, CancellationToken cancel)
    {
        var first = city.Services[ServiceKind.Wallets];
        var second = city.AddWallets($"ecny-second-{Guid.NewGuid():N}");
        second.Start();
        await second.WaitReady(Patience, cancel);
        city.Load.UseWallets(first.Url, second.Url);
        var begun = Stopwatch.GetTimestamp();
        for (var turn = 0; turn < 2; turn++)
        {
            foreach (var side in new[] { second, first })
            {
                var settled = city.Load.SettledThrough(side.Url);
                while (city.Load.SettledThrough(side.Url) == settled)
                {
                    if (Stopwatch.GetElapsedTime(begun) > Patience) throw new LocalException($"Of two clusters on one database, {side.Name} settles nothing.");
                    await Task.Delay(50, cancel);
                }
            }
        }
        city.Load.UseWallets(first.Url);
        await city.Load.Drain(second.Url, Patience, cancel);
        await second.Stop(TimeSpan.FromSeconds(30), cancel);
        return new FaultReport("two clusters on one database", await city.Load.Recovery(Stopwatch.GetTimestamp(), Patience, cancel));
    }

    /// <summary>
    /// SIGSTOP of the silo that has the shard until another of its cluster settles instead (counted from the SIGSTOP), then SIGCONT: it comes back
    /// with a ledger in its memory that is no longer its own.
    /// </summary>
    public static async Task<FaultReport> FreezeSilo(ChaosCity city, CancellationToken cancel)
    {
        var first = city.Services[ServiceKind.Wallets];
        var second = city.AddWallets(clusterId: null);
        second.Start();
        await second.WaitReady(Patience, cancel);
        city.Load.UseWallets(second.Url);
        var moment = Stopwatch.GetTimestamp();
        first.Freeze();
        var recovery = await city.Load.Recovery(moment, Patience, cancel);
        first.Thaw();
        // Declared dead, it ends itself, and whatever watches over it starts it again.
        await Return(first, cancel);
        city.Load.UseWallets(first.Url);
        await city.Load.Drain(second.Url, Patience, cancel);
        await second.Stop(TimeSpan.FromSeconds(30), cancel);
        await city.Load.Recovery(Stopwatch.GetTimestamp(), Patience, cancel);
        return new FaultReport("silo frozen beyond failure detection", recovery);
    }

    private static async Task<FaultReport> Kill(string name, ChaosCity city, ServiceKind[] kinds, CancellationToken cancel)
    {
        var moment = Stopwatch.GetTimestamp();
        await Task.WhenAll(kinds.Select(kind => city.Services[kind].Kill9(cancel)));
        await city.Services.Start(kinds, cancel);
        return new FaultReport(name, await city.Load.Recovery(moment, Patience, cancel));
    }

    private static async Task Return(CityService service, CancellationToken cancel)
    {
        var moment = Stopwatch.GetTimestamp();
        while (service.ProcessId is not null)
        {
            if (Stopwatch.GetElapsedTime(moment) > Patience) throw new LocalException($"{service.Name} was declared dead and goes on running.");
            await Task.Delay(50, cancel);
        }
        service.Start();
        await service.WaitReady(Patience, cancel);
    }
}
