using System.Security.Cryptography;

namespace Ecny.Acquiring.Orders;

/// <summary>
/// The number under which an order is closed. It says which order: the journal's entry of a close carries no more than its number.
/// Every close has one of its own, because one that got lost may expire and must not stand in the way of the next.
/// </summary>
public static class OrderClosing
{
    private const string Prefix = "close-";
    private const int IdLength = 32;

    public static string NewNumber(Guid order) => $"{Prefix}{order:N}-{RandomNumberGenerator.GetHexString(16, lowercase: true)}";

    /// <summary>False: the entry closes something that is not one of our orders.</summary>
    public static bool TryReadOrder(string number, out Guid order)
    {
        order = default;
        return number.Length > Prefix.Length + IdLength && number.StartsWith(Prefix, StringComparison.Ordinal) && number[Prefix.Length + IdLength] == '-'
            && Guid.TryParseExact(number.AsSpan(Prefix.Length, IdLength), "N", out order);
    }
}
