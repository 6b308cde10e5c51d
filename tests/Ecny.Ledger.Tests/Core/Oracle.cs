using System.Numerics;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;

namespace Ecny.Ledger.Tests.Core;

/// <summary>
/// A naive second opinion: every rule written from the definitions, with lists that are summed anew each time instead of counters, and no batches,
/// caches or versions. Slow and obvious on purpose.
/// </summary>
internal sealed class Oracle(Policy policy)
{
    public sealed record Answer(OutcomeStatus Status, DeclineCode Code = DeclineCode.None, Refusal Refusal = Refusal.None, long Amount = 0, long RefundedTotal = 0);

    private sealed class W
    {
        public WalletClass Class;
        public WalletState State, After;
        public long Until;
        public long Available;
        public Dictionary<int, (long Balance, long Expires, long ReturnTo)> Buckets = [];
        public List<(int Day, int Year, long Amount)> Spent = [];
        public long Held;
    }

    private sealed class H
    {
        public long Wallet, Amount, Expires;
        public bool Open = true, Counts;
        public int Day, Year;
    }

    private sealed class P
    {
        public long Payee, Refunded;
        public List<(long Wallet, int Bucket, long Amount)> Parts = [];
        public long Total => Parts.Sum(part => part.Amount);
        public long[] Given = [];
    }

    private sealed record Remembered(long Fingerprint, Answer Answer, TransferId? RefundOf);

    private readonly Dictionary<long, W> _wallets = [];
    private readonly Dictionary<TransferId, H> _holds = [];
    private readonly Dictionary<TransferId, P> _payments = [];
    private readonly Dictionary<TransferId, Remembered> _numbers = [];
    private readonly Dictionary<OnceKey, bool> _once = [];
    private readonly Dictionary<Guid, TokenCommand> _tokens = [];
    private readonly List<(Guid Token, int Day, long Amount)> _tokenUse = [];
    private long _now;

    public IReadOnlyDictionary<BucketId, long> Balances()
    {
        var all = new Dictionary<BucketId, long>();
        foreach (var (id, wallet) in _wallets)
        {
            all[BucketId.AvailableOf(id)] = wallet.Available;
            if (wallet.Held != 0) all[BucketId.HeldOf(id)] = wallet.Held;
            foreach (var (number, bucket) in wallet.Buckets) if (bucket.Balance != 0) all[new BucketId(id, number)] = bucket.Balance;
        }
        return all;
    }

    public Answer Decide(LedgerCommand command, long now)
    {
        _now = Math.Max(_now, now);
        if (_numbers.TryGetValue(command.Id, out var known))
        {
            if (known.Fingerprint != 0 && known.Fingerprint != command.Fingerprint && command is not ResolveCommand) return new Answer(OutcomeStatus.NumberReused);
            return known.RefundOf is { } of ? known.Answer with { RefundedTotal = _payments.GetValueOrDefault(of)?.Refunded ?? 0 } : known.Answer;
        }
        if (command is GroupCommand group) return Group(group);
        var refunded = command is RefundCommand refund && _payments.TryGetValue(refund.Payment, out var payment) ? payment.Refunded : 0;
        var answer = Late(command) ? No(DeclineCode.EXPIRED, AmountOf(command), refunded) : ByOnce(command) ?? Rule(command);
        Remember(command, answer);
        return answer;
    }

    private bool Late(LedgerCommand c) => _now > c.NotAfterMicros
        && c is (PaymentCommand or TransferCommand or ExchangeCommand or HoldCommand or HoldPostCommand or RefundCommand or FundCommand);

    private Answer? ByOnce(LedgerCommand command)
    {
        foreach (var key in command.Once)
        {
            if (!_once.TryGetValue(key, out var closed)) continue;
            return new Answer(OutcomeStatus.Declined, closed ? DeclineCode.ORDER_CLOSED : key.Kind switch
            {
                OnceKind.Order => DeclineCode.ALREADY_PAID, OnceKind.PayCode => DeclineCode.PAY_CODE_USED, _ => DeclineCode.ALREADY_CLAIMED,
            }, Amount: AmountOf(command));
        }
        return null;
    }

