namespace Ecny.Local.Chaos;

/// <summary>What a fault did.</summary>
/// <param name="Fault">Its name.</param>
/// <param name="Recovery">From the moment named in the fault's description until a payment and a transfer begun after it were settled.</param>
public sealed record FaultReport(string Fault, TimeSpan Recovery);
