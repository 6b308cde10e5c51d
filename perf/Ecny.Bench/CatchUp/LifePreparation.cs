using System.Globalization;
using Ecny.Bench.Report;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Ledger.Postgres;
using Ecny.Ledger.Pump;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Ecny.Bench.CatchUp;

/// <summary>
/// Makes the journal the way a city makes it: commands through the ledger's pump, core and store, so that every entry is one that the ledger would write. The times are those
/// of the preparation, which takes minutes: windows of hours hold all of it, which is harder for risk than the hour it stands for.
/// </summary>
internal sealed class LifePreparation(string connectionString, LifeCity city) : IPumpObserver
{
    private const int Callers = 16, ArraySize = 256;
    private long entries;
    private long refused;

    public async Task Run(CancellationToken stop)
    {
        Progress.Say($"preparing a journal of {city.Entries:#,0} entries");
        LedgerMigrations.Run(connectionString);
        await using var store = new PostgresLedgerStore(new PostgresLedgerOptions { ConnectionString = connectionString });
        await using var pump = new LedgerPump(store, new LedgerCore(Policy.Shipped), new LedgerStateOptions(), new PumpOptions { Shard = 0, Owner = "bench-preparation" }, this, NullLogger<LedgerPump>.Instance);
        await pump.Start();
        while (!pump.Serving || pump.Refusing is not null) await Task.Delay(20, stop);

        await Submit(pump, [.. Platform()], null);
        await Each(pump, LifeCity.Persons, i => Open(LifeCity.Person(i), i), stop);
        await Each(pump, LifeCity.Merchants, i => Open(LifeCity.Merchant(i), LifeCity.Persons + i), stop);
        await Each(pump, LifeCity.Persons, i => LifeSource.Fill(LifeCity.Person(i), string.Create(CultureInfo.InvariantCulture, $"first-{i}"), LifeCity.Opening(LifeCity.Person(i).Class)), stop);
        Progress.Say($"{Interlocked.Read(ref entries):#,0} entries: wallets opened and filled");
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(lane => Task.Run(() => Live(pump, new LifeSource(lane), stop), stop)));
        await pump.Stop(CancellationToken.None);
        Progress.Say($"{Interlocked.Read(ref entries):#,0} entries; {Interlocked.Read(ref refused):#,0} commands named what is not there");
        if (refused > city.Entries / 100) throw new InvalidOperationException($"{refused} commands were refused: the city does not live as it should.");
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand("VACUUM (ANALYZE) ledger.wallet, ledger.journal");
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(stop);
    }

    void IPumpObserver.BatchCommitted(int commands, int entries, TimeSpan commit, int queued) => Interlocked.Add(ref this.entries, entries);

    private async Task Live(LedgerPump pump, LifeSource source, CancellationToken stop)
    {
        while (Interlocked.Read(ref entries) < city.Entries)
        {
            stop.ThrowIfCancellationRequested();
            var commands = new LedgerCommand[ArraySize];
            for (var i = 0; i < commands.Length; i++) commands[i] = source.Next();
            await Submit(pump, commands, source);
        }
    }

    private async Task Each(LedgerPump pump, long count, Func<long, LedgerCommand> command, CancellationToken stop) =>
        await Parallel.ForEachAsync(Enumerable.Range(0, (int)count).Chunk(ArraySize), new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = stop },
            async (part, _) => await Submit(pump, [.. part.Select(i => command(i))], null));

    private async Task Submit(LedgerPump pump, LedgerCommand[] commands, LifeSource? source)
    {
        foreach (var outcome in await pump.Submit(commands))
        {
            source?.Settled(outcome);
            if (outcome.Status is OutcomeStatus.Settled or OutcomeStatus.Declined) continue;
            if (source is null || outcome.Status != OutcomeStatus.Refused) throw new InvalidOperationException($"The preparation was answered {outcome.Status} {outcome.Refusal}.");
            Interlocked.Increment(ref refused);
        }
    }

    // Under the numbers that Wallets itself gives them: it finds them there.
    private static IEnumerable<LedgerCommand> Platform()
    {
        yield return OpenSystem(LifeCity.Issuance, WalletClass.Issuance, "platform");
        for (var i = 0; i < LifeCity.Operators; i++)
        {
            yield return OpenSystem(LifeCity.Account(i), WalletClass.Operator, LifeCity.Operator(i));
            var prefix = WalletNumber.PrefixOf(LifeCity.Account(i));
            var number = string.Create(CultureInfo.InvariantCulture, $"quota-{prefix}");
            yield return new IssueCommand
            {
                Id = TransferId.Of("platform", NumberKind.System, number), Institution = "platform", Number = number, Fingerprint = Hashing.Fingerprint(number, "100000000000000000"),
                NotAfterMicros = long.MaxValue, Issuance = LifeCity.Issuance, OperatorAccount = LifeCity.Account(i), Amount = 100_000_000_000_000_000,
            };
        }
    }

    private static WalletOpenCommand OpenSystem(long wallet, WalletClass walletClass, string institution)
    {
        var number = $"open-{WalletNumber.Text(wallet)}";
        return new WalletOpenCommand
        {
            Id = TransferId.Of("platform", NumberKind.System, number), Institution = "platform", Number = number, Fingerprint = Hashing.Fingerprint(number, institution),
            NotAfterMicros = long.MaxValue, Wallet = wallet, Class = walletClass, Operator = institution,
        };
    }

    private static WalletOpenCommand Open(Holder holder, long index)
    {
        var (institution, number) = (LifeCity.Operator(holder.Operator), string.Create(CultureInfo.InvariantCulture, $"w-{index}"));
        return new WalletOpenCommand
        {
            Id = TransferId.Of(institution, NumberKind.Wallet, number), Institution = institution, Number = number, Fingerprint = holder.Wallet, NotAfterMicros = long.MaxValue,
            Wallet = holder.Wallet, Class = holder.Class, Operator = institution, District = holder.District,
        };
    }
}
