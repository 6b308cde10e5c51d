using Ecny.Contracts.Ledger;

namespace Ecny.Testing.Simulation;

/// <summary>Sends commands, times out, repeats, asks; believes only what it was told, and writes that down.</summary>
internal sealed class SimulatedClient(Simulation world, CommandMaker maker, Random random)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public bool Done { get; private set; }

    /// <summary>What it is waiting for, for the report of a run that does not end.</summary>
    public string Doing { get; private set; } = "";

    public async Task Run(int commands)
    {
        for (var sent = 0; sent < commands;)
        {
            var burst = random.Next(5) == 0 ? random.Next(2, 6) : 1;
            var batch = new LedgerCommand[burst];
            for (var i = 0; i < burst; i++) batch[i] = maker.Make();
            sent += burst;
            if (random.Next(12) == 0) _ = SendOnce([CommandMaker.OtherContent(batch[0])]);
            if (random.Next(12) == 0) _ = SendOnce(batch);
            await Finish(batch);
            if (random.Next(4) == 0) await Ask(batch[0].Id);
            if (random.Next(6) == 0) await AskWallet();
            await world.Time.Delay(TimeSpan.FromMilliseconds(random.Next(1, 1_500)));
        }
        Done = true;
    }

    public async Task Finish(LedgerCommand[] batch)
    {
        var open = batch;
        for (var attempt = 0; open.Length > 0; attempt++)
        {
            Doing = string.Join(", ", open.Select(command => $"{command.GetType().Name} {command.Id}"));
            if (attempt > 0) world.Counts.Retries++;
            var outcomes = await SendOnce(open);
            if (outcomes is not null) open = [.. open.Where((_, i) => outcomes[i].Status is OutcomeStatus.Processing or OutcomeStatus.Overloaded or OutcomeStatus.Unavailable)];
            if (open.Length == 0) return;
            // Some clients never come back; their commands are decided or not, but never half.
            if (world.Faults.Active && random.Next(60) == 0) return;
            await world.Time.Delay(TimeSpan.FromMilliseconds(random.Next(20, 1_000)));
            open = Array.ConvertAll(open, command => maker.NowMicros > command.NotAfterMicros && command is PaymentCommand or TransferCommand or ExchangeCommand ? CommandMaker.Resolve(command) : command);
        }
    }

    private async Task<LedgerOutcome[]?> SendOnce(LedgerCommand[] commands)
    {
        var host = world.AnyHost();
        if (host is null) return null;
        foreach (var command in commands) if (command is not ResolveCommand) world.History.Sends(command);
        var known = commands.Select(command => world.History.IsFinal(command.Id)).ToArray();
        var open = commands.Select(NamesOnlyOpenWallets).ToArray();
        try
        {
            var call = host.Pump.Submit(commands);
            if (!await world.Time.Within(Patience, call)) return null;
            var outcomes = await call;
            if (host.Dead) return null;
            for (var i = 0; i < commands.Length; i++) Note(commands[i], outcomes[i], known[i], open[i]);
            return outcomes;
        }
        catch (ShardUnavailableException)
        {
            return null;
        }
    }

    private void Note(LedgerCommand command, LedgerOutcome outcome, bool wasFinal, bool namedOnlyOpenWallets)
    {
        if (outcome.Status == OutcomeStatus.Settled) world.Counts.Settled++;
        if (outcome.Status == OutcomeStatus.Declined) world.Counts.Declined++;
        world.History.Answered(command, outcome);
        if (wasFinal && outcome.Status is OutcomeStatus.Refused) world.History.Violations.Add($"{command.Id} had its answer and was refused later");
        if (namedOnlyOpenWallets && outcome.Refusal is Refusal.PayeeUnknown or Refusal.PayerUnknown or Refusal.WalletUnknown)
            world.History.Violations.Add($"{command.Id} names wallets that were opened before, and was refused as {outcome.Refusal}");
    }

    private bool NamesOnlyOpenWallets(LedgerCommand command)
    {
        var wallets = new List<long>();
        if (command is not (PaymentCommand { Token: null } or TransferCommand or ExchangeCommand or HoldCommand)) return false;
        command.CollectNamed(wallets, new List<TransferId>());
        return wallets.TrueForAll(world.History.IsOpen);
    }

    private async Task Ask(TransferId id)
    {
        var host = world.AnyHost();
        if (host is null) return;
        var wasFinal = world.History.IsFinal(id);
        try
        {
            var call = host.Pump.Find(id);
            if (!await world.Time.Within(Patience, call) || host.Dead) return;
            var record = await call;
            if (record is null && wasFinal) world.History.Violations.Add($"{id} had its answer and was not found later");
            if (record is { Outcome.Status: OutcomeStatus.Settled or OutcomeStatus.Declined }) world.History.Answered(CommandMaker.Stub(id), record.Outcome);
        }
        catch (Exception failure) when (failure is ShardUnavailableException or IOException)
        {
            // Not served here now: that says nothing.
            world.Counts.Retries++;
        }
    }

    private async Task AskWallet()
    {
        var host = world.AnyHost();
        if (host is null) return;
        var wallet = maker.Wallets[random.Next(maker.Wallets.Count)];
        var (answered, open) = (world.History.AnsweredSeq, world.History.IsOpen(wallet));
        try
        {
            var call = host.Pump.Wallet(wallet);
            if (!await world.Time.Within(Patience, call) || host.Dead) return;
            var snapshot = await call;
            if (snapshot is null && open) world.History.Violations.Add($"wallet {wallet} was opened and is not known");
            if (snapshot is not null && snapshot.AsOfSeq < answered) world.History.Violations.Add($"wallet {wallet} is shown as of {snapshot.AsOfSeq}, after {answered} was answered");
        }
        catch (Exception failure) when (failure is ShardUnavailableException or IOException)
        {
            world.Counts.Retries++;
        }
    }
}
