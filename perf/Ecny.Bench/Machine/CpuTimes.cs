namespace Ecny.Bench.Machine;

/// <summary>Processor seconds of a process, where asked for with its children, at one moment.</summary>
internal sealed record CpuTimes(double Own, double Ended, IReadOnlyDictionary<int, double> Children)
{
    public static CpuTimes Of(int pid) => new(ProcessUsage.CpuSeconds(pid), 0, new Dictionary<int, double>());

    public static CpuTimes OfTree(int pid) => new(ProcessUsage.CpuSeconds(pid), ProcessUsage.EndedChildrenSeconds(pid), ProcessUsage.ChildrenSeconds(pid));

    /// <summary>Seconds used since an earlier moment. A child that ended in between is counted with the ended ones, less what it had used before.</summary>
    public double Since(CpuTimes earlier)
    {
        var alive = Children.Sum(child => child.Value - earlier.Children.GetValueOrDefault(child.Key));
        var endedBefore = earlier.Children.Where(child => !Children.ContainsKey(child.Key)).Sum(child => child.Value);
        return Own - earlier.Own + alive + Math.Max(0, Ended - earlier.Ended - endedBefore);
    }
}
