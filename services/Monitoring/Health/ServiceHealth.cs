namespace Ecny.Monitoring.Health;

/// <summary>Whether a service works, as seen from here.</summary>
/// <param name="Service">acquiring, wallets, clearing, monitoring, risk.</param>
/// <param name="State">UP; NOT_READY: it answers, and names what is missing; DOWN: it does not answer.</param>
/// <param name="Since">Since when the state holds, UTC+8; as far as this process has seen.</param>
/// <param name="LatencyMilliseconds">Of its last answer.</param>
/// <param name="Reason">What is missing, or why it does not answer.</param>
public sealed record ServiceHealth(string Service, string State, DateTimeOffset Since, double? LatencyMilliseconds, string? Reason);

/// <summary>Where a consumer of the journal stands, as its service says.</summary>
/// <param name="State">ACTIVE, STAND_BY, HALTED or WAITING.</param>
/// <param name="LagSeconds">Age of the last entry taken while there are newer ones.</param>
/// <param name="Parked">Entries passed without their effect that wait to be run again.</param>
public sealed record ConsumerLag(string Service, string Consumer, int Shard, string State, long Seq, long Head, long LagEntries, double LagSeconds, long Parked, string? Reason);