    private void Remember(LedgerCommand command, Answer answer)
    {
        if (answer.Status is not (OutcomeStatus.Settled or OutcomeStatus.Declined)) return;
        TransferId? of = command switch
        {
            RefundCommand refund => refund.Payment,
            CancelCommand cancel when answer.Status == OutcomeStatus.Settled || answer.Amount > 0 => cancel.Original,
            PaymentCommand or HoldPostCommand { BookAs: EntryKind.HoldPost } when answer.Status == OutcomeStatus.Settled => command.Id,
            _ => null,
        };
        _numbers[command.Id] = new Remembered(command.Fingerprint, answer, of);
        if (answer.Status == OutcomeStatus.Settled) foreach (var key in command.Once) _once[key] = false;
    }

    private Answer Group(GroupCommand group)
    {
        if (group.Members.Any(m => _numbers.ContainsKey(m.Id))) return new Answer(OutcomeStatus.NumberReused);
        var saved = Snapshot();
        var code = _now > group.NotAfterMicros ? DeclineCode.EXPIRED : DeclineCode.None;
        var refusal = Refusal.None;
        if (group.Members.Select(m => m.Id).Distinct().Count() < group.Members.Count) return new Answer(OutcomeStatus.Refused, Refusal: Refusal.NotAllowed);
        foreach (var member in group.Members)
        {
            if (code != DeclineCode.None) break;
            var answer = ByOnce(member) ?? Rule(member);
            if (answer.Status is OutcomeStatus.Refused) { refusal = answer.Refusal; break; }
            code = answer.Code;
            if (code == DeclineCode.None) Remember(member, answer);
        }
        if (code != DeclineCode.None) refusal = Refusal.None;
        if (code == DeclineCode.None && refusal == Refusal.None)
        {
            var settled = new Answer(OutcomeStatus.Settled);
            _numbers[group.Id] = new Remembered(group.Fingerprint, settled, null);
            return settled;
        }
        Restore(saved);
        if (refusal != Refusal.None) return new Answer(OutcomeStatus.Refused, Refusal: refusal);
        foreach (var member in group.Members) Remember(member, new Answer(OutcomeStatus.Declined, code, Amount: AmountOf(member)));
        var declined = new Answer(OutcomeStatus.Declined, code);
        _numbers[group.Id] = new Remembered(group.Fingerprint, declined, null);
        return declined;
    }

    private List<(long Id, long Available, long Held, int Spent)> Snapshot() => [.. _wallets.Select(w => (w.Key, w.Value.Available, w.Value.Held, w.Value.Spent.Count))];

    /// <summary>The groups of the test move available money only (transfers and payments without buckets or tokens).</summary>
    private void Restore(List<(long Id, long Available, long Held, int Spent)> saved)
    {
        foreach (var (id, available, held, spent) in saved)
        {
            var w = _wallets[id];
            (w.Available, w.Held) = (available, held);
            w.Spent.RemoveRange(spent, w.Spent.Count - spent);
        }
        foreach (var id in _lastGroupMembers) { _numbers.Remove(id); _payments.Remove(id); }
        _lastGroupMembers.Clear();
    }

    private readonly List<TransferId> _lastGroupMembers = [];

    public void ExpectGroup(GroupCommand group)
    {
        _lastGroupMembers.Clear();
        _lastGroupMembers.AddRange(group.Members.Select(m => m.Id).Where(id => !_numbers.ContainsKey(id)));
    }

    private Answer Rule(LedgerCommand command) => command switch
    {
        WalletOpenCommand c => Open(c),
        WalletStateCommand c => State(c),
        IssueCommand c => Issue(c),
        ExchangeCommand c => Exchange(c),
        TransferCommand c => Transfer(c),
        PaymentCommand c => Pay(c),
        HoldCommand c => Hold(c),
        HoldPostCommand c => Post(c),
        HoldVoidCommand c => Void(c),
        RefundCommand c => Refund(c),
        CancelCommand c => Cancel(c),
        OnceCloseCommand c => Close(c),
        TokenCommand c => Token(c),
        FundCommand c => Fund(c),
        FundReturnCommand c => FundReturn(c),
        ResolveCommand c => _now > c.NotAfterMicros ? No(DeclineCode.EXPIRED, c.Amount) : new Answer(OutcomeStatus.Processing),
        _ => throw new InvalidOperationException(),
    };

    private static long AmountOf(LedgerCommand command) => command switch
    {
        ExchangeCommand c => c.Amount, TransferCommand c => c.Amount, PaymentCommand c => c.Amount, HoldCommand c => c.Amount, HoldPostCommand c => c.Amount,
        RefundCommand c => c.Amount, FundCommand c => c.Amount, _ => 0,
    };

