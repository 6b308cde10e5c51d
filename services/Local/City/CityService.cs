using System.Diagnostics;
using Ecny.Local.Processes;

namespace Ecny.Local.City;

/// <summary>One service process of a city: started in a session of its own, known by its pid file, its output in a log file.</summary>
public sealed class CityService
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(2) };

    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly PidFile _pid;

    internal CityService(string name, ServiceKind kind, string folder, IReadOnlyDictionary<string, string> environment)
    {
        Name = name;
        Kind = kind;
        _environment = environment;
        _pid = new PidFile(Path.Combine(folder, "run", $"{name}.pid"));
        LogFile = Path.Combine(folder, "logs", $"{name}.log");
        Url = new Uri(environment["ASPNETCORE_URLS"]);
    }

    /// <summary>Unique in the city: the kind's name for the first of a kind.</summary>
    public string Name { get; }

    /// <summary>Which of the five services it is.</summary>
    public ServiceKind Kind { get; }

    /// <summary>Its base address.</summary>
    public Uri Url { get; }

    /// <summary>What it writes.</summary>
    public string LogFile { get; }

    /// <summary>Its process, or null when it does not run.</summary>
    public int? ProcessId => _pid.Running;

    /// <summary>Starts the process when it does not run; does not wait until it is ready. The log of the run before is kept as .1, up to .3.</summary>
    public void Start()
    {
        if (ProcessId is not null)
        {
            return;
        }

        string program = ServiceBinaries.Executable(Kind);
        LogFiles.Rotate(LogFile);

        // A session of its own: Ctrl-C at the terminal of the launcher is not meant for it. The shell only redirects and becomes the service.
        var start = new ProcessStartInfo("setsid") { WorkingDirectory = Path.GetDirectoryName(program) };
        foreach (string argument in new[] { "sh", "-c", "exec \"$1\" </dev/null >>\"$0\" 2>&1", LogFile, program })
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
        while (ProcessId is not null && Stopwatch.GetElapsedTime(asked) < patience)
        {
            await Task.Delay(20, cancel);
        }

        await Kill9(cancel);
    }

    /// <summary>kill -9; returns when the process is gone.</summary>
    public async Task Kill9(CancellationToken cancel = default)
    {
        _pid.Send(Signal.Kill);
        while (ProcessId is not null)
        {
            await Task.Delay(5, cancel);
        }

        _pid.Delete();
    }

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
    public async Task<bool> IsReady(CancellationToken cancel = default)
    {
        if (ProcessId is null)
        {
            return false;
        }

        try
        {
            using HttpResponseMessage answer = await Http.GetAsync(new Uri(Url, "/healthz/ready"), cancel);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancel.IsCancellationRequested))
        {
            // Not listening yet, or too busy to answer: both mean that it is not ready.
            return false;
        }
    }

    /// <summary>Waits until it is ready; a process that ends, or takes too long, is a <see cref="LocalException"/> with the end of its log.</summary>
    public async Task WaitReady(TimeSpan patience, CancellationToken cancel = default)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await IsReady(cancel))
        {
            if (ProcessId is null)
            {
                throw new LocalException($"The service {Name} ended while it started: {LogFiles.LastWords(LogFile)} Its log: {LogFile}");
            }

            if (Stopwatch.GetElapsedTime(start) > patience)
            {
                throw new LocalException($"The service {Name} was not ready after {patience.TotalSeconds:0} s: {LogFiles.LastWords(LogFile)} Its log: {LogFile}");
            }

            await Task.Delay(50, cancel);
        }
    }
}
