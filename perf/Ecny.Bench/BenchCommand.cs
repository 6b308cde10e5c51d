using System.CommandLine;

namespace Ecny.Bench;

/// <summary><c>./ecny bench NAME [--json] [--seconds N]</c>.</summary>
internal static class BenchCommand
{
    private static readonly string[] Names = ["all"];

    public static async Task<int> Run(string[] args)
    {
        var name = new Argument<string>("NAME") { Description = string.Join(", ", Names) };
        name.AcceptOnlyFromAmong(Names);
        var root = new RootCommand("Measures the platform on this machine.") { name };
        root.SetAction((parsed, stop) => Task.FromResult(0));
        return await root.Parse(args).InvokeAsync();
    }
}
