using System.Diagnostics;
using Xunit;

namespace Ecny.Testing;

/// <summary>Waits for what must become true. A deadline that passes fails with what was expected and what was last seen.</summary>
public static class Eventually
{
    /// <summary>Polls until <paramref name="probe"/> gives a value that <paramref name="accept"/> takes, and returns it.</summary>
    public static async Task<T> Get<T>(Func<Task<T>> probe, Func<T, bool> accept, string expectation, TimeSpan? within = null)
    {
        TimeSpan limit = within ?? TimeSpan.FromSeconds(30);
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            T seen = await probe();
            if (accept(seen))
            {
                return seen;
            }

            if (Stopwatch.GetElapsedTime(start) > limit)
            {
                Assert.Fail($"Within {limit.TotalSeconds:0.#} s expected {expectation}; last seen: {seen}");
            }

            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Polls until <paramref name="condition"/> holds.</summary>
    public static Task True(Func<Task<bool>> condition, string expectation, TimeSpan? within = null) =>
        Get(condition, holds => holds, expectation, within);

    /// <summary>Polls until <paramref name="condition"/> holds.</summary>
    public static Task True(Func<bool> condition, string expectation, TimeSpan? within = null) =>
        Get(() => Task.FromResult(condition()), holds => holds, expectation, within);
}