    private static Answer Yes(long amount = 0, long refunded = 0) => new(OutcomeStatus.Settled, Amount: amount, RefundedTotal: refunded);
    private static Answer No(DeclineCode code, long amount, long refunded = 0) => new(OutcomeStatus.Declined, code, Amount: amount, RefundedTotal: refunded);
    private static Answer Refuse(Refusal refusal) => new(OutcomeStatus.Refused, Refusal: refusal);

    private Answer Open(WalletOpenCommand c)
    {
        if (_wallets.ContainsKey(c.Wallet)) return Refuse(Refusal.WalletExists);
        _wallets[c.Wallet] = new W { Class = c.Class, State = c.State };
        return Yes();
    }

    private Answer State(WalletStateCommand c)
    {
        if (!_wallets.TryGetValue(c.Wallet, out var w)) return Refuse(Refusal.WalletUnknown);
        if (w.State == WalletState.Closed || (c.State == WalletState.Closed && w.Available + w.Held != 0)) return Refuse(Refusal.NotAllowed);
        if (c.ExpiresAtMicros != 0 && c.State is not (WalletState.Frozen or WalletState.Lost or WalletState.ReceiveOnly)) return Refuse(Refusal.NotAllowed);
        if (w.Until == 0) w.After = w.State;
        (w.State, w.Until) = (c.State, c.ExpiresAtMicros);
        return Yes();
    }

    private Answer Issue(IssueCommand c)
    {
        var (from, to) = (_wallets.GetValueOrDefault(c.Issuance), _wallets.GetValueOrDefault(c.OperatorAccount));
        if (from?.Class != WalletClass.Issuance || to?.Class != WalletClass.Operator) return Refuse(Refusal.NotAllowed);
        from.Available -= c.Amount;
        to.Available += c.Amount;
        return Yes(c.Amount);
    }

    private Answer Exchange(ExchangeCommand c)
    {
        if (!_wallets.TryGetValue(c.Wallet, out var w)) return Refuse(Refusal.WalletUnknown);
        if (!_wallets.TryGetValue(c.OperatorAccount, out var account) || account.Class != WalletClass.Operator || account == w) return Refuse(Refusal.NotAllowed);
        if (c.In)
        {
            if (!Receives(w)) return No(PayCode(w), c.Amount);
            if (OverCap(w, c.Amount)) return No(DeclineCode.BALANCE_CAP, c.Amount);
            if (account.Available < c.Amount) return No(DeclineCode.EXCHANGE_LIMIT, c.Amount);
            account.Available -= c.Amount;
            w.Available += c.Amount;
            return Yes(c.Amount);
        }
        if (PayCode(w) != DeclineCode.None) return No(PayCode(w), c.Amount);
        if (w.Available < c.Amount) return No(DeclineCode.INSUFFICIENT_FUNDS, c.Amount);
        w.Available -= c.Amount;
        account.Available += c.Amount;
        return Yes(c.Amount);
    }

    private Answer Transfer(TransferCommand c)
    {
        if (!_wallets.TryGetValue(c.From, out var from)) return Refuse(Refusal.PayerUnknown);
        if (!_wallets.TryGetValue(c.To, out var to)) return Refuse(Refusal.PayeeUnknown);
        if (from == to) return Refuse(Refusal.NotAllowed);
        var code = PayCode(from);
        if (code == DeclineCode.None && !Receives(to)) code = DeclineCode.PAYEE_NOT_ACCEPTING;
        if (code == DeclineCode.None) code = Limit(from, c.Amount);
        if (code == DeclineCode.None && from.Available < c.Amount) code = DeclineCode.INSUFFICIENT_FUNDS;
        if (code == DeclineCode.None && OverCap(to, c.Amount)) code = DeclineCode.BALANCE_CAP;
        if (code != DeclineCode.None) return No(code, c.Amount);
        from.Available -= c.Amount;
        to.Available += c.Amount;
        Spend(from, c.Amount);
        return Yes(c.Amount);
    }

