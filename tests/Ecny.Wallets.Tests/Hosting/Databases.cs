namespace Ecny.Wallets.Tests.Hosting;

/// <summary>Connection strings of a Wallets service.</summary>
public sealed record Databases(string Main, string Orleans);
