using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace Ecny.Architecture.Tests;

/// <summary>The structure of architecture §5: what may know what.</summary>
public sealed class Layers
{
    private static readonly string[] Services = ["Ecny.Wallets", "Ecny.Acquiring", "Ecny.Clearing", "Ecny.Monitoring", "Ecny.Risk"];

    public static TheoryData<string> ServiceNames => [.. Services];

    [Theory, MemberData(nameof(ServiceNames))]
    public void a_service_never_references_another(string service)
    {
        var references = Closure(ProjectOf(service)).Select(Path.GetFileNameWithoutExtension).ToList();
        Assert.Empty(references.Intersect(Services).Except([service]));
    }

    [Fact]
    public void building_blocks_never_reference_a_service_or_the_local_host()
    {
        foreach (var project in Directory.GetFiles(Path.Combine(Root, "services", "BuildingBlocks"), "*.csproj", SearchOption.AllDirectories))
            Assert.DoesNotContain(Closure(project), reference => Services.Contains(Path.GetFileNameWithoutExtension(reference)) || reference.EndsWith("Ecny.Local.csproj", StringComparison.Ordinal));
    }

    [Fact]
    public void nobody_but_wallets_and_the_tools_knows_the_ledger_implementation()
    {
        foreach (var service in Services.Except(["Ecny.Wallets"]))
            Assert.DoesNotContain(Closure(ProjectOf(service)), reference => reference.EndsWith("Ecny.Ledger.csproj", StringComparison.Ordinal));
    }

    [Fact]
    public void the_core_is_pure()
    {
        var core = typeof(Ecny.Ledger.Core.LedgerCore).Assembly.GetTypes().Where(type => type.Namespace == "Ecny.Ledger.Core").ToList();
        Assert.NotEmpty(core);
        string[] impure = ["System.IO", "System.Net", "System.Threading.Tasks", "System.Data", "Npgsql", "Microsoft.Extensions"];
        Type[] forbidden = [typeof(TimeProvider), typeof(Random), typeof(System.Diagnostics.Stopwatch), typeof(Thread), typeof(Timer), typeof(Environment)];
        var offences = core.SelectMany(type => SourceTypes(type).Where(used => forbidden.Contains(used) || impure.Any(name => used.Namespace?.StartsWith(name, StringComparison.Ordinal) == true))
            .Select(used => $"{type.FullName} uses {used.FullName}")).Distinct()
            // The shipped policy is a resource of the assembly; reading it happens once, before any decision.
            .Where(offence => !offence.StartsWith("Ecny.Ledger.Core.Policy", StringComparison.Ordinal));
        Assert.Empty(offences);
    }

    [Fact]
    public void the_core_reads_no_clock_and_rolls_no_dice()
    {
        AssertNoClockAndNoDice(Path.Combine(Root, "services", "BuildingBlocks", "Ecny.Ledger", "Core"));
    }

    [Fact]
    public void the_risk_engine_knows_nothing_but_the_contracts()
    {
        var engine = Path.Combine(Root, "services", "BuildingBlocks", "Ecny.Risk.Engine", "Ecny.Risk.Engine.csproj");
        Assert.Equal<string?>(["Ecny.Contracts", "Ecny.Risk.Engine"], Closure(engine).Select(Path.GetFileNameWithoutExtension).Order());
    }

    [Fact]
    public void the_risk_engine_is_pure()
    {
        var engine = typeof(Ecny.Risk.Engine.RiskEngine).Assembly.GetTypes().Where(type => type.Namespace?.StartsWith("Ecny.Risk.Engine", StringComparison.Ordinal) == true).ToList();
        Assert.NotEmpty(engine);
        string[] impure = ["System.IO", "System.Net", "System.Threading", "System.Data", "Npgsql", "Microsoft.Extensions", "Orleans"];
        Type[] forbidden = [typeof(TimeProvider), typeof(Random), typeof(System.Diagnostics.Stopwatch), typeof(Environment)];
        var offences = engine.SelectMany(type => SourceTypes(type).Where(used => forbidden.Contains(used) || impure.Any(name => used.Namespace?.StartsWith(name, StringComparison.Ordinal) == true))
            .Select(used => $"{type.FullName} uses {used.FullName}")).Distinct()
            // The shipped catalogue is a resource of the assembly; reading it happens once.
            .Where(offence => !offence.StartsWith("Ecny.Risk.Engine.Catalogue.RuleCatalogue ", StringComparison.Ordinal));
        Assert.Empty(offences);
        AssertNoClockAndNoDice(Path.Combine(Root, "services", "BuildingBlocks", "Ecny.Risk.Engine"));
    }

    [Fact]
    public void no_source_file_is_longer_than_600_lines()
    {
        string[] folders = ["services", "perf", "tests"];
        var files = folders.SelectMany(folder => Directory.GetFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));
        Assert.DoesNotContain(files, file => File.ReadLines(file).Count() > 600);
    }

    private static void AssertNoClockAndNoDice(string folder)
    {
        string[] words = ["DateTime.Now", "DateTime.UtcNow", "DateTimeOffset.Now", "DateTimeOffset.UtcNow", "Guid.NewGuid", "new Random", "Random.Shared", "Stopwatch", "await ", "Task."];
        foreach (var file in Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories).Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj")))
        {
            var text = File.ReadAllText(file);
            Assert.DoesNotContain(words, word => text.Contains(word, StringComparison.Ordinal));
        }
    }

    private static IEnumerable<Type> SourceTypes(Type type)
    {
        const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        foreach (var field in type.GetFields(All)) yield return field.FieldType;
        foreach (var method in type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)))
        {
            foreach (var parameter in method.GetParameters()) yield return parameter.ParameterType;
            if (method is MethodInfo info) yield return info.ReturnType;
            foreach (var local in method.GetMethodBody()?.LocalVariables ?? []) yield return local.LocalType;
        }
    }

    private static HashSet<string> Closure(string project)
    {
        var seen = new HashSet<string>();
        var open = new Stack<string>([project]);
        while (open.TryPop(out var next))
        {
            if (!seen.Add(next)) continue;
            foreach (var include in XDocument.Load(next).Descendants("ProjectReference").Select(reference => reference.Attribute("Include")!.Value))
                open.Push(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(next)!, include.Replace('\\', '/'))));
        }
        return seen;
    }

    private static string ProjectOf(string service) => Path.Combine(Root, "services", service["Ecny.".Length..], service + ".csproj");

    private static string Root { get; } = FindRoot();

    private static string FindRoot([CallerFilePath] string file = "")
    {
        var folder = Path.GetDirectoryName(file);
        while (folder is not null && !File.Exists(Path.Combine(folder, "Ecny.Platform.sln"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("Ecny.Platform.sln not found above the test's source.");
    }
}
