using Org.BouncyCastle.Asn1.GM;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.OpenSsl;
using Org.BouncyCastle.Pkcs;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Utilities.IO.Pem;

namespace Ecny.Ledger.Receipts;

/// <summary>The platform's key that signs checkpoints (SM2 with SM3, GB/T 32918). On disk: PEM, PKCS#8, mode 0600.</summary>
public sealed class CheckpointKey
{
    internal const int SignatureSize = 64;
    private readonly ECPrivateKeyParameters _key;

    private CheckpointKey(ECPrivateKeyParameters key)
    {
        _key = key;
        var point = key.Parameters.G.Multiply(key.D).Normalize();
        Public = new CheckpointPublicKey(new ECPublicKeyParameters("EC", point, GMObjectIdentifiers.sm2p256v1));
    }

    public CheckpointPublicKey Public { get; }

    public static CheckpointKey Generate()
    {
        var generator = new ECKeyPairGenerator("EC");
        generator.Init(new ECKeyGenerationParameters(GMObjectIdentifiers.sm2p256v1, new SecureRandom()));
        return new CheckpointKey((ECPrivateKeyParameters)generator.GenerateKeyPair().Private);
    }

    /// <summary>Reads a file written by <see cref="Save"/> (or by any tool that writes PKCS#8); throws <see cref="InvalidDataException"/> for anything else.</summary>
    public static CheckpointKey Load(string file) => Parse(File.ReadAllText(file));

    public static CheckpointKey Parse(string pem)
    {
        object? found;
        try
        {
            using var text = new StringReader(pem);
            using var reader = new Org.BouncyCastle.OpenSsl.PemReader(text);
            found = reader.ReadObject();
        }
        catch (Exception e) when (e is IOException or ArgumentException or InvalidOperationException or InvalidCastException or GeneralSecurityException)
        {
            throw new InvalidDataException("The checkpoint key file is no readable PEM.", e);
        }
        return found is ECPrivateKeyParameters key && IsSm2(key)
            ? new CheckpointKey(key)
            : throw new InvalidDataException("The checkpoint key file holds no SM2 private key (PKCS#8, a PEM that begins with BEGIN PRIVATE KEY).");
    }

    public string ToPem() => WritePem(new PemObject("PRIVATE KEY", PrivateKeyInfoFactory.CreatePrivateKeyInfo(_key).GetDerEncoded()));

    /// <summary>Writes the private key, readable by its owner only. Never overwrites: a lost key is replaced by a new one with a new id.</summary>
    public void Save(string file)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(file, options);
        writer.Write(ToPem());
    }

    /// <summary>Signs a checkpoint of the log.</summary>
    public Checkpoint Sign(int shard, long size, byte[] root, long atMicros)
    {
        var text = Checkpoint.Text(shard, size, root, atMicros, Public.KeyId);
        var signer = new SM2Signer(PlainDsaEncoding.Instance);
        signer.Init(true, new ParametersWithRandom(_key));
        signer.BlockUpdate(text);
        return new Checkpoint { Shard = shard, Size = size, Root = root, AtMicros = atMicros, KeyId = Public.KeyId, Signature = signer.GenerateSignature() };
    }

    internal static bool IsSm2(ECKeyParameters key) => key.Parameters.Curve.Equals(GMNamedCurves.GetByOid(GMObjectIdentifiers.sm2p256v1).Curve);

    internal static string WritePem(PemObject content)
    {
        using var text = new StringWriter { NewLine = "\n" };
        using (var writer = new Org.BouncyCastle.Utilities.IO.Pem.PemWriter(text)) writer.WriteObject(content);
        return text.ToString();
    }
}
