using Ecny.Risk.Engine.Catalogue;
using Ecny.Risk.Engine.Rules;
using Ecny.Risk.Engine.Snapshots;
using Ecny.Risk.Engine.State;

namespace Ecny.Risk.Engine.Alerts;

/// <summary>
/// From findings to alerts: weighted sums per typology and subject, and de-duplication. What concerns the subject of an open alert, or
/// transactions it names, extends it until its time to raise a new one has come.
/// </summary>
internal sealed class AlertBook
{
    private readonly List<Typology> _typologies;

    public AlertBook(RuleCatalogue catalogue) => _typologies = [.. catalogue.Typologies.Select(typology => new Typology(typology))];

    public int OpenCount => _typologies.Sum(typology => typology.OpenCount);

    public void Take(Finding finding, long now, RiskState state, List<Alert> alerts)
    {
        foreach (var typology in _typologies) typology.Take(finding, now, state, alerts);
    }

    public void Evict(long now)
    {
        foreach (var typology in _typologies) typology.Evict(now);
    }

    public void Save(StateWriter writer) => writer.List(_typologies, typology => typology.Save(writer));

    /// <summary>Alerts of typologies that are no more are forgotten.</summary>
    public void Load(StateReader reader) => reader.Each(() =>
    {
        var version = reader.Typology();
        (_typologies.FirstOrDefault(typology => typology.Id == version.Id) ?? new Typology(version)).Load(reader);
    });

    /// <summary>Each rule counts once, with its strongest band.</summary>
    internal static double Score(TypologyVersion typology, IEnumerable<Finding> findings)
    {
        var best = new Dictionary<string, Band>(StringComparer.Ordinal);
        foreach (var finding in findings)
            if (finding.Band > best.GetValueOrDefault(finding.Rule.Id)) best[finding.Rule.Id] = finding.Band;
        return typology.Weights.Sum(weight => weight.Weight * Bands.Value(best.GetValueOrDefault(weight.Rule)));
    }

    private sealed class Typology(TypologyVersion version)
    {
        private readonly HashSet<string> _rules = [.. version.Weights.Select(weight => weight.Rule)];
        private readonly Dictionary<long, List<(long At, Finding Finding)>> _pending = [];
        private readonly Queue<(long Due, long Subject)> _pendingChecks = new();
        private readonly Dictionary<long, OpenAlert> _bySubject = [];
        private readonly Dictionary<(int, long), OpenAlert> _byFlow = [];
        private readonly Queue<OpenAlert> _open = new();

        public string Id => version.Id;
        public int OpenCount => _open.Count;

        public void Take(Finding finding, long now, RiskState state, List<Alert> alerts)
        {
            if (!_rules.Contains(finding.Rule.Id)) return;
            if (Find(finding) is { } open)
            {
                if (!open.Add(finding)) return;
                Index(open, finding);
                alerts.Add(open.Snapshot(now, state));
                return;
            }
            var since = now - Time.Hours(version.WindowHours);
            if (!_pending.TryGetValue(finding.Subject, out var pending)) _pending.Add(finding.Subject, pending = []);
            pending.RemoveAll(old => old.At <= since);
            pending.Add((now, finding));
            if (Score(version, pending.Select(item => item.Finding)) < version.Threshold)
            {
                _pendingChecks.Enqueue((now + Time.Hours(version.WindowHours), finding.Subject));
                return;
            }
            _pending.Remove(finding.Subject);
            var raised = new OpenAlert(version, now);
            _open.Enqueue(raised);
            foreach (var (_, part) in pending)
            {
                raised.Add(part);
                Index(raised, part);
            }
            alerts.Add(raised.Snapshot(now, state));
        }

        public void Evict(long now)
        {
            while (_open.TryPeek(out var alert) && alert.RaisedAt + Time.Hours(version.RaiseNewAfterHours) <= now)
            {
                _open.Dequeue();
                foreach (var subject in alert.Subjects) if (_bySubject.GetValueOrDefault(subject) == alert) _bySubject.Remove(subject);
                foreach (var flow in alert.Flows) if (_byFlow.GetValueOrDefault(flow) == alert) _byFlow.Remove(flow);
            }
            while (_pendingChecks.TryPeek(out var check) && check.Due <= now)
            {
                _pendingChecks.Dequeue();
                if (!_pending.TryGetValue(check.Subject, out var pending)) continue;
                pending.RemoveAll(old => old.At + Time.Hours(version.WindowHours) <= now);
                if (pending.Count == 0) _pending.Remove(check.Subject);
            }
        }

        public void Save(StateWriter writer)
        {
            writer.Typology(version);
            writer.List(_pending, pending =>
            {
                writer.Long(pending.Key);
                writer.List(pending.Value, item =>
                {
                    writer.Long(item.At);
                    writer.Finding(item.Finding);
                });
            });
            writer.List(_pendingChecks, check =>
            {
                writer.Long(check.Due);
                writer.Long(check.Subject);
            });
            var numbers = new Dictionary<OpenAlert, int>(ReferenceEqualityComparer.Instance);
            writer.List(_open, alert =>
            {
                numbers.Add(alert, numbers.Count);
                alert.Save(writer);
            });
            writer.List(_bySubject, item =>
            {
                writer.Long(item.Key);
                writer.Int(numbers[item.Value]);
            });
            writer.List(_byFlow, item =>
            {
                writer.Int(item.Key.Item1);
                writer.Long(item.Key.Item2);
                writer.Int(numbers[item.Value]);
            });
        }

        /// <summary>What <see cref="Save"/> wrote, after the version.</summary>
        public void Load(StateReader reader)
        {
            reader.Each(() => _pending.Add(reader.Long(), reader.List(() => (reader.Long(), reader.Finding()))));
            reader.Each(() => _pendingChecks.Enqueue((reader.Long(), reader.Long())));
            var alerts = reader.List(() => OpenAlert.Load(reader));
            foreach (var alert in alerts) _open.Enqueue(alert);
            reader.Each(() => _bySubject.Add(reader.Long(), alerts[reader.Int()]));
            reader.Each(() => _byFlow.Add((reader.Int(), reader.Long()), alerts[reader.Int()]));
        }

        private OpenAlert? Find(Finding finding)
        {
            if (_bySubject.TryGetValue(finding.Subject, out var open) && !open.IsFull) return open;
            foreach (var flow in finding.Evidence)
                if (_byFlow.TryGetValue((flow.Shard, flow.Seq), out open) && !open.IsFull) return open;
            return null;
        }

        // Alerts are indexed until their time is up, counted from when they were raised, so due times in the queue never fall.
        private void Index(OpenAlert alert, Finding finding)
        {
            _bySubject[finding.Subject] = alert;
            foreach (var flow in finding.Evidence) _byFlow[(flow.Shard, flow.Seq)] = alert;
        }
    }
}
