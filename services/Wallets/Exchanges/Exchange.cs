using Ecny.Contracts.Ledger;
using Ecny.Wallets.Numbers;

namespace Ecny.Wallets.Exchanges;

/// <summary>An exchange as it is remembered (兑出 into the wallet, 兑回 out of it). Amount in fen.</summary>
public sealed record Exchange
{
    /// <summary>exchangeNo, and the transferId of its entry in the journal.</summary>
    public required TransferId Id { get; init; }
    public required string Institution { get; init; }
    public required string RequestNo { get; init; }
    public required long Fingerprint { get; init; }
    public required long Wallet { get; init; }
    public required bool Inward { get; init; }
    public required long Amount { get; init; }
    public required string BankAccountToken { get; init; }
    public required long BegunMicros { get; init; }
    /// <summary>Null while it is not decided.</summary>
    public ExchangeResult? Result { get; init; }

    public BankLeg Leg => new(Id, BankAccountToken, Amount, Clock.At(BegunMicros));
}

/// <summary>What the ledger said in the end.</summary>
/// <param name="Code">None: settled.</param>
/// <param name="Seq">Its entry in the shard's journal.</param>
public sealed record ExchangeResult(DeclineCode Code, long Seq);
