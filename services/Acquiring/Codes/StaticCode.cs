namespace Ecny.Acquiring.Codes;

/// <summary>A merchant's printed code (静态码). <see cref="Amount"/>, fen, is null where the payer enters the amount.</summary>
public sealed record StaticCode(string CodeNo, string MerchantNo, string? StoreNo, long? Amount, string Acquirer, string RequestNo, DateTimeOffset CreatedAt)
{
    public string Content => CodeContent.Of(CodeKind.Static, CodeNo);
}
