using System.Globalization;
using Ecny.Contracts.Errors;
using Ecny.Contracts.Institutions;
using Ecny.Contracts.Ledger;
using Ecny.ServiceDefaults;
using Ecny.Wallets.Hosting;
using Ecny.Wallets.Numbers;
using Ecny.Wallets.Profiles;

namespace Ecny.Wallets.Transfers;

/// <summary><c>/v1/transfers</c>: wallet to wallet (转账), sent by the payer's operator.</summary>
public static class TransferEndpoints
{
    public static void MapTransfers(this IEndpointRouteBuilder app)
    {
        app.MapPost("/v1/transfers", Transfer).Allow(Role.Operator).Describes<TransferRequest, TransferView>(200, "Transfer from one of the caller's wallets to any wallet").WithTags("Transfers");
        app.MapGet("/v1/transfers", FindByNumber).Allow(Role.Operator).Describes<TransferView>("A transfer by its requestNo", "requestNo!").WithTags("Transfers");
        app.MapGet("/v1/transfers/{transferNo}", Get).Allow(Role.Operator).Describes<TransferView>("A transfer").WithTags("Transfers");
    }

    private static async Task Transfer(HttpContext http, OwnWallets own, LedgerClient ledger, OpenTransferStore open, TimeProvider time)
    {
        var body = await http.ReadBody(WalletsJson.Default.TransferRequest);
        Field.Check(Field.RequestNo("requestNo", body.RequestNo), Field.Id("fromWalletId", body.FromWalletId), Field.Id("toWalletId", body.ToWalletId),
            Field.Amount("amount", body.Amount), Field.OptionalId("scenario", body.Scenario), Field.OptionalText("remark", body.Remark, 128),
            Field.Must(body.FromWalletId != body.ToWalletId, "toWalletId", "必须不同于 fromWalletId", "must be another wallet than fromWalletId"));
        var caller = http.Caller();
        var command = new TransferCommand
        {
            Id = TransferId.Of(caller.Institution, NumberKind.Transfer, body.RequestNo), Institution = caller.Institution, Number = body.RequestNo,
            Fingerprint = Hashing.Fingerprint("transfer", body.FromWalletId, body.ToWalletId, body.Amount.ToString(CultureInfo.InvariantCulture), body.Scenario, body.Remark),
            NotAfterMicros = time.NotAfter(), TraceParent = Clock.TraceParent, Context = new EntryContext { Scenario = body.Scenario, Remark = body.Remark }.ToJson(),
            From = own.InBody(caller, body.FromWalletId, ApiCode.PAYER_UNKNOWN, "fromWalletId"),
            To = WalletNumber.TryParse(body.ToWalletId, out var to) ? to : throw new ApiException(ApiCode.WALLET_UNKNOWN, "toWalletId"),
            Amount = body.Amount,
        };
        var outcome = Answers.Accept(await ledger.Decide(command, http.RequestAborted), Refused);
        if (outcome.Replayed) http.MarkReplayed();
        if (outcome.Status == OutcomeStatus.Processing) await open.Keep(command);
        await Write(http, View(outcome, body.RequestNo, body.FromWalletId, body.ToWalletId, body.Amount));
    }

    private static Task FindByNumber(HttpContext http, LedgerClient ledger, OpenTransferStore open)
    {
        var requestNo = Page.Query(http, "requestNo");
        Field.Check(Field.RequestNo("requestNo", requestNo));
        return Answer(http, ledger, open, TransferId.Of(http.Caller().Institution, NumberKind.Transfer, requestNo!));
    }

    private static Task Get(HttpContext http, LedgerClient ledger, OpenTransferStore open, string transferNo) =>
        TransferId.TryParse(transferNo, out var id) ? Answer(http, ledger, open, id) : throw new ApiException(ApiCode.NOT_FOUND);

    private static async Task Answer(HttpContext http, LedgerClient ledger, OpenTransferStore open, TransferId id)
    {
        var institution = http.Caller().Institution;
        // First what is open, then what is decided: what leaves the one in between is found in the other.
        var waiting = await open.Find(id, http.RequestAborted);
        if (await ledger.Find(id, http.RequestAborted) is { Outcome.Status: not OutcomeStatus.Processing } record)
        {
            if (record.Institution != institution || record.Outcome.Kind != EntryKind.Transfer) throw new ApiException(ApiCode.NOT_FOUND);
            await Write(http, View(record.Outcome, record.Number, WalletNumber.Text(record.DebitWallet), WalletNumber.Text(record.CreditWallet), record.Outcome.Amount));
            return;
        }
        if (waiting?.Institution != institution) throw new ApiException(ApiCode.NOT_FOUND);
        var processing = new LedgerOutcome { Id = id, Status = OutcomeStatus.Processing };
        await Write(http, View(processing, waiting.Number, WalletNumber.Text(waiting.From), WalletNumber.Text(waiting.To), waiting.Amount));
    }

    private static ApiException Refused(Refusal refusal) => refusal switch
    {
        Refusal.PayerUnknown => new ApiException(ApiCode.PAYER_UNKNOWN, "fromWalletId"),
        Refusal.PayeeUnknown or Refusal.WalletUnknown => new ApiException(ApiCode.WALLET_UNKNOWN, "toWalletId"),
        _ => new ApiException(ApiCode.NOT_ALLOWED, "toWalletId"),
    };

    private static TransferView View(LedgerOutcome outcome, string requestNo, string from, string to, long amount)
    {
        var decided = outcome.Status != OutcomeStatus.Processing;
        return new TransferView
        {
            TransferNo = outcome.Id.ToString(), RequestNo = requestNo, FromWalletId = from, ToWalletId = to, Amount = amount, Status = Answers.Status(outcome),
            DeclineCode = Answers.Code(outcome.Code), Shard = decided ? outcome.Shard : null, Seq = decided ? outcome.Seq : null,
            At = decided ? Clock.At(outcome.AtMicros) : null, BusinessDate = decided ? outcome.BusinessDate : null,
        };
    }

    private static Task Write(HttpContext http, TransferView view) =>
        http.WriteOutcome($"/v1/transfers/{view.TransferNo}", view.Status, view, WalletsJson.Default.TransferView);
}

public sealed record TransferRequest
{
    public required string RequestNo { get; init; }
    public required string FromWalletId { get; init; }
    public required string ToWalletId { get; init; }
    /// <summary>Fen.</summary>
    public required long Amount { get; init; }
    public string? Scenario { get; init; }
    public string? Remark { get; init; }
}

public sealed record TransferView
{
    public required string TransferNo { get; init; }
    public required string RequestNo { get; init; }
    public required string FromWalletId { get; init; }
    public required string ToWalletId { get; init; }
    public required long Amount { get; init; }
    /// <summary>SETTLED, DECLINED or PROCESSING.</summary>
    public required string Status { get; init; }
    public string? DeclineCode { get; init; }
    public int? Shard { get; init; }
    public long? Seq { get; init; }
    public DateTimeOffset? At { get; init; }
    public DateOnly? BusinessDate { get; init; }
}
