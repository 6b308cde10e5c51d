using System.Net;
using Orleans.Configuration;

namespace Ecny.Wallets.Clustering;

/// <summary>The Orleans silo in this process.</summary>
public static class SiloHosting
{
    /// <summary>
    /// Failure detection is explicit: a silo that stops answering is declared dead after three missed probes of two seconds and replaced; one that was
    /// killed on this machine at once (<see cref="DepartedSilos"/>). Should two host the shard meanwhile, PostgreSQL fences one of them.
    /// </summary>
    public static void AddLedgerSilo(this WebApplicationBuilder builder, SiloSettings settings)
    {
        builder.Host.UseOrleans(silo =>
        {
            silo.UseAdoNetClustering(options =>
            {
                options.Invariant = "Npgsql";
                options.ConnectionString = settings.ConnectionString;
            });
            silo.Configure<ClusterOptions>(options =>
            {
                options.ClusterId = settings.ClusterId;
                options.ServiceId = SiloSettings.ServiceId;
            });
            silo.Configure<EndpointOptions>(options =>
            {
                options.AdvertisedIPAddress = settings.Address;
                options.SiloPort = settings.SiloPort;
                options.GatewayPort = settings.GatewayPort;
                options.SiloListeningEndpoint = new IPEndPoint(settings.Address, settings.SiloPort);
                options.GatewayListeningEndpoint = new IPEndPoint(settings.Address, settings.GatewayPort);
            });
            silo.Configure<ClusterMembershipOptions>(options =>
            {
                options.ProbeTimeout = TimeSpan.FromSeconds(2);
                options.MinProbeTimeout = TimeSpan.FromSeconds(1);
                options.MaxProbeTimeout = TimeSpan.FromSeconds(3);
                options.NumMissedProbesLimit = 3;
                // With two silos only one is left to vote.
                options.NumVotesForDeathDeclaration = 1;
                options.TableRefreshTimeout = TimeSpan.FromSeconds(5);
                options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
                // A joiner waits only for members that were alive within 15 s.
                options.NumMissedTableIAmAliveLimit = 3;
                options.MaxJoinAttemptTime = TimeSpan.FromSeconds(60);
                options.DefunctSiloCleanupPeriod = TimeSpan.FromMinutes(10);
                options.DefunctSiloExpiration = TimeSpan.FromHours(1);
            });
            // The directory that hands its ranges over in lock-step: with the classic one a silo that joins may start the shard a second time, and one that
            // leaves takes the entries of others with it.
#pragma warning disable ORLEANSEXP003 // Opt-in by name only; the clusters of this service start empty, nothing is kept in it.
            silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
            // After a crash it would wait until the dead silo can no longer believe itself alive. Here that is PostgreSQL's fence, at once.
            silo.Configure<GrainDirectoryOptions>(options => options.RangeLeaseDuration = TimeSpan.Zero);
            silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(15));
            silo.Configure<GrainCollectionOptions>(options =>
            {
                options.ActivationTimeout = TimeSpan.FromSeconds(30);
                // What is in flight gets its answer before the shard moves.
                options.DeactivationTimeout = TimeSpan.FromSeconds(15);
            });
            silo.AddActivityPropagation();
        });
    }
}
