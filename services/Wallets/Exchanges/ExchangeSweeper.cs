using Ecny.Wallets.Hosting;

namespace Ecny.Wallets.Exchanges;

/// <summary>Brings exchanges to their end that a crash, a slow bank or an unknown outcome left open.</summary>
public sealed class ExchangeSweeper(ExchangeStore store, ExchangeService service, TimeProvider time, ILogger<ExchangeSweeper> logger) : Sweeper(AtOnce, time, logger)
{
    private const int AtOnce = 100;

    protected override async Task<int> Round(CancellationToken stop)
    {
        var due = await store.TakeDue(AtOnce);
        await Task.WhenAll(due.Select(exchange => service.Advance(exchange, stop)));
        return due.Count;
    }
}
