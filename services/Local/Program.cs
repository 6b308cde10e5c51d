using System.CommandLine;
using System.CommandLine.Help;
using Ecny.Local;
using Ecny.Local.Audit;
using Ecny.Local.Chaos;
using Ecny.Local.Commands;
using Ecny.Local.Detect;
using Ecny.Local.Events;
using Ecny.Local.Receipts;
using Ecny.Local.Replay;
using Ecny.Local.Simulator;
using Ecny.Local.Tests;
using Spectre.Console;

var root = new Command("./ecny", "The e-CNY city payment switch on one machine.")
{
    new HelpOption(),
    UpCommand.Create(),
    DownCommand.Create(),
    StatusCommand.Create(),
    TestCommand.Create(),
    AuditCommand.Create(),
    VerifyReceiptCommand.Create(),
    DemoCommand.Create(),
    ReplayCommand.Create(),
    DetectCommand.Create(),
    DrillCommand.Create(),
    BrokerCommand.Create(),
};

// Into a file or a pipe a sentence is one line.
if (Console.IsOutputRedirected)
{
    AnsiConsole.Profile.Width = 1_000;
}

try
{
    // Ctrl-C cancels; what a command started has to be stopped in peace.
    var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromMinutes(1) };
    ParseResult parsed = root.Parse(args);
    if (parsed.Errors.Count > 0)
    {
        Complaint.Write($"{string.Join(' ', parsed.Errors.Select(error => Complaint.Plainly(error.Message)))} `./ecny {(parsed.CommandResult.Command == root ? "help" : $"{parsed.CommandResult.Command.Name} --help")}` shows what there is.");
        return 1;
    }

    return await parsed.InvokeAsync(configuration);
}
catch (OperationCanceledException)
{
    Complaint.Write("Interrupted.");
    return Complaint.Interrupted;
}
catch (Exception e) when (Complaint.About(e) is { } sentence)
{
    Complaint.Write(sentence);
    return 1;
}
