using System.Net.Sockets;
using Npgsql;

namespace Ecny.Messaging;

/// <summary>Which failures are nobody's fault but the weather's.</summary>
public static class Failures
{
    /// <summary>
    /// True: something is away or in the way, trying again may help. False: the entry itself cannot be taken. A schema, table, column or function that is not
    /// there, or not permitted, is the database's lack, not the entry's: else one missing migration would park the whole journal. What else class 42 has (a
    /// statement that is wrong in itself) no waiting mends.
    /// </summary>
    public static bool IsTransient(Exception failure) => failure switch
    {
        PostgresException { SqlState: var state } e => e.IsTransient || state[..2] is "08" or "25" or "28" or "53" or "55" or "57" or "58" or "XX"
            || state is "40001" or "40P01" or "3D000" or "3F000" or "42P01" or "42703" or "42883" or "42704" or "42501",
        NpgsqlException or JournalUnavailableException or TransportException or HttpRequestException => true,
        SocketException or IOException or TimeoutException or OperationCanceledException or ObjectDisposedException => true,
        AggregateException several => several.InnerExceptions.All(IsTransient),
        _ => false,
    };
}
