using System.Net;
using System.Net.Sockets;
using Npgsql;
using NpgsqlTypes;

namespace Ecny.Wallets.Clustering;

/// <summary>
/// A silo that was killed on this machine cannot say so, and its successor would wait until probes time out. Before joining, members at our own address
/// whose port nobody listens on are declared dead: that is certain, where a time-out would only be likely.
/// </summary>
public static class DepartedSilos
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromMilliseconds(500);

    /// <returns>How many members were declared dead.</returns>
    public static async Task<int> Bury(string connectionString, string cluster, IPAddress own, CancellationToken stop)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(stop);
        var buried = 0;
        foreach (var (port, generation) in await MembersAt(connection, cluster, own, stop))
            if (await NobodyListens(own, port, stop)) buried += await DeclareDead(connection, cluster, own, port, generation, stop);
        return buried;
    }

    private static async Task<List<(int Port, int Generation)>> MembersAt(NpgsqlConnection connection, string cluster, IPAddress own, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand("""
            SELECT port, generation
            FROM cluster_member
            WHERE cluster = $1 AND address = $2 AND status < 6
            """, connection) { Parameters = { new() { Value = cluster }, new() { Value = own.ToString() } } };
        await using var reader = await command.ExecuteReaderAsync(stop);
        var members = new List<(int, int)>();
        while (await reader.ReadAsync(stop)) members.Add((reader.GetInt32(0), reader.GetInt32(1)));
        return members;
    }

    private static async Task<bool> NobodyListens(IPAddress address, int port, CancellationToken stop)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(ConnectTimeout);
        try
        {
            await socket.ConnectAsync(address, port, deadline.Token);
            return false;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionRefused;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // Silence is not absence: the probes decide.
            return false;
        }
    }

    private static async Task<int> DeclareDead(NpgsqlConnection connection, string cluster, IPAddress own, int port, int generation, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand("""
            WITH buried AS (
              UPDATE cluster_member
              SET status = 6
              WHERE cluster = $1 AND address = $2 AND port = $3 AND generation = $4 AND status < 6
              RETURNING cluster
            )
            UPDATE cluster_version v
            SET version = v.version + 1, changed_at = now()
            FROM buried
            WHERE v.cluster = buried.cluster
            """, connection)
        {
            Parameters =
            {
                new() { Value = cluster }, new() { Value = own.ToString() },
                new() { Value = port, NpgsqlDbType = NpgsqlDbType.Integer }, new() { Value = generation, NpgsqlDbType = NpgsqlDbType.Integer },
            },
        };
        return await command.ExecuteNonQueryAsync(stop);
    }
}
