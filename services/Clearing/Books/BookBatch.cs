using Ecny.Contracts.Ledger;
using Ecny.Messaging;

namespace Ecny.Clearing.Books;

/// <summary>
/// Consecutive entries of a shard, folded into what they change in the books. Pure: the books after a journal are the same however it was cut into batches.
/// </summary>
internal sealed class BookBatch(ShardState state)
{
    private readonly Dictionary<(DateOnly Date, string Institution, EntryKind Kind), (long Count, long Amount)> totals = [];
    private readonly List<DayChange> days = [];
    private readonly List<DateOnly> opened = [];
    private readonly List<Attempt> attempts = [];

    /// <summary>Where the books stand after what was added.</summary>
    public ShardState State => state;
    public IReadOnlyDictionary<(DateOnly Date, string Institution, EntryKind Kind), (long Count, long Amount)> Totals => totals;
    public IReadOnlyList<DayChange> Days => days;
    /// <summary>Dates that this shard has not had before.</summary>
    public IReadOnlyList<DateOnly> Opened => opened;
    public IReadOnlyList<Attempt> Attempts => attempts;

    /// <exception cref="BooksException">The entry must not be booked.</exception>
    /// <exception cref="OverflowException">A day's sum is no longer a number of fen that fits.</exception>
    public void Add(LedgerEntryFact entry)
    {
        var code = Understand(entry);
        var day = DayOf(entry);
        if (entry.Seq > state.Seq + 1) Miss(entry, day);
        if (entry.Kind == EntryKind.DayEnd) End(entry, day);
        else Book(entry, code, day);
        if (state.Chain is { } chain) state.Chain = DayChain.Next(chain, entry, code);
        (state.Seq, state.LastKind) = (entry.Seq, entry.Kind);
    }

    private DeclineCode Understand(LedgerEntryFact entry)
    {
        if (entry.Kind == 0) throw new BooksException($"Entry {entry} is of a kind that this build does not know: books must not guess.");
        var code = DeclineCode.None;
        if (entry.DeclineCode is { } text && (!Enum.TryParse(text, out code) || code == DeclineCode.None || !Enum.IsDefined(code)))
            throw new BooksException($"Entry {entry} was declined with a code that this build does not know: books must not guess.");
        if (entry.Amount < 0) throw new BooksException($"Entry {entry} has an amount below 0.");
        if (entry.Seq <= state.Seq) throw new BooksException($"Entry {entry} is in the books already: they stand at {state.Seq}.");
        if (!state.IsNew && (entry.BusinessDate < state.Date || (entry.BusinessDate == state.Date && state.Ended)))
            throw new BooksException($"Entry {entry} is of {entry.BusinessDate:yyyy-MM-dd}, a day that has ended.");
        return code;
    }

    /// <summary>The day that the entry belongs to; moves on to it.</summary>
    private DayChange DayOf(LedgerEntryFact entry)
    {
        var date = entry.BusinessDate;
        if (!state.IsNew && state.Date == date)
        {
            if (days.Count > 0 && days[^1].Date == date) return days[^1];
        }
        else
        {
            if (!state.IsNew && !state.Ended) ChangeOf(state.Date, state.Seq).AddFault($"shard {state.Shard}: the journal went on to {date:yyyy-MM-dd} without a DAY_END");
            (state.Date, state.Ended, state.DayCount, state.DayMoved) = (date, false, 0, 0);
            opened.Add(date);
        }
        return ChangeOf(date, state.Seq + 1);
    }

    private DayChange ChangeOf(DateOnly date, long firstSeq)
    {
        if (days.Count > 0 && days[^1].Date == date) return days[^1];
        var change = new DayChange(date, firstSeq) { LastSeq = state.Seq };
        days.Add(change);
        return change;
    }

    /// <summary>Entries that two persons let pass: not in the books, so nothing can be said about the day's hash.</summary>
    private void Miss(LedgerEntryFact next, DayChange day)
    {
        day.AddFault($"shard {state.Shard}: not in the books, passed by quarantine: {state.Seq + 1} to {next.Seq - 1}");
        state.Chain = null;
    }

    private void Book(LedgerEntryFact entry, DeclineCode code, DayChange day)
    {
        (day.LastSeq, day.Count, day.Amount) = (entry.Seq, day.Count + 1, day.Amount + entry.Amount);
        state.DayCount++;
        if (Attempt.TypeOf(entry) is { } type) attempts.Add(new Attempt(type, code, entry));
        if (code != DeclineCode.None) return;
        day.Moved = checked(day.Moved + entry.Amount);
        state.DayMoved = checked(state.DayMoved + entry.Amount);
        // Legs of a transfer are neighbours. One that releases the rest of a hold has a kind of its own, and counts under that.
        var first = entry.Leg == 0 || entry.Kind != state.LastKind;
        var key = (entry.BusinessDate, entry.Institution, entry.Kind);
        var (count, amount) = totals.GetValueOrDefault(key);
        totals[key] = (count + (first ? 1 : 0), checked(amount + entry.Amount));
    }

    /// <summary>Holds the day against its DAY_END. A difference is named, and the next day starts from what DAY_END says.</summary>
    private void End(LedgerEntryFact entry, DayChange day)
    {
        (day.EndSeq, day.LastSeq, state.Ended) = (entry.Seq, entry.Seq - 1, true);
        var told = entry.Context;
        if (told.Count != state.DayCount) day.AddFault($"shard {state.Shard}: DAY_END says {Said(told.Count)} entries, the books have {state.DayCount}");
        if (told.Sum != state.DayMoved || entry.Amount != state.DayMoved)
            day.AddFault($"shard {state.Shard}: DAY_END says {Said(told.Sum)} fen moved, the books have {state.DayMoved}");
        if (state.Chain is null) day.AddFault($"shard {state.Shard}: the day's hash cannot be checked without the missing entries");
        else if (told.Hash != Convert.ToHexStringLower(state.Chain)) day.AddFault($"shard {state.Shard}: DAY_END carries another hash than the entries in the books have: one of them was changed");
        else return;
        state.Chain = Hash(told.Hash);
    }

    private static string Said(long? number) => number is { } value ? value.ToString(System.Globalization.CultureInfo.InvariantCulture) : "nothing about";

    private static byte[]? Hash(string? hex) =>
        hex is { Length: 2 * DayChain.Size } && hex.All(char.IsAsciiHexDigitLower) ? Convert.FromHexString(hex) : null;
}
