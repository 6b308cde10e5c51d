using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ecny.Local.City;
using Ecny.Local.Postgres;
using Ecny.Local.Processes;

namespace Ecny.Local.Commands;

/// <summary>
/// The folder of the clone's own city (<c>.ecny</c>, or ECNY_HOME), and what is recorded there about its PostgreSQL, so that every later
/// command finds what <c>up</c> made.
/// </summary>
internal static class CityHome
{
    public const int DefaultPortBase = 5080;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static string Folder { get; } =
        Path.GetFullPath(Environment.GetEnvironmentVariable("ECNY_HOME") is { Length: > 0 } home ? home : Path.Combine(ServiceBinaries.Repository, ".ecny"));

    public static string SandboxFile => Path.Combine(Folder, "sandbox.json");

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
        const UnixFileMode passable = (UnixFileMode)0b111_101_101;
        Directory.CreateDirectory("/var/lib/ecny", passable);
        File.SetUnixFileMode("/var/lib/ecny", passable);
        return $"/var/lib/ecny/{id}";
    }

    /// <summary>The running PostgreSQL of a city that is up.</summary>
    public static async Task<DatabaseServer> RunningDatabases(CityRecord record, CancellationToken cancel)
    {
        if (record.ForeignPostgres is { } foreign)
        {
            return new DatabaseServer(foreign);
        }

        if (LocalPostgres.RunningProcess(record.PostgresFolder!) is null)
        {
            throw new LocalException("PostgreSQL of this city is not running: run `./ecny up` first.");
        }

        return (await LocalPostgres.Open(record.PostgresOptions, cancel)).Databases;
    }

    /// <summary>The city of this folder, its processes found by their pid files.</summary>
    public static LocalCity OpenCity(CityRecord record, DatabaseServer databases) =>
        LocalCity.Open(new CityOptions { Folder = Folder, Databases = databases, PortBase = record.PortBase });
}
