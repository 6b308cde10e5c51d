namespace Ecny.Risk.Engine.Catalogue;

/// <summary>The graph of fresh edges.</summary>
/// <param name="RipenDays">How long a first payment must stay the only one of its pair.</param>
/// <param name="WindowDays">How long a fresh edge counts; shapes span no longer.</param>
/// <param name="MaxDegree">Wallets with more fresh counterparties than this on one side are no part of a shape.</param>
public sealed record GraphSettings(double RipenDays, double WindowDays, int MaxDegree);
