using System.Text.Json;
using Ecny.Risk.Engine.Alerts;

namespace Ecny.Risk.Tests;

/// <summary>Alerts as text, every bit of them, so that two runs can be compared.</summary>
internal static class Printed
{
    public static string Of(IEnumerable<Alert> alerts) => string.Join('\n', alerts.Select(alert => JsonSerializer.Serialize(alert)));
}
