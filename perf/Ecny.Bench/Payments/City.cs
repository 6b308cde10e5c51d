namespace Ecny.Bench.Payments;

/// <summary>What a payment script draws from: tokens that are good at one merchant each, wallets, merchants.</summary>
internal sealed record City
{
    /// <summary>Merchant numbers as they go into the request.</summary>
    public required byte[][] Merchants { get; init; }
    /// <summary>Tokens with the index of the merchant they were issued for.</summary>
    public required (byte[] Token, int Merchant)[] Tokens { get; init; }
    /// <summary>Wallet ids (16 digits) of payers.</summary>
    public required byte[][] Wallets { get; init; }
    /// <summary>Tokens that are good at merchant 0, for the benchmark with one busy payee.</summary>
    public required byte[][] HotTokens { get; init; }
}
