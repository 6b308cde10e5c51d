using System.Text.Json.Nodes;
using Ecny.Bench.Http;
using Ecny.Bench.Machine;
using Ecny.Bench.Report;
using Ecny.Local.City;

namespace Ecny.Bench.Payments;

/// <summary>The highest rate (closed loop), then latencies at 70 % of it (open loop), with what a payment costs each process.</summary>
internal static class PaymentsMeasure
{
    public static JsonObject Run(PaymentsScene scene, int seconds)
    {
        var (engine, meter, duration) = (scene.Engine, scene.Meter(), TimeSpan.FromSeconds(seconds));
        Progress.Say($"warming up");
        engine.Closed(TimeSpan.FromSeconds(20));
        Progress.Say($"highest rate, {PaymentsScene.Connections} connections");
        meter.Start();
        var highest = engine.Closed(duration);
        var cpu = meter.Stop(highest.Completed);
        Progress.Say($"{highest.PerSecond:#,0}/s; latencies at 70 %, {highest.PerSecond * 0.7:#,0}/s");
        engine.Open(highest.PerSecond * 0.7, TimeSpan.FromSeconds(5));
        meter.Start();
        var steady = engine.Open(highest.PerSecond * 0.7, duration);
        var steadyCpu = meter.Stop(steady.Completed);
        var figures = new JsonObject
        {
            ["perSecond"] = Math.Round(highest.PerSecond),
            ["p50Ms"] = Milliseconds(steady, 0.5),
            ["p99Ms"] = Milliseconds(steady, 0.99),
            ["memoryMiB"] = Math.Round(ProcessUsage.MemoryMiB(scene.City[ServiceKind.Wallets].ProcessId!.Value).Peak),
            ["p50MsAtHighest"] = Milliseconds(highest, 0.5),
            ["p99MsAtHighest"] = Milliseconds(highest, 0.99),
            ["failed"] = scene.History.Failures.Values.Sum(),
        };
        foreach (var (key, value) in cpu) figures[key] = value!.DeepClone();
        foreach (var (key, value) in steadyCpu) figures[$"{key}At70"] = value!.DeepClone();
        return figures;
    }

    public static JsonObject Settings(PaymentsScene scene, int seconds) => new()
    {
        ["connections"] = PaymentsScene.Connections, ["seconds"] = seconds, ["city"] = CitySetup.Description, ["signature"] = "hmac-sha256 session",
        ["fsync"] = "on", ["synchronousCommit"] = "on", ["sharedBuffersMiB"] = scene.Options.SharedBuffersMiB,
    };

    private static double Milliseconds(LoadPhase phase, double share) => Math.Round(phase.Latency.QuantileMs(share), 2);
}
