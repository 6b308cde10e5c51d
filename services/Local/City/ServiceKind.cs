namespace Ecny.Local.City;

/// <summary>The five services; the order is that of their ports.</summary>
public enum ServiceKind
{
    /// <summary>收单: orders, codes, payments, institutions.</summary>
    Acquiring,

    /// <summary>钱包: wallets and the ledger.</summary>
    Wallets,

    /// <summary>清算: business days and positions.</summary>
    Clearing,

    /// <summary>监测: indicators of the pilot.</summary>
    Monitoring,

    /// <summary>风控: rules, alerts, orders of law.</summary>
    Risk,
}

/// <summary>Names that follow from the kind.</summary>
public static class ServiceKinds
{
    /// <summary>All five.</summary>
    public static IReadOnlyList<ServiceKind> All { get; } = Enum.GetValues<ServiceKind>();

    /// <summary>All databases of the platform: one for each service and one for the silos' membership.</summary>
    public static IReadOnlyList<string> Databases { get; } = [.. All.Select(Database), Orleans];

    /// <summary>The database of the silos' membership.</summary>
    public const string Orleans = "ecny_orleans";

    /// <summary>The name at the command line, in file names and in sandbox.json.</summary>
    public static string Name(this ServiceKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>The service's own database.</summary>
    public static string Database(this ServiceKind kind) => $"ecny_{kind.Name()}";

    /// <summary>The institution as which the service signs its own calls.</summary>
    public static string Institution(this ServiceKind kind) => $"service-{kind.Name()}";
}
