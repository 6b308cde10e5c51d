using System.Collections.Concurrent;
using Ecny.Contracts.Ledger;
using Ecny.Wallets.Exchanges;

namespace Ecny.Wallets.Tests.Exchanges;

/// <summary>
/// A bank with books. The account token names the step at which the conversation breaks, once: <c>before-debit</c>, <c>after-debit</c>, and so on for
/// credit and reverse; <c>hold-…</c> makes it an account that does not accept at once; <c>…-declines</c> declines after that.
/// </summary>
internal sealed class FragileBank : IBank
{
    private readonly ConcurrentDictionary<(TransferId, string Step), bool> broken = new();
    private readonly ConcurrentDictionary<(TransferId, string Step), long> books = new();

    /// <summary>What the account has lost (in) or got (out) by an exchange.</summary>
    public long Net(TransferId exchange) => Booked(exchange, "debit") + Booked(exchange, "credit") - Booked(exchange, "reverse");

    public bool AcceptsAtOnce(string accountToken) => !accountToken.StartsWith("hold-", StringComparison.Ordinal);

    public Task<BankAnswer> Debit(BankLeg leg, CancellationToken stop) => Task.FromResult(Book(leg, "debit"));

    public Task<BankAnswer> Credit(BankLeg leg, CancellationToken stop) => Task.FromResult(Book(leg, "credit"));

    public Task<BankAnswer> Reverse(BankLeg leg, CancellationToken stop) => Task.FromResult(Book(leg, "reverse"));

    private BankAnswer Book(BankLeg leg, string step)
    {
        Break(leg, $"before-{step}");
        var declines = step != "reverse" && leg.AccountToken.EndsWith("-declines", StringComparison.Ordinal);
        if (!declines) books[(leg.Exchange, step)] = leg.Amount;
        Break(leg, $"after-{step}");
        return declines ? BankAnswer.Declined : BankAnswer.Settled;
    }

    private void Break(BankLeg leg, string point)
    {
        if (leg.AccountToken.Contains(point, StringComparison.Ordinal) && broken.TryAdd((leg.Exchange, point), true)) throw new IOException($"The line broke {point}.");
    }

    private long Booked(TransferId exchange, string step) => books.GetValueOrDefault((exchange, step));
}
