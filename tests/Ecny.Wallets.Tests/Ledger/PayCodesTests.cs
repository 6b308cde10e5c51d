using CsCheck;
using Ecny.Contracts.Ledger;

namespace Ecny.Wallets.Tests.Ledger;

public sealed class PayCodesTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(1, 32).Select(n => (byte)n)];

    [Fact]
    public void a_code_says_what_was_written_into_it() =>
        Gen.Select(Gen.Long[1, 9_999_999_999_999_999], Gen.Long[0, 4_000_000_000_000], Gen.Long[0, 1_000_000_000_000_000]).Sample((wallet, millis, max) =>
        {
            using var codes = new PayCodes(Key);
            var content = new PayCode(wallet, millis * 1000, max);
            var code = codes.Create(content);
            Assert.Equal(PayCodes.Length, code.Length);
            Assert.True(codes.TryRead(code, out var read));
            Assert.Equal(content, read);
        });

    [Fact]
    public void every_code_is_different()
    {
        using var codes = new PayCodes(Key);
        Assert.Equal(1_000, Enumerable.Range(0, 1_000).Select(_ => codes.Create(new PayCode(7, 60_000_000, 0))).Distinct().Count());
    }

    [Fact]
    public void any_changed_character_makes_it_unreadable()
    {
        using var codes = new PayCodes(Key);
        var code = codes.Create(new PayCode(1011234567890123, 1_767_571_200_000_000, 5_000));
        for (var i = 0; i < code.Length; i++)
            foreach (var other in "AZaz09-_ =中")
                if (other != code[i]) Assert.False(codes.TryRead(string.Concat(code.AsSpan(0, i), [other], code.AsSpan(i + 1)), out _), $"position {i} as {other}");
    }

    [Fact]
    public void another_key_reads_nothing()
    {
        using var codes = new PayCodes(Key);
        using var others = new PayCodes(new byte[32]);
        Assert.False(others.TryRead(codes.Create(new PayCode(1, 1_000, 1)), out _));
        foreach (var junk in new[] { null, "", "2812", new string('A', 62), new string('A', 63), new string('中', 62) }) Assert.False(codes.TryRead(junk, out _));
    }

    [Fact]
    public void one_object_serves_many_threads()
    {
        using var codes = new PayCodes(Key);
        Parallel.For(0, 5_000, n =>
        {
            Assert.True(codes.TryRead(codes.Create(new PayCode(n, n * 1000L, n)), out var read));
            Assert.Equal(new PayCode(n, n * 1000L, n), read);
        });
    }
}
