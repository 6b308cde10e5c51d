using System.Diagnostics.CodeAnalysis;
using Ecny.Contracts.Institutions;

namespace Ecny.ServiceDefaults;

/// <summary>The institutions of the city, in memory: read on every request.</summary>
public interface IInstitutionDirectory
{
    /// <summary>False until the first copy is there; until then signed requests are refused with UNAVAILABLE.</summary>
    bool IsLoaded { get; }

    /// <summary>Sequence of the last change that is in.</summary>
    long LastSequence { get; }

    /// <summary>All institutions, suspended ones too.</summary>
    IReadOnlyCollection<Institution> All { get; }

    bool TryGet(string institution, [NotNullWhen(true)] out Institution? found);

    /// <summary>Each institution after it was added or changed, once per change, in order.</summary>
    event Action<Institution> Changed;
}
