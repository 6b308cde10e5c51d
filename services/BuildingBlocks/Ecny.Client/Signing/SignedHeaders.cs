namespace Ecny.Client.Signing;

/// <summary>What a signature adds to a request. <see cref="ContentDigest"/> is empty for a request without a body.</summary>
public readonly record struct SignedHeaders(string ContentDigest, string SignatureInput, string Signature);
