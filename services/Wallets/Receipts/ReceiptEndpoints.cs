using System.Globalization;
using Ecny.Contracts.Errors;
using Ecny.Contracts.Institutions;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Ledger.Receipts;
using Ecny.ServiceDefaults;
using Ecny.Wallets.Hosting;

namespace Ecny.Wallets.Receipts;

/// <summary><c>/v1/receipts</c> for the parties of a transfer, <c>/v1/checkpoints</c> for everybody.</summary>
public static class ReceiptEndpoints
{
    public static void MapReceipts(this IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/receipts/{transferId}", Receipt).Allow(Role.Operator, Role.Acquirer, Role.Regulator)
            .Describes<Receipt>("Entry, inclusion path and signed checkpoint of a transfer").WithTags("Receipts");
        app.MapGet("/v1/checkpoints", Checkpoints).AllowUnsigned()
            .Describes<IReadOnlyList<ReceiptCheckpoint>>("Signed checkpoints: the newest, or from a size on", "minSize", "limit").WithTags("Receipts");
        app.MapGet("/v1/checkpoints/consistency", Consistency).AllowAnyInstitution()
            .Describes<ConsistencyProof>("Proof that one checkpoint's log is the beginning of another's", "first!", "second!").WithTags("Receipts");
    }

    private static async Task Receipt(HttpContext http, ReceiptService receipts, IInstitutionDirectory institutions, string transferId)
    {
        if (!TransferId.TryParse(transferId, out var id)) throw new ApiException(ApiCode.NOT_FOUND);
        var caller = http.Caller();
        var prefix = institutions.TryGet(caller.Institution, out var own) ? own.WalletPrefix : null;
        var shown = ReceiptParts.None;
        var answer = await receipts.GetReceipt(id, entry =>
        {
            var parts = PartsFor(caller, prefix, entry);
            shown |= parts;
            return parts;
        }, http.RequestAborted);
        if (answer.Status == ReceiptStatus.NotYet) throw new ApiException(ApiCode.UNAVAILABLE) { RetryAfterSeconds = 1 };
        // Somebody who is no party to it learns nothing, not even that it exists.
        if (answer.Receipt is not { } receipt || shown == ReceiptParts.None) throw new ApiException(ApiCode.NOT_FOUND);
        await http.WriteJson(StatusCodes.Status200OK, receipt, ReceiptJson.Default.Receipt);
    }

    private static async Task Checkpoints(HttpContext http, ReceiptService receipts)
    {
        var minSize = Size(http, "minSize");
        var found = await receipts.Checkpoints(minSize, Page.Limit(http, Page.MaxLimit, 1), http.RequestAborted);
        IReadOnlyList<ReceiptCheckpoint> view = [.. found.Select(ReceiptCheckpoint.Of)];
        await http.WriteJson(StatusCodes.Status200OK, view, ReceiptJson.Default.IReadOnlyListReceiptCheckpoint);
    }

    private static async Task Consistency(HttpContext http, ReceiptService receipts)
    {
        var (first, second) = (Size(http, "first"), Size(http, "second"));
        Field.Check(Field.Must(first > 0, "first", "必填", "is required"), Field.Must(second >= first, "second", "必须不小于 first", "must not be less than first"));
        var proof = await receipts.Consistency(first!.Value, second!.Value, http.RequestAborted) ?? throw new ApiException(ApiCode.NOT_FOUND);
        await http.WriteJson(StatusCodes.Status200OK, proof, ReceiptJson.Default.ConsistencyProof);
    }

    /// <summary>Who asked for the transfer sees its context; an operator the side of its own wallet; the acquirer who named the merchant the context; the regulator all.</summary>
    private static ReceiptParts PartsFor(Caller caller, int? prefix, Entry entry)
    {
        if (caller.Has(Role.Regulator)) return ReceiptParts.All;
        var parts = ReceiptParts.None;
        if (entry.Institution == caller.Institution || EntryContext.Parse(entry.Context).Acquirer == caller.Institution) parts |= ReceiptParts.Context;
        if (prefix is not { } own) return parts;
        if (WalletNumber.PrefixOf(entry.Debit.Wallet) == own) parts |= ReceiptParts.Context | ReceiptParts.Debit | ReceiptParts.DebitState;
        if (WalletNumber.PrefixOf(entry.Credit.Wallet) == own) parts |= ReceiptParts.Context | ReceiptParts.Credit | ReceiptParts.CreditState;
        return parts;
    }

    private static long? Size(HttpContext http, string name)
    {
        if (Page.Query(http, name) is not { } text) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size
            : throw new ApiException([Field.Wrong(name, "必须是非负整数", "must be an integer of at least 0")]);
    }
}
