using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;

namespace Ecny.Messaging.Tests;

/// <summary>The public shape of an entry, as Wallets writes it and as consumers read it.</summary>
public sealed class FactTests
{
    [Fact]
    public void a_fact_is_what_the_journal_wrote()
    {
        var entry = TestJournal.Make(12) with
        {
            Original = new TransferId(Guid.NewGuid()), Group = new TransferId(Guid.NewGuid()), Code = DeclineCode.INSUFFICIENT_FUNDS, TraceParent = "00-a-b-01", Kind = EntryKind.ExchangeIn, Number = "订单 \"1\"",
        };
        var run = Read(entry);
        var fact = Assert.Single(run.Entries);
        Assert.Equal((0, 12L, 1L, entry.Transfer, 0), (fact.Shard, fact.Seq, fact.Epoch, fact.Transfer, fact.Leg));
        Assert.Equal(("acquirer", entry.Number, EntryKind.ExchangeIn, "EXCHANGE_IN"), (fact.Institution, fact.Number, fact.Kind, fact.KindName));
        Assert.Equal((entry.Original, entry.Group, 12L, "INSUFFICIENT_FUNDS", false), (fact.Original, fact.Group, fact.Amount, fact.DeclineCode, fact.Settled));
        Assert.Equal(new LedgerSide(1010000000000100, 0, 12, 7, 11), fact.Debit);
        Assert.Equal("1020000000000101", fact.Credit.WalletId);
        Assert.Equal(entry.AtMicros, (fact.At - DateTimeOffset.UnixEpoch).Ticks / 10);
        Assert.Equal((entry.BusinessDate, "00-a-b-01"), (fact.BusinessDate, fact.TraceParent));
        Assert.Equal(("operator-a", "operator-b", "II", "CORPORATE", "S09", "M1", "o-1"), (fact.Context.PayerOperator, fact.Context.PayeeOperator, fact.Context.PayerClass, fact.Context.PayeeClass, fact.Context.Scenario, fact.Context.Merchant, fact.Context.Order));
    }

    [Fact]
    public void the_context_of_a_day_end_and_unknown_members_are_read()
    {
        var fact = Assert.Single(Read(TestJournal.Make(1) with { Context = """{"count":3,"sum":9007199254740993,"hash":"ab","novel":{"x":[1]}}""", Debit = default, Credit = default }).Entries);
        Assert.Equal((3L, 9007199254740993L, "ab"), (fact.Context.Count, fact.Context.Sum, fact.Context.Hash));
        Assert.Equal("""{"x":[1]}""", fact.Context.Others!["novel"]);
        Assert.False(fact.Debit.Exists);
    }

    [Fact]
    public void an_envelope_is_read_whatever_the_order_of_its_attributes_and_with_unknown_ones()
    {
        var told = new EventEnvelope { Id = "1", Source = "/s", Type = "t", Subject = "x", Time = DateTimeOffset.UnixEpoch, Sequence = long.MaxValue, TraceParent = "00-1", Data = "{\"a\":1}"u8.ToArray() };
        var read = EventEnvelope.Parse(told.ToJson());
        Assert.Equal((told.Id, told.Source, told.Type, told.Subject, told.Time, told.Sequence, told.TraceParent), (read.Id, read.Source, read.Type, read.Subject, read.Time, read.Sequence, read.TraceParent));
        Assert.Equal(told.Data.ToArray(), read.Data.ToArray());
        var foreign = EventEnvelope.Parse("""{"data": [1, 2] ,"pubsubname":"p","extra":{"data":0},"time":"2026-01-05T12:00:00+08:00","type":"t","source":"/s","id":"9","specversion":"1.0"}"""u8.ToArray());
        Assert.Equal("[1, 2]"u8.ToArray(), foreign.Data.ToArray());
        Assert.ThrowsAny<System.Text.Json.JsonException>(() => EventEnvelope.Parse("""{"id":"1"}"""u8.ToArray()));
        Assert.ThrowsAny<System.Text.Json.JsonException>(() => EventEnvelope.Parse("[]"u8.ToArray()));
    }

    private static LedgerRun Read(Entry entry) => LedgerRun.Parse(LedgerRun.Envelope(0, entry.Seq, [TestJournal.Json(entry)], "/test", null, DateTimeOffset.UtcNow), new LedgerEntryReader())!;
}
