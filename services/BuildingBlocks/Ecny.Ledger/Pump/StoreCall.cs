namespace Ecny.Ledger.Pump;

/// <summary>A call to the store that is under way; the loop is woken when it ended, and then looks at it.</summary>
internal sealed class StoreCall<T>
{
    private volatile bool _done;

    public bool Done => _done;
    public T? Result { get; private set; }
    public Exception? Error { get; private set; }

    public static StoreCall<T> Start(Func<Task<T>> call, AsyncSignal wake)
    {
        var started = new StoreCall<T>();
        _ = started.Run(call, wake);
        return started;
    }

    private async Task Run(Func<Task<T>> call, AsyncSignal wake)
    {
        try
        {
            Result = await call();
        }
        catch (Exception failure)
        {
            Error = failure;
        }
        _done = true;
        wake.Set();
    }
}
