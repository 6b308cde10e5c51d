namespace Ecny.Acquiring.Payments;

/// <summary>How a payer is named. The names are those of the public contract and of the journal.</summary>
public enum PaymentMethod
{
    /// <summary>被扫: the merchant scans the payer's pay code.</summary>
    PAY_CODE,
    /// <summary>子钱包快付: a pushed sub-wallet's token.</summary>
    TOKEN,
    /// <summary>主扫: the payer scans the merchant's code.</summary>
    STATIC_CODE,
    /// <summary>The payer's operator pays an order by its number (app, H5, mini-program).</summary>
    ORDER,
    NFC,
    MANDATE,
}
