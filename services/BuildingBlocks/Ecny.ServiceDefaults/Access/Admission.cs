using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Ecny.ServiceDefaults.Access;

/// <summary>How many signed requests may be inside at once; more are refused with 429 before any work is done.</summary>
internal sealed class Admission(IConfiguration configuration)
{
    private readonly int _limit = int.Parse(configuration["Ecny:Http:MaxConcurrentRequests"] ?? "4096", CultureInfo.InvariantCulture);
    private int _inside;

    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _inside) <= _limit) return true;
        Interlocked.Decrement(ref _inside);
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _inside);
}
