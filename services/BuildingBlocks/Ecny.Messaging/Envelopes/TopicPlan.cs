namespace Ecny.Messaging;

/// <summary>How a topic is made.</summary>
/// <param name="Partitions">Messages of one key are in one, in order. A shard of the ledger is a key.</param>
/// <param name="IsCompacted">Only the last message of a key has to be kept.</param>
public sealed record TopicPlan(string Name, int Partitions, bool IsCompacted = false)
{
    /// <summary>What a sidecar could not deliver.</summary>
    public const string DeadLetter = "ecny.dead-letter.v1";

    private const int ByFact = 6;

    /// <summary>All topics of the platform.</summary>
    public static IReadOnlyList<TopicPlan> All { get; } =
    [
        // One shard, one partition: more would only be empty.
        new(Topics.Ledger, 1),
        new(Topics.Institution, 1, IsCompacted: true),
        new(Topics.Wallet, ByFact),
        new(Topics.Order, ByFact),
        new(Topics.Clearing, ByFact),
        new(Topics.RiskAlert, ByFact),
        // Read in the order of their sequence by one reader each.
        new(Topics.FeedPublicSecurity, 1),
        new(Topics.FeedRegulator, 1),
        new(DeadLetter, 1),
    ];
}
