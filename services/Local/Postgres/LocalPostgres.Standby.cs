using Ecny.Local.Processes;
using Npgsql;

namespace Ecny.Local.Postgres;

public sealed partial class LocalPostgres
{
    /// <summary>
    /// Makes a streaming standby from a base backup and starts it. It has the primary's password and a port of its own; dispose it as well.
    /// </summary>
    /// <param name="name">The standby's application name; letters, digits and underscores.</param>
    /// <param name="synchronous">Whether commits on this server wait from now on until the standby has them on disk.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<LocalPostgres> AddStandby(string name, bool synchronous, CancellationToken cancel = default)
    {
        var standby = new LocalPostgres(_options with { Folder = $"{Folder}-{name}", Port = null }, _binaries, _password);
        try
        {
            await standby.CopyFrom(this, name, cancel);
            await standby.Start(cancel);
            await RequireSynchronous(synchronous ? name : null, cancel);
            return standby;
        }
        catch
        {
            await standby.DisposeAsync();
            throw;
        }
    }

    /// <summary>Commits wait for the named standby; null: for none. Returns when the standby streams.</summary>
    public async Task RequireSynchronous(string? standby, CancellationToken cancel = default)
    {
        await using var connection = new NpgsqlConnection($"{ConnectionString()};Pooling=false");
        await connection.OpenAsync(cancel);
        await using (var alter = new NpgsqlCommand($"ALTER SYSTEM SET synchronous_standby_names = '{standby}'", connection))
        {
            await alter.ExecuteNonQueryAsync(cancel);
        }

        await using (var reload = new NpgsqlCommand("SELECT pg_reload_conf()", connection))
        {
            await reload.ExecuteNonQueryAsync(cancel);
        }

        await using var state = new NpgsqlCommand("SELECT 1 FROM pg_stat_replication WHERE application_name = $1 AND sync_state = 'sync'", connection)
        {
            Parameters = { new() { Value = standby ?? "" } },
        };
        while (standby is not null && await state.ExecuteScalarAsync(cancel) is null)
        {
            await Task.Delay(20, cancel);
        }
    }

    /// <summary>Makes a standby the primary; returns when it takes writes.</summary>
    public async Task Promote(CancellationToken cancel = default)
    {
        ProgramResult result = await Control(["promote", "-w", "-t", "60", "-D", DataFolder, "-s"], cancel);
        if (!result.Succeeded)
        {
            throw new LocalException($"The standby could not be promoted: {result.Tail}. Its log: {LogFile}");
        }
    }

    private async Task CopyFrom(LocalPostgres primary, string name, CancellationToken cancel)
    {
        await _user.MakeFolder(Folder, cancel);
        string passwordFile = Path.Combine(Folder, "password");
        await File.WriteAllTextAsync(passwordFile, _password, cancel);
        await _user.TakeFile(passwordFile, cancel);
        string source = $"host=127.0.0.1 port={primary.Port} user={Superuser} password={_password} application_name={name}";
        string[] arguments = ["-D", DataFolder, "-d", source, "-R", "-X", "stream", "--checkpoint=fast"];
        ProgramResult result = await _user.Run(_binaries.Program("pg_basebackup"), arguments, null, cancel);
        if (!result.Succeeded)
        {
            throw new LocalException($"The standby's base backup failed: {result.Tail}");
        }
    }
}
