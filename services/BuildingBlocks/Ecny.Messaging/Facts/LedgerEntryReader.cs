using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using Ecny.Contracts.Ledger;

namespace Ecny.Messaging;

/// <summary>Reads entries from JSON without intermediate objects: after a pause there are millions. One instance serves one thread at a time.</summary>
internal sealed class LedgerEntryReader
{
    private readonly Names names = new();

    /// <summary>A page of <c>GET /v1/journal</c>: <c>{items, lastSequence}</c>.</summary>
    /// <exception cref="JsonException">Not a page.</exception>
    public List<LedgerEntryFact> ReadPage(ReadOnlySpan<byte> json, int expected)
    {
        var reader = new Utf8JsonReader(json);
        return Guarded(ref reader, json, "items"u8, expected) ?? throw new JsonException("The page has no items.");
    }

    /// <summary>The data of a run's envelope: <c>{shard, firstSeq, lastSeq, entries}</c>.</summary>
    /// <exception cref="JsonException">Not a run.</exception>
    public List<LedgerEntryFact> ReadRun(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        return Guarded(ref reader, json, "entries"u8, LedgerRun.MostEntries) ?? throw new JsonException("The run has no entries.");
    }

    private List<LedgerEntryFact>? Guarded(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, ReadOnlySpan<byte> member, int expected)
    {
        try
        {
            return Find(ref reader, json, member, expected);
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or OverflowException)
        {
            throw new JsonException($"Not a journal entry: {e.Message}", e);
        }
    }

    private List<LedgerEntryFact>? Find(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, ReadOnlySpan<byte> member, int expected)
    {
        List<LedgerEntryFact>? entries = null;
        Require(reader.Read() && reader.TokenType == JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var wanted = reader.ValueTextEquals(member);
            reader.Read();
            if (!wanted)
            {
                reader.Skip();
                continue;
            }
            Require(reader.TokenType == JsonTokenType.StartArray);
            entries = new List<LedgerEntryFact>(expected);
            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject) entries.Add(Entry(ref reader, json));
            Require(reader.TokenType == JsonTokenType.EndArray);
        }
        return entries;
    }

    private LedgerEntryFact Entry(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        var entry = new LedgerEntryFact();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            reader.Read();
            // Names of the contract have no escapes: comparing bytes is enough, and the unknown is passed over.
            if (name.SequenceEqual("shard"u8)) entry.Shard = reader.GetInt32();
            else if (name.SequenceEqual("seq"u8)) entry.Seq = reader.GetInt64();
            else if (name.SequenceEqual("epoch"u8)) entry.Epoch = reader.GetInt64();
            else if (name.SequenceEqual("transferId"u8)) entry.Transfer = Id(ref reader);
            else if (name.SequenceEqual("leg"u8)) entry.Leg = reader.GetInt32();
            else if (name.SequenceEqual("institution"u8)) entry.Institution = names.Read(ref reader);
            else if (name.SequenceEqual("number"u8)) entry.Number = reader.GetString()!;
            else if (name.SequenceEqual("kind"u8))
            {
                entry.KindName = names.Read(ref reader);
                if (EntryKinds.TryParse(entry.KindName, out var kind)) entry.Kind = kind;
            }
            else if (name.SequenceEqual("groupId"u8)) entry.Group = Id(ref reader);
            else if (name.SequenceEqual("originalId"u8)) entry.Original = Id(ref reader);
            else if (name.SequenceEqual("debit"u8)) entry.Debit = Side(ref reader);
            else if (name.SequenceEqual("credit"u8)) entry.Credit = Side(ref reader);
            else if (name.SequenceEqual("amount"u8)) entry.Amount = reader.GetInt64();
            else if (name.SequenceEqual("declineCode"u8)) entry.DeclineCode = names.Read(ref reader);
            else if (name.SequenceEqual("at"u8)) entry.At = reader.GetDateTimeOffset();
            else if (name.SequenceEqual("businessDate"u8)) entry.BusinessDate = DateOnly.ParseExact(names.Read(ref reader), "yyyy-MM-dd", CultureInfo.InvariantCulture);
            else if (name.SequenceEqual("traceParent"u8)) entry.TraceParent = reader.GetString();
            else if (name.SequenceEqual("context"u8))
            {
                var from = (int)reader.TokenStartIndex;
                entry.Context = LedgerContextReader.Read(ref reader, names);
                entry.ContextJson = json[from..(int)reader.BytesConsumed].ToArray();
            }
            else reader.Skip();
        }
        Require(reader.TokenType == JsonTokenType.EndObject && entry.Seq > 0);
        return entry;
    }

    private static LedgerSide Side(ref Utf8JsonReader reader)
    {
        var (wallet, bucket, version, balance, previous) = (0L, 0, 0L, 0L, 0L);
        Require(reader.TokenType == JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            reader.Read();
            if (name.SequenceEqual("walletId"u8)) Require(Utf8Parser.TryParse(reader.ValueSpan, out wallet, out var used) && used == reader.ValueSpan.Length);
            else if (name.SequenceEqual("bucket"u8)) bucket = reader.GetInt32();
            else if (name.SequenceEqual("version"u8)) version = reader.GetInt64();
            else if (name.SequenceEqual("balanceAmount"u8)) balance = reader.GetInt64();
            else if (name.SequenceEqual("prevSeq"u8)) previous = reader.GetInt64();
            else reader.Skip();
        }
        return new LedgerSide(wallet, bucket, version, balance, previous);
    }

    private static TransferId Id(ref Utf8JsonReader reader)
    {
        Require(Utf8Parser.TryParse(reader.ValueSpan, out Guid id, out var used, 'N') && used == reader.ValueSpan.Length);
        return new TransferId(id);
    }

    private static void Require(bool holds)
    {
        if (!holds) throw new JsonException("Not as the journal writes its entries.");
    }
}
