using System.Collections.Concurrent;
using Ecny.Contracts.Ledger;

namespace Ecny.Ledger.Pump;

/// <summary>
/// Commands that are kept out of all batches: neither decided nor forgotten, answered PROCESSING until people have looked at them. Filled by the loop,
/// looked into by questions. Few and alarmed one by one; a restart of the process tries them again.
/// </summary>
internal sealed class Quarantine
{
    private readonly ConcurrentDictionary<TransferId, LedgerCommand> _commands = [];

    public void Add(LedgerCommand command) => _commands[command.Id] = command;

    public bool Contains(TransferId id) => _commands.ContainsKey(id);

    public LedgerCommand? Find(TransferId id) => _commands.GetValueOrDefault(id);
}
