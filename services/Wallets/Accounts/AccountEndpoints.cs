using System.Globalization;
using Ecny.Contracts.Errors;
using Ecny.Contracts.Institutions;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Ledger.Store;
using Ecny.ServiceDefaults;
using Ecny.Wallets.Hosting;
using Ecny.Wallets.Journal;
using Ecny.Wallets.Numbers;
using Ecny.Wallets.Profiles;

namespace Ecny.Wallets.Accounts;

/// <summary>What is in a wallet: balance, limits and what of them is used, entries.</summary>
public static class AccountEndpoints
{
    public static void MapAccounts(this IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/wallets/{walletId}/balance", Balance).Allow(Role.Operator).Describes<BalanceView>("Balance, with every answered command in it").WithTags("Wallets");
        app.MapGet("/v1/wallets/{walletId}/limits", Limits).Allow(Role.Operator).Describes<LimitsView>("Limits in force and what of them is used").WithTags("Wallets");
        app.MapGet("/v1/wallets/{walletId}/entries", Entries).Allow(Role.Operator)
            .Describes<WalletEntryPage>("Entries of the available balance, newest first", "limit", "cursor").WithTags("Wallets");
    }

    private static async Task Balance(HttpContext http, OwnWallets own, LedgerClient ledger, string walletId)
    {
        var wallet = await Owned(http, own, ledger, walletId);
        await http.WriteJson(StatusCodes.Status200OK, new BalanceView
        {
            WalletId = walletId, AvailableAmount = wallet.Available, HeldAmount = wallet.Held,
            Contracts = [.. wallet.Bound.Select(part => new ContractBalance(part.Bucket.ToString(CultureInfo.InvariantCulture), part.Amount))],
            AsOf = new AsOf(wallet.Shard, wallet.AsOfSeq),
        }, WalletsJson.Default.BalanceView);
    }

    private static async Task Limits(HttpContext http, OwnWallets own, ILedgerStore store, Policy policy, TimeProvider time, string walletId)
    {
        var wallet = own.InPath(http.Caller(), walletId);
        // Limits are kept in the wallet's row, which is committed before any answer that used them.
        var keys = new KeySet();
        keys.Wallets.Add(wallet);
        var rows = await store.Load(ShardMap.ShardOf(wallet), keys, http.RequestAborted);
        if (rows.Wallets is not [var row]) throw new ApiException(ApiCode.NOT_FOUND);
        var day = Policy.CalendarDay(time.NowMicros());
        var date = Policy.DateOf(day);
        var limits = policy.At(date).LimitsOf(row.Class);
        await http.WriteJson(StatusCodes.Status200OK, new LimitsView
        {
            WalletId = walletId, Class = WalletWords.Of(row.Class), BalanceCapAmount = limits.BalanceCap, PerPaymentAmount = limits.PerPayment,
            PerDayAmount = limits.PerDay, PerYearAmount = limits.PerYear, Date = date,
            UsedTodayAmount = row.LimitDay == day ? row.DayUsed : 0, UsedThisYearAmount = row.LimitYear == date.Year ? row.YearUsed : 0,
        }, WalletsJson.Default.LimitsView);
    }

    private static async Task Entries(HttpContext http, OwnWallets own, ILedgerStore store, string walletId)
    {
        var wallet = own.InPath(http.Caller(), walletId);
        var limit = Page.Limit(http);
        var from = Page.Cursor(http) is { } cursor
            ? long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var seq) && seq > 0
                ? seq : throw new ApiException([Field.Wrong("cursor", "必须是上一页的 nextCursor", "must be the nextCursor of the page before")])
            : 0;
        var shard = ShardMap.ShardOf(wallet);
        var entries = await store.ReadWalletEntries(shard, wallet, from, limit, http.RequestAborted);
        if (entries.Count == 0 && await store.ReadWallet(shard, wallet, http.RequestAborted) is null) throw new ApiException(ApiCode.NOT_FOUND);
        var before = entries.Count == limit ? PrevSeq(entries[^1], wallet) : 0;
        await http.WriteJson(StatusCodes.Status200OK, new WalletEntryPage
        {
            Items = [.. entries.Select(entry => View(entry, wallet))],
            NextCursor = before > 0 ? Page.Cursor(before.ToString(CultureInfo.InvariantCulture)) : null,
        }, WalletsJson.Default.WalletEntryPage);
    }

    private static async Task<WalletSnapshot> Owned(HttpContext http, OwnWallets own, LedgerClient ledger, string walletId) =>
        await ledger.Wallet(own.InPath(http.Caller(), walletId), http.RequestAborted) ?? throw new ApiException(ApiCode.NOT_FOUND);

    private static bool IsDebit(Entry entry, long wallet) => entry.Debit == BucketId.AvailableOf(wallet);

    private static long PrevSeq(Entry entry, long wallet) => IsDebit(entry, wallet) ? entry.DebitPrevSeq : entry.CreditPrevSeq;

    private static WalletEntryView View(Entry entry, long wallet)
    {
        var debit = IsDebit(entry, wallet);
        var other = debit ? entry.Credit.Wallet : entry.Debit.Wallet;
        return new WalletEntryView
        {
            Shard = entry.Shard, Seq = entry.Seq, TransferId = entry.Transfer.ToString(), Kind = JournalWords.Of(entry.Kind), Side = debit ? "DEBIT" : "CREDIT",
            Amount = entry.Amount, BalanceAmount = debit ? entry.DebitBalance : entry.CreditBalance,
            CounterpartyWalletId = other == 0 || other == wallet ? null : WalletNumber.Text(other), At = Clock.At(entry.AtMicros), BusinessDate = entry.BusinessDate,
        };
    }
}
