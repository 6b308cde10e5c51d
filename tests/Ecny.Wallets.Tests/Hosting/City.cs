using Ecny.Testing;

namespace Ecny.Wallets.Tests.Hosting;

/// <summary>One PostgreSQL server for all tests, and one running Wallets service for those that need no other.</summary>
public sealed class City : IAsyncLifetime
{
    private readonly PostgresFixture postgres = new();
    private readonly Lazy<Task<WalletsHost>> shared;

    public City() => shared = new(async () => await WalletsHost.Start(await NewDatabases()));

    /// <summary>The service that tests share: they use wallets and numbers of their own.</summary>
    public Task<WalletsHost> Wallets => shared.Value;

    public async Task<Databases> NewDatabases() => new(await postgres.CreateDatabase(), await postgres.CreateDatabase());

    public ValueTask InitializeAsync() => postgres.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        if (shared.IsValueCreated) await (await shared.Value).DisposeAsync();
        await postgres.DisposeAsync();
    }
}
