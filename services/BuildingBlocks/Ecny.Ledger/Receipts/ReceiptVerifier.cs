using System.Globalization;
using System.Text.Json;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;

namespace Ecny.Ledger.Receipts;

/// <summary>Verifies receipts and consistency proofs offline: it needs the text and the platform's public key, nothing else.</summary>
public static class ReceiptVerifier
{
    public static ReceiptVerdict Verify(string json, CheckpointPublicKey key)
    {
        Receipt receipt;
        try
        {
            receipt = JsonSerializer.Deserialize(json, ReceiptJson.Default.Receipt) ?? throw new JsonException("It is null.");
        }
        catch (JsonException e)
        {
            return new ReceiptVerdict([$"This is no receipt: {e.Message}"], null);
        }
        return Verify(receipt, key);
    }

    public static ReceiptVerdict Verify(Receipt receipt, CheckpointPublicKey key)
    {
        var reasons = new List<string>();
        if (receipt.Version != Receipt.CurrentVersion) reasons.Add($"Version {receipt.Version} is not known to this verifier.");
        if (!TransferId.TryParse(receipt.TransferId, out var transfer) || transfer.ToString() != receipt.TransferId)
            reasons.Add("transferId is not 32 lower-case hexadecimal digits.");
        if (receipt.FurtherLegs is [] || receipt.FurtherLegs?.Any(leg => leg is null) == true) reasons.Add("furtherLegs has nothing in it; a transfer of one entry has no such field.");
        if (reasons.Count > 0) return new ReceiptVerdict(reasons, receipt);

        CheckSignature(receipt.Checkpoint, key, reasons);
        foreach (var ((entry, path), i) in receipt.Legs.Select((leg, i) => (leg, i)))
        {
            if (entry.Shard != receipt.Checkpoint.Shard) reasons.Add($"Entry {entry.Seq} is of another shard than the checkpoint.");
            if (entry.Leg != i || entry.Seq != receipt.Entry.Seq + i) reasons.Add($"Entry {entry.Seq} is not leg {i} of the transfer.");
            CheckEntry(transfer, entry, path, receipt.Checkpoint, reasons);
        }
        return new ReceiptVerdict(reasons, receipt);
    }

    /// <summary>Whether two signed checkpoints tell one history. Empty: they do.</summary>
    public static IReadOnlyList<string> Verify(ConsistencyProof proof, CheckpointPublicKey key)
    {
        var reasons = new List<string>();
        CheckSignature(proof.First, key, reasons);
        CheckSignature(proof.Second, key, reasons);
        if (proof.First.Shard != proof.Second.Shard) reasons.Add("The checkpoints are of different shards.");
        if (!MerkleTree.VerifyConsistency(proof.First.Size, proof.Second.Size, proof.First.Root, proof.Second.Root, proof.Path))
            reasons.Add($"The log of {proof.First.Size} entries is not proven to be the beginning of the log of {proof.Second.Size} entries.");
        return reasons;
    }

    private static void CheckSignature(ReceiptCheckpoint checkpoint, CheckpointPublicKey key, List<string> reasons)
    {
        if (checkpoint.KeyId != key.KeyId) reasons.Add($"The checkpoint is signed with key {checkpoint.KeyId}, not with {key.KeyId}.");
        else if (!checkpoint.ToCheckpoint().IsSignedBy(key)) reasons.Add("The checkpoint's signature is not valid.");
    }

    private static void CheckEntry(TransferId transfer, ReceiptEntry entry, IReadOnlyList<byte[]> path, ReceiptCheckpoint checkpoint, List<string> reasons)
    {
        var before = reasons.Count;
        var values = ToEntry(transfer, entry, reasons);
        Span<byte> hashes = stackalloc byte[LeafEncoding.Parts * Sm3.Size];
        for (var part = LeafPart.Context; part <= LeafPart.CreditState; part++)
            PartHash(values, entry, part, hashes.Slice((int)part * Sm3.Size, Sm3.Size), reasons);
        if (reasons.Count > before) return;
        Span<byte> leaf = stackalloc byte[Sm3.Size];
        LeafEncoding.Leaf(values, hashes, leaf);
        if (!MerkleTree.VerifyInclusion(leaf, entry.Seq - 1, checkpoint.Size, path, checkpoint.Root))
            reasons.Add($"Entry {entry.Seq} as shown here is not in the log under this checkpoint.");
    }