    private Answer Pay(PaymentCommand c)
    {
        var payer = c.Payer;
        TokenCommand? token = null;
        if (c.Token is { } id)
        {
            if (!_tokens.TryGetValue(id, out token) || token.Revoke || token.MerchantNo != c.MerchantNo) return Refuse(Refusal.PayerUnknown);
            payer = token.Wallet;
        }
        if (!_wallets.TryGetValue(payer, out var from)) return Refuse(Refusal.PayerUnknown);
        if (!_wallets.TryGetValue(c.Payee, out var to)) return Refuse(Refusal.PayeeUnknown);
        if (from == to) return Refuse(Refusal.NotAllowed);
        var shares = new List<(int, long)>();
        var rest = c.Amount;
        foreach (var part in c.Bound)
        {
            if (!from.Buckets.TryGetValue(part.Bucket, out var bucket) || (bucket.Expires != 0 && _now > bucket.Expires)) continue;
            var share = new[] { bucket.Balance, part.Amount, rest }.Min();
            if (share > 0) shares.Add((part.Bucket, share));
            rest -= share;
        }
        DeclineCode Check()
        {
            if (c.OrderExpiresAtMicros != 0 && _now > c.OrderExpiresAtMicros) return DeclineCode.ORDER_CLOSED;
            if (c.PayCodeExpiresAtMicros != 0 && _now > c.PayCodeExpiresAtMicros) return DeclineCode.EXPIRED;
            if (PayCode(from) != DeclineCode.None) return PayCode(from);
            if (!Receives(to)) return DeclineCode.PAYEE_NOT_ACCEPTING;
            if (c.PayCodeMaxAmount != 0 && c.Amount > c.PayCodeMaxAmount) return DeclineCode.LIMIT_PER_PAYMENT;
            if (token is { PerPayment: > 0 } && c.Amount > token.PerPayment) return DeclineCode.LIMIT_PER_PAYMENT;
            if (token is { PerDay: > 0 } && _tokenUse.Where(u => u.Token == token.Token && u.Day == Day()).Sum(u => u.Amount) + c.Amount > token.PerDay) return DeclineCode.LIMIT_PER_DAY;
            if (Limit(from, c.Amount) is not DeclineCode.None and var limit) return limit;
            if (from.Available < rest) return DeclineCode.INSUFFICIENT_FUNDS;
            return OverCap(to, c.Amount) ? DeclineCode.BALANCE_CAP : DeclineCode.None;
        }
        if (Check() is not DeclineCode.None and var code) return No(code, c.Amount);
        var payment = new P { Payee = c.Payee };
        foreach (var (number, share) in shares)
        {
            from.Buckets[number] = from.Buckets[number] with { Balance = from.Buckets[number].Balance - share };
            payment.Parts.Add((payer, number, share));
        }
        if (rest > 0)
        {
            from.Available -= rest;
            payment.Parts.Add((payer, 0, rest));
        }
        to.Available += c.Amount;
        payment.Given = new long[payment.Parts.Count];
        Spend(from, c.Amount);
        if (token is not null) _tokenUse.Add((token.Token, Day(), c.Amount));
        _payments[c.Id] = payment;
        return Yes(c.Amount);
    }

    private Answer Hold(HoldCommand c)
    {
        if (!_wallets.TryGetValue(c.Wallet, out var w)) return Refuse(Refusal.WalletUnknown);
        var code = PayCode(w);
        if (code == DeclineCode.None && c.ConsumesLimits) code = Limit(w, c.Amount);
        if (code == DeclineCode.None && w.Available < c.Amount) code = DeclineCode.INSUFFICIENT_FUNDS;
        if (code != DeclineCode.None) return No(code, c.Amount);
        w.Available -= c.Amount;
        w.Held += c.Amount;
        if (c.ConsumesLimits) Spend(w, c.Amount);
        _holds[c.Id] = new H { Wallet = c.Wallet, Amount = c.Amount, Expires = c.ExpiresAtMicros, Counts = c.ConsumesLimits, Day = Day(), Year = Year() };
        return Yes(c.Amount);
    }

    private Answer Post(HoldPostCommand c)
    {
        if (!_holds.TryGetValue(c.Hold, out var h)) return Refuse(Refusal.HoldUnknown);
        if (!_wallets.TryGetValue(c.Payee, out var to)) return Refuse(Refusal.PayeeUnknown);
        if (c.Payee == h.Wallet) return Refuse(Refusal.NotAllowed);
        if (!h.Open || (h.Expires != 0 && _now > h.Expires)) return No(DeclineCode.HOLD_NOT_OPEN, c.Amount);
        if (c.Amount > h.Amount) return No(DeclineCode.INSUFFICIENT_FUNDS, c.Amount);
        if (!Receives(to)) return No(DeclineCode.PAYEE_NOT_ACCEPTING, c.Amount);
        if (OverCap(to, c.Amount)) return No(DeclineCode.BALANCE_CAP, c.Amount);
        var from = _wallets[h.Wallet];
        h.Open = false;
        from.Held -= h.Amount;
        to.Available += c.Amount;
        from.Available += h.Amount - c.Amount;
        GiveBack(from, h, h.Amount - c.Amount);
        if (c.BookAs == EntryKind.HoldPost)
            _payments[c.Id] = new P { Payee = c.Payee, Parts = [(h.Wallet, 0, c.Amount)], Given = new long[1] };
        return Yes(c.Amount);
    }

