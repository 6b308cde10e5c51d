namespace Ecny.Risk.Engine.Entries;

/// <summary>Risk level of a customer as its operator classifies it (风险等级); parameters of a rule may differ by it.</summary>
public enum RiskLevel : byte
{
    Standard = 0,
    Low = 1,
    High = 2,
}
