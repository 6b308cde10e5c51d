using System.Globalization;
using Npgsql;

namespace Ecny.Ledger.Postgres;

/// <summary>
/// Connections to whichever host is the primary now. Npgsql's own multi-host source remembers a host that failed as offline, or a standby as
/// standby, for a while; a ledger whose only server just restarted, or whose standby was just promoted, cannot wait for that.
/// </summary>
internal sealed class PrimarySource : IAsyncDisposable
{
    private readonly NpgsqlDataSource[] _hosts;
    private int _last;

    public PrimarySource(NpgsqlConnectionStringBuilder settings)
    {
        _hosts = [.. Hosts(settings).Select(host =>
        {
            var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
            (builder.ConnectionStringBuilder.Host, builder.ConnectionStringBuilder.Port) = host;
            // Once a physical connection: a primary does not become a standby without ending its sessions.
            builder.UsePhysicalConnectionInitializer(RefuseStandby, RefuseStandbyAsync);
            return builder.Build();
        })];
    }

    /// <summary>Tries the host that served last, then the others, each once.</summary>
    public async Task<NpgsqlConnection> Open(CancellationToken stop)
    {
        for (var tries = 1; ; tries++)
        {
            var host = Volatile.Read(ref _last);
            try
            {
                return await _hosts[host].OpenConnectionAsync(stop);
            }
            catch (NpgsqlException) when (tries < _hosts.Length)
            {
                Interlocked.CompareExchange(ref _last, (host + 1) % _hosts.Length, host);
            }
        }
    }

    private static IEnumerable<(string Host, int Port)> Hosts(NpgsqlConnectionStringBuilder settings)
    {
        foreach (var text in (settings.Host ?? "localhost").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = text.LastIndexOf(':');
            var hasPort = colon > 0 && text.IndexOf(':') == colon && text[0] != '/';
            yield return hasPort ? (text[..colon], int.Parse(text.AsSpan(colon + 1), CultureInfo.InvariantCulture)) : (text, settings.Port);
        }
    }

    private static void RefuseStandby(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand("SELECT pg_is_in_recovery()", connection);
        Refuse(connection, command.ExecuteScalar());
    }

    private static async Task RefuseStandbyAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("SELECT pg_is_in_recovery()", connection);
        Refuse(connection, await command.ExecuteScalarAsync());
    }

    private static void Refuse(NpgsqlConnection connection, object? inRecovery)
    {
        if (inRecovery is not false) throw new NpgsqlException($"{connection.Host}:{connection.Port} is a standby, not the primary");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts) await host.DisposeAsync();
    }
}
