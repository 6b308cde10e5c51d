using System.Text.Json;

namespace Ecny.Monitoring.Targets;

/// <summary>The targets in force: those shipped, or a city's own file (<c>Ecny:Monitoring:TargetsFile</c>).</summary>
public sealed class TargetBook
{
    public TargetBook(string? file)
    {
        using var stream = file is null ? typeof(TargetBook).Assembly.GetManifestResourceStream("targets.json")! : File.OpenRead(file);
        All = JsonSerializer.Deserialize(stream, FilesJson.Default.ListTarget)!;
    }

    public IReadOnlyList<Target> All { get; }

    /// <summary>Whether a file can be used.</summary>
    public static bool IsRight(string file)
    {
        try
        {
            return new TargetBook(file).All.Count > 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return false;
        }
    }
}
