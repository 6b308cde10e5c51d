using Xunit;

namespace Ecny.Testing;

/// <summary>
/// Programs that tests need. What is missing skips a test with its reason; what ECNY_REQUIRE names (a comma-separated list such as
/// <c>postgres,processes</c>) must not be skipped and fails.
/// </summary>
public static class Requirements
{
    /// <summary>Skips the running test, or fails it when <paramref name="name"/> is required here.</summary>
    public static void Missing(string name, string reason)
    {
        string required = Environment.GetEnvironmentVariable("ECNY_REQUIRE") ?? "";
        if (required.Split(',', StringSplitOptions.TrimEntries).Contains(name))
        {
            Assert.Fail($"ECNY_REQUIRE names {name}: {reason}");
        }

        Assert.Skip(reason);
    }
}
