using System.Globalization;
using Ecny.Contracts.Errors;

namespace Ecny.ServiceDefaults;

/// <summary>
/// Rules for the fields of a request. Each gives null when the value is right; <see cref="Check"/> refuses with all that are not:
/// <code>Field.Check(Field.RequestNo("requestNo", body.RequestNo), Field.Amount("amount", body.Amount), Field.OptionalId("storeNo", body.StoreNo));</code>
/// </summary>
public static class Field
{
    /// <summary>Largest amount in fen, 10^15.</summary>
    public const long MaxAmount = 1_000_000_000_000_000;

    /// <exception cref="ApiException">INVALID_FIELD with every error.</exception>
    public static void Check(params ReadOnlySpan<FieldError?> results)
    {
        foreach (var result in results)
            if (result is not null) throw Collect(results);
    }

    /// <summary>Fen, 1 … 10^15.</summary>
    public static FieldError? Amount(string field, long value) =>
        value is >= 1 and <= MaxAmount ? null : Wrong(field, "必须是 1 到 10^15 之间的整数分", "must be an integer of fen from 1 to 10^15");

    /// <summary>Absent, or fen, 1 … 10^15.</summary>
    public static FieldError? OptionalAmount(string field, long? value) => value is { } amount ? Amount(field, amount) : null;

    /// <summary>The caller's own number: 1–64 of [A-Za-z0-9_-].</summary>
    public static FieldError? RequestNo(string field, string? value) =>
        IsNumber(value) ? null : Wrong(field, "必须是 1 到 64 位字母、数字、_ 或 -", "must be 1 to 64 letters, digits, _ or -");

    /// <summary>Absent, or as <see cref="RequestNo"/>.</summary>
    public static FieldError? OptionalRequestNo(string field, string? value) => value is null ? null : RequestNo(field, value);

    /// <summary>An opaque id or token: 1–64 printable characters.</summary>
    public static FieldError? Id(string field, string? value) => Text(field, value, 64);

    /// <summary>Absent, or as <see cref="Id"/>.</summary>
    public static FieldError? OptionalId(string field, string? value) => value is null ? null : Id(field, value);

    /// <summary>1 … <paramref name="max"/> characters (UTF-16 units) without control characters.</summary>
    public static FieldError? Text(string field, string? value, int max)
    {
        if (value is { Length: > 0 } && value.Length <= max && !HasControl(value)) return null;
        var limit = max.ToString(CultureInfo.InvariantCulture);
        return Wrong(field, $"必须是 1 到 {limit} 个字符，且不含控制字符", $"must be 1 to {limit} characters without control characters");
    }

    /// <summary>Absent, or as <see cref="Text"/>.</summary>
    public static FieldError? OptionalText(string field, string? value, int max) => value is null ? null : Text(field, value, max);

    /// <summary>Absent, or an absolute http or https address of up to 512 characters.</summary>
    public static FieldError? OptionalUrl(string field, string? value) =>
        value is null || (value.Length <= 512 && Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http")
            ? null
            : Wrong(field, "必须是不超过 512 个字符的 http(s) 地址", "must be an http(s) address of at most 512 characters");

    /// <summary>Exactly one of the listed words.</summary>
    public static FieldError? OneOf(string field, string? value, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
            if (word == value) return null;
        var list = string.Join(", ", words!);
        return Wrong(field, $"必须是下列之一：{list}", $"must be one of {list}");
    }

    /// <summary>An error of a rule that is not in this class, when it does not hold.</summary>
    public static FieldError? Must(bool holds, string field, string zh, string en) => holds ? null : Wrong(field, zh, en);

    /// <summary>An error for the field, with what is expected.</summary>
    public static FieldError Wrong(string field, string zh, string en) => new(field, ApiCode.INVALID_FIELD, zh, en);

    /// <summary>1–64 of [A-Za-z0-9_-].</summary>
    public static bool IsNumber(string? value)
    {
        if (value is not { Length: > 0 and <= 64 }) return false;
        foreach (var c in value)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-')) return false;
        return true;
    }

    private static bool HasControl(string value)
    {
        foreach (var c in value)
            if (char.IsControl(c)) return true;
        return false;
    }

    private static ApiException Collect(ReadOnlySpan<FieldError?> results)
    {
        var errors = new List<FieldError>();
        foreach (var result in results)
            if (result is not null) errors.Add(result);
        return new ApiException(errors);
    }
}
