using System.Globalization;

namespace Ecny.Local.Processes;

/// <summary>
/// Remembers a process by id and start time. A process is only ever signalled when both fit: after a restart of the machine an old id may
/// belong to somebody else.
/// </summary>
public sealed class PidFile(string path)
{
    /// <summary>The process' id, or null when it does not run.</summary>
    public int? Running
    {
        get
        {
            if (!File.Exists(path))
            {
                return null;
            }

            string[] fields = File.ReadAllText(path).Split(' ', '\n');
            return fields.Length >= 2
                && int.TryParse(fields[0], CultureInfo.InvariantCulture, out int pid)
                && ProcessTable.StartTime(pid)?.ToString(CultureInfo.InvariantCulture) == fields[1]
                ? pid
                : null;
        }
    }

    /// <summary>Records a process that has just been started.</summary>
    public void Write(int pid) => File.WriteAllText(path, $"{pid} {ProcessTable.StartTime(pid) ?? 0}\n");

    /// <summary>Forgets the process.</summary>
    public void Delete() => File.Delete(path);

    /// <summary>Sends a signal; false when the process does not run.</summary>
    public bool Send(Signal signal) => Running is { } pid && Signals.Send(pid, signal);
}
