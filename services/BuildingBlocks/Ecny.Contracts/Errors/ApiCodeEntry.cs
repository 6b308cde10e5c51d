namespace Ecny.Contracts.Errors;

/// <summary>One line of the catalogue that GET /v1/codes serves.</summary>
/// <param name="Code">Stable name.</param>
/// <param name="Status">HTTP status it comes with; a decline is an answer, hence 200.</param>
/// <param name="IsDecline">True: said by the ledger, final. False: refused before the ledger, nothing moved, nothing remembered.</param>
public sealed record ApiCodeEntry(string Code, int Status, bool IsDecline, string Zh, string En, string AdviceZh, string AdviceEn);
