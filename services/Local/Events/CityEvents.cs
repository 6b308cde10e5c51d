namespace Ecny.Local.Events;

/// <summary>What carries a city's events. A city without any lives from pulling.</summary>
/// <param name="Kafka">Addresses of a real Kafka, host:port with commas; null for the embedded broker, in a process of its own.</param>
/// <param name="Sidecars">Whether a sidecar stands beside each service that uses events, instead of a Kafka client in it.</param>
public sealed record CityEvents(string? Kafka, bool Sidecars);
