using System.Runtime.InteropServices;

namespace Ecny.Local.Processes;

/// <summary>POSIX signals by their Linux numbers.</summary>
public enum Signal
{
    /// <summary>Only asks whether the process is there.</summary>
    None = 0,

    /// <summary>Interrupt; PostgreSQL's fast shutdown.</summary>
    Interrupt = 2,

    /// <summary>kill -9.</summary>
    Kill = 9,

    /// <summary>Please end.</summary>
    Terminate = 15,

    /// <summary>Let a stopped process go on.</summary>
    Continue = 18,

    /// <summary>Freeze the process.</summary>
    Stop = 19,
}

/// <summary>Sends signals to processes by id.</summary>
public static partial class Signals
{
    /// <summary>Sends <paramref name="signal"/>; false when there is no such process.</summary>
    public static bool Send(int pid, Signal signal) => pid > 1 && SystemKill(pid, (int)signal) == 0;

    /// <summary>Whether the effective user is root.</summary>
    public static bool IsRoot => Environment.IsPrivilegedProcess;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SystemKill(int pid, int signal);
}
