using Ecny.Ledger.Audit;
using Xunit;

namespace Ecny.Ledger.Tests.Audit;

public sealed class AuditPaceTests
{
    private static readonly TimeSpan Took = TimeSpan.FromMilliseconds(100), Second = TimeSpan.FromSeconds(1);
    private readonly AuditPace pace = new();

    [Fact]
    public void an_audit_that_keeps_up_works_once_a_second()
    {
        for (var head = 1_000L; head < 5_000; head += 1_000) Assert.Equal(Second, pace.After(new AuditStep(1_000, 0, head, null), Took, Second));
    }

    [Fact]
    public void beside_a_busy_ledger_it_takes_a_tenth_of_the_time()
    {
        pace.After(new AuditStep(10_000, 20_000, 30_000, null), Took, Second);
        Assert.Equal(900, pace.After(new AuditStep(10_000, 25_000, 45_000, null), Took, Second).TotalMilliseconds, 0.5);
    }

    [Fact]
    public void when_the_rush_is_over_it_catches_up()
    {
        pace.After(new AuditStep(10_000, 500_000, 600_000, null), Took, Second);
        Assert.InRange(pace.After(new AuditStep(10_000, 490_100, 600_100, null), Took, Second), TimeSpan.Zero, Took / 2);
    }

    [Fact]
    public void one_that_stands_by_looks_once_a_second()
    {
        Assert.Equal(Second, pace.After(default, Took, Second));
        Assert.Equal(Second, pace.After(default, Took, Second));
    }
}
