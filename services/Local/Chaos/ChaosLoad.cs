using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Audit;
using Ecny.Local.Sandbox;
using Ecny.Local.Simulator;

namespace Ecny.Local.Chaos;

/// <summary>
/// Pays without a pause (tokens, pay codes, refunds, transfers) while things die. Every number is repeated until it is decided, and what
/// was answered is kept for the reconciliation.
/// </summary>
public sealed class ChaosLoad : IDisposable
{
    private const int People = 24;
    private const int MaxOpen = 2_000;
    private readonly SandboxFile _sandbox;
    private readonly SimulatedCity _city;
    private readonly Random _random;
    private readonly int _rate;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly List<Door> _allDoors = [];
    private readonly HttpClient _doorHttp = CityApi.CreateHttp(1_024);
    private Door[] _doors;
    private Task _running = Task.CompletedTask;
    private int _recordsOfPreparation;
    private long _paidLast, _transferredLast;

    /// <param name="sandbox">Whom to pay, and how.</param>
    /// <param name="rate">Activities begun a second.</param>
    /// <param name="seed">Same seed, same choices.</param>
    public ChaosLoad(SandboxFile sandbox, int rate, int seed)
    {
        (_sandbox, _rate, _random) = (sandbox, rate, new Random(seed));
        _city = new SimulatedCity(sandbox, string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds():x}"), connections: 1_024);
        _doors = [OpenDoor(new Uri(sandbox.Services["wallets"]))];
    }

    /// <summary>Requests that were not carried through although a client did all it could: none is right.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>What was answered, and how long that took.</summary>
    public ClientHistory History => _city.History;

    /// <summary>The records of the load alone.</summary>
    public IEnumerable<ClientRecord> Records => _city.History.Records.Skip(_recordsOfPreparation);

    /// <summary>Opens and funds wallets, makes tokens. Afterwards the load is the only client.</summary>
    public async Task Prepare(CancellationToken cancel)
    {
        _city.Residents.AddRange(await Task.WhenAll(Enumerable.Range(0, People).Select(i => _city.Settle(_city.Operators[i % 2], i % 3 == 0 ? WalletClass.I : WalletClass.II, 4_000_000, cancel))));
        await Task.WhenAll(_city.Residents.SelectMany(resident => _sandbox.Merchants.Take(4).Select(merchant => _city.Token(resident, merchant, cancel))));
        _recordsOfPreparation = _city.History.Records.Count;
    }

    /// <summary>Begins to pay.</summary>
    public void Start() => _running = Task.Run(Run);

    /// <summary>Begins nothing more, and returns when everything begun is decided.</summary>
    public async Task Stop()
    {
        await _stop.CancelAsync();
        await _running;
    }

    /// <summary>Transfers go to these wallet services by turns from now on.</summary>
    public void UseWallets(params Uri[] services) =>
        Volatile.Write(ref _doors, [.. services.Select(uri => _allDoors.Find(door => door.Service == uri) ?? OpenDoor(uri))]);

    /// <summary>Returns when every transfer sent through a wallet service is decided: a client repeats where it has begun.</summary>
    public async Task Drain(Uri service, TimeSpan within, CancellationToken cancel)
    {
        var moment = Stopwatch.GetTimestamp();
        var door = _allDoors.First(door => door.Service == service);
        while (Volatile.Read(ref door.Open) > 0)
        {
            if (Stopwatch.GetElapsedTime(moment) > within) throw new LocalException($"{door.Open} transfers through {service} are not decided.");
            await Task.Delay(10, cancel);
        }
    }

    /// <summary>Transfers settled through a wallet service so far.</summary>
    public long SettledThrough(Uri service) => Interlocked.Read(ref _allDoors.First(door => door.Service == service).Settled);

    /// <summary>Whether anything begun after a moment (<see cref="Stopwatch.GetTimestamp"/>) was answered SETTLED.</summary>
    public bool HasSettledSince(long moment) => Interlocked.Read(ref _paidLast) > moment || Interlocked.Read(ref _transferredLast) > moment;

