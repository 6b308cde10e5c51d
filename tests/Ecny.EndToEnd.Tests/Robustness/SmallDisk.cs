using Ecny.Local.Processes;
using Xunit;

namespace Ecny.EndToEnd.Tests.Robustness;

/// <summary>A small file system of its own, in memory, that can be filled. Only root may mount one.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string folder) => Folder = folder;

    /// <summary>Where it is mounted.</summary>
    public string Folder { get; }

    private string Filler => Path.Combine(Folder, "filler");

    /// <summary>Skips the test where none can be mounted.</summary>
    public static async Task<SmallDisk> Mount(int mebibytes, CancellationToken cancel)
    {
        Assert.SkipUnless(Signals.IsRoot, "Only root can mount a small disk.");
        var disk = new SmallDisk(Directory.CreateTempSubdirectory("ecny-disk-").FullName);
        var mounted = await ExternalProgram.Run("mount", ["-t", "tmpfs", "-o", $"size={mebibytes}m,mode=755", "none", disk.Folder], cancel: cancel);
        if (!mounted.Succeeded)
        {
            Directory.Delete(disk.Folder);
            Assert.Skip($"No file system can be mounted here: {mounted.Tail}");
        }
        return disk;
    }

    /// <summary>Takes all that is free.</summary>
    public void Fill()
    {
        using var filler = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var block = new byte[1 << 20]; block.Length > 0;)
        {
            try
            {
                filler.Write(block);
            }
            catch (IOException)
            {
                // Full for a block of this size.
                block = new byte[block.Length / 2];
            }
        }
    }

    /// <summary>Gives back what <see cref="Fill"/> took.</summary>
    public void Free() => File.Delete(Filler);

    public async ValueTask DisposeAsync()
    {
        await ExternalProgram.Run("umount", ["--lazy", Folder]);
        Directory.Delete(Folder);
    }
}
