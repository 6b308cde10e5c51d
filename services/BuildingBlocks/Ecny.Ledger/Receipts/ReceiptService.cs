using System.Globalization;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Ledger.Store;
using Npgsql;

namespace Ecny.Ledger.Receipts;

public enum ReceiptStatus
{
    Ready,
    /// <summary>The transfer is in the journal, a checkpoint does not cover it yet: ask again in a second.</summary>
    NotYet,
    /// <summary>The journal knows no such transfer.</summary>
    Unknown,
}

/// <summary>A receipt, or why there is none.</summary>
public readonly record struct ReceiptAnswer(ReceiptStatus Status, Receipt? Receipt);

/// <summary>Answers with receipts, checkpoints and consistency proofs from what <see cref="ReceiptLog"/> stored.</summary>
public sealed class ReceiptService(NpgsqlDataSource database, ILedgerStore journal, int shard, ReceiptSalts salts)
{
    /// <summary>
    /// The receipt of a transfer, under the first checkpoint that covers it: the same receipt for ever.
    /// <paramref name="show"/> says which parts of an entry the asker may see.
    /// </summary>
    public async Task<ReceiptAnswer> GetReceipt(TransferId transfer, Func<Entry, ReceiptParts> show, CancellationToken stop)
    {
        await using var connection = await database.OpenConnectionAsync(stop);
        if (await LogTables.FindTransfer(connection, transfer, stop) is not { } place) return new ReceiptAnswer(ReceiptStatus.Unknown, null);
        var entries = await journal.ReadJournal(shard, place.Seq - 1, place.Legs, stop);
        if (entries.Count != place.Legs || entries.Any(e => e.Transfer != transfer))
            throw new InvalidDataException($"The journal of shard {shard} does not hold transfer {transfer} at {place.Seq}, where its number row points.");
        if (await LogTables.ReadCheckpoints(connection, shard, entries[^1].Seq, newestFirst: false, limit: 1, stop) is not [var checkpoint])
            return new ReceiptAnswer(ReceiptStatus.NotYet, null);

        var nodes = await Fetch(connection, n => { foreach (var e in entries) MerkleTree.InclusionPath(n, e.Seq - 1, checkpoint.Size); }, stop);
        ReceiptLeg[] legs = [.. entries.Select(e => new ReceiptLeg(Describe(e, show(e)), MerkleTree.InclusionPath(nodes, e.Seq - 1, checkpoint.Size)))];
        return new ReceiptAnswer(ReceiptStatus.Ready, new Receipt
        {
            Version = Receipt.CurrentVersion,
            TransferId = transfer.ToString(),
            Entry = legs[0].Entry,
            Path = legs[0].Path,
            FurtherLegs = legs.Length > 1 ? legs[1..] : null,
            Checkpoint = ReceiptCheckpoint.Of(checkpoint),
        });
    }

    /// <summary>Checkpoints of at least <paramref name="minSize"/> entries, in order; or the newest ones first when it is null.</summary>
    public async Task<IReadOnlyList<Checkpoint>> Checkpoints(long? minSize, int limit, CancellationToken stop)
    {
        await using var connection = await database.OpenConnectionAsync(stop);
        return await LogTables.ReadCheckpoints(connection, shard, minSize ?? 0, newestFirst: minSize is null, limit, stop);
    }

    /// <summary>Proof that the checkpoint of <paramref name="first"/> entries is the beginning of that of <paramref name="second"/>; null when one of them does not exist.</summary>
    public async Task<ConsistencyProof?> Consistency(long first, long second, CancellationToken stop)
    {
        if (first > second) return null;
        await using var connection = await database.OpenConnectionAsync(stop);
        if (await Exact(connection, first, stop) is not { } from || await Exact(connection, second, stop) is not { } to) return null;
        var nodes = await Fetch(connection, n => MerkleTree.ConsistencyPath(n, first, second), stop);
        return new ConsistencyProof
        {
            First = ReceiptCheckpoint.Of(from), Second = ReceiptCheckpoint.Of(to), Path = MerkleTree.ConsistencyPath(nodes, first, second),
        };
    }

    private async Task<Checkpoint?> Exact(NpgsqlConnection connection, long size, CancellationToken stop) =>
        await LogTables.ReadCheckpoints(connection, shard, size, newestFirst: false, limit: 1, stop) is [var found] && found.Size == size ? found : null;

    private async Task<TileNodes> Fetch(NpgsqlConnection connection, Action<NeededTiles> walk, CancellationToken stop)
    {
        var needed = new NeededTiles();
        walk(needed);
        return new TileNodes(await LogTables.ReadTiles(connection, shard, needed.Found, stop));
    }

    private ReceiptEntry Describe(Entry e, ReceiptParts shown)
    {
        var salt = new byte[LeafEncoding.SaltBytes];
        salts.Fill(e.Shard, e.Seq, salt);
        byte[] SaltOf(LeafPart part) => salt.AsSpan((int)part * ReceiptSalts.SaltSize, ReceiptSalts.SaltSize).ToArray();
        byte[] HashOf(LeafPart part)
        {
            var hash = new byte[Sm3.Size];
            LeafEncoding.PartHash(e, part, SaltOf(part), hash);
            return hash;
        }
        SidePart Side(LeafPart part, BucketId bucket) => shown.HasFlag((ReceiptParts)(1 << (int)part))
            ? new SidePart { Salt = SaltOf(part), Wallet = WalletNumber.Text(bucket.Wallet), Bucket = bucket.Number }
            : new SidePart { Hash = HashOf(part) };
        StatePart State(LeafPart part, long version, long balance, long prevSeq) => shown.HasFlag((ReceiptParts)(1 << (int)part))
            ? new StatePart { Salt = SaltOf(part), Version = version, Balance = balance.ToString(CultureInfo.InvariantCulture), PrevSeq = prevSeq }
            : new StatePart { Hash = HashOf(part) };

        return new ReceiptEntry
        {
            Shard = e.Shard, Seq = e.Seq, Epoch = e.Epoch, Leg = e.Leg, Kind = (byte)e.Kind, Code = (byte)e.Code,
            Amount = e.Amount, At = e.AtMicros, BusinessDate = e.BusinessDate,
            Context = shown.HasFlag(ReceiptParts.Context)
                ? new ContextPart
                {
                    Salt = SaltOf(LeafPart.Context), Institution = e.Institution, Number = e.Number,
                    Group = e.Group?.ToString(), Original = e.Original?.ToString(), Text = e.Context,
                }
                : new ContextPart { Hash = HashOf(LeafPart.Context) },
            Debit = Side(LeafPart.Debit, e.Debit),
            DebitState = State(LeafPart.DebitState, e.DebitVersion, e.DebitBalance, e.DebitPrevSeq),
            Credit = Side(LeafPart.Credit, e.Credit),
            CreditState = State(LeafPart.CreditState, e.CreditVersion, e.CreditBalance, e.CreditPrevSeq),
        };
    }
}
