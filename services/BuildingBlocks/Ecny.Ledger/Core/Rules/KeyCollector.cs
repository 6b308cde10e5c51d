using Ecny.Contracts.Ledger;
using Ecny.Ledger.Store;

namespace Ecny.Ledger.Core;

/// <summary>Collects the keys that a command needs and memory does not have. Each method says whether the row is at hand (existing or known to be absent).</summary>
internal sealed class KeyCollector
{
    public LedgerState State { get; set; } = null!;
    public KeySet Missing { get; set; } = null!;
    public bool Complete { get; set; }
    /// <summary>What memory does not know of the command's own number and once-keys is taken for new.</summary>
    public bool AssumesNew { get; set; }

    /// <summary>A wallet, and the term of its state where it may have one.</summary>
    public bool Wallet(long wallet)
    {
        if (wallet == 0) return true;
        if (!State.Wallets.TryFind(wallet, out var slot)) return Have(State.AbsentWallets.Find(wallet) is not null, Missing.Wallets, wallet);
        return !WalletChecks.MayEnd(State.Wallets.Row(slot).State) || Bucket(BucketId.StateTermOf(wallet));
    }

    public bool Bucket(BucketId bucket) => bucket.Number == BucketId.Available ? Wallet(bucket.Wallet) : Have(State.Buckets.Find(bucket) is not null, Missing.Buckets, bucket);

    public bool Number(TransferId id) => Have(State.Number(id) is not null, Missing.Numbers, id);

    public bool Once(OnceKey key) => Have(State.OnceOf(key) is not null, Missing.Once, key);

    /// <summary>The command's own number, and its record where it was decided before.</summary>
    public bool IsRepetition(TransferId id)
    {
        if (State.Number(id) is { } known) return known.Present;
        if (!AssumesNew) Number(id);
        return false;
    }

    /// <summary>A once-key that the command claims.</summary>
    public void Claim(OnceKey key)
    {
        if (!AssumesNew) Once(key);
    }

    public bool Hold(TransferId hold) => Have(State.Holds.Find(hold) is not null, Missing.Holds, hold);

    public bool Refund(TransferId payment) => Have(State.Refunds.Find(payment) is not null, Missing.Refunds, payment);

    public bool Token(Guid token) => Have(State.Tokens.Find(token) is not null, Missing.Tokens, token);

    /// <summary>The number and, if it is known, its journal entries.</summary>
    public NumberRecord? Transfer(TransferId id)
    {
        if (!Number(id))
        {
            Missing.Transfers.Add(id);
            return null;
        }
        var record = State.Number(id)!;
        if (record.Present) Have(record.Entries is not null, Missing.Transfers, id);
        return record;
    }

    private bool Have<TKey>(bool have, HashSet<TKey> missing, TKey key)
    {
        if (have) return true;
        missing.Add(key);
        Complete = false;
        return false;
    }
}
