using Ecny.Local.Postgres;

namespace Ecny.Local.City;

/// <summary>How a city of the five services runs on this machine.</summary>
public sealed record CityOptions
{
    /// <summary>Keys, process ids, logs and settings lie here; made when missing.</summary>
    public required string Folder { get; init; }

    /// <summary>Where the databases are.</summary>
    public required DatabaseServer Databases { get; init; }

    /// <summary>Acquiring's port, the others follow; null for five free ports.</summary>
    public int? PortBase { get; init; }

    /// <summary>Whether all services are killed and the folder is removed when this process ends, however it ends.</summary>
    public bool EndsWithThisProcess { get; init; }

    /// <summary>What carries events; null: nothing does, and consumers pull.</summary>
    public Events.CityEvents? Events { get; init; }

    /// <summary>Configuration keys for every service, beyond those that a city sets itself; a null value takes a key away.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    /// <summary>The same for the services of one kind.</summary>
    public IReadOnlyDictionary<ServiceKind, IReadOnlyDictionary<string, string?>> SettingsOf { get; init; } = new Dictionary<ServiceKind, IReadOnlyDictionary<string, string?>>();
}
