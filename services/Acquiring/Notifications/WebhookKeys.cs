using System.Security.Cryptography;
using Ecny.Client.Signing;
using Ecny.Contracts.Institutions;
using Ecny.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace Ecny.Acquiring.Notifications;

/// <param name="Algorithm">ecdsa-p256-sha256.</param>
/// <param name="PublicKeyPem">SubjectPublicKeyInfo.</param>
/// <param name="Signs">Whether notifications are signed with it now; the others were, or will be.</param>
public sealed record WebhookKey(string KeyId, string Algorithm, string PublicKeyPem, bool Signs);

public sealed record WebhookKeyList(IReadOnlyList<WebhookKey> Items);

/// <summary>The platform's key that signs notifications, and the public keys with which they are verified.</summary>
public sealed class WebhookKeys : IDisposable
{
    public WebhookKeys(IOptions<WebhookOptions> options)
    {
        var settings = options.Value;
        var pem = File.ReadAllText(settings.PrivateKeyFile);
        Signer = RequestSigner.FromPem(settings.KeyId, pem);
        Published = new WebhookKeyList([Key(settings.KeyId, pem, signs: true), .. settings.FurtherPublicKeys.OrderBy(key => key.Key, StringComparer.Ordinal).Select(key => Key(key.Key, File.ReadAllText(key.Value), signs: false))]);
    }

    public RequestSigner Signer { get; }

    public WebhookKeyList Published { get; }

    /// <summary><c>GET /v1/notifications/keys</c>.</summary>
    public static Task Get(HttpContext http, WebhookKeys keys) => http.WriteJson(200, keys.Published, AcquiringJson.Default.WebhookKeyList);

    public void Dispose() => Signer.Dispose();

    private static WebhookKey Key(string id, string pem, bool signs)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(pem);
        return new WebhookKey(id, SignatureAlgorithms.EcdsaP256Sha256, key.ExportSubjectPublicKeyInfoPem(), signs);
    }
}
