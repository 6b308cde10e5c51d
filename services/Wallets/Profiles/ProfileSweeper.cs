namespace Ecny.Wallets.Profiles;

/// <summary>Finishes openings that a crash or an unknown outcome left behind, and verifies organisations.</summary>
public sealed class ProfileSweeper(ProfileStore profiles, WalletOpening opening, TimeProvider time, ILogger<ProfileSweeper> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        while (await Next(timer, stoppingToken))
        {
            try
            {
                await Task.WhenAll((await profiles.TakeDue(200)).Select(Advance));
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning(e, "Unfinished openings could not be looked at; trying again.");
            }
        }
    }

    private Task Advance(Profile profile) => profile.Stage == ProfileStage.Verifying ? opening.Verify(profile) : opening.Open(profile);

    private static async Task<bool> Next(PeriodicTimer timer, CancellationToken stop)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
