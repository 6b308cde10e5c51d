using System.Globalization;
using Ecny.Local.City;
using Ecny.Local.Postgres;
using Ecny.Local.Processes;
using Ecny.Local.Sandbox;
using Ecny.Messaging;
using Spectre.Console;

namespace Ecny.Local.Commands;

/// <summary>The tables that <c>up</c> and <c>status</c> print.</summary>
internal static class CityTable
{
    /// <summary>Where to go after <c>up</c>.</summary>
    public static void WriteAddresses(LocalCity city, SandboxFile sandbox)
    {
        Table table = New("Service", "Address", "API");
        foreach (CityService service in city.Services)
        {
            table.AddRow(service.Name, Address(service.Url), Address(new Uri(service.Url, "/docs")));
        }

        AnsiConsole.Write(table);
        AnsiConsole.MarkupLineInterpolated($"The city live, in a browser: {Address(new Uri(city[ServiceKind.Monitoring].Url, "/city"))}");
        AnsiConsole.MarkupLineInterpolated(
            $"Sandbox: {sandbox.Institutions.Count} institutions, {sandbox.Merchants.Count} merchants, {sandbox.Wallets.Count} funded wallets in {CityHome.SandboxPath}");
        AnsiConsole.WriteLine("Next: `./ecny demo`, `./ecny status`, `./ecny logs wallets -f`, `./ecny down`.");
    }

    /// <summary>What runs; true when everything is ready.</summary>
    public static async Task<bool> WriteStatus(LocalCity city, CityRecord record, CancellationToken cancel)
    {
        Table table = New("Process", "State", "Id", "Port", "Memory");
        List<string> remarks = [];
        bool allReady = true;
        foreach (CityProcess process in city.Processes)
        {
            bool ready = await process.IsReady(cancel);
            allReady &= ready;
            string state = ready ? "[green]ready[/]" : process.ProcessId is null ? "[red]down[/]" : "[yellow]not ready[/]";
            AddProcess(table, process.Name, state, process.ProcessId, process.Port);
            if (!ready && process is CityService { ProcessId: not null } service)
            {
                remarks.AddRange((await service.Lacks(cancel)).Select(lack => $"{service.Name} is not ready. {lack}"));
            }
        }

        if (record.Kafka is { } kafka)
        {
            bool answers = await KafkaTopics.Answers(new MessagingOptions { Transport = TransportKind.Kafka, Bootstrap = kafka }, cancel);
            allReady &= answers;
            table.AddRow("kafka", answers ? "[green]answers[/]" : "[red]no answer[/]", "", kafka.EscapeMarkup(), "");
        }

        if (record.PostgresFolder is { } folder)
        {
            int? pid = LocalPostgres.RunningProcess(folder);
            allReady &= pid is not null;
            AddProcess(table, "postgres", pid is null ? "[red]down[/]" : "[green]running[/]", pid, record.PostgresPort);
            remarks.AddRange(new[] { LocalPostgres.ReasonOfEnd(folder), DiskSpace.Warning(folder) }.OfType<string>());
        }
        else
        {
            DatabaseServer foreign = DatabaseServer.Foreign(record.ForeignPostgres!);
            bool answers = await foreign.Answers(cancel);
            allReady &= answers;
            table.AddRow("postgres", answers ? "[green]answers[/]" : "[red]no answer[/]", "", foreign.Address.EscapeMarkup(), "");
        }

        AnsiConsole.Write(table);
        foreach (string remark in remarks)
        {
            AnsiConsole.MarkupLineInterpolated($"[yellow]{remark}[/]");
        }

        return allReady;
    }

    private static void AddProcess(Table table, string name, string state, int? pid, int? port) =>
        table.AddRow(
            name,
            state,
            pid?.ToString(CultureInfo.InvariantCulture) ?? "",
            port?.ToString(CultureInfo.InvariantCulture) ?? "",
            pid is { } id ? $"{ProcessTable.ResidentMiB(id)} MiB" : "");

    private static string Address(Uri url) => url.ToString().TrimEnd('/');

    private static Table New(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (string column in columns)
        {
            table.AddColumn(new TableColumn(column).NoWrap());
        }

        return table;
    }
}
