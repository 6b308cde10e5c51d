namespace Ecny.Bench.Http;

internal enum StepResult
{
    /// <summary>The answer is right and another step of the same operation follows.</summary>
    Next,
    /// <summary>The operation is complete as expected.</summary>
    Done,
    /// <summary>The answer is not what the benchmark expects; the operation ends here and counts as a failure.</summary>
    Failed,
}

/// <summary>What one lane (a virtual caller with its own connections) is doing: the operation's number and what its earlier steps left.</summary>
internal sealed class LaneState
{
    public long Operation { get; set; }
    public int Step { get; set; }
    /// <summary>Room for what a step's answer gives to the next step.</summary>
    public byte[] Carry { get; } = new byte[256];
    public int CarryLength { get; set; }
}

/// <summary>An operation of one or more signed requests. Called from one thread only.</summary>
internal interface IScript
{
    /// <summary>Which target (index) the present step speaks to.</summary>
    int TargetOf(LaneState lane);

    /// <summary>Writes the whole request of the present step; answers its length.</summary>
    int Write(LaneState lane, long unixSeconds, Span<byte> buffer);

    /// <summary>Judges the answer. Every answer is looked at: a load that is refused quickly is no result.</summary>
    StepResult Read(LaneState lane, int status, ReadOnlySpan<byte> body);
}
