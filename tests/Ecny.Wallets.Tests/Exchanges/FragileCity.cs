using Ecny.Wallets.Exchanges;
using Ecny.Wallets.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Ecny.Wallets.Tests.Exchanges;

/// <summary>A service with a <see cref="FragileBank"/>, shared by the tests of its class: they use wallets and numbers of their own.</summary>
public sealed class FragileCity(City city) : IAsyncLifetime
{
    internal FragileBank Bank { get; } = new();
    public WalletsHost Wallets { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        Wallets = await WalletsHost.Start(await city.NewDatabases(), builder => builder.Services.AddSingleton<IBank>(Bank));

    public ValueTask DisposeAsync() => Wallets.DisposeAsync();
}
