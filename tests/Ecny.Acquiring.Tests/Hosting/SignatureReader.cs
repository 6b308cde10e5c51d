using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Ecny.Acquiring.Tests.Hosting;

/// <summary>Verifies RFC 9421 signatures as a receiver would that has only read the documentation: nothing of the product is used.</summary>
public static partial class SignatureReader
{
    /// <summary>The key id, when digest and signature are right; else what is wrong.</summary>
    public static string Verify(Received request, string publicKeyPem)
    {
        var digest = $"sha-256=:{Convert.ToBase64String(SHA256.HashData(request.Body))}:";
        if (request.Headers.GetValueOrDefault("Content-Digest") != digest) return "the digest is not that of the body";
        var input = Input().Match(request.Headers.GetValueOrDefault("Signature-Input") ?? "");
        var signature = Signature().Match(request.Headers.GetValueOrDefault("Signature") ?? "");
        if (!input.Success || !signature.Success || input.Groups["label"].Value != signature.Groups["label"].Value) return "there is no signature";
        var lines = input.Groups["components"].Value.Split(' ').Select(name => $"{name}: {Value(request, name.Trim('"'))}");
        var signed = string.Join('\n', [.. lines, $"\"@signature-params\": {input.Groups["params"].Value}"]);
        using var key = ECDsa.Create();
        key.ImportFromPem(publicKeyPem);
        return key.VerifyData(Encoding.ASCII.GetBytes(signed), Convert.FromBase64String(signature.Groups["value"].Value), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
            ? input.Groups["key"].Value
            : "the signature does not verify";
    }

    private static string Value(Received request, string component) => component switch
    {
        "@method" => request.Method,
        "@authority" => request.Authority.ToLowerInvariant(),
        "@path" => request.Path,
        "@query" => request.Query.Length == 0 ? "?" : request.Query,
        _ => request.Headers[component],
    };

    [GeneratedRegex("^(?<label>[a-z0-9]+)=(?<params>\\((?<components>[^)]*)\\);created=\\d+;nonce=\"[^\"]{16,64}\";keyid=\"(?<key>[^\"]+)\"(;alg=\"ecdsa-p256-sha256\")?)$")]
    private static partial Regex Input();

    [GeneratedRegex("^(?<label>[a-z0-9]+)=:(?<value>[A-Za-z0-9+/=]+):$")]
    private static partial Regex Signature();
}
