using System.Diagnostics.Metrics;
using Ecny.Contracts.Ledger;
using Ecny.Contracts.Telemetry;
using Ecny.Ledger.Pump;
using Ecny.Ledger.Store;

namespace Ecny.Wallets.Ledger;

/// <summary>What an SRE needs to see of a shard, as metrics and log lines.</summary>
public sealed class ShardMetrics(ILogger<ShardMetrics> logger) : IPumpObserver
{
    private static readonly Meter Meter = EcnyTelemetry.Meter;
    private static readonly Gauge<int> Queue = Meter.CreateGauge<int>("ecny.ledger.queue", "{command}", "Commands inside the pump");
    private static readonly Gauge<long> Epoch = Meter.CreateGauge<long>("ecny.ledger.epoch", "{epoch}", "Epoch under which the shard is served");
    private static readonly Counter<long> Commands = Meter.CreateCounter<long>("ecny.ledger.commands", "{command}", "Commands answered");
    private static readonly Counter<long> Entries = Meter.CreateCounter<long>("ecny.ledger.entries", "{entry}", "Journal entries committed");
    private static readonly Histogram<int> BatchSize = Meter.CreateHistogram<int>("ecny.ledger.batch.size", "{command}", "Commands in one commit");
    private static readonly Histogram<double> CommitTime = Meter.CreateHistogram<double>("ecny.ledger.commit.duration", "s", "Time of one commit");
    private static readonly Counter<long> Refused = Meter.CreateCounter<long>("ecny.ledger.overloaded", "{command}", "Commands refused before the queue");
    private static readonly Counter<long> Unknown = Meter.CreateCounter<long>("ecny.ledger.commit.unknown", "{commit}", "Commits whose fate was not known");
    private static readonly Counter<long> Retaken = Meter.CreateCounter<long>("ecny.ledger.taken.back", "{commit}", "Batches decided twice because a forgotten number came again");
    private static readonly Counter<long> Fences = Meter.CreateCounter<long>("ecny.ledger.fenced", "{loss}", "Times the shard was lost to another owner");
    private static readonly Counter<long> Quarantines = Meter.CreateCounter<long>("ecny.ledger.quarantined", "{command}", "Commands kept out of all batches");

    private volatile string? refusing;

    /// <summary>Why the shard that this process serves takes no commands, or null.</summary>
    public string? Refusal => refusing;

    public void Activated(ShardHead head)
    {
        refusing = null;
        Epoch.Record(head.Epoch);
        logger.LogInformation("Serving shard {Shard} under epoch {Epoch} from sequence {Seq}", head.Shard, head.Epoch, head.Seq);
    }

    public void OwnershipLost(long epoch)
    {
        refusing = null;
        Fences.Add(1);
        logger.LogWarning("The shard of epoch {Epoch} has another owner now", epoch);
    }

    public void BatchCommitted(int commands, int entries, TimeSpan commit, int queued)
    {
        Queue.Record(queued);
        Commands.Add(commands);
        Entries.Add(entries);
        BatchSize.Record(commands);
        CommitTime.Record(commit.TotalSeconds);
    }

    public void Overloaded(int commands) => Refused.Add(commands);

    public void LoadFailed(Exception cause) => logger.LogWarning(cause, "Rows could not be read; trying again");

    public void CommitUnknown(long epoch, string? detail)
    {
        Unknown.Add(1);
        logger.LogWarning("The fate of a commit under epoch {Epoch} is not known ({Detail}); the barrier finds out", epoch, detail);
    }

    public void BarrierPassed(ShardHead head, int attempts) =>
        logger.LogInformation("Barrier passed after {Attempts} attempts: shard {Shard}, epoch {Epoch}, sequence {Seq}", attempts, head.Shard, head.Epoch, head.Seq);

    public void TakenBack(int commands) => Retaken.Add(1);

    public void Mismatch(CommitBatch batch, string? detail) =>
        logger.LogError("A batch after sequence {Seq} of shard {Shard} was decided on rows that are not in the database: {Detail}", batch.PrevSeq, batch.Shard, detail);

    public void Quarantined(LedgerCommand command, string reason)
    {
        Quarantines.Add(1);
        logger.LogCritical("Command {Transfer} ({Kind}) of {Institution} is quarantined as PROCESSING: {Reason}", command.Id, command.GetType().Name, command.Institution, reason);
    }

    public void Refusing(string reason)
    {
        refusing = reason;
        logger.LogWarning("Commands are refused: {Reason}", reason);
    }

    public void Ended() => refusing = null;

    public void Serving()
    {
        refusing = null;
        logger.LogInformation("Commands are accepted again");
    }
}
