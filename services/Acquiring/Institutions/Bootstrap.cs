using System.Text.Json;
using Ecny.Contracts.Institutions;

namespace Ecny.Acquiring.Institutions;

/// <summary>
/// The first institutions of a city, from the file that <c>Ecny:Bootstrap:File</c> names: without one nobody could sign the request that onboards
/// another. Those already known are left as they are.
/// </summary>
public sealed class Bootstrap(InstitutionStore store, IConfiguration configuration)
{
    public const string Key = "Ecny:Bootstrap:File";

    private bool done;

    /// <summary>Whether the file holds a list of institutions.</summary>
    public static bool IsReadable(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize(file, InstitutionJson.Default.ListInstitution) is not null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return false;
        }
    }

    public async Task Run(CancellationToken cancel)
    {
        if (done) return;
        if (configuration[Key] is { Length: > 0 } path)
        {
            await using var file = File.OpenRead(path);
            var institutions = await JsonSerializer.DeserializeAsync(file, InstitutionJson.Default.ListInstitution, cancel)
                ?? throw new InvalidDataException($"{Key}: {path} must hold a list of institutions.");
            await store.AddMissing(institutions, cancel);
        }
        done = true;
    }
}
