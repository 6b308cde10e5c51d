using System.Diagnostics;
using Ecny.Local.Processes;

namespace Ecny.Local.City;

/// <summary>One process of a city: started in a session of its own, known by its pid file, its output in a log file.</summary>
public abstract class CityProcess
{
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly PidFile _pid;

    /// <param name="name">Unique in the city.</param>
    /// <param name="folder">The city's folder.</param>
    /// <param name="pidName">The name of its pid file.</param>
    /// <param name="environment">Beyond that of this process.</param>
    protected CityProcess(string name, string folder, string pidName, IReadOnlyDictionary<string, string> environment)
    {
        Name = name;
        _environment = environment;
        _pid = new PidFile(Path.Combine(folder, "run", $"{pidName}.pid"));
        LogFile = Path.Combine(folder, "logs", $"{name}.log");
    }

    /// <summary>Unique in the city.</summary>
    public string Name { get; }

    /// <summary>What it writes.</summary>
    public string LogFile { get; }

    /// <summary>The loopback port at which others look for it.</summary>
    public abstract int Port { get; }

    /// <summary>Its process, or null when it does not run.</summary>
    public virtual int? ProcessId => _pid.Running;

    /// <summary>Whether <see cref="Start"/> has nothing to do.</summary>
    public bool IsStarted => _pid.Running is not null;

    /// <summary>What becomes of the shell that redirects: it becomes the program, whose command line are its arguments.</summary>
    protected virtual string Script => "exec \"$@\"";

    /// <summary>The program and its arguments.</summary>
    protected abstract IReadOnlyList<string> CommandLine();

    /// <summary>Whether it says that it is ready.</summary>
    protected abstract Task<bool> Answers(CancellationToken cancel);

    /// <summary>Starts the process when it does not run; does not wait until it is ready. The log of the run before is kept as .1, up to .3.</summary>
    public void Start()
    {
        if (IsStarted)
        {
            return;
        }

        IReadOnlyList<string> line = CommandLine();
        LogFiles.Rotate(LogFile);

        // A session of its own: Ctrl-C at the terminal of the launcher is not meant for it.
        var start = new ProcessStartInfo("setsid") { WorkingDirectory = "/" };
        foreach (string argument in (string[])["sh", "-c", $"exec </dev/null >>\"$0\" 2>&1\n{Script}", LogFile, .. line])
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string key, string value) in _environment)
        {
            start.Environment[key] = value;
        }

        _pid.Write(Process.Start(start)!.Id);
    }

    /// <summary>Asks it to end, waits until open work is done, and kills it when that takes longer than <paramref name="patience"/>.</summary>
    public async Task Stop(TimeSpan patience, CancellationToken cancel = default)
    {
        // A frozen process cannot hear the request.
        _pid.Send(Signal.Continue);
        _pid.Send(Signal.Terminate);
        long asked = Stopwatch.GetTimestamp();
        while (IsStarted && Stopwatch.GetElapsedTime(asked) < patience)
        {
            await Task.Delay(20, cancel);
        }

        await End(cancel);
    }

    /// <summary>Ends it for good, at once.</summary>
    public virtual async Task End(CancellationToken cancel = default)
    {
        _pid.Send(Signal.Kill);
        while (IsStarted)
        {
            await Task.Delay(5, cancel);
        }

        _pid.Delete();
    }

    /// <summary>kill -9; returns when the process is gone.</summary>
    public virtual Task Kill9(CancellationToken cancel = default) => End(cancel);

    /// <summary>SIGSTOP: the process stays, its connections too, but nothing moves.</summary>
    public void Freeze() => _pid.Send(Signal.Stop);

    /// <summary>SIGCONT: the process goes on as if no time had passed.</summary>
    public void Thaw() => _pid.Send(Signal.Continue);

    /// <summary>Stops gracefully, starts, and waits until it is ready.</summary>
    public async Task Restart(CancellationToken cancel = default)
    {
        await Stop(TimeSpan.FromSeconds(20), cancel);
        Start();
        await WaitReady(TimeSpan.FromSeconds(60), cancel);
    }

    /// <summary>Whether it runs and says that it is ready.</summary>
    public async Task<bool> IsReady(CancellationToken cancel = default) => ProcessId is not null && await Answers(cancel);

    /// <summary>Waits until it is ready; a process that ends, or takes too long, is a <see cref="LocalException"/> with the end of its log.</summary>
    public async Task WaitReady(TimeSpan patience, CancellationToken cancel = default)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await IsReady(cancel))
        {
            if (!IsStarted)
            {
                throw new LocalException($"{What} ended while it started: {LogFiles.LastWords(LogFile)} Its log: {LogFile}");
            }

            if (Stopwatch.GetElapsedTime(start) > patience)
            {
                throw new LocalException($"{What} was not ready after {patience.TotalSeconds:0} s: {LogFiles.LastWords(LogFile)} Its log: {LogFile}");
            }

            await Task.Delay(50, cancel);
        }
    }

    /// <summary>The subject of a sentence about it.</summary>
    protected virtual string What => $"The {Name}";
}
