namespace Ecny.Web.Charts;

/// <summary>A district on the map of tiles.</summary>
/// <param name="Code">Its key.</param>
/// <param name="Column">From 0; odd rows stand half a tile to the right.</param>
/// <param name="Row">From 0, downwards.</param>
/// <param name="Color">The district's own colour.</param>
/// <param name="Weight">0 … 1 of the strongest: how much of its colour it has.</param>
/// <param name="Lines">Name, figure, and what stands below.</param>
/// <param name="Label">The same as a sentence.</param>
public sealed record Tile(string Code, int Column, int Row, string Color, double Weight, IReadOnlyList<string> Lines, string Label);
