using Ecny.Contracts.Errors;
using Ecny.Contracts.Ledger;

namespace Ecny.Acquiring.Ledger;

/// <summary>Questions to the ledger from endpoints: a ledger that cannot be asked is 503 UNAVAILABLE, never "not found".</summary>
public sealed class LedgerDesk(LedgerClient client)
{
    public Task<LedgerOutcome> Decide(LedgerCommand command) => client.Decide(command);

    public Task<LedgerRecord?> Find(TransferId id) => Ask(client.Find(id));

    public Task<OnceClaim?> FindOnce(OnceKey key) => Ask(client.FindOnce(key));

    public Task<WalletSnapshot?> Wallet(long wallet) => Ask(client.Wallet(wallet));

    private static async Task<T> Ask<T>(Task<T> question)
    {
        try
        {
            return await question;
        }
        catch (ShardUnavailableException)
        {
            throw new ApiException(ApiCode.UNAVAILABLE);
        }
    }
}
