using System.Text;
using Ecny.Ledger.Receipts;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Xunit;

namespace Ecny.Ledger.Tests.Receipts;

public sealed class CheckpointKeyTests
{
    private static readonly byte[] SomeRoot = Sm3.Hash("root"u8);

    [Fact]
    public void a_key_comes_back_from_its_file_and_the_file_is_private_and_never_overwritten()
    {
        var folder = Directory.CreateTempSubdirectory("ecny-key-");
        try
        {
            var file = Path.Combine(folder.FullName, "checkpoint.pem");
            var key = CheckpointKey.Generate();
            key.Save(file);
            Assert.Equal(key.Public.KeyId, CheckpointKey.Load(file).Public.KeyId);
            Assert.Throws<IOException>(() => CheckpointKey.Generate().Save(file));
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void a_checkpoint_is_verified_with_the_published_key_alone()
    {
        var key = CheckpointKey.Generate();
        var published = CheckpointPublicKey.Parse(key.Public.Pem);
        var checkpoint = key.Sign(0, 12, SomeRoot, 1_767_600_000_000_000);
        Assert.Equal(64, checkpoint.Signature.Length);
        Assert.True(checkpoint.IsSignedBy(published));
        Assert.Equal(
            $"ecny-checkpoint-1\n0\n12\n{Convert.ToBase64String(SomeRoot)}\n1767600000000000\n{key.Public.KeyId}\n",
            Encoding.ASCII.GetString(Checkpoint.Text(0, 12, SomeRoot, 1_767_600_000_000_000, key.Public.KeyId)));
    }

    [Fact]
    public void a_changed_checkpoint_is_not_signed()
    {
        var key = CheckpointKey.Generate();
        var good = key.Sign(0, 12, SomeRoot, 1_767_600_000_000_000);
        Assert.False((good with { Shard = 1 }).IsSignedBy(key.Public));
        Assert.False((good with { Size = 13 }).IsSignedBy(key.Public));
        Assert.False((good with { AtMicros = good.AtMicros + 1 }).IsSignedBy(key.Public));
        Assert.False((good with { Root = Sm3.Hash("other"u8) }).IsSignedBy(key.Public));
        Assert.False((good with { KeyId = "0000000000000000" }).IsSignedBy(key.Public));
        Assert.False((good with { Signature = good.Signature[..63] }).IsSignedBy(key.Public));
        Assert.False((good with { Signature = new byte[64] }).IsSignedBy(key.Public));
        Assert.False(good.IsSignedBy(CheckpointKey.Generate().Public));
        for (var i = 0; i < 64; i += 9)
        {
            var signature = good.Signature.ToArray();
            signature[i] ^= 1;
            Assert.False((good with { Signature = signature }).IsSignedBy(key.Public));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a key")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")]
    [InlineData("-----BEGIN PUBLIC KEY-----\n@@@@\n-----END PUBLIC KEY-----\n")]
    public void what_is_no_sm2_key_is_refused_with_a_sentence(string pem)
    {
        Assert.Contains("key", Assert.Throws<InvalidDataException>(() => CheckpointKey.Parse(pem)).Message, StringComparison.Ordinal);
        Assert.Contains("key", Assert.Throws<InvalidDataException>(() => CheckpointPublicKey.Parse(pem)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void a_key_of_another_curve_is_refused()
    {
        using var p256 = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        Assert.Throws<InvalidDataException>(() => CheckpointKey.Parse(p256.ExportPkcs8PrivateKeyPem()));
        Assert.Throws<InvalidDataException>(() => CheckpointPublicKey.Parse(p256.ExportSubjectPublicKeyInfoPem()));
    }

    /// <summary>The signature example of GB/T 32918.5-2017, annex A.2 (default identity, message "message digest").</summary>
    [Fact]
    public void the_signature_of_the_standard_verifies()
    {
        var domain = new ECNamedDomainParameters(Org.BouncyCastle.Asn1.GM.GMObjectIdentifiers.sm2p256v1,
            Org.BouncyCastle.Asn1.GM.GMNamedCurves.GetByOid(Org.BouncyCastle.Asn1.GM.GMObjectIdentifiers.sm2p256v1));
        var point = domain.Curve.DecodePoint(Convert.FromHexString(
            "0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"));
        var signature = Convert.FromHexString(
            "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA");
        var signer = new SM2Signer(PlainDsaEncoding.Instance);
        signer.Init(false, new ECPublicKeyParameters(point, domain));
        signer.BlockUpdate("message digest"u8);
        Assert.True(signer.VerifySignature(signature));
    }
}
