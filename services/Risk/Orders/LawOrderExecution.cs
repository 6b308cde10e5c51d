using Ecny.Contracts.Ledger;

namespace Ecny.Risk.Orders;

/// <summary>
/// Carries out orders. An order is recorded before anything is done and gets exactly one outcome; whatever dies in between, it is taken up again with the same
/// number. The orders of a case go one after the other, so that "at most twice" is no race.
/// </summary>
public sealed class LawOrderExecution(LawOrderStore store, WalletsClient wallets, TimeProvider time, ILogger<LawOrderExecution> log)
{
    /// <summary>By law: 48 hours from the stop, and a wallet at most twice for one case.</summary>
    public static readonly TimeSpan Term = TimeSpan.FromHours(48);
    public const int MostStops = 2;

    /// <summary>Works off the order's case up to and with the order; gives the order as it then is, without an outcome where Wallets does not answer.</summary>
    internal async Task<LawOrder> CarryOut(LawOrder order, CancellationToken stop)
    {
        try
        {
            await using (var lawCase = await store.Open(order, stop))
            {
                var stops = 0;
                foreach (var next in lawCase.Orders.TakeWhile(other => other.Number <= order.Number))
                {
                    var decided = next.Executed is null ? await Decide(next, stops, stop) : next;
                    if (next.Executed is null) await lawCase.Decide(decided);
                    if (decided.Executed == true) stops++;
                }
            }
        }
        catch (HttpRequestException e)
        {
            log.LogWarning("Order of law {Order} is not carried out yet: {Reason}", order.Id, e.Message);
        }
        return await store.Get(order.Id) ?? throw new InvalidOperationException("An order of law that was recorded is gone.");
    }

    private async Task<LawOrder> Decide(LawOrder order, int stops, CancellationToken stop)
    {
        if (stops >= MostStops) return order with { Executed = false, Reason = LawOrder.StoppedTwice };
        if (!WalletNumber.TryParse(order.WalletId, out _)) return order with { Executed = false, Reason = LawOrder.NoMatch };
        var answer = await wallets.Stop(order, Term, stop);
        var refused = answer.Status switch
        {
            "STOPPED" => null,
            "NO_MATCH" => LawOrder.NoMatch,
            "NOT_OPEN" => LawOrder.WalletNotOpen,
            _ => throw new HttpRequestException($"Wallets answered a lawful stop with {answer.Status}."),
        };
        log.LogInformation("Order of law {Order}: {Outcome} after {Milliseconds} ms", order.Id, answer.Status, (time.GetUtcNow().UtcDateTime - order.ReceivedAt).TotalMilliseconds);
        return refused is not null ? order with { Executed = false, Reason = refused } : order with
        {
            Executed = true, StoppedAt = answer.StoppedAt?.UtcDateTime, ExpiresAt = answer.ExpiresAt?.UtcDateTime, BalanceBefore = answer.BalanceBeforeAmount, BalanceAfter = answer.BalanceAfterAmount,
        };
    }
}
