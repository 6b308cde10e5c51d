using Ecny.Contracts.Ledger;
using Ecny.Risk.Engine.Entries;

namespace Ecny.Risk.Engine.Catalogue;

/// <summary>One parameter of a rule version, by wallet class and risk level.</summary>
public sealed class Parameter
{
    private const int Levels = 3;
    private readonly double[] _values = new double[(byte.MaxValue + 1) * Levels];

    internal Parameter(double value) => Array.Fill(_values, value);

    /// <summary>The value where the rule looks at no single wallet.</summary>
    public double Default => _values[0];

    public double For(WalletClass walletClass, RiskLevel level) => _values[(int)walletClass * Levels + (int)level];

    internal void Set(WalletClass walletClass, RiskLevel level, double value) => _values[(int)walletClass * Levels + (int)level] = value;
}
