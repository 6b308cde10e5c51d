using System.Text.Json;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Wallets.Numbers;

namespace Ecny.Wallets.Journal;

/// <summary>Writes journal entries as JSON without intermediate objects: a page has up to ten thousand.</summary>
public static class JournalWriter
{
    /// <summary>
    /// <c>{shard, seq, epoch, transferId, leg, institution, number, kind, groupId?, originalId?, debit?, credit?, amount, declineCode?, at, businessDate, traceParent?, context}</c>;
    /// a side is <c>{walletId, bucket, version, balanceAmount, prevSeq}</c>, its version 0 where nothing moved.
    /// </summary>
    public static void Write(Utf8JsonWriter json, Entry entry)
    {
        Span<char> id = stackalloc char[32];
        json.WriteStartObject();
        json.WriteNumber("shard"u8, entry.Shard);
        json.WriteNumber("seq"u8, entry.Seq);
        json.WriteNumber("epoch"u8, entry.Epoch);
        Id(json, "transferId"u8, entry.Transfer, id);
        json.WriteNumber("leg"u8, entry.Leg);
        json.WriteString("institution"u8, entry.Institution);
        json.WriteString("number"u8, entry.Number);
        json.WriteString("kind"u8, JournalWords.Of(entry.Kind));
        if (entry.Group is { } group) Id(json, "groupId"u8, group, id);
        if (entry.Original is { } original) Id(json, "originalId"u8, original, id);
        Side(json, "debit"u8, entry.Debit, entry.DebitVersion, entry.DebitBalance, entry.DebitPrevSeq);
        Side(json, "credit"u8, entry.Credit, entry.CreditVersion, entry.CreditBalance, entry.CreditPrevSeq);
        json.WriteNumber("amount"u8, entry.Amount);
        if (entry.Code != DeclineCode.None) json.WriteString("declineCode"u8, entry.Code.ToString());
        json.WriteString("at"u8, Clock.At(entry.AtMicros));
        Span<char> date = stackalloc char[10];
        entry.BusinessDate.TryFormat(date, out _, "yyyy-MM-dd", null);
        json.WriteString("businessDate"u8, date);
        if (entry.TraceParent is { } parent) json.WriteString("traceParent"u8, parent);
        json.WritePropertyName("context"u8);
        // Written by the ledger itself, hence valid.
        json.WriteRawValue(entry.Context.Length > 0 ? entry.Context : "{}", skipInputValidation: true);
        json.WriteEndObject();
    }

    private static void Side(Utf8JsonWriter json, ReadOnlySpan<byte> name, BucketId bucket, long version, long balance, long prevSeq)
    {
        if (bucket.Wallet == 0) return;
        Span<char> wallet = stackalloc char[16];
        bucket.Wallet.TryFormat(wallet, out _, "D16", null);
        json.WriteStartObject(name);
        json.WriteString("walletId"u8, wallet);
        json.WriteNumber("bucket"u8, bucket.Number);
        json.WriteNumber("version"u8, version);
        json.WriteNumber("balanceAmount"u8, balance);
        json.WriteNumber("prevSeq"u8, prevSeq);
        json.WriteEndObject();
    }

    private static void Id(Utf8JsonWriter json, ReadOnlySpan<byte> name, TransferId id, Span<char> text)
    {
        id.Value.TryFormat(text, out _, "N");
        json.WriteString(name, text);
    }
}
