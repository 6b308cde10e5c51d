using Ecny.ServiceDefaults.Signatures;

namespace Ecny.ServiceDefaults.Tests;

public sealed class SessionNoncesTests
{
    private const long Now = 1_800_000_000;

    [Fact]
    public void every_nonce_is_new_once()
    {
        var nonces = new SessionNonces(1_000_000);
        for (var round = 0; round < 2; round++)
            for (var at = 0; at < 100_000; at++)
                Assert.Equal(round == 0, nonces.TryUse("key", $"nonce-{at:D20}", Now, Now));
        Assert.True(nonces.TryUse("other key", $"nonce-{0:D20}", Now, Now));
    }

    [Fact]
    public void a_nonce_is_remembered_as_long_as_its_signature_could_be_replayed()
    {
        var nonces = new SessionNonces(1_000_000);
        Assert.True(nonces.TryUse("key", "a nonce of 16 ch", Now + SignatureWindow.Seconds, Now));
        // Ten minutes later, with a lot of traffic between.
        for (var second = 0; second < 2 * SignatureWindow.Seconds; second++) Assert.True(nonces.TryUse("key", $"nonce-{second:D20}", Now + second, Now + second));
        Assert.False(nonces.TryUse("key", "a nonce of 16 ch", Now + SignatureWindow.Seconds, Now + 2 * SignatureWindow.Seconds));
    }

    [Fact]
    public void memory_is_bounded_and_fresh_nonces_are_never_refused()
    {
        var nonces = new SessionNonces(64 * 1024);
        for (var at = 0; at < 1_000_000; at++) Assert.True(nonces.TryUse("key", $"nonce-{at:D20}", Now + at / 10_000, Now + at / 10_000));
        Assert.InRange(nonces.Count, 1, 64 * 1024);
    }

    [Fact]
    public async Task one_of_many_that_race_for_a_nonce_gets_it()
    {
        var nonces = new SessionNonces(100_000);
        for (var round = 0; round < 200; round++)
        {
            using var barrier = new Barrier(4);
            var nonce = $"nonce-{round:D20}";
            var tries = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    barrier.SignalAndWait(TestContext.Current.CancellationToken);
                    return nonces.TryUse("key", nonce, Now, Now);
                },
                TestContext.Current.CancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default));
            Assert.Single(await Task.WhenAll(tries), static won => won);
        }
    }
}
