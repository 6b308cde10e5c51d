using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ecny.Ledger.Receipts;

/// <summary>
/// A receipt as it is handed out (docs/receipts.md): the entry of one transfer, its way to the root, and the signed root; a transfer with several
/// entries (legs) has the others behind them. Hashes, salts and signatures are base64, amounts fen, times Unix microseconds; balances are texts because the issuance account's may exceed 2^53.
/// </summary>
public sealed record Receipt
{
    public const int CurrentVersion = 1;
    public required int Version { get; init; }
    public required string TransferId { get; init; }
    public required ReceiptEntry Entry { get; init; }
    /// <summary>Of <see cref="Entry"/>, from the leaf up.</summary>
    public required IReadOnlyList<byte[]> Path { get; init; }
    /// <summary>Entries after the first, where the transfer has more than one.</summary>
    public IReadOnlyList<ReceiptLeg>? FurtherLegs { get; init; }
    public required ReceiptCheckpoint Checkpoint { get; init; }

    /// <summary>All entries of the transfer, in order.</summary>
    [JsonIgnore]
    public IEnumerable<ReceiptLeg> Legs => new[] { new ReceiptLeg(Entry, Path) }.Concat(FurtherLegs ?? []);

    public string ToJson() => JsonSerializer.Serialize(this, ReceiptJson.Default.Receipt);
}

/// <summary>An entry and its path to the root.</summary>
public sealed record ReceiptLeg(ReceiptEntry Entry, IReadOnlyList<byte[]> Path);

/// <summary>One entry: its public fields, and its private parts (shown or hashed).</summary>
public sealed record ReceiptEntry
{
    public required int Shard { get; init; }
    public required long Seq { get; init; }
    public required long Epoch { get; init; }
    public required short Leg { get; init; }
    /// <summary>Number of <see cref="Contracts.Ledger.EntryKind"/>.</summary>
    public required byte Kind { get; init; }
    /// <summary>Number of <see cref="Contracts.Ledger.DeclineCode"/>; 0 is success.</summary>
    public required byte Code { get; init; }
    public required long Amount { get; init; }
    public required long At { get; init; }
    public required DateOnly BusinessDate { get; init; }
    public required ContextPart Context { get; init; }
    public required SidePart Debit { get; init; }
    public required StatePart DebitState { get; init; }
    public required SidePart Credit { get; init; }
    public required StatePart CreditState { get; init; }
}

/// <summary>Either <see cref="Hash"/> alone (hidden), or the salt and all fields.</summary>
public abstract record HideablePart
{
    public byte[]? Hash { get; init; }
    public byte[]? Salt { get; init; }
}

/// <summary>Who asked, by which number, for what. Group and original are absent where there is none.</summary>
public sealed record ContextPart : HideablePart
{
    public string? Institution { get; init; }
    public string? Number { get; init; }
    public string? Group { get; init; }
    public string? Original { get; init; }
    public string? Text { get; init; }
}

/// <summary>Wallet (16 digits; all zeros: none) and bucket.</summary>
public sealed record SidePart : HideablePart
{
    public string? Wallet { get; init; }
    public int? Bucket { get; init; }
}

/// <summary>What the bucket became.</summary>
public sealed record StatePart : HideablePart
{
    public long? Version { get; init; }
    public string? Balance { get; init; }
    public long? PrevSeq { get; init; }
}

/// <summary>A <see cref="Checkpoint"/> in JSON.</summary>
public sealed record ReceiptCheckpoint
{
    public required int Shard { get; init; }
    public required long Size { get; init; }
    public required byte[] Root { get; init; }
    public required long At { get; init; }
    public required string KeyId { get; init; }
    public required byte[] Signature { get; init; }

    public static ReceiptCheckpoint Of(Checkpoint c) =>
        new() { Shard = c.Shard, Size = c.Size, Root = c.Root, At = c.AtMicros, KeyId = c.KeyId, Signature = c.Signature };

    public Checkpoint ToCheckpoint() =>
        new() { Shard = Shard, Size = Size, Root = Root, AtMicros = At, KeyId = KeyId, Signature = Signature };
}

/// <summary>That the log of the first checkpoint is the beginning of the second's.</summary>
public sealed record ConsistencyProof
{
    public required ReceiptCheckpoint First { get; init; }
    public required ReceiptCheckpoint Second { get; init; }
    public required IReadOnlyList<byte[]> Path { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, ReceiptJson.Default.ConsistencyProof);
}

/// <summary>Strict in both directions: what a proof does not cover has no place in a receipt.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(Receipt))]
[JsonSerializable(typeof(ConsistencyProof))]
[JsonSerializable(typeof(ReceiptCheckpoint))]
[JsonSerializable(typeof(IReadOnlyList<ReceiptCheckpoint>))]
public sealed partial class ReceiptJson : JsonSerializerContext;