    /// <summary>How long after <paramref name="moment"/> a payment and a transfer, both begun after it, were settled.</summary>
    /// <exception cref="LocalException">Not within <paramref name="within"/>.</exception>
    public async Task<TimeSpan> Recovery(long moment, TimeSpan within, CancellationToken cancel)
    {
        while (Interlocked.Read(ref _paidLast) <= moment || Interlocked.Read(ref _transferredLast) <= moment)
        {
            if (Stopwatch.GetElapsedTime(moment) > within)
            {
                throw new LocalException(string.Create(CultureInfo.InvariantCulture,
                    $"No recovery within {within.TotalSeconds:0} s: payments {(_paidLast > moment ? "are" : "are NOT")} settled again, transfers {(_transferredLast > moment ? "are" : "are NOT")}."));
            }
            await Task.Delay(10, cancel);
        }
        return Stopwatch.GetElapsedTime(moment);
    }

    public void Dispose()
    {
        foreach (var api in _allDoors.SelectMany(door => door.Operators)) api.Dispose();
        _doorHttp.Dispose();
        _city.Dispose();
        _stop.Dispose();
    }

    private Door OpenDoor(Uri service)
    {
        var services = new Dictionary<string, string>(_sandbox.Services) { ["wallets"] = service.ToString().TrimEnd('/') };
        var door = new Door(service, [.. _city.Operators.Select(api => new CityApi(_doorHttp, _sandbox with { Services = services }, api.Institution, _city.History))]);
        _allDoors.Add(door);
        return door;
    }

    private async Task Run()
    {
        var open = new List<Task>();
        var watch = Stopwatch.StartNew();
        for (var begun = 0L; !_stop.IsCancellationRequested; begun++)
        {
            var early = TimeSpan.FromSeconds((double)begun / _rate) - watch.Elapsed;
            if (early > TimeSpan.Zero) await Task.Delay(early, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (begun % 100 == 0) open.RemoveAll(task => task.IsCompleted);
            // Clients that wait for an answer do not begin more.
            if (open.Count < MaxOpen) open.Add(Begin(begun, new Random(_random.Next())));
        }
        await Task.WhenAll(open);
    }

    private async Task Begin(long turn, Random random)
    {
        var resident = _city.Residents[random.Next(People)];
        var merchant = _sandbox.Merchants[random.Next(4)];
        var amount = random.Next(1, 200);
        try
        {
            await Task.Yield();
            switch (random.Next(10))
            {
                case < 4:
                    await Pay(resident, merchant, amount);
                    break;
                case < 6:
                    var paid = await Pay(resident, merchant, amount);
                    if (paid.IsSettled) await _city.Refund(paid.Text("paymentNo"), Math.Max(1, amount / 2), CancellationToken.None);
                    break;
                case 6:
                    await _city.Pay(merchant, "PAY_CODE", await _city.PayCode(resident, null, CancellationToken.None), amount, CancellationToken.None);
                    break;
                default:
                    await Transfer(resident, _city.Residents[(_city.Residents.IndexOf(resident) + random.Next(1, People)) % People], amount, turn);
                    break;
            }
        }
        catch (Exception e) when (e is LocalException or HttpRequestException)
        {
            _failures.Enqueue(e.Message);
        }
    }

    private async Task<Answer> Pay(Resident resident, SandboxMerchant merchant, long amount)
    {
        var begun = Stopwatch.GetTimestamp();
        var answer = await _city.Pay(merchant, "TOKEN", await _city.Token(resident, merchant, CancellationToken.None), amount, CancellationToken.None);
        if (answer.IsSettled) Advance(ref _paidLast, begun);
        return answer;
    }

    private async Task Transfer(Resident from, Resident to, long amount, long turn)
    {
        var doors = Volatile.Read(ref _doors);
        var door = doors[turn % doors.Length];
        var begun = Stopwatch.GetTimestamp();
        Interlocked.Increment(ref door.Open);
        try
        {
            var answer = await _city.Transfer(from.WalletId, door.Operators.First(api => api.Institution == from.Operator.Institution), to.WalletId, amount, "S09", CancellationToken.None);
            if (!answer.IsSettled) return;
            Interlocked.Increment(ref door.Settled);
            Advance(ref _transferredLast, begun);
        }
        finally
        {
            Interlocked.Decrement(ref door.Open);
        }
    }

    private static void Advance(ref long last, long moment)
    {
        for (var seen = Interlocked.Read(ref last); seen < moment;) seen = Interlocked.CompareExchange(ref last, moment, seen) is var now && now == seen ? moment : now;
    }

    private sealed class Door(Uri service, CityApi[] operators)
    {
        public Uri Service { get; } = service;

        public CityApi[] Operators { get; } = operators;

        public long Settled;

        public int Open;
    }
}
