using System.Diagnostics;
using Ecny.Local.City;
using Ecny.Local.Postgres;
using Ecny.Local.Processes;
using Ecny.Testing;
using Xunit;

namespace Ecny.EndToEnd.Tests.Launcher;

/// <summary>The launcher's program as a person starts it, on a folder of its own. What it leaves is removed in the end.</summary>
internal sealed class CityLauncher : IAsyncDisposable
{
    private readonly Dictionary<string, string> _environment;
    private readonly string[] _prefix;

    /// <param name="postgres">ECNY_POSTGRES, or "" for a PostgreSQL of the city's own.</param>
    /// <param name="home">The city's folder; a new one below the temporary folder when it is not named.</param>
    /// <param name="prefix">A program that runs the launcher, with its arguments.</param>
    public CityLauncher(string postgres = "", string? home = null, params string[] prefix)
    {
        Home = home ?? Path.Combine(Path.GetTempPath(), $"ecny-launcher-{Guid.NewGuid():N}");
        _environment = new Dictionary<string, string> { ["ECNY_HOME"] = Home, ["ECNY_POSTGRES"] = postgres };
        _prefix = prefix;
    }

    /// <summary>The built program: same clone, same configuration as this test.</summary>
    public static string Program { get; } = Path.Combine(
        ServiceBinaries.Repository, "services", "Local", "bin", AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug", "net10.0", "ecny-local");

    /// <summary>Five services, relay, broker, PostgreSQL.</summary>
    public const int ProcessCount = 8;

    public static string Repository => ServiceBinaries.Repository;

    public string Home { get; }

    public static async Task RequirePostgres()
    {
        if (await PostgresBinaries.Find(TestContext.Current.CancellationToken) is null)
        {
            Requirements.Missing("postgres", PostgresBinaries.Advice);
        }
    }

    /// <summary>The first of five free ports in a row, below those that the system gives to clients: else any connection may take one before its service does.</summary>
    public static int FreePorts() => FreePort.TakeLasting(ServiceKinds.All.Count)[0];

    public async Task<ProgramResult> Run(params string[] arguments)
    {
        string[] line = [.. _prefix, Program, .. arguments];
        return await ExternalProgram.Run(line[0], line[1..], _environment, TestContext.Current.CancellationToken);
    }

    /// <summary>As <see cref="Run"/>; anything but success fails the test with what was written.</summary>
    public async Task<string> Succeed(params string[] arguments)
    {
        ProgramResult result = await Run(arguments);
        Assert.True(result.Succeeded, $"`ecny {string.Join(' ', arguments)}` ended with {result.ExitCode}: {result.Output} {result.Error}");
        return result.Output;
    }

    /// <summary>Exit code 1, one sentence on standard error that contains all of this, and no stack trace.</summary>
    public async Task Refuse(string[] arguments, params string[] expected)
    {
        ProgramResult result = await Run(arguments);
        Assert.Equal(1, result.ExitCode);
        Assert.All(expected, text => Assert.Contains(text, result.Error, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", result.Output + result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.Trim().Split('\n'));
    }

    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in _environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>The ids of all processes that were started for this city: services by their pid files, PostgreSQL by its folder.</summary>
    public IReadOnlyList<int> Processes()
    {
        string run = Path.Combine(Home, "run");
        IEnumerable<int?> services = Directory.Exists(run) ? Directory.GetFiles(run, "*.pid").Select(file => new PidFile(file).Running) : [];
        return [.. services.Append(LocalPostgres.RunningProcess(PostgresFolder)).OfType<int>()];
    }

    /// <summary>Where PostgreSQL's data is, by the city's own record; the home when there is no record.</summary>
    public string PostgresFolder
    {
        get
        {
            string record = Path.Combine(Home, "city.json");
            if (!File.Exists(record))
            {
                return Home;
            }

            using var json = System.Text.Json.JsonDocument.Parse(File.ReadAllText(record));
            return json.RootElement.GetProperty("postgresFolder").GetString() ?? Home;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Directory.Exists(Home))
        {
            string[] line = [.. _prefix, Program, "down", "--wipe"];
            await ExternalProgram.Run(line[0], line[1..], _environment, CancellationToken.None);
            if (Directory.Exists(Home))
            {
                Directory.Delete(Home, recursive: true);
            }
        }
    }
}
