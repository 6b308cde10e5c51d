using CsCheck;
using Ecny.Risk.Engine.Rules;
using Ecny.Risk.Engine.State;

namespace Ecny.Risk.Tests.Engine;

/// <summary>The clever parts against naive ones.</summary>
public sealed class Oracles
{
    private static readonly Gen<(int From, int To, int Amount, int Hour)[]> Payments = Gen.Select(Gen.Int[1, 6], Gen.Int[1, 6], Gen.Int[80, 120], Gen.Int[0, 40]).Array[1, 40];
    private static readonly Gen<(int From, int To, int Amount, int Hour)[]> FewPayments = Gen.Select(Gen.Int[1, 6], Gen.Int[1, 6], Gen.Int[80, 120], Gen.Int[0, 40]).Array[1, 12];

    [Fact]
    public void a_flow_list_holds_the_newest_flows_of_the_window_in_event_time() =>
        Gen.Select(Payments, Gen.Int[1, 12], Gen.Int[0, 30]).Sample((payments, capacity, evictFrom) =>
        {
            var list = new FlowList(capacity);
            var flows = payments.Select((payment, i) => Make(i, payment)).ToList();
            var expected = new List<Flow>();
            foreach (var flow in flows)
            {
                list.Add(flow);
                expected.Add(flow);
                expected.Sort((a, b) => a.IsBefore(b) ? -1 : b.IsBefore(a) ? 1 : 0);
                if (expected.Count > capacity) expected.RemoveAt(0);
            }
            list.Evict(History.Micros(evictFrom));
            expected.RemoveAll(flow => flow.At < History.Micros(evictFrom));
            Assert.Equal(expected, Enumerable.Range(0, list.Count).Select(i => list[i]));
            for (var hour = 0; hour <= 41; hour++)
            {
                // A windowed sum is a slice of the list.
                var sum = 0L;
                for (var i = list.From(History.Micros(hour)); i < list.Count; i++) sum += list[i].Amount;
                Assert.Equal(expected.Where(flow => flow.At >= History.Micros(hour)).Sum(flow => flow.Amount), sum);
            }
        }, iter: 2_000);

    [Fact]
    public void the_cycle_finder_finds_exactly_the_cycles_that_trying_everything_finds() =>
        FewPayments.Sample(payments =>
        {
            var flows = payments.Where(payment => payment.From != payment.To).Select((payment, i) => Make(i, payment)).ToList();
            foreach (var last in flows)
            {
                var inflows = flows.GroupBy(flow => flow.To).ToDictionary(group => group.Key, group =>
                {
                    var list = new FlowList(64);
                    foreach (var flow in group) list.Add(flow);
                    return list;
                });
                var found = CycleSearch.Closed(last, History.Micros(5), 5, int.MaxValue, wallet => inflows.GetValueOrDefault(wallet), Fits);
                var expected = Naive([last], flows, 5).ToList();
                Assert.Equal(expected.Select(Name).Order(), found.Select(Name).Order());
            }
        }, iter: 1_000);

    [Fact]
    public void the_chance_of_a_burst_is_poissons() =>
        Gen.Select(Gen.Int[1, 20], Gen.Double[0.05, 12]).Sample((count, mean) =>
        {
            double term = Math.Exp(-mean), tail = 0;
            for (var n = 1; n < 200; n++)
            {
                term *= mean / n;
                if (n >= count) tail += term;
            }
            Assert.Equal(tail, FreshBurst.PoissonTail(count, mean), 1e-12);
        });

    private static bool Fits(Flow hop, Flow next) => next.Amount <= hop.Amount;

    // Every way to put a flow before the path, checked only when it is complete.
    private static IEnumerable<List<Flow>> Naive(List<Flow> path, List<Flow> flows, int maxLength)
    {
        foreach (var flow in flows)
        {
            if (flow.To != path[^1].From || !flow.IsBefore(path[^1]) || flow.At < History.Micros(5) || !Fits(flow, path[^1])) continue;
            List<Flow> longer = [.. path, flow];
            if (flow.From == path[0].To)
            {
                if (longer.Count <= maxLength && longer.Select(hop => hop.From).Distinct().Count() == longer.Count) yield return longer;
            }
            else if (longer.Count < maxLength)
            {
                foreach (var cycle in Naive(longer, flows, maxLength)) yield return cycle;
            }
        }
    }

    private static string Name(List<Flow> cycle) => string.Join(' ', cycle.Select(flow => flow.Seq));

    private static Flow Make(int index, (int From, int To, int Amount, int Hour) payment) =>
        new(History.Entry(index + 1, payment.From, payment.To, payment.Amount, payment.Hour), false, true, 0);
}
