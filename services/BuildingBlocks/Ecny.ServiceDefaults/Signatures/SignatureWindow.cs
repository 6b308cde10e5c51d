namespace Ecny.ServiceDefaults.Signatures;

/// <summary>How far <c>created</c> may be from our clock, either way (api.md).</summary>
internal static class SignatureWindow
{
    public const int Seconds = 300;
}
