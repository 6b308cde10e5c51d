using System.Text.Json;
using System.Text.Json.Nodes;
using Ecny.Bench.Machine;
using Ecny.Bench.Report;
using Ecny.Ledger.Core;
using Ecny.Ledger.Postgres;
using Ecny.Ledger.Pump;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Ecny.Bench.Ledger;

/// <summary>
/// The process that is measured: pump, core and PostgreSQL store as Wallets hosts them, with the load inside. A process of its own, so that its memory is that of the
/// ledger and nothing else. Reads its orders as one JSON object on standard input and answers with one on standard output.
/// </summary>
internal static class LedgerWorker
{
    public const string Name = "ledger-worker";
    private const int ArraySize = 256;

    private sealed class Observer : IPumpObserver
    {
        public long Batches;
        public long Entries;
        public double CommitSeconds;

        public void BatchCommitted(int commands, int entries, TimeSpan commit, int queued)
        {
            Batches++;
            Entries += entries;
            CommitSeconds += commit.TotalSeconds;
        }
    }

    public static async Task<int> Run()
    {
        var orders = JsonNode.Parse(await Console.In.ReadToEndAsync())!;
        var city = new LedgerCity(orders["wallets"]!.GetValue<long>(), orders["numbers"]!.GetValue<long>());
        var seconds = orders["seconds"]!.GetValue<int>();
        var connectionString = orders["connectionString"]!.GetValue<string>();
        Progress.Earlier = orders["elapsed"]!.GetValue<double>();
        var answer = await Measure(city, connectionString, orders["server"]!.GetValue<int>(), TimeSpan.FromSeconds(seconds));
        Console.WriteLine(answer.ToJsonString(new JsonSerializerOptions()));
        return 0;
    }

    private static async Task<JsonObject> Measure(LedgerCity city, string connectionString, int server, TimeSpan duration)
    {
        var observer = new Observer();
        var run = $"r{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}";
        await using var store = new PostgresLedgerStore(new PostgresLedgerOptions { ConnectionString = connectionString });
        await using var pump = new LedgerPump(store, new LedgerCore(Policy.Shipped), new LedgerStateOptions(),
            new PumpOptions { Shard = 0, Owner = $"bench-{run}" }, observer, NullLogger<LedgerPump>.Instance);
        await pump.Start();
        while (!pump.Serving || pump.Refusing is not null) await Task.Delay(20);

        var load = new PumpLoad(pump, city, run);
        Progress.Say($"ledger: warming up");
        await load.Closed(ArraySize, TimeSpan.FromSeconds(20));
        // What follows a checkpoint is the worst time: every page touched for the first time goes to the log as a whole.
        await Checkpoint(connectionString);
        Progress.Say($"ledger: highest rate, {duration.TotalSeconds:0} s");
        var (batches, entries, commitSeconds) = (observer.Batches, observer.Entries, observer.CommitSeconds);
        var meter = new CpuMeter([("ledger", Environment.ProcessId), ("postgres", server)]);
        meter.Start();
        var rate = await load.Closed(ArraySize, duration);
        var cpu = meter.Stop((long)(rate * duration.TotalSeconds));
        (batches, entries, commitSeconds) = (observer.Batches - batches, observer.Entries - entries, observer.CommitSeconds - commitSeconds);
        Progress.Say($"ledger: {rate:#,0}/s; latencies at 70 %, {rate * 0.7:#,0}/s");
        await load.Open(rate * 0.7, TimeSpan.FromSeconds(5));
        var latency = await load.Open(rate * 0.7, duration);
        var memory = ProcessUsage.MemoryMiB(Environment.ProcessId);
        await pump.Stop(CancellationToken.None);

        var answer = new JsonObject
        {
            ["run"] = run,
            ["perSecond"] = Math.Round(rate),
            ["p50Ms"] = Math.Round(latency.QuantileMs(0.5), 2),
            ["p99Ms"] = Math.Round(latency.QuantileMs(0.99), 2),
            ["memoryMiB"] = Math.Round(memory.Peak),
            ["transfersPerBatch"] = Math.Round((double)entries / batches),
            ["commitMs"] = Math.Round(commitSeconds * 1000 / batches, 2),
            ["settled"] = load.Settled,
            ["settledAmount"] = load.SettledAmount,
            ["failures"] = new JsonObject(load.Failures.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)JsonValue.Create(f.Value)))),
        };
        foreach (var (name, value) in cpu) answer[name] = value!.DeepClone();
        return answer;
    }

    private static async Task Checkpoint(string connectionString)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var connection = await source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand("CHECKPOINT", connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }
}
