using System.Diagnostics;

namespace Ecny.Local.Chaos;

/// <summary>What a city with a synchronous standby must survive.</summary>
public static class StandbyFaults
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>The standby is killed: until it is back nothing begun may be SETTLED. Counted from its return.</summary>
    /// <param name="city">With a standby.</param>
    /// <param name="without">How long it stays away.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<FaultReport> LoseStandby(ChaosCity city, TimeSpan without, CancellationToken cancel)
    {
        await city.Standby!.Kill9(cancel);
        var gone = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(gone) < without)
        {
            if (city.Load.HasSettledSince(gone)) throw new LocalException("A payment begun without a synchronous standby was answered SETTLED.");
            await Task.Delay(10, cancel);
        }
        var back = Stopwatch.GetTimestamp();
        await city.Standby.Start(cancel);
        return new FaultReport("standby lost and back", await city.Load.Recovery(back, Patience, cancel));
    }

    /// <summary>
    /// The primary is killed for good and the standby promoted. Nothing may be SETTLED before the new primary has a standby of its own; counted from that.
    /// </summary>
    public static async Task<FaultReport> Promote(ChaosCity city, CancellationToken cancel)
    {
        await city.Postgres.Kill9(cancel);
        var gone = Stopwatch.GetTimestamp();
        await city.Standby!.Promote(cancel);
        city.Postgres = city.Standby;
        if (city.Load.HasSettledSince(gone)) throw new LocalException("A payment was answered SETTLED by a new primary without a synchronous standby.");
        city.Own(await city.Postgres.AddStandby("third", synchronous: true, cancel));
        var moment = Stopwatch.GetTimestamp();
        return new FaultReport("primary killed, standby promoted", await city.Load.Recovery(moment, Patience, cancel));
    }
}
