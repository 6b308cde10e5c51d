using System.Text;
using System.Text.Json;
using Ecny.Bench.Http;

namespace Ecny.Bench.Payments;

/// <summary>One call of the preparation.</summary>
internal sealed record SetupCall(int Target, SessionSigner Signer, string Path, string Body);

/// <summary>Prepares a city through the public API, many callers at once. Anything but success ends it.</summary>
internal sealed class SetupScript(int steps, Func<long, int, SetupCall> call, Action<long, int, JsonElement> answered) : IScript
{
    public int TargetOf(LaneState lane) => call(lane.Operation, lane.Step).Target;

    public int Write(LaneState lane, long unixSeconds, Span<byte> buffer)
    {
        var next = call(lane.Operation, lane.Step);
        return next.Signer.Write(Encoding.ASCII.GetBytes(next.Path), Encoding.UTF8.GetBytes(next.Body), unixSeconds, buffer);
    }

    public StepResult Read(LaneState lane, int status, ReadOnlySpan<byte> body)
    {
        var text = Encoding.UTF8.GetString(body);
        if (status is not (200 or 201) || text.Contains("\"DECLINED\"", StringComparison.Ordinal))
            throw new InvalidOperationException($"Preparing the city failed at {call(lane.Operation, lane.Step).Path}: {status} {text}");
        using var json = JsonDocument.Parse(text);
        answered(lane.Operation, lane.Step, json.RootElement);
        return lane.Step + 1 < steps ? StepResult.Next : StepResult.Done;
    }
}
