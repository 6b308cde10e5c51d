using System.Net.Http.Json;
using System.Text.Json;
using Ecny.Client;
using Ecny.Client.Signing;
using Ecny.Contracts.Institutions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ecny.ServiceDefaults.Institutions;

/// <summary>
/// Keeps the directory as Acquiring has it: starts from the copy in the own database, then pulls what is new every second.
/// With a copy the service works while Acquiring is away.
/// </summary>
internal sealed partial class InstitutionPull : BackgroundService
{
    private const int PageSize = 200;
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(10);

    private readonly InstitutionDirectory _directory;
    private readonly InstitutionCopy _copy;
    private readonly TimeProvider _clock;
    private readonly ILogger<InstitutionPull> _log;
    private readonly HttpClient _http;
    private readonly RequestSigner _signer;
    private readonly SignedHttpClient _acquiring;

    public InstitutionPull(InstitutionDirectory directory, InstitutionCopy copy, IConfiguration configuration, TimeProvider clock, ILogger<InstitutionPull> log)
    {
        (_directory, _copy, _clock, _log) = (directory, copy, clock, log);
        _http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2), PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = TimeSpan.FromSeconds(5) };
        _signer = RequestSigner.FromPem(configuration["Ecny:Service:KeyId"]!, File.ReadAllText(configuration["Ecny:Service:PrivateKeyFile"]!));
        _acquiring = new SignedHttpClient(_http, new Uri(configuration["Ecny:Institutions:Url"]!), _signer);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var copyLoaded = false;
        var pause = _interval;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!copyLoaded)
                {
                    var copied = await _copy.Load(stoppingToken);
                    if (copied.Count != 0) _directory.Apply(copied);
                    copyLoaded = true;
                }
                while (await PullPage(stoppingToken) == PageSize)
                {
                }
                if (pause != _interval) Resumed(_log, _directory.LastSequence);
                pause = _interval;
            }
            catch (Exception e) when (e is HttpRequestException or NpgsqlException or JsonException or IOException || (e is OperationCanceledException && !stoppingToken.IsCancellationRequested))
            {
                if (pause == _interval) Failed(_log, e.Message, _directory.LastSequence);
                pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, _longestPause.Ticks));
            }
            await Task.Delay(pause, _clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<int> PullPage(CancellationToken cancellation)
    {
        using var response = await _acquiring.Get($"/v1/institutions/changes?after={_directory.LastSequence}&limit={PageSize}", cancellation);
        response.EnsureSuccessStatusCode();
        var page = await response.Content.ReadFromJsonAsync(InstitutionFeedJson.Default.InstitutionChanges, cancellation) ?? throw new JsonException("The page is null.");
        if (page.Items.Count != 0) await _copy.Save(page.Items, cancellation);
        // An empty feed counts as loaded too: then nobody is known, which is the truth.
        if (page.Items.Count != 0 || !_directory.IsLoaded) _directory.Apply(page.Items);
        return page.Items.Count;
    }

    public override void Dispose()
    {
        _http.Dispose();
        _signer.Dispose();
        base.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Institutions are not pulled: {Reason}; going on with sequence {Sequence} and trying again")]
    private static partial void Failed(ILogger log, string reason, long sequence);

    [LoggerMessage(Level = LogLevel.Information, Message = "Institutions are pulled again, sequence {Sequence}")]
    private static partial void Resumed(ILogger log, long sequence);
}
