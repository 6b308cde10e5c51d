using Ecny.Messaging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Ecny.Acquiring.Notifications;

/// <summary>Follows the journal and queues what is to be told. A cursor of its own: reading orders afresh must not tell everything again.</summary>
public sealed class NotificationFeed(NotificationQueue queue, IOptions<WebhookOptions> options, TimeProvider clock) : ILedgerConsumer
{
    public const string ConsumerName = "acquiring.notifications";

    public string Name => ConsumerName;

    public FailurePolicy Policy => FailurePolicy.Halt;

    public async Task Apply(NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<LedgerEntryFact> entries, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var since = now - options.Value.MaxAge;
        var told = new List<Notification>();
        for (var first = 0; first < entries.Count;)
        {
            var next = first + 1;
            // Legs of a transfer are neighbours. Only purpose-bound money has several.
            while (next < entries.Count && entries[next].Transfer == entries[first].Transfer && entries[next].Kind == entries[first].Kind) next++;
            if (entries[first] is { Context.NotifyUrl: not null } entry && entry.At >= since && NotificationMaker.Make([.. entries.Skip(first).Take(next - first)]) is { } notification) told.Add(notification);
            first = next;
        }
        if (told.Count > 0) await queue.Add(connection, transaction, told, now, stop);
    }
}
