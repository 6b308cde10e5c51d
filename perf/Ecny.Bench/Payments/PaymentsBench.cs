using Ecny.Bench.Report;
using Ecny.Local.City;

namespace Ecny.Bench.Payments;

/// <summary>
/// <c>bench payments</c>, <c>hot-merchant</c> and <c>pay-code</c>: signed requests over HTTP against Acquiring, a Wallets silo and PostgreSQL as separate processes, the
/// generator on the same machine.
/// </summary>
internal sealed class PaymentsBench(string repository, string name, int seconds)
{
    public static IReadOnlyCollection<ServiceKind> Services { get; } = [ServiceKind.Acquiring, ServiceKind.Wallets];

    public async Task<BenchResult> Run(CancellationToken stop)
    {
        await using var scene = await PaymentsScene.Start(repository, name, Services, events: null, stop);
        var figures = PaymentsMeasure.Run(scene, seconds);
        var faults = await scene.Check(stop);
        figures["seconds"] = Math.Round(Progress.Seconds);
        var settings = PaymentsMeasure.Settings(scene, seconds);
        settings["processes"] = "generator, acquiring, wallets, postgres";
        return new BenchResult { Name = name, Settings = settings, Figures = figures, Faults = faults };
    }
}
