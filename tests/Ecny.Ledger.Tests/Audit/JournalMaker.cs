using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Ledger.Postgres;
using Ecny.Ledger.Store;
using Ecny.Testing;
using Npgsql;
using Xunit;

namespace Ecny.Ledger.Tests.Audit;

/// <summary>Makes journals with the real core and the real store: a small city, then random commands of every kind, from a seed.</summary>
internal sealed class JournalMaker : IAsyncDisposable
{
    public const string Institution = "test-acquirer";
    private const int BatchSize = 40;
    private readonly LedgerCore _core = new(Policy.Shipped);
    private readonly LedgerState _state = new(new LedgerStateOptions());
    private readonly Random _random;
    private readonly List<long> _wallets = [];
    private readonly List<TransferId> _payments = [];
    private readonly List<TransferId> _holds = [];
    private readonly long _operator = WalletNumber.Compose(101, 0);
    private long _now;
    private int _number, _pending;

    private JournalMaker(string connectionString, int seed)
    {
        _random = new Random(seed);
        ConnectionString = connectionString;
        Database = NpgsqlDataSource.Create(connectionString);
        Store = new PostgresLedgerStore(new PostgresLedgerOptions { ConnectionString = connectionString });
    }

    public string ConnectionString { get; }
    public NpgsqlDataSource Database { get; }
    public PostgresLedgerStore Store { get; }
    public ILedgerStore Journal => Store;
    public List<ClientRecordLine> Sent { get; } = [];
    public IReadOnlyList<TransferId> Payments => _payments;
    public IReadOnlyList<long> Wallets => _wallets;

