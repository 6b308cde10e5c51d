namespace Ecny.Messaging;

/// <summary>How the journal is relayed.</summary>
public sealed record RelayOptions
{
    /// <summary>The envelope's source.</summary>
    public string Source { get; init; } = "/ecny/wallets";

    /// <summary>
    /// From one look to the next where everything is told. Asking for the next entries costs the database less than being told of every commit would, and gathers a run in the meantime.
    /// </summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(15);

    /// <summary>Entries read, and so in flight, at once.</summary>
    public int ReadEntries { get; init; } = 2_000;

    /// <summary>How often the cursor is written down; what was told after it is told again after a crash.</summary>
    public TimeSpan SaveInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    public TimeSpan StandByInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>First and longest pause after a failure.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(100);
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(5);

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
