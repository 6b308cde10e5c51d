using Ecny.Testing;
using Ecny.Wallets.Tests.Hosting;

namespace Ecny.Risk.Tests.Service;

/// <summary>A real Wallets service for the tests of orders of law; each uses wallets of its own.</summary>
public sealed class LawTown : IAsyncLifetime
{
    private readonly PostgresFixture postgres = new();
    private readonly Lazy<Task<WalletsHost>> wallets;

    public LawTown() => wallets = new(async () => await WalletsHost.Start(new Databases(await postgres.CreateDatabase(), await postgres.CreateDatabase())));

    public Task<WalletsHost> Wallets => wallets.Value;

    public Task<string> NewDatabase() => RiskScene.NewDatabase(postgres);

    public ValueTask InitializeAsync() => postgres.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        if (wallets.IsValueCreated) await (await wallets.Value).DisposeAsync();
        await postgres.DisposeAsync();
    }
}
