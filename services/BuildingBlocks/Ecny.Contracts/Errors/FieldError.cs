namespace Ecny.Contracts.Errors;

/// <summary>What is wrong with one field of a request.</summary>
/// <param name="Field">Path as the caller wrote it: amount, payer.token, items[3].kind.</param>
/// <param name="Zh">What is expected, in Chinese.</param>
/// <param name="En">What is expected, in English.</param>
public sealed record FieldError(string Field, ApiCode Code, string Zh, string En);
