using System.Diagnostics.CodeAnalysis;
using Ecny.Contracts.Institutions;
using Ecny.ServiceDefaults.Signatures;

namespace Ecny.ServiceDefaults;

/// <summary>
/// The directory of this process. Whoever knows of changes applies them: the pull from Acquiring (default),
/// or Acquiring itself from its own table (<see cref="EcnyOptions.OwnsInstitutions"/>).
/// </summary>
public sealed class InstitutionDirectory : IInstitutionDirectory, IDisposable
{
    private readonly Lock _changing = new();
    // Replaced as a whole on a change, which is rare; read without a lock on every request.
    private volatile Snapshot _now = new(0, [], []);
    private volatile bool _loaded;

    public event Action<Institution>? Changed;

    public bool IsLoaded => _loaded;
    public long LastSequence => _now.Sequence;
    public IReadOnlyCollection<Institution> All => [.. _now.ById.Values.Select(static m => m.Institution)];

    public bool TryGet(string institution, [NotNullWhen(true)] out Institution? found)
    {
        found = _now.ById.TryGetValue(institution, out var member) ? member.Institution : null;
        return found is not null;
    }

    /// <summary>Applies changes in order of sequence; those that are in already are passed over. Loaded from then on.</summary>
    public void Apply(IEnumerable<InstitutionChange> changes)
    {
        var applied = new List<Institution>();
        lock (_changing)
        {
            var byId = new Dictionary<string, Member>(_now.ById);
            var sequence = _now.Sequence;
            foreach (var change in changes)
            {
                if (change.Sequence <= sequence) continue;
                sequence = change.Sequence;
                byId[change.Institution.Id] = Member.Of(change.Institution);
                applied.Add(change.Institution);
            }
            if (applied.Count != 0) _now = Snapshot.Of(sequence, byId);
            _loaded = true;
        }
        foreach (var institution in applied) Changed?.Invoke(institution);
    }

    internal bool TryGetMember(string institution, [NotNullWhen(true)] out Member? member) => _now.ById.TryGetValue(institution, out member);

    internal bool TryGetKey(ReadOnlySpan<char> keyId, [NotNullWhen(true)] out OwnKey? key) =>
        _now.Keys.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(keyId, out key);

    public void Dispose()
    {
        foreach (var key in _now.Keys.Values) key.Verifier.Dispose();
    }

    /// <summary>An institution with its roles as one value.</summary>
    internal sealed record Member(Institution Institution, Role Roles, bool Suspended)
    {
        public static Member Of(Institution institution) => new(
            institution,
            institution.Roles.Aggregate(Role.None, static (all, role) => all | role),
            institution.State != InstitutionState.Active);
    }

    /// <summary>A key with its institution, ready to verify.</summary>
    internal sealed record OwnKey(Member Member, string KeyId, SignatureVerifier Verifier);

    private sealed record Snapshot(long Sequence, Dictionary<string, Member> ById, Dictionary<string, OwnKey> Keys)
    {
        public static Snapshot Of(long sequence, Dictionary<string, Member> byId)
        {
            var keys = new Dictionary<string, OwnKey>();
            foreach (var member in byId.Values)
                foreach (var key in member.Institution.Keys)
                    // Unique in the city by Acquiring's constraint; if not, the first one keeps it, so that nobody can take over a key id.
                    if (SignatureVerifier.TryCreate(key) is { } verifier && !keys.TryAdd(key.KeyId, new OwnKey(member, key.KeyId, verifier))) verifier.Dispose();
            return new Snapshot(sequence, byId, keys);
        }
    }
}
