using System.CommandLine;
using Ecny.Local.Chaos;
using Ecny.Messaging;

namespace Ecny.Local.Events;

/// <summary><c>broker</c>: what <c>up</c> starts as the embedded broker; runs until it is told to end.</summary>
internal static class BrokerCommand
{
    public static Command Create()
    {
        var port = new Option<int>("--port") { Required = true };
        var command = new Command("broker", "The embedded broker.") { port };
        command.Hidden = true;
        command.SetAction((parsed, cancel) => Run(parsed.GetValue(port), cancel));
        return command;
    }

    private static async Task<int> Run(int port, CancellationToken cancel)
    {
        using EmbeddedBroker broker = EmbeddedBroker.Start();
        foreach (TopicPlan topic in TopicPlan.All)
        {
            broker.CreateTopic(topic.Name, topic.Partitions);
        }

        // The broker's own port is another one each time. Clients begin at this one, also when they look for a broker that came back.
        await using var door = new TcpProxy(int.Parse(broker.Bootstrap.AsSpan(broker.Bootstrap.LastIndexOf(':') + 1), null), port);
        await Task.Delay(Timeout.Infinite, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return 0;
    }
}
