using Ecny.Contracts.Errors;
using Ecny.Contracts.Ledger;
using Ecny.Wallets.Operators;
using Npgsql;

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
        await ((Task)work).WaitAsync(CallerWaits).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return (work.IsCompleted ? exchange with { Result = await work } : exchange, !begun.IsNew);
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
            await LookAgainSoon(exchange);
            return null;
        }
    }

    private async Task LookAgainSoon(Exchange exchange)
    {
        try
        {
            await store.Postpone(exchange.Id);
        }
        catch (Exception e) when (e is NpgsqlException or ApiException)
        {
            logger.LogDebug(e, "Exchange {Exchange} is looked at again ten seconds after it was last taken up.", exchange.Id);
        }
    }
}
