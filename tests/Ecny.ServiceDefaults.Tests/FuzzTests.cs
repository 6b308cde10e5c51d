using System.Text;
using CsCheck;
using Ecny.Contracts.Errors;
using Ecny.ServiceDefaults.Json;
using Ecny.ServiceDefaults.Sessions;
using Ecny.ServiceDefaults.Signatures;
using Ecny.ServiceDefaults.Tests.Fixtures;
using Ecny.Testing;

namespace Ecny.ServiceDefaults.Tests;

public sealed class FuzzTests(PostgresFixture postgres)
{
    private const string GoodInput =
        "sig=(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\");created=1800000000;nonce=\"0123456789abcdef\";keyid=\"acquirer-key\";alg=\"ecdsa-p256-sha256\"";

    private const string GoodBody = """{"requestNo":"中\"1","amount":1,"payer":{"token":"t","present":true},"at":"2026-01-05T12:00:00+08:00","states":["ACTIVE"]}""";

    /// <summary>A good text with a few characters replaced, removed or doubled: what random text would never reach.</summary>
    private static Gen<string> Mutations(string good, string alphabet) =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, good.Length - 1], Gen.Int[0, 8], Gen.Char[alphabet], static (how, at, length, with) => (how, at, length, with)).List[1, 5].Select(edits =>
        {
            var text = new StringBuilder(good);
            foreach (var (how, at, length, with) in edits)
            {
                if (text.Length == 0) break;
                var from = at % text.Length;
                var count = Math.Min(length, text.Length - from);
                if (how == 0) text[from] = with;
                else if (how == 1) text.Remove(from, count);
                else if (how == 2) text.Insert(from, text.ToString(from, count));
                else text.Insert(from, with);
            }
            return text.ToString();
        });

    [Fact]
    public void the_parser_of_signature_input_never_fails_and_takes_only_what_it_says()
    {
        Assert.True(SignatureInput.TryParse(GoodInput, out _));
        Mutations(GoodInput, "=();:\"\\ ,0a*@\u0000é\t").Sample(
            text =>
            {
                if (!SignatureInput.TryParse(text, out var input)) return true;
                return text.EndsWith(input.Value.ToString(), StringComparison.Ordinal) && input.Nonce.Length is >= 16 and <= 64 && !input.KeyId.Contains('"') && input.Created >= 0;
            },
            iter: 50_000);
    }

    [Fact]
    public void the_parser_of_session_key_ids_takes_only_what_was_written()
    {
        var good = SessionKeyId.Format(12, 1_800_000_000, new string('r', SessionKeyId.RandomLength), "sandbox-acquirer");
        Mutations(good, "s.0-rA \u0000").Sample(
            text => !SessionKeyId.TryParse(text, out var parts) || text.EndsWith("." + parts.Institution.ToString(), StringComparison.Ordinal) && parts.Version >= 0 && parts.ExpiresAt >= 0,
            iter: 50_000);
    }

    [Fact]
    public void signatures_and_digests_of_any_form_are_read_or_refused()
    {
        Mutations("sig=:" + Convert.ToBase64String(new byte[64]) + ":", "=:+/A \u0000é,").Sample(
            static text => SignatureHeaders.TryReadSignature(text, "sig", new byte[66]) is >= -1 and <= 66, iter: 20_000);
        Mutations("sha-512=:AA==:, sha-256=:" + Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData("x"u8)) + ":", "=:+/A \u0000é,")
            .Sample(static text => { SignatureHeaders.DigestMatches(text, "y"u8); }, iter: 20_000);
    }

    [Fact]
    public void any_body_is_parsed_or_refused_with_a_code_never_otherwise()
    {
        Mutations(GoodBody, "{}[]\",:\\u0n1-e.\u0000\ud800é中t").Sample(Judge, iter: 50_000);
        Gen.Byte.Array[0, 60].Sample(static bytes => { Try(bytes); }, iter: 20_000);
    }

    [Fact]
    public async Task any_header_gets_an_answer_below_500()
    {
        await using var service = await TestService.Start(postgres);
        var requests = Gen.Select(Mutations(GoodInput, "=();:\"\\ ,0a*@é"), Mutations("sig=:" + Convert.ToBase64String(new byte[64]) + ":", "=:+/A é,"), Mutations(GoodBody, "{}[]\",:\\u0n1-e.é中t")).Array[300];
        foreach (var (input, signature, body) in requests.Single())
        {
            var headers = $"Signature-Input: {input}\r\nSignature: {signature}\r\nContent-Digest: {signature}\r\n";
            Assert.InRange((await service.SendRaw("POST", "/v1/echo", Encoding.UTF8.GetBytes(body), headers)).Status, 200, 499);
            Assert.InRange((await service.Send("POST", "/v1/echo", body)).Status, 200, 499);
        }
    }

    private static void Judge(string text) => Try(Encoding.UTF8.GetBytes(text));

    private static void Try(byte[] body)
    {
        try
        {
            var parsed = StrictJson.Parse(body, TestJson.Default.EchoRequest);
            Assert.DoesNotContain(parsed.RequestNo, static c => char.IsControl(c) && c < ' ');
        }
        catch (ApiException refusal)
        {
            Assert.Contains(refusal.Code, new[] { ApiCode.MALFORMED_JSON, ApiCode.UNKNOWN_FIELD, ApiCode.INVALID_FIELD });
        }
    }
}
