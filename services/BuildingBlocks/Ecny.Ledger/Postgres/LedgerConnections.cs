using Npgsql;

namespace Ecny.Ledger.Postgres;

/// <summary>
/// Connections to the primary, whichever host that is now. The writer's are never pooled: after an unknown commit a connection is
/// left alone for ever, and nothing may find it in a pool.
/// </summary>
internal sealed class LedgerConnections : IAsyncDisposable
{
    private readonly PrimarySource _single;
    private readonly PrimarySource _pool;

    public LedgerConnections(PostgresLedgerOptions options)
    {
        var single = Settings(options.ConnectionString, pooled: false);
        single.Timeout = Seconds(options.ConnectTimeout);
        // The store has its own watchdogs. One of Npgsql's would send a cancel request, and a cancelled commit is neither done nor undone.
        single.CommandTimeout = 0;
        _single = new PrimarySource(single);

        var pool = Settings(options.ConnectionString, pooled: true);
        pool.Timeout = Seconds(options.ConnectTimeout);
        pool.CommandTimeout = Seconds(options.QueryTimeout);
        pool.MaxPoolSize = options.ReadConnections;
        pool.MinPoolSize = 0;
        _pool = new PrimarySource(pool);
    }

    /// <summary>A connection nobody else has.</summary>
    public Task<NpgsqlConnection> OpenOwn(CancellationToken stop) => _single.Open(stop);

    /// <summary>A connection for reading, to be given back.</summary>
    public Task<NpgsqlConnection> OpenPooled(CancellationToken stop) => _pool.Open(stop);

    internal static NpgsqlConnectionStringBuilder Settings(string connectionString, bool pooled)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Pooling = pooled,
            Enlist = false,
            ApplicationName = "ecny-ledger",
            // A peer that went away without a word is noticed by both sides within about five seconds.
            TcpKeepAlive = true,
            TcpKeepAliveTime = 2,
            TcpKeepAliveInterval = 1,
            // What a refused batch was about; rows of the ledger hold tokens, not persons.
            IncludeErrorDetail = true,
            MaxAutoPrepare = 64,
            AutoPrepareMinUsages = 2,
            WriteBufferSize = 64 * 1024,
            ReadBufferSize = 32 * 1024,
        };
        settings.TargetSessionAttributes = null;
        // Index look-ups always: statistics of a fresh table must not make anybody scan it.
        settings.Options = string.Join(' ', settings.Options,
            "-c tcp_user_timeout=5000 -c tcp_keepalives_idle=2 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=3",
            "-c synchronous_commit=on -c plan_cache_mode=force_generic_plan -c jit=off",
            "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off").Trim();
        return settings;
    }

    private static int Seconds(TimeSpan span) => Math.Max(1, (int)Math.Ceiling(span.TotalSeconds));

    public async ValueTask DisposeAsync()
    {
        await _single.DisposeAsync();
        await _pool.DisposeAsync();
    }
}
