using System.Security.Cryptography;
using System.Text;

namespace Ecny.Testing.Simulation;

/// <summary>
/// A city's worst half minute on one thread: two hosts that both may believe they own the shard, a database with a standby, clients that time out and repeat,
/// and crashes, lost answers, late commits, failovers, clocks that jump. Afterwards the journal must explain every answer ever given.
/// </summary>
public sealed class Simulation
{
    private readonly Random _random;
    private readonly SimulationOptions _options;
    private readonly SimulatedDatabase _database;
    private readonly HostClock _databaseClock;
    private readonly List<SimulatedHost> _hosts = [];
    private int _names;

    private Simulation(int seed, SimulationOptions options)
    {
        (_random, _options) = (new Random(seed), options);
        _database = new SimulatedDatabase { LosesAcknowledged = options.FailoverLosesAcknowledged };
        // Every third run has a midnight (UTC+8) in its middle.
        var start = seed % 3 == 0 ? new DateTimeOffset(2026, 1, 5, 15, 59, 50, TimeSpan.Zero) : new DateTimeOffset(2026, 1, 5, 4, 0, 0, TimeSpan.Zero);
        Time = new VirtualTime(new Random(_random.Next()), start);
        Faults = new SimulatedFaults(Time, new Random(_random.Next())) { Rate = _random.NextDouble() * _random.NextDouble() * 0.25 };
        _databaseClock = new HostClock(Time) { Offset = TimeSpan.FromMilliseconds(_random.Next(-300, 300)) };
    }

    internal VirtualTime Time { get; }
    internal SimulatedFaults Faults { get; }
    internal History History { get; } = new();
    internal SimulationCounts Counts { get; } = new();

    /// <summary>One run; the same seed and options give the same run.</summary>
    public static SimulationResult Run(int seed, SimulationOptions options)
    {
        var world = new Simulation(seed, options);
        world.Play();
        var violations = world.History.Violations;
        violations.AddRange(JournalCheck.Run(world._database.Tables, world.History));
        world.Counts.DayEnds = world._database.Tables.Journal.Count(entry => entry.Kind == Contracts.Ledger.EntryKind.DayEnd);
        var head = world._database.Tables.Head(0);
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Convert.ToHexString(head?.Chain ?? [])} {world.Time.Steps} {world.Time.Ticks} {world.Counts}")))[..16];
        return new SimulationResult(seed, violations, head?.Seq ?? 0, world.Time.Steps, digest, world.Counts);
    }

    internal SimulatedHost? AnyHost() => _hosts.Count == 0 ? null : _hosts[_random.Next(_hosts.Count)];

    private void Play()
    {
        Task? play = null;
        // Everything starts inside the virtual time, or its continuations would run elsewhere.
        Time.Post(_ => play = Script(), null);
        if (!Time.RunUntil(() => play is { IsCompleted: true }, _options.Trouble + _options.Calm + TimeSpan.FromMinutes(5))) History.Violations.Add("the run does not end");
        if (play is { IsFaulted: true }) History.Violations.Add($"the run broke: {play.Exception.InnerException}");
    }

    private async Task Script()
    {
        _hosts.Add(NewHost());
        var maker = new CommandMaker(Time, new Random(_random.Next()));
        var builder = new SimulatedClient(this, maker, new Random(_random.Next()));
        foreach (var command in maker.City()) await builder.Finish([command]);

        Faults.Active = true;
        var clients = new List<SimulatedClient>();
        for (var i = 0; i < _options.Clients; i++) clients.Add(new SimulatedClient(this, maker, new Random(_random.Next())));
        var running = clients.Select(client => client.Run(_options.CommandsPerClient)).ToList();
        await Trouble();
        var calm = Time.Ticks + _options.Calm.Ticks;
        foreach (var client in running) await Time.Within(TimeSpan.FromTicks(Math.Max(1, calm - Time.Ticks)), client);
        foreach (var failed in running.Where(task => task.IsFaulted)) History.Violations.Add($"a client broke: {failed.Exception!.InnerException}");
        foreach (var client in clients.Where(client => !client.Done)) History.Violations.Add($"a client got no answer after all trouble ended: {client.Doing}; hosts: {string.Join(", ", _hosts.Select(host => $"{host.Name} {host.Pump.Queued} inside, {host.Pump.Refusing ?? "serving"}, {host.Pump.Completion.Status}"))}");
        foreach (var host in _hosts)
            if (!await Time.Within(TimeSpan.FromSeconds(60), host.Pump.Stop(CancellationToken.None)))
                History.Violations.Add($"{host.Name} does not stop");
        // What was late on its way has arrived or never will.
        await Time.Delay(TimeSpan.FromSeconds(20));
    }

    private async Task Trouble()
    {
        var end = Time.Ticks + _options.Trouble.Ticks;
        while (Time.Ticks < end)
        {
            await Time.Delay(TimeSpan.FromMilliseconds(_random.Next(100, 4_000)));
            Disturb(_random.Next(10));
        }
        Faults.Active = false;
        _database.RegainStandby();
        _databaseClock.Offset = TimeSpan.Zero;
        foreach (var host in _hosts) host.Clock.Offset = TimeSpan.FromMilliseconds(_random.Next(-300, 300));
        if (_hosts.Count == 0) _hosts.Add(NewHost());
    }

    private void Disturb(int what)
    {
        switch (what)
        {
            case 0 or 1 when _hosts.Count > 0:
                var victim = _hosts[_random.Next(_hosts.Count)];
                victim.Kill();
                _hosts.Remove(victim);
                Counts.Crashes++;
                Later(_random.Next(100, 5_000), () => _hosts.Add(NewHost()));
                break;
            case 2 when _hosts.Count < 3:
                _hosts.Add(NewHost());
                break;
            case 3:
                _database.FailOver(_random);
                Counts.Failovers++;
                break;
            case 4:
                _database.LoseStandby();
                Later(_random.Next(200, 4_000), _database.RegainStandby);
                break;
            case 5:
                Faults.AwayUntil = Time.Ticks + TimeSpan.FromMilliseconds(_random.Next(100, 4_000)).Ticks;
                break;
            case 6 or 7 when _hosts.Count > 0:
                Jump(_hosts[_random.Next(_hosts.Count)].Clock);
                break;
            case 8:
                Jump(_databaseClock);
                break;
        }
    }

    private void Jump(HostClock clock)
    {
        var before = clock.Offset;
        var size = _random.Next(3) switch { 0 => 1_500, 1 => 20_000, _ => 7_200_000 };
        clock.Offset += TimeSpan.FromMilliseconds(_random.Next(-size, size));
        Counts.ClockJumps++;
        Later(_random.Next(500, 6_000), () =>
        {
            if (Faults.Active) clock.Offset = before;
        });
    }

    private void Later(int milliseconds, Action action) => Time.After(TimeSpan.FromMilliseconds(milliseconds), action);

    private SimulatedHost NewHost() => new($"host-{++_names}", Time, _random, _database, _databaseClock, Faults, _options, Counts, History);
}
