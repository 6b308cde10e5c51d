using Ecny.Contracts.Errors;
using Ecny.Contracts.Ledger;
using Ecny.Wallets.Operators;

namespace Ecny.Wallets.Exchanges;

/// <summary>Runs exchanges for their callers: begins them durably, waits a little for the end, leaves the rest to the sweeper.</summary>
public sealed class ExchangeService(ExchangeStore store, ExchangeSaga saga, OperatorAccounts accounts, ILogger<ExchangeService> logger)
{
    /// <summary>A caller that waited this long gets PROCESSING; the exchange goes on.</summary>
    private static readonly TimeSpan CallerWaits = TimeSpan.FromSeconds(3);

    /// <returns>The exchange, its result null while it is not decided, and whether its number was known.</returns>
    /// <exception cref="ApiException">REQUEST_NO_REUSED, WALLET_UNKNOWN, OVERLOADED.</exception>
    public async Task<(Exchange Exchange, bool Replayed)> Run(Exchange asked)
    {
        await accounts.Ready(WalletNumber.PrefixOf(asked.Wallet), asked.Institution);
        var begun = await store.Begin(asked);
        var exchange = begun.Exchange ?? throw new ApiException(ApiCode.WALLET_UNKNOWN, "walletId");
        if (exchange.Fingerprint != asked.Fingerprint) throw new ApiException(ApiCode.REQUEST_NO_REUSED, "requestNo");
        if (exchange.Result is not null) return (exchange, true);

        var work = Advance(exchange, CancellationToken.None);
        if (await Task.WhenAny(work, Task.Delay(CallerWaits)) != work) return (exchange, !begun.IsNew);
        return (exchange with { Result = await work }, !begun.IsNew);
    }

    /// <summary>One attempt to bring an exchange to its end; never throws.</summary>
    public async Task<ExchangeResult?> Advance(Exchange exchange, CancellationToken stop)
    {
        try
        {
            var result = await saga.Advance(exchange, stop);
            // Noted before it is told: whoever asks after the answer must not hear PROCESSING.
            await (result is null ? store.Postpone(exchange.Id) : store.Finish(exchange.Id, result));
            return result;
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            logger.LogError(e, "Exchange {Exchange} of {Institution} could not be advanced; the sweeper will try again.", exchange.Id, exchange.Institution);
            return null;
        }
    }
}
