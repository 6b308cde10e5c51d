namespace Ecny.Contracts.Errors;

/// <summary>A refusal on its way to the caller as an RFC 9457 problem. Not for declines: those are answers with status 200.</summary>
#pragma warning disable CA1032 // A refusal without a code would have no meaning for the caller.
public sealed class ApiException : Exception
#pragma warning restore CA1032
{
    public ApiException(ApiCode code) : base(code.ToString()) => Code = code;

    /// <param name="field">The field of the body (or the query) that the code is about.</param>
    public ApiException(ApiCode code, string field) : this(code)
    {
        var entry = ApiCodes.Of(code);
        Errors = [new FieldError(field, code, entry.Zh, entry.En)];
    }

    /// <summary>Several fields at once; the code of the first one is the code of the problem.</summary>
    public ApiException(IReadOnlyList<FieldError> errors) : this(errors[0].Code) => Errors = errors;

    public ApiCode Code { get; }
    public IReadOnlyList<FieldError> Errors { get; } = [];
    /// <summary>Seconds for the Retry-After header; set for 429 and 503.</summary>
    public int RetryAfterSeconds { get; init; } = 1;
}
