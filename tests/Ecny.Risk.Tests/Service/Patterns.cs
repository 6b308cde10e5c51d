namespace Ecny.Risk.Tests.Service;

/// <summary>Patterns planted in a journal. Each uses wallets of its own, from a base number on.</summary>
internal static class Patterns
{
    /// <summary>跑分水房: many new payers, whose money goes on at once to one payee, who spreads it over many new ones.</summary>
    public static void MuleHouse(MemoryJournal journal, long at, double hours)
    {
        for (var payer = 1; payer <= 6; payer++) journal.Transfer(at + payer, at, 3_000, hours + payer * 0.1);
        journal.Transfer(at, at + 20, 17_500, hours + 0.8);
        for (var payee = 1; payee <= 6; payee++) journal.Transfer(at + 20, at + 20 + payee, 2_900, hours + 0.9 + payee * 0.01);
    }

    /// <summary>环流: money goes round four wallets within hours.</summary>
    public static void Cycle(MemoryJournal journal, long at, double hours)
    {
        for (var hop = 0; hop < 4; hop++) journal.Transfer(at + hop, at + (hop + 1) % 4, 10_000 - hop * 300, hours + hop * 0.5);
    }

    /// <summary>拆分: four payments just below what a wallet of class II may pay at once.</summary>
    public static void Structuring(MemoryJournal journal, long at, double hours)
    {
        for (var part = 0; part < 4; part++) journal.Transfer(at, at + 1 + part, 48_000, hours + part, "II");
    }
}
