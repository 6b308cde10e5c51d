using Ecny.Monitoring.Health;
using Ecny.Monitoring.Live;
using Ecny.Web.Formats;
using Ecny.Web.Preferences;
using Ecny.Web.States;

namespace Ecny.Monitoring.Pages;

/// <summary>Is it working? One word for the whole city, and what is the matter.</summary>
/// <param name="Matters">What is not as it should be, the gravest first; empty when all is well.</param>
public sealed record Verdict(Condition Condition, string Word, IReadOnlyList<string> Matters)
{
    /// <summary>Older figures are no picture of now.</summary>
    public static readonly TimeSpan Stale = TimeSpan.FromSeconds(5);

    private const double LateSeconds = 5;

    // Without these two nobody pays.
    private static readonly string[] Paying = ["acquiring", "wallets"];

    public static Verdict Of(LiveView? view, DateTimeOffset now, Reader reader)
    {
        if (view is null) return new(Condition.Unknown, reader.Say("正在读取", "Reading"), []);
        var matters = new List<string>();
        var broken = view.Services.Where(service => service.State is "DOWN" or "NOT_READY").ToList();
        matters.AddRange(broken.Where(service => Paying.Contains(service.Service)).Concat(broken.Where(service => !Paying.Contains(service.Service))).Select(service => Say(service, reader)));
        matters.AddRange(view.Consumers.Where(consumer => consumer.State == "HALTED").Select(consumer =>
            reader.Say($"{consumer.Consumer} 停在第 {consumer.Seq + 1} 条", $"{consumer.Consumer} stands before entry {consumer.Seq + 1}")));
        matters.AddRange(view.Consumers.Where(Late).Select(consumer => reader.Say(
            $"{consumer.Consumer} 落后 {Figures.Whole(consumer.LagEntries)} 条", $"{consumer.Consumer} is {Figures.Whole(consumer.LagEntries)} entries behind")));
        var age = now - view.At;
        if (age > Stale)
        {
            var old = reader.Say($"数据停更：最近更新 {ChinaTime.Age(age, reader.Language)}前", $"Figures are stale: last update {ChinaTime.Age(age, reader.Language)} ago");
            return new(Condition.Warning, reader.Say("数据过时", "Stale"), [old, .. matters]);
        }
        if (broken.Exists(service => Paying.Contains(service.Service))) return new(Condition.Critical, reader.Say("支付受阻", "Payments impaired"), matters);
        if (matters.Count > 0) return new(Condition.Warning, reader.Say("部分异常", "Partly impaired"), matters);
        return view.Services.Count == 0 || view.Services.Any(service => service.State == "UNKNOWN")
            ? new(Condition.Unknown, reader.Say("正在检查", "Checking"), [])
            : new(Condition.Good, reader.Say("运行正常", "All working"), []);
    }

    /// <summary>Whether a consumer is so far behind that its figures are no longer now.</summary>
    public static bool Late(ConsumerLag consumer) => consumer.State != "HALTED" && consumer.LagEntries > 0 && consumer.LagSeconds > LateSeconds;

    private static string Say(ServiceHealth service, Reader reader)
    {
        var name = CityNames.Service(service.Service, reader);
        return service.State == "DOWN" ? reader.Say($"{name}服务无响应", $"{name} does not answer") : reader.Say($"{name}服务未就绪：{service.Reason}", $"{name} is not ready: {service.Reason}");
    }
}
