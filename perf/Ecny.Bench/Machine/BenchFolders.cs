using System.Text.Json.Nodes;

namespace Ecny.Bench.Machine;

/// <summary>
/// Where prepared data is kept for the next run: below .ecny/bench for an ordinary user; for root, whose clone PostgreSQL's user may not be able
/// to reach, below /var/lib. <c>.ecny/bench.json</c> records where, and <c>ECNY_BENCH_DATA</c> names another place.
/// </summary>
internal static class BenchFolders
{
    public static string DataFolder(string repository, string name)
    {
        var root = Environment.GetEnvironmentVariable("ECNY_BENCH_DATA") is { Length: > 0 } chosen ? chosen
            : Environment.IsPrivilegedProcess ? "/var/lib/ecny-bench"
            : Path.Combine(repository, ".ecny", "bench");
        var folder = Path.Combine(root, name);
        Directory.CreateDirectory(root);
        Record(repository, name, folder);
        return folder;
    }

    private static void Record(string repository, string name, string folder)
    {
        var own = Directory.CreateDirectory(Path.Combine(repository, ".ecny")).FullName;
        var path = Path.Combine(own, "bench.json");
        var known = File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path))!.AsObject() : [];
        known[name] = folder;
        File.WriteAllText(path, known.ToJsonString() + "\n");
    }
}
