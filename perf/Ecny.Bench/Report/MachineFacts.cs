using System.Diagnostics;
using System.Globalization;

namespace Ecny.Bench.Report;

/// <summary>What the figures were measured on. Disk: the mount's file system and the median time of one 8 KiB write with fsync, which bounds every commit.</summary>
internal sealed record MachineFacts(int Cores, string Memory, string Disk)
{
    public static MachineFacts Read(string directory)
    {
        var kib = File.ReadLines("/proc/meminfo").First(l => l.StartsWith("MemTotal", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        var memory = string.Create(CultureInfo.InvariantCulture, $"{long.Parse(kib, CultureInfo.InvariantCulture) / 1048576.0:0.0} GiB");
        var drive = new DriveInfo(directory);
        var disk = string.Create(CultureInfo.InvariantCulture, $"{drive.DriveFormat}, fsync {FsyncMillis(directory):0.00} ms");
        return new MachineFacts(Environment.ProcessorCount, memory, disk);
    }

    private static double FsyncMillis(string directory)
    {
        var path = Path.Combine(directory, $".ecny-fsync-{Environment.ProcessId}");
        try
        {
            using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1);
            var page = new byte[8192];
            var times = new double[100];
            for (var i = 0; i < times.Length; i++)
            {
                var start = Stopwatch.GetTimestamp();
                file.Position = i * page.Length;
                file.Write(page);
                file.Flush(flushToDisk: true);
                times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
            Array.Sort(times);
            return times[times.Length / 2];
        }
        finally
        {
            File.Delete(path);
        }
    }
}
