using System.Reflection;

namespace Ecny.Architecture.Tests;

/// <summary>The anti-laundering track never touches a payment: nothing of the risk service but an order of law can reach Wallets at all.</summary>
public sealed class RiskTracks
{
    private const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    [Fact]
    public void only_orders_of_law_can_call_another_service()
    {
        var types = typeof(Ecny.Risk.Hosting.RiskService).Assembly.GetTypes();
        Assert.Contains(types, type => type.Name == "WalletsClient" && type.Namespace == "Ecny.Risk.Orders");
        var offences = types.Where(type => Area(type) is "Ecny.Risk.Alerts" or "Ecny.Risk.Detection" or "Ecny.Risk.Feeds" or "Ecny.Risk.Lists" or "Ecny.Risk.Rules")
            .SelectMany(type => Used(type).Where(Reaches).Select(used => $"{type.FullName} uses {used.FullName}")).Distinct();
        Assert.Empty(offences);
    }

    private static bool Reaches(Type used) =>
        used.Namespace is "Ecny.Risk.Orders" or "System.Net.Http" || used.Namespace?.StartsWith("Ecny.Client", StringComparison.Ordinal) == true || used.Name is "LedgerClient" or "IGrainFactory";

    // A lambda's or an async method's own type stands inside the type that wrote it.
    private static string? Area(Type type) => type.DeclaringType is { } outer ? Area(outer) : type.Namespace;

    private static IEnumerable<Type> Used(Type type)
    {
        foreach (var field in type.GetFields(All)) yield return field.FieldType;
        foreach (var method in type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)))
        {
            foreach (var parameter in method.GetParameters()) yield return parameter.ParameterType;
            foreach (var local in method.GetMethodBody()?.LocalVariables ?? []) yield return local.LocalType;
        }
    }
}
