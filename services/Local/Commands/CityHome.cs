using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ecny.Local.City;
using Ecny.Local.Postgres;
using Ecny.Local.Processes;
using Ecny.Local.Sandbox;

namespace Ecny.Local.Commands;

/// <summary>
/// The folder of the clone's own city (<c>.ecny</c>, or ECNY_HOME), and what is recorded there about its PostgreSQL, so that every later
/// command finds what <c>up</c> made.
/// </summary>
internal static class CityHome
{
    public const int DefaultPortBase = 5080;

    private const string RootsData = "/var/lib/ecny";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static string Folder { get; } =
        Path.GetFullPath(Environment.GetEnvironmentVariable("ECNY_HOME") is { Length: > 0 } home ? home : Path.Combine(ServiceBinaries.Repository, ".ecny"));

    public static string SandboxPath => Path.Combine(Folder, "sandbox.json");

    private static string RecordFile => Path.Combine(Folder, "city.json");

    /// <summary>What an earlier <c>up</c> recorded, or null when there is no city.</summary>
    public static CityRecord? Load() =>
        File.Exists(RecordFile) ? JsonSerializer.Deserialize<CityRecord>(File.ReadAllText(RecordFile), Json) : null;

    /// <summary>The record of a city whose commands need it running.</summary>
    public static CityRecord Require() => Load() ?? throw new LocalException("There is no city here yet: run `./ecny up` first.");

    public static void Save(CityRecord record) => PrivateFile.Write(RecordFile, JsonSerializer.Serialize(record, Json));

    /// <summary>
    /// Where a new PostgreSQL of ours keeps its data. Run by root it belongs to another user, who may not be able to reach the clone.
    /// </summary>
    public static string PostgresFolder()
    {
        if (!Signals.IsRoot)
        {
            return Path.Combine(Folder, "postgres");
        }

        string id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Folder)))[..12];
        return Path.Combine(RootsData, id);
    }

    /// <summary>Makes the folder above root's PostgreSQL, which its user has to pass.</summary>
    public static void MakeWayTo(string postgresFolder)
    {
        if (Path.GetDirectoryName(postgresFolder) == RootsData)
        {
            const UnixFileMode passable = (UnixFileMode)0b111_101_101;
            Directory.CreateDirectory(RootsData, passable);
            File.SetUnixFileMode(RootsData, passable);
        }
    }

    /// <summary>Runs something on the city's databases. Where our own PostgreSQL is down, it runs for as long as that takes.</summary>
    public static async Task<T> WithDatabases<T>(CityRecord record, Func<DatabaseServer, Task<T>> run, CancellationToken cancel)
    {
        if (record.ForeignPostgres is { } foreign)
        {
            return await run(DatabaseServer.Foreign(foreign));
        }

        bool wasRunning = LocalPostgres.RunningProcess(record.PostgresFolder!) is not null;
        try
        {
            return await run((await LocalPostgres.Open(record.PostgresOptions, cancel)).Databases);
        }
        finally
        {
            if (!wasRunning)
            {
                await LocalPostgres.StopServer(record.PostgresFolder!, CancellationToken.None);
            }
        }
    }

    /// <summary>What clients need of a city that is up; one that is not is a <see cref="LocalException"/>.</summary>
    public static async Task<SandboxFile> RequireRunning(CityRecord record, CancellationToken cancel)
    {
        LocalCity city = OpenCity(record, DatabaseServer.Unknown);
        bool[] ready = await Task.WhenAll(city.Services.Select(service => service.IsReady(cancel)));
        string[] missing = [.. city.Services.Where((_, index) => !ready[index]).Select(service => service.Name)];
        return missing.Length switch
        {
            0 => SandboxFile.Load(SandboxPath),
            var count when count == city.Services.Count => throw new LocalException("This city is not running: run `./ecny up` first."),
            _ => throw new LocalException($"Of this city {string.Join(", ", missing)} is not ready: run `./ecny up` first, which starts what is missing."),
        };
    }

    /// <summary>Removes all files of the city. The folder goes too, unless something else is in it: prepared data of benchmarks, or files that are not ours.</summary>
    public static void Remove()
    {
        string[] folders = ["keys", "run", "logs", "postgres", "test-results"];
        foreach (string folder in folders.Select(name => Path.Combine(Folder, name)).Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
        }

        string[] files = ["*.json", "build*.stamp", "build.log", "*.lock", "*.new"];
        foreach (string file in files.SelectMany(pattern => Directory.EnumerateFiles(Folder, pattern)).Where(file => Path.GetFileName(file) != "bench.json"))
        {
            File.Delete(file);
        }

        if (!Directory.EnumerateFileSystemEntries(Folder).Any())
        {
            Directory.Delete(Folder);
        }
    }

    /// <summary>Removes the data folder of our own PostgreSQL, and what was made above it for it alone.</summary>
    public static void RemovePostgres(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        if (Directory.Exists(RootsData) && !Directory.EnumerateFileSystemEntries(RootsData).Any())
        {
            Directory.Delete(RootsData);
        }
    }

    /// <summary>Held while <c>up</c> or <c>down</c> is at work: they must not meet.</summary>
    public static IDisposable Lock()
    {
        PrivateFile.MakeFolder(Folder);
        try
        {
            return new FileStream(Path.Combine(Folder, "city.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.GetType() == typeof(IOException) && e.Message.Contains("another process", StringComparison.Ordinal))
        {
            throw new LocalException("Another `./ecny up` or `./ecny down` is at work on this city: wait until it has finished.", e);
        }
    }

    /// <summary>The city of this folder, its processes found by their pid files.</summary>
    public static LocalCity OpenCity(CityRecord record, DatabaseServer databases) =>
        LocalCity.Open(new CityOptions { Folder = Folder, Databases = databases, PortBase = record.PortBase, Events = record.Events });
}
