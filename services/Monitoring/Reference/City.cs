using System.Text.Json;
using Ecny.Monitoring.Targets;

namespace Ecny.Monitoring.Reference;

/// <summary>
/// What the city is called and made of, as data: the shipped sample, or a city's own file (<c>Ecny:Monitoring:CityFile</c>). Journal entries carry codes;
/// a code that is not here is shown as it is.
/// </summary>
/// <param name="OperatorColors">By the order of the operators' wallet prefixes.</param>
public sealed record City(Words Name, IReadOnlyList<District> Districts, IReadOnlyList<Scenario> Scenarios, IReadOnlyList<string> OperatorColors)
{
    public static City Load(string? file)
    {
        using var stream = file is null ? typeof(City).Assembly.GetManifestResourceStream("city.json")! : File.OpenRead(file);
        return JsonSerializer.Deserialize(stream, FilesJson.Default.City)!;
    }

    /// <summary>Whether a file can be used.</summary>
    public static bool IsRight(string file)
    {
        try
        {
            return Load(file).Districts.Count > 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return false;
        }
    }
}

/// <summary>The same in Chinese and English.</summary>
public sealed record Words(string Zh, string En);

/// <summary>A district (区县) and its place on the tile map.</summary>
/// <param name="Color">Everywhere the same.</param>
public sealed record District(string Code, Words Name, int Column, int Row, string Color);

/// <summary>One of the sixteen scenarios (场景).</summary>
public sealed record Scenario(string Code, Words Name, string Color);