    private static void PartHash(Entry values, ReceiptEntry entry, LeafPart part, Span<byte> hash, List<string> reasons)
    {
        HideablePart shown = part switch
        {
            LeafPart.Context => entry.Context,
            LeafPart.Debit => entry.Debit,
            LeafPart.DebitState => entry.DebitState,
            LeafPart.Credit => entry.Credit,
            _ => entry.CreditState,
        };
        if (IsHidden(shown))
        {
            if (shown.Hash!.Length == Sm3.Size) shown.Hash.CopyTo(hash);
            else reasons.Add($"Entry {entry.Seq}: the hash of {part} is not 32 bytes.");
        }
        else if (shown is { Hash: null, Salt.Length: ReceiptSalts.SaltSize } && IsComplete(shown)) LeafEncoding.PartHash(values, part, shown.Salt, hash);
        else reasons.Add($"Entry {entry.Seq}: {part} must be either a hash alone, or a salt of 16 bytes and all its fields.");
    }

    private static bool IsHidden(HideablePart part) => part.Hash is not null && part switch
    {
        ContextPart c => c == new ContextPart { Hash = c.Hash },
        SidePart s => s == new SidePart { Hash = s.Hash },
        StatePart s => s == new StatePart { Hash = s.Hash },
        _ => false,
    };

    private static bool IsComplete(HideablePart part) => part switch
    {
        ContextPart c => c is { Institution: not null, Number: not null, Text: not null },
        SidePart s => s is { Wallet: not null, Bucket: not null },
        StatePart s => s is { Version: not null, Balance: not null, PrevSeq: not null },
        _ => false,
    };

    private static Entry ToEntry(TransferId transfer, ReceiptEntry e, List<string> reasons)
    {
        long Number(string? text, string field, NumberStyles style)
        {
            if (text is null) return 0;
            // Only the one text that the value is printed as: otherwise two receipts could differ and both be valid.
            if (long.TryParse(text, style, CultureInfo.InvariantCulture, out var value)
                && (field == "wallet" ? WalletNumber.Text(value) : value.ToString(CultureInfo.InvariantCulture)) == text) return value;
            reasons.Add($"Entry {e.Seq}: {field} '{text}' is no number in its canonical form.");
            return 0;
        }
        TransferId? Id(string? text, string field)
        {
            if (text is null) return null;
            if (TransferId.TryParse(text, out var id) && id.ToString() == text && id.Value != Guid.Empty) return id;
            reasons.Add($"Entry {e.Seq}: {field} is not 32 lower-case hexadecimal digits.");
            return null;
        }
        long Wallet(SidePart side) => Number(side.Wallet, "wallet", NumberStyles.None);
        long Balance(StatePart state) => Number(state.Balance, "balance", NumberStyles.AllowLeadingSign);

        return new Entry
        {
            Shard = e.Shard, Seq = e.Seq, Epoch = e.Epoch, Transfer = transfer, Leg = e.Leg, Kind = (EntryKind)e.Kind, Code = (DeclineCode)e.Code,
            Amount = e.Amount, AtMicros = e.At, BusinessDate = e.BusinessDate,
            Institution = e.Context.Institution ?? "", Number = e.Context.Number ?? "", Context = e.Context.Text ?? "",
            Group = Id(e.Context.Group, "group"), Original = Id(e.Context.Original, "original"),
            Debit = new BucketId(Wallet(e.Debit), e.Debit.Bucket ?? 0),
            DebitVersion = e.DebitState.Version ?? 0, DebitBalance = Balance(e.DebitState), DebitPrevSeq = e.DebitState.PrevSeq ?? 0,
            Credit = new BucketId(Wallet(e.Credit), e.Credit.Bucket ?? 0),
            CreditVersion = e.CreditState.Version ?? 0, CreditBalance = Balance(e.CreditState), CreditPrevSeq = e.CreditState.PrevSeq ?? 0,
        };
    }
}
