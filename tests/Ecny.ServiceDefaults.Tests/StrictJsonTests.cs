using System.Text;
using Ecny.Contracts.Errors;
using Ecny.ServiceDefaults.Json;
using Ecny.ServiceDefaults.Tests.Fixtures;

namespace Ecny.ServiceDefaults.Tests;

public sealed class StrictJsonTests
{
    public static TheoryData<string, string, string> Bad => new()
    {
        { """{"requestNo":"1","amount":1,"amout":2}""", "UNKNOWN_FIELD", "amout: UNKNOWN_FIELD" },
        { """{"requestNo":"1","Amount":1}""", "UNKNOWN_FIELD", "Amount: UNKNOWN_FIELD|amount: INVALID_FIELD" },
        { """{"requestNo":"1","amount":1,"payer":{"token":"t","x":1}}""", "UNKNOWN_FIELD", "payer.x: UNKNOWN_FIELD" },
        { """{"requestNo":"1","amount":1,"amount":1}""", "INVALID_FIELD", "amount: INVALID_FIELD" },
        { """{"requestNo":"1","amount":1,"\u0061mount":1}""", "INVALID_FIELD", "amount: INVALID_FIELD" },
        { """{"requestNo":"1","amount":"1"}""", "INVALID_FIELD", "amount: INVALID_FIELD" },
        { """{"requestNo":"1","amount":1.0}""", "INVALID_FIELD", "amount: INVALID_FIELD" },
        { """{"requestNo":"1","amount":1e2}""", "INVALID_FIELD", "amount: INVALID_FIELD" },
        { """{"requestNo":"1","amount":9223372036854775808}""", "INVALID_FIELD", "amount: INVALID_FIELD" },
        { """{"requestNo":"1","amount":null}""", "INVALID_FIELD", "amount: INVALID_FIELD" },
        { """{"requestNo":"1","amount":true}""", "INVALID_FIELD", "amount: INVALID_FIELD" },
        { """{"requestNo":"1","amount":[1]}""", "INVALID_FIELD", "amount: INVALID_FIELD" },
        { """{"requestNo":"1"}""", "INVALID_FIELD", "amount: INVALID_FIELD" },
        { "{}", "INVALID_FIELD", "requestNo: INVALID_FIELD|amount: INVALID_FIELD" },
        { """{"requestNo":null,"amount":"x"}""", "INVALID_FIELD", "requestNo: INVALID_FIELD|amount: INVALID_FIELD" },
        { """{"requestNo":1,"amount":1}""", "INVALID_FIELD", "requestNo: INVALID_FIELD" },
        { """{"requestNo":"a\u0000b","amount":1}""", "INVALID_FIELD", "requestNo: INVALID_FIELD" },
        { """{"requestNo":"a\nb","amount":1}""", "INVALID_FIELD", "requestNo: INVALID_FIELD" },
        { """{"requestNo":"1","amount":1,"payer":{}}""", "INVALID_FIELD", "payer.token: INVALID_FIELD" },
        { """{"requestNo":"1","amount":1,"payer":[]}""", "INVALID_FIELD", "payer: INVALID_FIELD" },
        { """{"requestNo":"1","amount":1,"payer":{"token":"t","present":"true"}}""", "INVALID_FIELD", "payer.present: INVALID_FIELD" },
        { """{"requestNo":"1","amount":1,"at":"tomorrow"}""", "INVALID_FIELD", "at: INVALID_FIELD" },
        { """{"requestNo":"1","amount":1,"states":["ACTIVE","active"]}""", "INVALID_FIELD", "states[1]: INVALID_FIELD" },
        { """{"requestNo":"1","amount":1,"states":[1]}""", "INVALID_FIELD", "states[0]: INVALID_FIELD" },
        { """{"requestNo":"1","amount":1,"states":"ACTIVE"}""", "INVALID_FIELD", "states: INVALID_FIELD" },
        { """{"requestNo":"\ud800","amount":1}""", "MALFORMED_JSON", "" },
        { """{"requestNo":"1","amount":1,}""", "MALFORMED_JSON", "" },
        { """{"requestNo":"1","amount":1} {}""", "MALFORMED_JSON", "" },
        { """{"requestNo":"1","amount":01}""", "MALFORMED_JSON", "" },
        { """{"requestNo":"1","amount":NaN}""", "MALFORMED_JSON", "" },
        { """{"requestNo":"1","amount":1/*c*/}""", "MALFORMED_JSON", "" },
        { """{"requestNo":"1","amount":1""", "MALFORMED_JSON", "" },
        { "", "MALFORMED_JSON", "" },
        { "  ", "MALFORMED_JSON", "" },
        { "null", "INVALID_FIELD", "$: INVALID_FIELD" },
        { "[]", "INVALID_FIELD", "$: INVALID_FIELD" },
        { "1", "INVALID_FIELD", "$: INVALID_FIELD" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void is_refused_by_name(string body, string code, string fields)
    {
        var refusal = Assert.Throws<ApiException>(() => StrictJson.Parse(Encoding.UTF8.GetBytes(body), TestJson.Default.EchoRequest));
        Assert.Equal(code, refusal.Code.ToString());
        Assert.Equal(fields, string.Join('|', refusal.Errors.Select(static e => e.Field + ": " + e.Code)));
    }

    [Fact]
    public void text_that_is_not_utf8_is_refused()
    {
        byte[] body = [.. "{\"requestNo\":\""u8, 0xC3, 0x28, .. "\",\"amount\":1}"u8];
        Assert.Equal(ApiCode.MALFORMED_JSON, Assert.Throws<ApiException>(() => StrictJson.Parse(body, TestJson.Default.EchoRequest)).Code);
    }

    [Fact]
    public void deep_nesting_is_refused()
    {
        var body = Encoding.UTF8.GetBytes("""{"requestNo":"1","amount":1,"payer":""" + new string('[', 20_000));
        Assert.Equal(ApiCode.MALFORMED_JSON, Assert.Throws<ApiException>(() => StrictJson.Parse(body, TestJson.Default.EchoRequest)).Code);
    }

    [Fact]
    public void good_bodies_pass_with_escapes_and_chinese()
    {
        var parsed = StrictJson.Parse("""{"requestNo":"\u4e2d\"\\/","amount":1000000000000000,"payer":{"token":"令牌😀"},"at":null,"states":["ACTIVE"]}"""u8, TestJson.Default.EchoRequest);
        Assert.Equal(("中\"\\/", 1_000_000_000_000_000, "令牌😀"), (parsed.RequestNo, parsed.Amount, parsed.Payer!.Token));
    }

    [Fact]
    public void all_rules_of_fields_are_reported_together()
    {
        var refusal = Assert.Throws<ApiException>(() => Field.Check(
            Field.RequestNo("requestNo", "a b"), Field.Amount("amount", 0), Field.Amount("most", Field.MaxAmount), Field.Id("id", new string('x', 65)), Field.OptionalId("none", null),
            Field.OptionalUrl("url", "ftp://x"), Field.OneOf("kind", "C", "A", "B")));
        Assert.Equal(["requestNo", "amount", "id", "url", "kind"], refusal.Errors.Select(static e => e.Field));
    }
}
