using System.Globalization;
using Ecny.Local.Sandbox;
using Xunit;

namespace Ecny.EndToEnd.Tests.Launcher;

/// <summary>One city, brought up by the launcher once for all tests that only use it.</summary>
public sealed class RunningCity : IAsyncLifetime
{
    private readonly CityLauncher _launcher = new();

    /// <summary>What the first <c>up</c> printed.</summary>
    internal string Greeting { get; private set; } = "";

    internal int PortBase { get; } = CityLauncher.FreePorts();

    internal CityLauncher City => _launcher;

    internal SandboxFile Sandbox => SandboxFile.Load(Path.Combine(_launcher.Home, "sandbox.json"));

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        await CityLauncher.RequirePostgres();
        Greeting = await _launcher.Succeed("up", "--port-base", PortBase.ToString(CultureInfo.InvariantCulture));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _launcher.DisposeAsync();
}
