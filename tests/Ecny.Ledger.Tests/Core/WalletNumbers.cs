using Ecny.Contracts.Ledger;

namespace Ecny.Ledger.Tests.Core;

public sealed class WalletNumbers
{
    [Fact]
    public void every_single_digit_error_and_every_swap_of_neighbours_but_09_is_found()
    {
        var text = WalletNumber.Text(WalletNumber.Compose(101, 904_512_367_890));
        Assert.True(WalletNumber.TryParse(text, out var wallet) && WalletNumber.PrefixOf(wallet) == 101);
        for (var i = 0; i < text.Length; i++)
        {
            for (var digit = '0'; digit <= '9'; digit++)
                if (digit != text[i]) Assert.False(WalletNumber.TryParse(text[..i] + digit + text[(i + 1)..], out _));
            if (i == 0 || text[i] == text[i - 1] || (text[i] + text[i - 1]) == '0' + '9') continue;
            Assert.False(WalletNumber.TryParse(text[..(i - 1)] + text[i] + text[i - 1] + text[(i + 1)..], out _));
        }
    }

    [Theory, InlineData(""), InlineData("101"), InlineData("10100000000010O3"), InlineData("-101000000001003"), InlineData("1010000000010030000")]
    public void what_is_not_sixteen_digits_is_no_wallet(string text) => Assert.False(WalletNumber.TryParse(text, out _));
}
