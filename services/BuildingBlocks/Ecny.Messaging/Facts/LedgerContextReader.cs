using System.Text;
using System.Text.Json;

namespace Ecny.Messaging;

/// <summary>Reads the context of an entry.</summary>
internal static class LedgerContextReader
{
    public static LedgerContext Read(ref Utf8JsonReader reader, Names names)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("A context is a JSON object.");
        LedgerContext? context = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            context ??= new LedgerContext();
            var name = reader.ValueSpan;
            reader.Read();
            if (reader.TokenType == JsonTokenType.String && Text(context, name, ref reader, names)) continue;
            if (reader.TokenType == JsonTokenType.Number && name.SequenceEqual("count"u8)) context.Count = reader.GetInt64();
            else if (reader.TokenType == JsonTokenType.Number && name.SequenceEqual("sum"u8)) context.Sum = reader.GetInt64();
            else Other(context, Encoding.UTF8.GetString(name), ref reader);
        }
        return context ?? LedgerContext.Empty;
    }

    private static bool Text(LedgerContext to, ReadOnlySpan<byte> name, ref Utf8JsonReader reader, Names names)
    {
        // Few values, named by many entries: one string each.
        if (name.SequenceEqual("payerOperator"u8)) to.PayerOperator = names.Read(ref reader);
        else if (name.SequenceEqual("payeeOperator"u8)) to.PayeeOperator = names.Read(ref reader);
        else if (name.SequenceEqual("payerClass"u8)) to.PayerClass = names.Read(ref reader);
        else if (name.SequenceEqual("payeeClass"u8)) to.PayeeClass = names.Read(ref reader);
        else if (name.SequenceEqual("payerDistrict"u8)) to.PayerDistrict = names.Read(ref reader);
        else if (name.SequenceEqual("scenario"u8)) to.Scenario = names.Read(ref reader);
        else if (name.SequenceEqual("method"u8)) to.Method = names.Read(ref reader);
        else if (name.SequenceEqual("acquirer"u8)) to.Acquirer = names.Read(ref reader);
        else if (name.SequenceEqual("merchant"u8)) to.Merchant = names.Read(ref reader);
        else if (name.SequenceEqual("store"u8)) to.Store = names.Read(ref reader);
        else if (name.SequenceEqual("terminal"u8)) to.Terminal = names.Read(ref reader);
        else if (name.SequenceEqual("channel"u8)) to.Channel = names.Read(ref reader);
        else if (name.SequenceEqual("merchantDistrict"u8)) to.MerchantDistrict = names.Read(ref reader);
        else if (name.SequenceEqual("authority"u8)) to.Authority = names.Read(ref reader);
        else return Unique(to, name, ref reader);
        return true;
    }

    private static bool Unique(LedgerContext to, ReadOnlySpan<byte> name, ref Utf8JsonReader reader)
    {
        if (name.SequenceEqual("order"u8)) to.Order = reader.GetString();
        else if (name.SequenceEqual("device"u8)) to.Device = reader.GetString();
        else if (name.SequenceEqual("bank"u8)) to.Bank = reader.GetString();
        else if (name.SequenceEqual("remark"u8)) to.Remark = reader.GetString();
        else if (name.SequenceEqual("attach"u8)) to.Attach = reader.GetString();
        else if (name.SequenceEqual("notifyUrl"u8)) to.NotifyUrl = reader.GetString();
        else if (name.SequenceEqual("reason"u8)) to.Reason = reader.GetString();
        else if (name.SequenceEqual("expiresAt"u8)) to.ExpiresAt = reader.GetString();
        else if (name.SequenceEqual("hash"u8)) to.Hash = reader.GetString();
        else return false;
        return true;
    }

    private static void Other(LedgerContext to, string name, ref Utf8JsonReader reader)
    {
        using var value = JsonDocument.ParseValue(ref reader);
        (to.unknown ??= [])[name] = value.RootElement.GetRawText();
    }
}
