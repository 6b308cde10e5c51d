using System.Globalization;
using Microsoft.OpenApi;

namespace Ecny.ServiceDefaults.OpenApi;

/// <summary>What members mean and what values they take, by their name: a name means the same everywhere.</summary>
internal static class Meanings
{
    private const string Number = "^[A-Za-z0-9_-]{1,64}$";

    private static readonly HashSet<string> _numbers = ["requestNo", "originalRequestNo", "merchantOrderNo", "refundNo"];

    private static readonly Dictionary<string, string> _texts = new()
    {
        ["requestNo"] = "The caller's own number, unique per institution and kind, remembered for ever: repeat it after a 5xx or a broken connection, and the same object is the answer.",
        ["originalRequestNo"] = "The requestNo of the payment to be cancelled, whether it has arrived or not.",
        ["merchantOrderNo"] = "The merchant's number of the order, unique per merchant. An order is paid once, whatever the method.",
        ["refundNo"] = "The caller's own number of the refund, remembered for ever.",
        ["method"] = "PAY_CODE (被扫), TOKEN (子钱包快付): by the acquirer. STATIC_CODE (主扫): by the payer's operator.",
        ["payer"] = "Exactly the member that belongs to the method: payCode, token, or walletId for STATIC_CODE.",
        ["codeContent"] = "What the code shows to a payer's application.",
        ["payCode"] = "Shown by the payer: one success, one minute.",
        ["token"] = "Lets one merchant charge one wallet until it is revoked.",
        ["scenario"] = "S01 … S16.",
        ["class"] = "I, II, III (personToken), IV (phoneToken) or CORPORATE (organisationToken).",
        ["direction"] = "IN: from the bank account into the wallet (兑出). OUT: back (兑回).",
        ["bankAccountToken"] = "The operator's token of the bank account; no account number.",
        ["personToken"] = "One person, one token, whatever the operator. Classes I to III.",
        ["phoneToken"] = "One phone number, one token. Class IV.",
        ["organisationToken"] = "One organisation, one token. Class CORPORATE.",
        ["declineCode"] = "Why the ledger declined; final, also on repetition.",
        ["businessDate"] = "YYYY-MM-DD in UTC+8, of the ledger's cut-off.",
        ["shard"] = "With seq the name of the journal entry, for ever.",
        ["seq"] = "Sequence in the shard's journal, from 1 without gaps.",
        ["parts"] = "Where the money came from.",
        ["notifyUrl"] = "http(s) address, up to 512 characters.",
        ["attach"] = "The caller's own text, given back unchanged.",
        ["nextCursor"] = "Pass it as cursor for the next page; absent on the last one.",
        ["lastSequence"] = "Pass it as after for the next page.",
        ["traceId"] = "To quote when asking for help.",
        ["outcome"] = "REFUNDED: it had settled. CANCELLED: it can never settle.",
    };

    /// <summary>Adds meaning and bounds to the schema of a member.</summary>
    /// <param name="type">Name of the type that has the member.</param>
    public static void Add(OpenApiSchema schema, string member, string type)
    {
        if (_texts.TryGetValue(member, out var text)) schema.Description = text;
        var isRequest = type.EndsWith("Request", StringComparison.Ordinal);
        if (IsAmount(member))
        {
            schema.Description = "Fen (分).";
            // What is answered may be nothing: an empty wallet, a limit that is not used yet.
            schema.Minimum = isRequest ? "1" : "0";
            schema.Maximum = isRequest ? Field.MaxAmount.ToString(CultureInfo.InvariantCulture) : null;
        }
        else if (isRequest && _numbers.Contains(member))
        {
            schema.Pattern = Number;
        }
    }

    private static bool IsAmount(string member) => member == "amount" || member.EndsWith("Amount", StringComparison.Ordinal);
}
