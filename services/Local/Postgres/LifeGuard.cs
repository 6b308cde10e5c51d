using System.Diagnostics;

namespace Ecny.Local.Postgres;

/// <summary>
/// Ends a server whose owner died without cleaning up (a killed test run): a shell that waits for the end of its standard input, which
/// the kernel closes when the owner is gone, whatever ended it.
/// </summary>
internal sealed class LifeGuard : IDisposable
{
    private const string Script = """
        trap '' INT TERM HUP
        exec >/dev/null 2>&1
        cat
        pid=$(head -n 1 "$1/postmaster.pid") && kill -QUIT "$pid"
        while [ -n "$pid" ] && kill -0 "$pid"; do sleep 0.1; done
        rm -rf -- "$2"
        """;

    private readonly Process _shell;

    private LifeGuard(Process shell) => _shell = shell;

    /// <summary>Watches over the server of <paramref name="dataFolder"/>; <paramref name="folder"/> is removed with it.</summary>
    public static LifeGuard Start(string dataFolder, string folder)
    {
        var start = new ProcessStartInfo("sh") { RedirectStandardInput = true, WorkingDirectory = "/" };
        foreach (string argument in new[] { "-c", Script, "ecny-guard", dataFolder, folder })
        {
            start.ArgumentList.Add(argument);
        }

        return new LifeGuard(Process.Start(start)!);
    }

    /// <summary>Lets the shell finish: it removes the folder and ends.</summary>
    public void Dispose()
    {
        _shell.StandardInput.Close();
        _shell.WaitForExit();
        _shell.Dispose();
    }
}
