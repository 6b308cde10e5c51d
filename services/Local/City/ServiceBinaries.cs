namespace Ecny.Local.City;

/// <summary>Finds the built services beside this program: same clone, same configuration.</summary>
public static class ServiceBinaries
{
    /// <summary>The clone that this program was built from: the nearest folder above it with the solution.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>The service's executable.</summary>
    public static string Executable(ServiceKind kind)
    {
        string program = $"Ecny.{kind}";
        string configuration = AppContext.BaseDirectory.Contains("/release", StringComparison.OrdinalIgnoreCase) ? "Release" : "Debug";
        string[] places = Environment.GetEnvironmentVariable("ECNY_ARTIFACTS") is { Length: > 0 } artifacts
            ? [Path.Combine(artifacts, "bin", program, configuration.ToLowerInvariant(), program)]
            : [Path.Combine(Repository, "services", kind.ToString(), "bin", configuration, "net10.0", program)];
        return places.FirstOrDefault(File.Exists)
            ?? throw new LocalException($"{kind} is not built ({places[0]} is missing): run `./ecny up`, or build the solution.");
    }

    /// <summary>This program itself, also where it is used as a library.</summary>
    public static string Launcher
    {
        get
        {
            string configuration = AppContext.BaseDirectory.Contains("/release", StringComparison.OrdinalIgnoreCase) ? "Release" : "Debug";
            return Environment.GetEnvironmentVariable("ECNY_ARTIFACTS") is { Length: > 0 } artifacts
                ? Path.Combine(artifacts, "bin", "Ecny.Local", configuration.ToLowerInvariant(), "ecny-local")
                : Path.Combine(Repository, "services", "Local", "bin", configuration, "net10.0", "ecny-local");
        }
    }

    private static string FindRepository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Ecny.Platform.sln")))
            {
                return folder.FullName;
            }
        }

        return Environment.GetEnvironmentVariable("ECNY_ROOT")
            ?? throw new LocalException("This program does not lie in a clone of the platform: set ECNY_ROOT to the clone.");
    }
}
