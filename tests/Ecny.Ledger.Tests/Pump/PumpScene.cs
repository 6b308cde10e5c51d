using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Ledger.Pump;
using Ecny.Ledger.Store;
using Ecny.Testing.Simulation;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecny.Ledger.Tests.Pump;

/// <summary>A pump on the simulated store in virtual time: a test takes milliseconds and is the same each time.</summary>
internal sealed class PumpScene : IPumpObserver
{
    public const string Institution = "operator-a";
    public static readonly long Issuance = WalletNumber.Compose(100, 0);
    public static readonly long Account = WalletNumber.Compose(101, 0);
    public static readonly long Alice = WalletNumber.Compose(101, 100);
    public static readonly long Bob = WalletNumber.Compose(101, 101);
    private int _number;

    private PumpScene(VirtualTime time)
    {
        Time = time;
        DatabaseClock = new HostClock(time);
        Clock = new HostClock(time);
        Store = new ScriptedStore(new SimulatedLedgerStore(Database, DatabaseClock, new SimulatedFaults(time, new Random(1))));
    }

    public VirtualTime Time { get; }
    public SimulatedDatabase Database { get; } = new();
    public HostClock DatabaseClock { get; }
    public HostClock Clock { get; }
    public ScriptedStore Store { get; }
    public LedgerPump Pump { get; private set; } = null!;
    public List<TransferId> Quarantined { get; } = [];
    public List<string> Reasons { get; } = [];
    public int Mismatches { get; private set; }
    public int Lost { get; private set; }
    public int TakenBack { get; private set; }

    public IReadOnlyList<Entry> Journal => Database.Tables.Journal;

    /// <summary>Plays a scenario against a started pump and a small city: Alice has 10 000 fen, Bob nothing.</summary>
    public static void Play(Func<PumpScene, Task> scenario) => Play(options => options, scenario);

    public static void Play(Func<PumpOptions, PumpOptions> adjust, Func<PumpScene, Task> scenario) => Play(new DateTimeOffset(2026, 1, 5, 4, 0, 0, TimeSpan.Zero), adjust, scenario);

    public static void Play(DateTimeOffset start, Func<PumpOptions, PumpOptions> adjust, Func<PumpScene, Task> scenario)
    {
        var time = new VirtualTime(new Random(1), start);
        Task? playing = null;
        time.Post(_ => playing = Begin(time, adjust, scenario), null);
        var ended = time.RunUntil(() => playing is { IsCompleted: true }, TimeSpan.FromMinutes(10));
        if (playing is { IsFaulted: true }) playing.GetAwaiter().GetResult();
        Xunit.Assert.True(ended, "the scenario does not end");
    }

    private static async Task Begin(VirtualTime time, Func<PumpOptions, PumpOptions> adjust, Func<PumpScene, Task> scenario)
    {
        var scene = new PumpScene(time);
        scene.Pump = scene.NewPump("host-1", scene.Store, adjust);
        await scene.Pump.Start();
        foreach (var (wallet, walletClass) in new[] { (Issuance, WalletClass.Issuance), (Account, WalletClass.Operator), (Alice, WalletClass.I), (Bob, WalletClass.I) })
            await scene.Settle(scene.Make(number => new WalletOpenCommand { Id = Id(number), Institution = Institution, Number = number, Fingerprint = 1, NotAfterMicros = long.MaxValue, Wallet = wallet, Class = walletClass, Operator = Institution }));
        await scene.Settle(scene.Make(number => new IssueCommand { Id = Id(number), Institution = Institution, Number = number, Fingerprint = 1, NotAfterMicros = long.MaxValue, Issuance = Issuance, OperatorAccount = Account, Amount = 1_000_000 }));
        await scene.Settle(scene.Make(number => new ExchangeCommand { Id = Id(number), Institution = Institution, Number = number, Fingerprint = 1, NotAfterMicros = long.MaxValue, OperatorAccount = Account, Wallet = Alice, Amount = 10_000, In = true }));
        await scenario(scene);
    }

    public LedgerPump NewPump(string owner, ILedgerStore store, Func<PumpOptions, PumpOptions> adjust, LedgerStateOptions? memory = null) => new(store, new LedgerCore(Policy.Shipped), memory ?? new LedgerStateOptions(), adjust(new PumpOptions
    {
        Shard = 0, Owner = owner, Time = Clock, Random = new Random(1), Scheduler = TaskScheduler.FromCurrentSynchronizationContext(), MinimumTenure = TimeSpan.Zero,
    }), this, NullLogger<LedgerPump>.Instance);

    public long NowMicros => (Time.UtcNow - DateTimeOffset.UnixEpoch).Ticks / 10;

    public T Make<T>(Func<string, T> make) where T : LedgerCommand => make($"n{++_number}");

    public TransferCommand Transfer(long amount, bool bulk = false) => Make(number => new TransferCommand
    {
        Id = Id(number), Institution = Institution, Number = number, Fingerprint = 1, NotAfterMicros = long.MaxValue, From = Alice, To = Bob, Amount = amount, Bulk = bulk,
    });

    public HoldCommand Hold(long amount, long expiresAtMicros) => Make(number => new HoldCommand
    {
        Id = Id(number), Institution = Institution, Number = number, Fingerprint = 1, NotAfterMicros = long.MaxValue, Wallet = Alice, Amount = amount, ExpiresAtMicros = expiresAtMicros,
    });

    public async Task<LedgerOutcome> Decide(LedgerCommand command) => (await Pump.Submit([command]))[0];

    public async Task Settle(LedgerCommand command)
    {
        var outcome = await Decide(command);
        Xunit.Assert.True(outcome.Status == OutcomeStatus.Settled, $"{outcome}");
    }

    public static TransferId Id(string number) => TransferId.Of(Institution, NumberKind.Transfer, number);

    void IPumpObserver.Mismatch(CommitBatch batch, string? detail) => Mismatches++;
    void IPumpObserver.Quarantined(LedgerCommand command, string reason) => Quarantined.Add(command.Id);
    void IPumpObserver.Refusing(string reason) => Reasons.Add(reason);
    void IPumpObserver.TakenBack(int commands) => TakenBack++;
    void IPumpObserver.OwnershipLost(long epoch) => Lost++;
}
