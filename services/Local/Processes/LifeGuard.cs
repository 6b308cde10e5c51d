using System.Diagnostics;

namespace Ecny.Local.Processes;

/// <summary>
/// Ends processes whose owner died without cleaning up (a killed test run): a shell that waits for the end of its standard input, which
/// the kernel closes when the owner is gone, whatever ended it.
/// </summary>
public sealed class LifeGuard : IDisposable
{
    private const string Script = """
        trap '' INT TERM HUP
        exec >/dev/null 2>&1
        cat
        for file in "$1"/data/postmaster.pid; do
          pid=$(head -n 1 "$file") && kill -QUIT "$pid"
          while [ -n "$pid" ] && kill -0 "$pid"; do sleep 0.1; done
        done
        for file in "$1"/run/*.pid; do
          read -r pid start <"$file" && [ "$(sed 's/.*) //' "/proc/$pid/stat" | cut -d ' ' -f 20)" = "$start" ] && kill -KILL "$pid"
        done
        rm -rf -- "$1"
        """;

    private readonly Process _shell;

    private LifeGuard(Process shell) => _shell = shell;

    /// <summary>
    /// Watches over a server folder (<c>data/postmaster.pid</c>) or a city folder (<c>run/*.pid</c>), which is removed in the end.
    /// </summary>
    public static LifeGuard Start(string folder)
    {
        var start = new ProcessStartInfo("sh") { RedirectStandardInput = true, WorkingDirectory = "/" };
        foreach (string argument in new[] { "-c", Script, "ecny-guard", folder })
        {
            start.ArgumentList.Add(argument);
        }

        return new LifeGuard(Process.Start(start)!);
    }

    /// <summary>Lets the shell finish: what still runs is killed, the folder is removed.</summary>
    public void Dispose()
    {
        _shell.StandardInput.Close();
        _shell.WaitForExit();
        _shell.Dispose();
    }
}
