using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Ecny.Messaging.Tests;

/// <summary>A consumer in a process of its own, which is this program, there to be killed between its effect and its commit.</summary>
public static class Victim
{
    public const int Entries = 20;
    private const string Verb = "--victim", Within = "within the transaction";

    /// <summary>Started and within its transaction. Kill it, and dispose of it.</summary>
    public static async Task<Process> WithinTransaction(string connection)
    {
        var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [Verb, connection]) { RedirectStandardOutput = true })!;
        Assert.Equal(Within, await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)));
        return process;
    }

    /// <summary>What that process runs; false when the arguments are not for it.</summary>
    public static async Task<bool> Run(string[] args)
    {
        if (args is not [Verb, var connection]) return false;
        await using var database = NpgsqlDataSource.Create(connection);
        var journal = new TestJournal();
        journal.Append(Entries);
        var consumer = new CountingConsumer(FailurePolicy.Halt)
        {
            BeforeCommit = async _ =>
            {
                Console.WriteLine(Within);
                await Task.Delay(Timeout.Infinite);
            },
        };
        using var host = new LedgerConsumerHost<CountingConsumer>(consumer, database, journal, new NoTransport(), new ConsumerOptions(), new ConsumerBoard(), NullLogger<CountingConsumer>.Instance);
        await host.StartAsync(CancellationToken.None);
        await Task.Delay(TimeSpan.FromMinutes(2));
        return true;
    }
}
