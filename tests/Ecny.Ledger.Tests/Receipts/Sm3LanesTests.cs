using Ecny.Ledger.Receipts;
using Org.BouncyCastle.Crypto.Digests;
using Xunit;

namespace Ecny.Ledger.Tests.Receipts;

public sealed class Sm3LanesTests
{
    private const int Longest = 300;
    private static readonly byte[] Data = Random();

    /// <summary>Lanes of the vectors of processors old and new. Where this one has none so wide, the runtime makes them of narrower ones.</summary>
    public static TheoryData<int> Widths => [1, 8, 16];

    [Theory, MemberData(nameof(Widths))]
    public void every_length_in_every_number_of_lanes_agrees_with_one_by_one_and_with_bouncycastle(int width)
    {
        for (var lanes = 1; lanes <= Sm3Lanes.Count; lanes++)
        {
            for (var length = 0; length <= Longest; length++)
            {
                var together = new Sm3Lanes(length, width);
                for (var lane = 0; lane < lanes; lane++) Message(lane, length).CopyTo(together.Message(lane));
                AssertHashes(together, lanes, _ => length);
            }
        }
    }

    /// <summary>Used again and again, with longer and shorter messages side by side: nothing of an earlier one is left.</summary>
    [Theory, MemberData(nameof(Widths))]
    public void lanes_of_different_lengths_do_not_disturb_each_other(int width)
    {
        var together = new Sm3Lanes(0, width);
        for (var lanes = 1; lanes <= Sm3Lanes.Count; lanes++)
        {
            for (var turn = 0; turn <= Longest; turn++)
            {
                int Length(int lane) => (turn * 7 + lane * (turn % 5) * 61) % (Longest + 1);
                for (var lane = 0; lane < lanes; lane++) Message(lane, Length(lane)).CopyTo(together.Begin(lane, Length(lane)));
                AssertHashes(together, lanes, Length);
            }
        }
    }

    [Theory, MemberData(nameof(Widths))]
    public void a_message_keeps_what_it_held_when_another_needs_more_room(int width)
    {
        var together = new Sm3Lanes(20, width);
        for (var lane = 0; lane < Sm3Lanes.Count; lane++) Message(lane, 20).CopyTo(together.Message(lane));
        Message(5, Longest).CopyTo(together.Begin(5, Longest));
        AssertHashes(together, Sm3Lanes.Count, lane => lane == 5 ? Longest : 20);
    }

    private static void AssertHashes(Sm3Lanes together, int lanes, Func<int, int> length)
    {
        together.Hash(lanes);
        var expected = new byte[Sm3.Size];
        for (var lane = 0; lane < lanes; lane++)
        {
            var message = Message(lane, length(lane));
            var digest = new SM3Digest();
            digest.BlockUpdate(message);
            digest.DoFinal(expected);
            Assert.True(together.HashOf(lane).SequenceEqual(expected), $"lane {lane} of {lanes}, {message.Length} bytes");
            Assert.Equal(expected, Sm3.Hash(message));
        }
    }

    private static ReadOnlySpan<byte> Message(int lane, int length) => Data.AsSpan(lane * (Longest + 1), length);

    private static byte[] Random()
    {
        var data = new byte[Sm3Lanes.Count * (Longest + 1)];
        new Random(32905).NextBytes(data);
        return data;
    }
}
