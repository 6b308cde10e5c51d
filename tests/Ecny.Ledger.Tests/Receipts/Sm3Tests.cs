using System.Security.Cryptography;
using System.Text;
using Ecny.Ledger.Receipts;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;
using Xunit;

namespace Ecny.Ledger.Tests.Receipts;

public sealed class Sm3Tests
{
    /// <summary>Appendix A of GB/T 32905-2016.</summary>
    [Theory]
    [InlineData("abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0")]
    [InlineData("abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd", "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732")]
    public void standard_examples_hash_as_printed(string text, string expected) =>
        Assert.Equal(expected, Convert.ToHexStringLower(Sm3.Hash(Encoding.ASCII.GetBytes(text))));

    [Fact]
    public void every_length_agrees_with_bouncycastle()
    {
        var data = new byte[1100];
        new Random(32905).NextBytes(data);
        var expected = new byte[32];
        for (var length = 0; length <= data.Length; length++)
        {
            var digest = new SM3Digest();
            digest.BlockUpdate(data.AsSpan(0, length));
            digest.DoFinal(expected);
            Assert.Equal(expected, Sm3.Hash(data.AsSpan(0, length)));
        }
    }

    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(200)]
    public void salts_are_hmac_sm3_of_shard_sequence_and_counter(int keySize)
    {
        var key = RandomNumberGenerator.GetBytes(keySize);
        var salts = new byte[LeafEncoding.SaltBytes];
        new ReceiptSalts(key).Fill(7, 0x0102030405060708, salts);
        for (byte n = 0; n < 3; n++)
        {
            var mac = new HMac(new SM3Digest());
            mac.Init(new KeyParameter(key));
            mac.BlockUpdate([0, 0, 0, 7, 1, 2, 3, 4, 5, 6, 7, 8, n], 0, 13);
            var expected = new byte[32];
            mac.DoFinal(expected, 0);
            Assert.Equal(expected, salts.AsSpan(n * 32, 32).ToArray());
        }
    }

    [Fact]
    public void a_short_salt_key_is_refused() => Assert.Throws<ArgumentException>(() => new ReceiptSalts(new byte[31]));
}
