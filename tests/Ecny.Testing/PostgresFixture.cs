using Ecny.Local.Postgres;
using Npgsql;
using Xunit;

namespace Ecny.Testing;

/// <summary>
/// One PostgreSQL server for a test assembly, started when the first test asks for a database. Use it as
/// <c>[assembly: AssemblyFixture(typeof(PostgresFixture))]</c>. It does not wait for the disk: tests that kill a server or measure one open
/// their own with <see cref="OwnServer"/>.
/// </summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private readonly Lazy<Task<LocalPostgres>> _server = new(() => LocalPostgres.Open(PostgresOptions.Temporary(durable: false)));
    private readonly SemaphoreSlim _preparing = new(1, 1);
    private readonly HashSet<string> _templates = [];
    private int _databases;

    /// <inheritdoc/>
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>A connection string to a new, empty database that only the caller knows.</summary>
    public async Task<string> CreateDatabase()
    {
        await RequirePostgres();
        LocalPostgres server = await _server.Value;
        return await server.CreateDatabase($"test_{Interlocked.Increment(ref _databases)}");
    }

    /// <summary>
    /// As <see cref="CreateDatabase()"/>, but as <paramref name="prepare"/> left it: that runs once a <paramref name="kind"/> and is then copied, which
    /// costs a tenth of migrating anew.
    /// </summary>
    public async Task<string> CreateDatabase(string kind, Action<string> prepare)
    {
        await RequirePostgres();
        LocalPostgres server = await _server.Value;
        await _preparing.WaitAsync();
        try
        {
            string template = $"template_{kind}";
            if (_templates.Add(kind))
            {
                prepare(await server.CreateDatabase(template));
                NpgsqlConnection.ClearAllPools();
            }

            return await server.CreateDatabase($"test_{Interlocked.Increment(ref _databases)}", template);
        }
        finally
        {
            _preparing.Release();
        }
    }

    /// <summary>A durable server of one's own, to be killed, stopped and given standbys; dispose it.</summary>
    public static async Task<LocalPostgres> OwnServer()
    {
        await RequirePostgres();
        return await LocalPostgres.Open(PostgresOptions.Temporary(durable: true));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _preparing.Dispose();
        if (_server.IsValueCreated)
        {
            NpgsqlConnection.ClearAllPools();
            await (await _server.Value).DisposeAsync();
        }
    }

    private static async Task RequirePostgres()
    {
        if (await PostgresBinaries.Find() is null)
        {
            Requirements.Missing("postgres", PostgresBinaries.Advice);
        }
    }
}
