using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Signers;

namespace Ecny.ServiceDefaults.Tests.Fixtures;

/// <summary>A second implementation of api.md's signatures, as plain as possible and sharing no code with the product.</summary>
internal sealed record PlainSigner(string KeyId, Func<byte[], byte[]> SignBytes)
{
    public string Label { get; init; } = "any-label";
    public string Components { get; init; } = "";
    public string Algorithm { get; init; } = "";
    public DateTimeOffset Created { get; init; } = DateTimeOffset.UtcNow;
    public string Nonce { get; init; } = "";
    public string ExtraParameters { get; init; } = "";
    public bool OmitDigest { get; init; }

    public static PlainSigner Ecdsa(string keyId, ECDsa key) =>
        new(keyId, data => key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));

    public static PlainSigner Hmac(string keyId, string secretBase64) => new(keyId, data => HMACSHA256.HashData(Convert.FromBase64String(secretBase64), data));

    public static PlainSigner Sm2(string keyId, AsymmetricCipherKeyPair key) => new(keyId, data =>
    {
        var signer = new SM2Signer(PlainDsaEncoding.Instance);
        signer.Init(true, key.Private);
        signer.BlockUpdate(data, 0, data.Length);
        return signer.GenerateSignature();
    });

    /// <summary>Header lines, each ended by CRLF.</summary>
    public string Headers(string method, string host, string target, byte[] body)
    {
        var withBody = body.Length != 0 && !OmitDigest;
        var components = Components.Length != 0 ? Components
            : withBody ? "(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\")" : "(\"@method\" \"@authority\" \"@path\" \"@query\")";
        var nonce = Nonce.Length != 0 ? Nonce : Guid.NewGuid().ToString("N");
        var parameters = $"{components};created={Created.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)};nonce=\"{nonce}\";keyid=\"{KeyId}\"";
        if (Algorithm.Length != 0) parameters += $";alg=\"{Algorithm}\"";
        parameters += ExtraParameters;

        var split = target.Split('?', 2);
        var digest = "sha-256=:" + Convert.ToBase64String(SHA256.HashData(body)) + ":";
        var values = new Dictionary<string, string>
        {
            ["@method"] = method, ["@authority"] = host.ToLowerInvariant(), ["@path"] = split[0], ["@query"] = split.Length == 1 ? "?" : "?" + split[1], ["content-digest"] = digest,
        };
        var signed = new StringBuilder();
        foreach (var name in components.Trim('(', ')').Split(' ').Select(static c => c.Trim('"')).Where(static c => c.Length != 0))
            signed.Append('"').Append(name).Append("\": ").Append(values.GetValueOrDefault(name, "")).Append('\n');
        signed.Append("\"@signature-params\": ").Append(parameters);

        var signature = Convert.ToBase64String(SignBytes(Encoding.ASCII.GetBytes(signed.ToString())));
        return (withBody ? $"Content-Digest: {digest}\r\n" : "") + $"Signature-Input: {Label}={parameters}\r\nSignature: {Label}=:{signature}:\r\n";
    }
}
