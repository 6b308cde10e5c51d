using System.Collections.Frozen;
using Ecny.Contracts.Ledger;

namespace Ecny.Contracts.Errors;

/// <summary>The one catalogue of codes: status, meaning and advice in both languages.</summary>
public static partial class ApiCodes
{
    private static readonly ApiCodeEntry?[] _refusals = ByRefusal();
    private static readonly FrozenDictionary<DeclineCode, ApiCodeEntry> _declines =
        Declines().ToFrozenDictionary(static d => d.Code, static d => d.Entry);

    /// <summary>Refusals first, then declines, each in the order of its enum.</summary>
    public static IReadOnlyList<ApiCodeEntry> All { get; } =
        [.. _refusals.OfType<ApiCodeEntry>(), .. _declines.OrderBy(static d => d.Key).Select(static d => d.Value)];

    public static ApiCodeEntry Of(ApiCode code) => _refusals[(int)code] ?? throw new ArgumentOutOfRangeException(nameof(code), code, "has no entry in the catalogue");

    public static ApiCodeEntry Of(DeclineCode code) => _declines[code];

    private static ApiCodeEntry?[] ByRefusal()
    {
        var entries = new ApiCodeEntry?[Enum.GetValues<ApiCode>().Max(static c => (int)c) + 1];
        foreach (var (code, entry) in Refusals()) entries[(int)code] = entry;
        return entries;
    }

    private static (ApiCode Code, ApiCodeEntry Entry) Refusal(ApiCode code, int status, string zh, string en, string adviceZh, string adviceEn) =>
        (code, new ApiCodeEntry(code.ToString(), status, false, zh, en, adviceZh, adviceEn));

    private static (DeclineCode Code, ApiCodeEntry Entry) Decline(DeclineCode code, string zh, string en, string adviceZh, string adviceEn) =>
        (code, new ApiCodeEntry(code.ToString(), 200, true, zh, en, adviceZh, adviceEn));
}