    private Answer Void(HoldVoidCommand c)
    {
        if (!_holds.TryGetValue(c.Hold, out var h)) return Refuse(Refusal.HoldUnknown);
        if (c.Expiry && (h.Expires == 0 || _now < h.Expires)) return Refuse(Refusal.NotAllowed);
        if (!h.Open) return No(DeclineCode.HOLD_NOT_OPEN, h.Amount);
        h.Open = false;
        _wallets[h.Wallet].Held -= h.Amount;
        _wallets[h.Wallet].Available += h.Amount;
        GiveBack(_wallets[h.Wallet], h, h.Amount);
        return Yes(h.Amount);
    }

    private Answer Refund(RefundCommand c)
    {
        if (!_numbers.ContainsKey(c.Payment)) return Refuse(Refusal.PaymentUnknown);
        if (!_payments.TryGetValue(c.Payment, out var p)) return No(DeclineCode.REFUND_EXCEEDS, c.Amount);
        if (p.Refunded + c.Amount > p.Total) return No(DeclineCode.REFUND_EXCEEDS, c.Amount, p.Refunded);
        if (Give(p, c.Amount) is not DeclineCode.None and var code) return No(code, c.Amount, p.Refunded);
        return Yes(c.Amount, p.Refunded);
    }

    private Answer Cancel(CancelCommand c)
    {
        if (c.Original == c.Id) return Refuse(Refusal.NotAllowed);
        if (!_numbers.ContainsKey(c.Original))
        {
            _numbers[c.Original] = new Remembered(0, No(DeclineCode.CANCELLED, 0), null);
            return Yes();
        }
        if (!_payments.TryGetValue(c.Original, out var p)) return Yes();
        var rest = p.Total - p.Refunded;
        if (rest == 0) return Yes(0, p.Refunded);
        if (Give(p, rest) is not DeclineCode.None and var code) return No(code, rest, p.Refunded);
        return Yes(rest, p.Refunded);
    }

    private DeclineCode Give(P p, long amount)
    {
        var payee = _wallets[p.Payee];
        if (PayCode(payee) != DeclineCode.None) return PayCode(payee);
        if (payee.Available < amount) return DeclineCode.INSUFFICIENT_FUNDS;
        p.Refunded += amount;
        BigInteger left = p.Refunded, total = p.Total;
        for (var i = 0; i < p.Parts.Count; i++)
        {
            var (wallet, bucket, part) = p.Parts[i];
            var share = i == p.Parts.Count - 1 ? left : left * part / total;
            left -= share;
            total -= part;
            var delta = (long)share - p.Given[i];
            Assert.InRange((long)share, p.Given[i], part);
            p.Given[i] = (long)share;
            payee.Available -= delta;
            Credit(wallet, bucket, delta);
        }
        return DeclineCode.None;
    }

    private void Credit(long wallet, int bucket, long amount)
    {
        var w = _wallets[wallet];
        if (bucket >= 2)
        {
            var b = w.Buckets[bucket];
            if (b.Expires == 0 || _now <= b.Expires) { w.Buckets[bucket] = b with { Balance = b.Balance + amount }; return; }
            (wallet, w) = (b.ReturnTo, _wallets[b.ReturnTo]);
        }
        if (w.State == WalletState.Closed) w = _wallets[WalletNumber.Compose(WalletNumber.PrefixOf(wallet), 1)];
        w.Available += amount;
    }

    private Answer Close(OnceCloseCommand c)
    {
        _once.TryAdd(c.Key, true);
        return Yes();
    }

