using Ecny.Contracts.Ledger;

namespace Ecny.Ledger.Core;

internal sealed class TokenRule : CommandRule<TokenCommand>
{
    public override bool HasDeadline => false;

    protected override void Keys(KeyCollector keys, TokenCommand command)
    {
        keys.Wallet(command.Wallet);
        keys.Token(command.Token);
    }

    protected override DeclinedAttempt Describe(LedgerState state, TokenCommand command) => new(KindOf(command), 0, command.Wallet, 0);

    protected override LedgerOutcome Decide(Decision decision, TokenCommand command)
    {
        if (decision.Find(command.Wallet) < 0) return decision.Refuse(Refusal.WalletUnknown);
        var token = decision.State.Tokens.Find(command.Token)!;
        if (command.Revoke && (!token.Present || token.Row.Wallet != command.Wallet)) return decision.Refuse(Refusal.TokenUnknown);
        if (!command.Revoke && token.Present) return decision.Refuse(Refusal.NotAllowed);
        decision.State.Touch(token);
        if (!token.Present)
        {
            token.Present = true;
            token.Row = new TokenRow
            {
                Id = command.Token, Wallet = command.Wallet, MerchantNo = command.MerchantNo, PerPayment = command.PerPayment, PerDay = command.PerDay,
            };
        }
        token.Row.Revoked = command.Revoke;
        token.Row.Version++;
        decision.Note(KindOf(command), command.Wallet);
        return decision.Settle();
    }

    private static EntryKind KindOf(TokenCommand command) => command.Revoke ? EntryKind.TokenRevoke : EntryKind.Token;
}
