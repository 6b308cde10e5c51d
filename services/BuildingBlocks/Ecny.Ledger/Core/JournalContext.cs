using System.Collections.Concurrent;
using System.Text.Json;
using Ecny.Contracts.Ledger;

namespace Ecny.Ledger.Core;

/// <summary>What the ledger adds to a command's context, so that no consumer has to join: operators and classes of both sides, the payer's district.</summary>
internal static class JournalContext
{
    // A few operators, classes and districts: the combinations are few and repeat for ever.
    private static readonly ConcurrentDictionary<(string?, WalletClass, string?, string?, WalletClass), string> Prefixes = new();
    private const int MaxPrefixes = 100_000;

    public static string Compose(in WalletRow debit, in WalletRow credit, string given)
    {
        var key = (debit.Operator, debit.Class, debit.District, credit.Operator, credit.Class);
        if (!Prefixes.TryGetValue(key, out var prefix))
        {
            prefix = Build(debit, credit);
            if (Prefixes.Count < MaxPrefixes) Prefixes.TryAdd(key, prefix);
        }
        if (given.Length <= 2) return prefix.Length == 1 ? "{}" : string.Concat(prefix, "}");
        return prefix.Length == 1 ? given : string.Concat(prefix, ",", given.AsSpan(1));
    }

    /// <summary>The opening brace and the members, without the closing brace.</summary>
    private static string Build(in WalletRow debit, in WalletRow credit)
    {
        var members = new List<string>();
        Add(members, "payerOperator", debit.Operator);
        Add(members, "payeeOperator", credit.Operator);
        if (debit.Class != 0) Add(members, "payerClass", ClassName(debit.Class));
        if (credit.Class != 0) Add(members, "payeeClass", ClassName(credit.Class));
        Add(members, "payerDistrict", debit.District);
        return "{" + string.Join(',', members);
    }

    private static void Add(List<string> members, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value)) members.Add($"\"{name}\":\"{JsonEncodedText.Encode(value)}\"");
    }

    private static string ClassName(WalletClass walletClass) => walletClass.ToString().ToUpperInvariant();
}
