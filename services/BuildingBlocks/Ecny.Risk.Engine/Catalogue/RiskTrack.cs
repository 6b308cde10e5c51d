namespace Ecny.Risk.Engine.Catalogue;

/// <summary>Fraud may delay or block; AML only reports, so that no customer is tipped off.</summary>
public enum RiskTrack : byte
{
    Fraud = 1,
    Aml = 2,
}

/// <summary>What a rule's finding leads to.</summary>
public enum RiskAction : byte
{
    Report = 1,
    Alert = 2,
    List = 3,
    Delay = 4,
    Block = 5,
}
