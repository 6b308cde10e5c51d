namespace Ecny.Ledger.Receipts;

/// <summary>The salts of up to 16 entries at once: the same as <see cref="ReceiptSalts.Fill"/>.</summary>
internal sealed class SaltLanes(ReceiptSalts salts)
{
    /// <summary>Bytes of shard and sequence.</summary>
    public const int NameSize = 12;

    private const int Macs = LeafEncoding.SaltBytes / Sm3.Size;
    private readonly Sm3Lanes _inner = salts.InnerLanes(ReceiptSalts.MessageSize), _outer = salts.OuterLanes();
    private readonly byte[] _salts = new byte[Sm3Lanes.Count * LeafEncoding.SaltBytes];

    /// <param name="name">Shard and sequence of the entry as in its leaf.</param>
    public void Name(int lane, ReadOnlySpan<byte> name) => name.CopyTo(_inner.Message(lane));

    public void Compute(int lanes)
    {
        for (byte n = 0; n < Macs; n++)
        {
            for (var lane = 0; lane < lanes; lane++) _inner.Message(lane)[^1] = n;
            _inner.Hash(lanes);
            for (var lane = 0; lane < lanes; lane++) _inner.HashOf(lane).CopyTo(_outer.Message(lane));
            _outer.Hash(lanes);
            for (var lane = 0; lane < lanes; lane++) _outer.HashOf(lane).CopyTo(_salts.AsSpan(lane * LeafEncoding.SaltBytes + n * Sm3.Size));
        }
    }

    public ReadOnlySpan<byte> Of(int lane, LeafPart part) => _salts.AsSpan(lane * LeafEncoding.SaltBytes + (int)part * ReceiptSalts.SaltSize, ReceiptSalts.SaltSize);
}
