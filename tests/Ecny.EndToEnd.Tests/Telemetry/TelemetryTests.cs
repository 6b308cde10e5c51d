using System.Diagnostics;
using System.Text.RegularExpressions;
using Ecny.EndToEnd.Tests.City;
using Ecny.Local.City;
using Ecny.Testing;

namespace Ecny.EndToEnd.Tests.Telemetry;

public sealed partial class TelemetryTests(SharedCity shared)
{
    [Fact]
    public async Task a_payments_trace_joins_from_http_through_the_grain_to_the_commit()
    {
        var city = await shared.Running();
        var payer = await Payer.Create(city, 1_000);
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        using var request = payer.Acquirer.Request(ServiceKind.Acquiring, HttpMethod.Post, "/v1/payments", payer.Payment(10, Payer.Number()));
        var caller = ActivitySpanId.CreateRandom().ToHexString();
        request.Headers.TryAddWithoutValidation("traceparent", $"00-{trace}-{caller}-01");
        Assert.Equal("SETTLED", (await payer.Acquirer.Send(request))["status"]);

        ReceivedSpan Arrived(Func<ReceivedSpan, bool> which) => city.Telemetry.Spans.FirstOrDefault(which)!;
        await Eventually.True(() => Arrived(s => s.Name == "ledger.commit" && s.Links.Any(l => l.TraceId == trace)) is not null, "the span of the commit");
        await Eventually.True(() => Arrived(s => s.TraceId == trace && s.ParentId == caller) is not null, "the span of the request");
        await Eventually.True(() => Arrived(s => s.TraceId == trace && s.Service == "ecny-wallets") is not null, "the span of the grain call");

        var http = Arrived(s => s.TraceId == trace && s.ParentId == caller);
        Assert.Equal("ecny-acquiring", http.Service);
        Assert.StartsWith("POST", http.Name, StringComparison.Ordinal);
        var submit = Arrived(s => s.TraceId == trace && s.Name == "ledger.submit");
        Assert.Equal(http.SpanId, submit.ParentId);
        var commit = Arrived(s => s.Name == "ledger.commit" && s.Links.Any(l => l.TraceId == trace));
        Assert.Equal("ecny-wallets", commit.Service);
        Assert.Contains((trace, http.SpanId), commit.Links);
        Assert.Contains(city.Telemetry.Spans, s => s.TraceId == commit.TraceId && s.ParentId == commit.SpanId);
        Assert.Equal("", commit.ParentId);
        // Every hop between the request and the grain is there: no span hangs on a parent that nobody exported.
        var own = city.Telemetry.Spans.Where(s => s.TraceId == trace).ToList();
        Assert.All(own.Where(s => s != http), s => Assert.Contains(own, other => other.SpanId == s.ParentId));
    }

    [Fact]
    public async Task every_metric_of_the_list_is_exported_and_every_one_of_ours_is_on_the_list()
    {
        var city = await shared.Running();
        var payer = await Payer.Create(city, 1_000);
        Assert.Equal("SETTLED", (await payer.Pay(10))["status"]);

        var listed = MetricName().Matches(await File.ReadAllTextAsync(Path.Combine(ServiceBinaries.Repository, "docs", "metrics.md"), TestContext.Current.CancellationToken))
            .Select(match => (Name: match.Groups[1].Value, Always: match.Groups[2].Value.Length == 0)).ToList();
        HashSet<string> Seen() => [.. city.Telemetry.Metrics.Keys.Select(key => key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..])];
        await Eventually.Get(
            () => Task.FromResult(string.Join(", ", listed.Where(metric => metric.Always && !Seen().Contains(metric.Name)).Select(metric => metric.Name))),
            missing => missing.Length == 0, "no metric of docs/metrics.md missing");
        Assert.Empty(Seen().Where(name => name.StartsWith("ecny.", StringComparison.Ordinal)).Except(listed.Select(metric => metric.Name)));
    }

    /// <summary>A row's name, and whether it appears only when something happened.</summary>
    [GeneratedRegex(@"^\| `([a-z_.]+)`( \*)? \|", RegexOptions.Multiline)]
    private static partial Regex MetricName();
}
