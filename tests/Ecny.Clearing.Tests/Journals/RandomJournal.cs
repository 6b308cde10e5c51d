using Ecny.Contracts.Ledger;

namespace Ecny.Clearing.Tests.Journals;

/// <summary>Journals of a few institutions over a few days: transfers of several legs, declines, cancels, days without anything.</summary>
public static class RandomJournal
{
    public static readonly string[] Institutions = ["acquirer-1", "acquirer-2", "operator-a", "O'Neil; DROP TABLE clearing.total;--"];

    public static JournalScript Make(Random random, int entries)
    {
        var script = new JournalScript();
        for (var n = 0; script.Seq < entries; n++)
        {
            var (institution, number, amount) = (Institutions[random.Next(Institutions.Length)], $"n-{n}", random.NextInt64(1, 1_000_000));
            switch (random.Next(20))
            {
                case < 8: script.Payment(institution, number, amount); break;
                case < 10: script.Payment(institution, number, amount, DeclineCode.INSUFFICIENT_FUNDS); break;
                case 10: script.PaymentInParts(institution, number, amount, 1, amount); break;
                case 11: script.Refund(institution, number, amount); break;
                case 12: script.Refund(institution, number, amount, DeclineCode.REFUND_EXCEEDS); break;
                case 13: script.Cancel(institution, number, random.Next(2) * amount); break;
                case 14: script.HoldPost(institution, number, amount, random.Next(2) * 5); break;
                case 15: script.Other(institution, number, EntryKind.WalletOpen, 0); break;
                case 16: script.Other(institution, number, EntryKind.ExchangeIn, amount); break;
                case 17: script.Other(institution, number, EntryKind.HoldVoid, amount); break;
                case 18: script.Other(institution, number, EntryKind.Transfer, 1_000_000_000_000_000, DeclineCode.LIMIT_PER_PAYMENT); break;
                default:
                    if (random.Next(4) == 0) script.DayEnd();
                    if (random.Next(10) == 0) script.DayEnd();
                    break;
            }
        }
        return script;
    }
}
