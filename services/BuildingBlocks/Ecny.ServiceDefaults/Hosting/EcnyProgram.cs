using Ecny.ServiceDefaults.Health;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Ecny.ServiceDefaults;

/// <summary>The frame of a service's Program: configuration faults as sentences, migrations, run.</summary>
public static class EcnyProgram
{
    /// <summary>EX_CONFIG of sysexits.h: starting again without a change is of no use.</summary>
    public const int ConfigurationFault = 78;

    /// <summary>
    /// Runs a service until it is told to stop. With <c>--migrate</c> it migrates its database and ends;
    /// with <c>Ecny:Migrate=true</c> it migrates and goes on.
    /// </summary>
    /// <returns>Exit code: 0; 78 for a fault of the configuration; 1 when it cannot start.</returns>
    public static async Task<int> Run(string[] args, Action<WebApplicationBuilder> configure, Action<WebApplication> map)
    {
        try
        {
            var builder = WebApplication.CreateBuilder([.. args.Where(static a => a is not "--migrate")]);
            configure(builder);
            await using var app = builder.Build();
            var migrateOnly = args.Contains("--migrate");
            if (migrateOnly || builder.Configuration.GetValue("Ecny:Migrate", false)) Migrate(app);
            if (migrateOnly) return 0;
            map(app);
            await app.RunAsync();
            return 0;
        }
        catch (ConfigurationException e)
        {
            foreach (var sentence in e.Sentences) await Console.Error.WriteLineAsync(sentence);
            return ConfigurationFault;
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            await Console.Error.WriteLineAsync($"The address is in use by another program: {e.Message} Stop that program or set ASPNETCORE_URLS to a free port.");
            return 1;
        }
        catch (NpgsqlException e)
        {
            await Console.Error.WriteLineAsync($"PostgreSQL does not answer as it should: {e.Message}. Check ConnectionStrings:Main and that the server runs.");
            return 1;
        }
    }

    /// <summary>Migrates the service's own database: tables of the defaults, then those of <see cref="EcnyOptions.Migrate"/>.</summary>
    public static void Migrate(WebApplication app)
    {
        var main = app.Configuration.GetConnectionString("Main")!;
        Migrations.Run(main, typeof(EcnyProgram).Assembly, "Ecny.ServiceDefaults.Migrations.");
        foreach (var (assembly, prefix) in app.Services.GetRequiredService<EcnyOptions>().MigrationSets) Migrations.Run(main, assembly, prefix);
    }
}
