namespace Ecny.Local.Commands;

/// <summary>What is free on the disk of a folder.</summary>
internal static class DiskSpace
{
    private const long LeastToStart = 1L << 30;

    // Sixteen WAL segments: enough for what runs to be brought to an end in order.
    private const long LeastToRun = 256L << 20;

    /// <summary>Refuses to begin on a disk that has less than 1 GiB free.</summary>
    public static void Require(string folder)
    {
        if (Free(folder, out string existing) is var free && free < LeastToStart)
        {
            throw new LocalException($"Only {free >> 20} MiB are free on the disk of {existing}: the ledger needs at least {LeastToStart >> 20} MiB, free some space first.");
        }
    }

    /// <summary>A sentence while less than 256 MiB are free; null otherwise.</summary>
    public static string? Warning(string folder) =>
        Free(folder, out string existing) is var free && free < LeastToRun
            ? $"Only {free >> 20} MiB are free on the disk of {existing}: payments are refused when it is full. Free some space."
            : null;

    private static long Free(string folder, out string existing)
    {
        existing = folder;
        while (!Directory.Exists(existing))
        {
            existing = Path.GetDirectoryName(existing)!;
        }

        return new DriveInfo(existing).AvailableFreeSpace;
    }
}
