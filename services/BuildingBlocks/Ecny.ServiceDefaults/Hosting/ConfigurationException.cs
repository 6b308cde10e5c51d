namespace Ecny.ServiceDefaults;

/// <summary>The configuration is not usable; each sentence names a key and what to do. Ends the process with exit code 78 (EX_CONFIG).</summary>
#pragma warning disable CA1032 // Without sentences it would say nothing.
public sealed class ConfigurationException(IReadOnlyList<string> sentences) : Exception(string.Join(Environment.NewLine, sentences))
#pragma warning restore CA1032
{
    public IReadOnlyList<string> Sentences { get; } = sentences;
}
