using Ecny.Local.Processes;

namespace Ecny.Local.Postgres;

/// <summary>The server settings that differ from PostgreSQL's defaults.</summary>
internal static class PostgresSettings
{
    /// <summary>The text of a configuration file.</summary>
    public static async Task<string> Render(PostgresOptions options, PostgresBinaries binaries, int port, CancellationToken cancel)
    {
        string durable = options.Durable ? "on" : "off";
        ProgramResult build = await ExternalProgram.Run(binaries.Program("pg_config"), ["--configure"], cancel: cancel);
        string compression = build.Output.Contains("--with-lz4", StringComparison.Ordinal) ? "lz4" : "on";
        return $"""
            listen_addresses = '127.0.0.1'
            port = {port}
            unix_socket_directories = ''
            max_connections = {options.MaxConnections}
            shared_buffers = {options.SharedBuffersMiB}MB
            fsync = {durable}
            synchronous_commit = on
            full_page_writes = {durable}
            wal_compression = {compression}
            max_wal_size = {options.MaxWalMiB}MB
            checkpoint_timeout = 15min
            # A dead peer must be noticed in seconds: the ledger's barrier after an unknown commit waits for it.
            tcp_keepalives_idle = 5
            tcp_keepalives_interval = 1
            tcp_keepalives_count = 3
            tcp_user_timeout = 5000
            jit = off
            track_io_timing = off
            track_commit_timestamp = {(options.CommitTimes ? "on" : "off")}
            log_line_prefix = '%m [%p] %d '
            log_min_duration_statement = 2000
            timezone = 'UTC'
            log_timezone = 'UTC'

            """;
    }
}
