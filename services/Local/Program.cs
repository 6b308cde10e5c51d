using System.CommandLine;
using Ecny.Local;
using Ecny.Local.Audit;
using Ecny.Local.Chaos;
using Ecny.Local.Commands;
using Ecny.Local.Receipts;
using Ecny.Local.Replay;
using Ecny.Local.Simulator;
using Ecny.Local.Tests;
using Spectre.Console;

var root = new RootCommand("The e-CNY city payment switch on one machine.")
{
    UpCommand.Create(),
    DownCommand.Create(),
    StatusCommand.Create(),
    TestCommand.Create(),
    AuditCommand.Create(),
    VerifyReceiptCommand.Create(),
    DemoCommand.Create(),
    ReplayCommand.Create(),
    DrillCommand.Create(),
};

try
{
    // Ctrl-C cancels; what a command started has to be stopped in peace.
    var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromMinutes(1) };
    return await root.Parse(args).InvokeAsync(configuration);
}
catch (LocalException e)
{
    AnsiConsole.MarkupLineInterpolated($"[red]{e.Message}[/]");
    return 1;
}
catch (OperationCanceledException)
{
    AnsiConsole.MarkupLine("[yellow]Interrupted.[/]");
    return 130;
}