    /// <summary>A migrated database with an issuance account, an operator with quota, and wallets with money.</summary>
    public static async Task<JournalMaker> Create(PostgresFixture postgres, int seed, int wallets = 12)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var connectionString = await postgres.CreateDatabase();
        LedgerMigrations.Run(connectionString);
        var maker = new JournalMaker(connectionString, seed);
        var head = (await maker.Journal.Activate(0, "test", TimeSpan.Zero, default))!;
        maker._state.Reset(head);
        // A new shard begins at the database's date; from there on time is ours.
        maker._now = new DateTimeOffset(head.BusinessDate.AddDays(1), new TimeOnly(9, 0), TimeSpan.FromHours(8)).ToUnixTimeMilliseconds() * 1000;
        await maker.Open(wallets);
        return maker;
    }

    public async Task<LedgerOutcome> Do(LedgerCommand command, NumberKind kind, long? amount)
    {
        _now += 1 + _random.Next(3000);
        LedgerOutcome? outcome;
        for (var missing = new KeySet(); (outcome = _core.Decide(_state, command, _now, missing)) is null; missing = new KeySet())
            _state.Absorb(missing, await Journal.Load(0, missing, default));
        Sent.Add(new ClientRecordLine(kind, command.Number, amount, outcome));
        if (++_pending >= BatchSize) await Commit();
        return outcome;
    }

    public async Task Commit()
    {
        _pending = 0;
        if (!_state.HasDecisions) return;
        var batch = _state.Seal();
        var answer = await Journal.Commit(batch);
        Assert.Equal((CommitResult.Committed, null), (answer.Result, answer.Detail));
        _state.Committed(batch);
    }

    /// <summary>Lets the clock go on to another business date.</summary>
    public void Sleep(TimeSpan time) => _now += (long)time.TotalMicroseconds;

    public async Task Random(int commands)
    {
        for (var i = 0; i < commands; i++)
        {
            await RandomCommand();
            if (_random.Next(60) == 0) Sleep(TimeSpan.FromHours(_random.Next(1, 50)));
        }
        await Commit();
    }

    /// <summary>A payment of one fen and upward from the first wallet to the second.</summary>
    public Task<LedgerOutcome> Pay(long amount) => Do(Fill(new PaymentCommand { Id = default, Institution = "", Number = "", Fingerprint = 1, NotAfterMicros = 0, Payer = _wallets[0], Payee = _wallets[1], Amount = amount }, NumberKind.Payment), NumberKind.Payment, amount);

    public Task<LedgerOutcome> Refund(TransferId payment, long amount) => Do(Fill(new RefundCommand { Id = default, Institution = "", Number = "", Fingerprint = 1, NotAfterMicros = 0, Payment = payment, Amount = amount }, NumberKind.Refund), NumberKind.Refund, amount);

    /// <summary>Drops memory: whatever is needed is read from the database again.</summary>
    public async Task Restart() => _state.Reset((await Journal.Activate(0, "test", TimeSpan.Zero, default))!);

    private async Task Open(int wallets)
    {
        var issuance = WalletNumber.Compose(100, 0);
        await DoOpen(issuance, WalletClass.Issuance);
        await DoOpen(_operator, WalletClass.Operator);
        await DoOpen(WalletNumber.Compose(101, 1), WalletClass.Suspense);
        await Do(Fill(new IssueCommand { Id = default, Institution = "", Number = "", Fingerprint = 1, NotAfterMicros = 0, Issuance = issuance, OperatorAccount = _operator, Amount = 100_000_000_000 }, NumberKind.System), NumberKind.System, 100_000_000_000);
        for (var i = 0; i < wallets; i++)
        {
            var wallet = WalletNumber.Compose(101, 100 + i);
            _wallets.Add(wallet);
            await DoOpen(wallet, i % 3 == 1 ? WalletClass.Corporate : WalletClass.I);
            await Do(Fill(new ExchangeCommand { Id = default, Institution = "", Number = "", Fingerprint = 1, NotAfterMicros = 0, OperatorAccount = _operator, Wallet = wallet, Amount = 5_000_000, In = true }, NumberKind.Exchange), NumberKind.Exchange, 5_000_000);
        }
        await Commit();
    }

    private Task<LedgerOutcome> DoOpen(long wallet, WalletClass walletClass) =>
        Do(Fill(new WalletOpenCommand { Id = default, Institution = "", Number = "", Fingerprint = 1, NotAfterMicros = 0, Wallet = wallet, Class = walletClass, Operator = "op-101", District = "CY" }, NumberKind.Wallet), NumberKind.Wallet, null);

    private T Fill<T>(T command, NumberKind kind) where T : LedgerCommand
    {
        var number = $"n-{++_number:000000}";
        return command with { Id = TransferId.Of(Institution, kind, number), Institution = Institution, Number = number, NotAfterMicros = _now + 15_000_000, Context = "{\"scenario\":\"S01\",\"remark\":\"早餐\"}" };
    }

    private TransferCommand Transfer(long amount) =>
        Fill(new TransferCommand { Id = default, Institution = "", Number = "", Fingerprint = 1, NotAfterMicros = 0, From = Wallet(), To = Wallet(), Amount = amount }, NumberKind.Transfer);

    private long Wallet() => _wallets[_random.Next(_wallets.Count)];

    private async Task RandomCommand()
    {
        // Some ask for more than anybody has: declines are entries too.
        long amount = _random.Next(20) == 0 ? 900_000_000 : 1 + _random.Next(20_000);
        switch (_random.Next(19))
        {
            case 0 or 1 or 2 or 3:
                var once = _random.Next(3) == 0 ? OnceKey.Order("a", "m", _random.Next(200).ToString(System.Globalization.CultureInfo.InvariantCulture)) : (OnceKey?)null;
                var bucket = 2 + _random.Next(2);
                var pay = Fill(new PaymentCommand
                {
                    Id = default, Institution = "", Number = "", Fingerprint = 1, NotAfterMicros = 0, Payer = Wallet(), Payee = Wallet(), Amount = amount,
                    Once = once is { } key ? [key] : [], Bound = _random.Next(2) == 0 ? [new Part(bucket, amount)] : [],
                }, NumberKind.Payment);
                if ((await Do(pay, NumberKind.Payment, amount)).Status == OutcomeStatus.Settled) _payments.Add(pay.Id);
                break;
            case 4 or 5:
                await Do(Transfer(amount), NumberKind.Transfer, amount);
                break;
            case 6 or 7:
                var hold = Fill(new HoldCommand { Id = default, Institution = "", Number = "", Fingerprint = 1, NotAfterMicros = 0, Wallet = Wallet(), Amount = amount }, NumberKind.Hold);
                if ((await Do(hold, NumberKind.Hold, amount)).Status == OutcomeStatus.Settled) _holds.Add(hold.Id);
                break;
            case 8 when _holds.Count > 0:
                await Do(Fill(new HoldPostCommand { Id = default, Institution = "", Number = "", Fingerprint = 1, NotAfterMicros = 0, Hold = _holds[_random.Next(_holds.Count)], Payee = Wallet(), Amount = amount }, NumberKind.HoldPost), NumberKind.HoldPost, amount);
                break;
            case 9 when _holds.Count > 0:
                await Do(Fill(new HoldVoidCommand { Id = default, Institution = "", Number = "", Fingerprint = 1, NotAfterMicros = 0, Hold = _holds[_random.Next(_holds.Count)] }, NumberKind.HoldVoid), NumberKind.HoldVoid, null);
                break;
            case 10 or 11 when _payments.Count > 0:
                await Do(Fill(new RefundCommand { Id = default, Institution = "", Number = "", Fingerprint = 1, NotAfterMicros = 0, Payment = _payments[_random.Next(_payments.Count)], Amount = amount }, NumberKind.Refund), NumberKind.Refund, amount);
                break;
            case 12:
                await Do(Fill(new FundCommand { Id = default, Institution = "", Number = "", Fingerprint = 1, NotAfterMicros = 0, Funder = _wallets[1], Bucket = new BucketId(Wallet(), 2 + _random.Next(2)), Amount = amount, ReturnTo = _wallets[1] }, NumberKind.Contract), NumberKind.Contract, amount);
                break;
            case 13:
                LedgerCommand[] members = [Transfer(amount), Transfer(amount)];
                var group = Fill(new GroupCommand { Id = default, Institution = "", Number = "", Fingerprint = 1, NotAfterMicros = 0, Members = members }, NumberKind.Group);
                var outcome = await Do(group, NumberKind.Group, null);
                if (outcome.Status is OutcomeStatus.Settled or OutcomeStatus.Declined)
                    foreach (var member in members) Sent.Add(new ClientRecordLine(NumberKind.Transfer, member.Number, amount, outcome));
                break;
            case 14 when _payments.Count > 0:
                var original = _payments[_random.Next(_payments.Count)];
                await Do(Fill(new CancelCommand { Id = default, Institution = "", Number = "", Fingerprint = 1, NotAfterMicros = 0, Original = original, OriginalNumber = "of-a-payment" }, NumberKind.Cancel), NumberKind.Cancel, null);
                break;
            case 15:
                await Do(Fill(new TokenCommand { Id = default, Institution = "", Number = "", Fingerprint = 1, NotAfterMicros = 0, Token = Hashing.Id(200, $"{_number}"), Wallet = Wallet(), MerchantNo = "M1" }, NumberKind.Token), NumberKind.Token, null);
                break;
            case 16:
                await Do(Fill(new WalletStateCommand { Id = default, Institution = "", Number = "", Fingerprint = 1, NotAfterMicros = 0, Wallet = Wallet(), State = _random.Next(4) == 0 ? WalletState.Frozen : WalletState.Normal }, NumberKind.WalletState), NumberKind.WalletState, null);
                break;
            case 17 when _holds.Count > 0:
                await Do(Fill(new HoldPostCommand { Id = default, Institution = "", Number = "", Fingerprint = 1, NotAfterMicros = 0, Hold = _holds[_random.Next(_holds.Count)], Payee = _operator, Amount = amount, BookAs = EntryKind.ExchangeOut }, NumberKind.Exchange), NumberKind.Exchange, amount);
                break;
            case 18:
                await Do(Fill(new ExchangeCommand { Id = default, Institution = "", Number = "", Fingerprint = 1, NotAfterMicros = 0, OperatorAccount = _operator, Wallet = Wallet(), Amount = amount, In = _random.Next(2) == 0 }, NumberKind.Exchange), NumberKind.Exchange, amount);
                break;
            default:
                await Do(Fill(new OnceCloseCommand { Id = default, Institution = "", Number = "", Fingerprint = 1, NotAfterMicros = 0, Key = OnceKey.Order("a", "m", $"closed-{_number}") }, NumberKind.System), NumberKind.System, null);
                break;
        }
    }

    public async Task<T> Scalar<T>(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task Execute(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await Database.DisposeAsync();
    }
}

/// <summary>What was sent and what was answered.</summary>
internal sealed record ClientRecordLine(NumberKind Kind, string Number, long? Amount, LedgerOutcome Outcome);
