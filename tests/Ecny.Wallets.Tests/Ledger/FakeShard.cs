using Ecny.Contracts.Ledger;

namespace Ecny.Wallets.Tests.Ledger;

/// <summary>An arbiter whose calls stay open until the test answers them.</summary>
internal sealed class FakeShard : ILedgerShard
{
    private readonly Lock gate = new();
    private readonly List<FakeCall> calls = [];
    private readonly SemaphoreSlim arrived = new(0);

    /// <summary>The next call not seen yet.</summary>
    public async Task<FakeCall> NextCall()
    {
        Assert.True(await arrived.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken), "no grain call arrived");
        lock (gate)
        {
            var call = calls[0];
            calls.RemoveAt(0);
            return call;
        }
    }

    public Task<LedgerOutcome[]> Submit(LedgerCommand[] commands)
    {
        var call = new FakeCall(commands);
        lock (gate) calls.Add(call);
        arrived.Release();
        return call.Answer.Task;
    }

    public Task<LedgerRecord?> Find(TransferId id) => new TaskCompletionSource<LedgerRecord?>().Task;

    public Task<OnceClaim?> FindOnce(OnceKey key) => Task.FromException<OnceClaim?>(new ShardUnavailableException("no owner"));

    public Task<WalletSnapshot?> Wallet(long wallet) => Task.FromResult<WalletSnapshot?>(null);
}

internal sealed record FakeCall(LedgerCommand[] Commands)
{
    public TaskCompletionSource<LedgerOutcome[]> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Settle() =>
        Answer.SetResult([.. Commands.Select((c, i) => new LedgerOutcome { Id = c.Id, Status = OutcomeStatus.Settled, Seq = i + 1 })]);
}
