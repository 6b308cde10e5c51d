using Ecny.Risk.Engine.Snapshots;

namespace Ecny.Risk.Engine.Rules;

/// <summary>
/// A shape that many ordinary wallets make is no evidence: when more than a share of the fresh edges complete it, it is passed over until it is
/// rare again. Counts are halved now and then, so the guard follows the city.
/// </summary>
internal sealed class PrevalenceGuard(double maxPercent, double minObserved, bool isOpenAtFirst)
{
    private const long HalfLife = 50_000;
    private long _observed, _fired;

    public void Observe()
    {
        if (++_observed < HalfLife) return;
        _observed /= 2;
        _fired /= 2;
    }

    public void Save(StateWriter writer)
    {
        writer.Long(_observed);
        writer.Long(_fired);
    }

    public void Load(StateReader reader) => (_observed, _fired) = (reader.Long(), reader.Long());

    /// <summary>Notes that the shape was completed; true when it may count.</summary>
    public bool Fire()
    {
        _fired++;
        return _observed < minObserved ? isOpenAtFirst : _fired * 100.0 <= maxPercent * _observed;
    }
}
