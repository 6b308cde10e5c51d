namespace Ecny.EndToEnd.Tests.Robustness;

/// <summary>Text that somebody would like to be taken for something else.</summary>
/// <param name="Json">The string as JSON, escapes included.</param>
/// <param name="Query">The same for a path or a query, percent-encoded; null where it cannot be said there.</param>
/// <param name="Text">What it says; null where no text can say it.</param>
public sealed record HostileText(string Name, string Json, string? Query, string? Text)
{
    /// <summary>Whether it is as good a number or name as any other, and may be taken for one.</summary>
    public bool IsName => Text == "__proto__";

    public static IReadOnlyList<HostileText> All { get; } =
    [
        Of("SQL", "'; DROP TABLE ledger.journal; --"),
        Of("SQL with a comment", "1' OR '1'='1' /*"),
        Of("script", "<script>alert('1')</script>"),
        Of("template", "${jndi:ldap://x/a}{{7*7}}%s%n"),
        Of("path", "../../etc/passwd"),
        Of("header", "x\r\nSet-Cookie: a=b"),
        Of("JSON in text", """{"amount":1,"$type":"System.Object"}"""),
        Of("prototype", "__proto__"),
        Of("right to left", "\u202Egnp.exe"),
        Of("emoji", "💰👨‍👩‍👧"),
        Of("10 000 characters", new string('x', 10_000)),
        Of("nothing", "") with { Query = null },
        Of("NUL", "a\0b"),
        new("lone surrogate", "\"a\\ud800b\"", "a%ED%A0%80b", null),
        new("no UTF-8", "\"a\\udfffb\"", "a%ff%feb", null),
    ];

    private static HostileText Of(string name, string text) => new(name, System.Text.Json.JsonSerializer.Serialize(text), Uri.EscapeDataString(text), text);
}
