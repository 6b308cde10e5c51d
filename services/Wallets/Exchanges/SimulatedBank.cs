namespace Ecny.Wallets.Exchanges;

/// <summary>
/// The sandbox's bank. Every account token settles at once but for these:
/// <list type="bullet">
/// <item><c>bank-declines</c>: the account has no money (in), or takes none (out);</item>
/// <item><c>bank-slow-5s</c>: settles, its answer takes five seconds;</item>
/// <item><c>bank-times-out</c>: settles, but says so only when asked again ten seconds after the exchange began.</item>
/// </list>
/// It keeps nothing: its answers are a function of the leg, so a restart changes none of them.
/// </summary>
public sealed class SimulatedBank(TimeProvider time) : IBank
{
    public const string Declines = "bank-declines", Slow = "bank-slow-5s", TimesOut = "bank-times-out";

    private static readonly TimeSpan SlowAnswer = TimeSpan.FromSeconds(5), AnswersAfter = TimeSpan.FromSeconds(10);

    public bool AcceptsAtOnce(string accountToken) => accountToken is not (Declines or Slow or TimesOut);

    public Task<BankAnswer> Debit(BankLeg leg, CancellationToken stop) => Answer(leg, stop);

    public Task<BankAnswer> Credit(BankLeg leg, CancellationToken stop) => Answer(leg, stop);

    public Task<BankAnswer> Reverse(BankLeg leg, CancellationToken stop) => Task.FromResult(BankAnswer.Settled);

    private async Task<BankAnswer> Answer(BankLeg leg, CancellationToken stop)
    {
        var age = time.GetUtcNow() - leg.BegunAt;
        switch (leg.AccountToken)
        {
            case Declines:
                return BankAnswer.Declined;
            case Slow:
                if (age < SlowAnswer) await Task.Delay(SlowAnswer - age, time, stop);
                return BankAnswer.Settled;
            case TimesOut:
                return age < AnswersAfter ? BankAnswer.Unknown : BankAnswer.Settled;
            default:
                return BankAnswer.Settled;
        }
    }
}