    private Answer Token(TokenCommand c)
    {
        if (!_wallets.ContainsKey(c.Wallet)) return Refuse(Refusal.WalletUnknown);
        var known = _tokens.TryGetValue(c.Token, out var token);
        if (c.Revoke)
        {
            if (!known || token!.Wallet != c.Wallet) return Refuse(Refusal.TokenUnknown);
            _tokens[c.Token] = token with { Revoke = true };
            return Yes();
        }
        if (known) return Refuse(Refusal.NotAllowed);
        _tokens[c.Token] = c;
        return Yes();
    }

    private Answer Fund(FundCommand c)
    {
        if (!_wallets.TryGetValue(c.Funder, out var funder)) return Refuse(Refusal.PayerUnknown);
        if (!_wallets.TryGetValue(c.Bucket.Wallet, out var w) || !_wallets.ContainsKey(c.ReturnTo)) return Refuse(Refusal.WalletUnknown);
        if (c.Bucket.Number < 2) return Refuse(Refusal.BucketUnknown);
        var known = w.Buckets.TryGetValue(c.Bucket.Number, out var bucket);
        if (known && (bucket.Expires != c.ExpiresAtMicros || bucket.ReturnTo != c.ReturnTo)) return Refuse(Refusal.NotAllowed);
        var code = PayCode(funder);
        if (code == DeclineCode.None && !Receives(w)) code = DeclineCode.PAYEE_NOT_ACCEPTING;
        if (code == DeclineCode.None && c.ExpiresAtMicros != 0 && _now > c.ExpiresAtMicros) code = DeclineCode.EXPIRED;
        if (code == DeclineCode.None && funder.Available < c.Amount) code = DeclineCode.INSUFFICIENT_FUNDS;
        if (code != DeclineCode.None) return No(code, c.Amount);
        funder.Available -= c.Amount;
        w.Buckets[c.Bucket.Number] = (bucket.Balance + c.Amount, c.ExpiresAtMicros, c.ReturnTo);
        return Yes(c.Amount);
    }

    private Answer FundReturn(FundReturnCommand c)
    {
        if (!_wallets.TryGetValue(c.Bucket.Wallet, out var w) || !w.Buckets.TryGetValue(c.Bucket.Number, out var bucket)) return Refuse(Refusal.BucketUnknown);
        if (bucket.Expires == 0 || _now <= bucket.Expires) return Refuse(Refusal.NotAllowed);
        w.Buckets[c.Bucket.Number] = bucket with { Balance = 0 };
        Credit(bucket.ReturnTo, 0, bucket.Balance);
        return Yes(bucket.Balance);
    }

    private int Day() => (int)Math.Floor((decimal)(_now + 28_800_000_000) / 86_400_000_000);
    private int Year() => DateTimeOffset.FromUnixTimeMilliseconds(_now / 1000).ToOffset(TimeSpan.FromHours(8)).Year;
    private void Spend(W w, long amount) => w.Spent.Add((Day(), Year(), amount));

    private static void GiveBack(W w, H h, long amount)
    {
        if (h.Counts) w.Spent.Add((h.Day, h.Year, -amount));
    }

    private WalletState StateOf(W w) => w.Until != 0 && _now >= w.Until ? w.After : w.State;

    private DeclineCode PayCode(W w) => StateOf(w) switch
    {
        WalletState.Normal => DeclineCode.None, WalletState.ReceiveOnly => DeclineCode.WALLET_RECEIVE_ONLY,
        WalletState.Closed or WalletState.Rejected => DeclineCode.WALLET_CLOSED, _ => DeclineCode.WALLET_FROZEN,
    };

    private bool Receives(W w) => StateOf(w) is WalletState.Normal or WalletState.ReceiveOnly;

    private ClassLimits LimitsOf(W w) => policy.At(new DateOnly(1970, 1, 1).AddDays(Day())).LimitsOf(w.Class);
    private bool OverCap(W w, long amount) => LimitsOf(w).BalanceCap is { } cap && w.Available + amount > cap;

    private DeclineCode Limit(W w, long amount)
    {
        var limits = LimitsOf(w);
        if (limits.PerPayment < amount) return DeclineCode.LIMIT_PER_PAYMENT;
        if (limits.PerDay is { } day && w.Spent.Where(s => s.Day == Day()).Sum(s => s.Amount) + amount > day) return DeclineCode.LIMIT_PER_DAY;
        if (limits.PerYear is { } year && w.Spent.Where(s => s.Year == Year()).Sum(s => s.Amount) + amount > year) return DeclineCode.LIMIT_PER_YEAR;
        return DeclineCode.None;
    }
}
