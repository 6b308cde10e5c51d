namespace Ecny.ServiceDefaults.Signatures;

/// <summary>Nonces of requests signed with institutions' own keys, shared by a service's replicas.</summary>
internal interface INonceStore
{
    /// <summary>True when the nonce was not used with this key before.</summary>
    ValueTask<bool> TryUse(string keyId, string nonce, DateTimeOffset created, CancellationToken cancellation);
}
