using System.Net;
using System.Net.Sockets;
using Ecny.Contracts.Errors;
using Ecny.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace Ecny.Acquiring.Notifications;

/// <summary>
/// Where notifications may go. An acquirer chooses the address and this service connects to it from inside the platform's network, so every address that is not
/// public is refused: when it is given, as far as it can be seen in the text, and again for the address that a name resolves to at the moment of connecting.
/// </summary>
public sealed class AddressRules
{
    /// <summary>IANA's special-purpose IPv4 blocks, multicast and reserved. Of IPv6 only global unicast (2000::/3) is public at all.</summary>
    private static readonly IPNetwork[] Special =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(network => IPNetwork.Parse(network)),
    ];

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    private readonly IPNetwork[] allowed;

    public AddressRules(IOptions<WebhookOptions> options) : this(options.Value.AllowedNetworks)
    {
    }

    /// <param name="allowedNetworks">CIDR with semicolons; empty for none beyond the public ones.</param>
    public AddressRules(string allowedNetworks) => allowed = [.. allowedNetworks.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(network => IPNetwork.Parse(network))];

    /// <summary>Null for an address that may be told, or none; of a name only its form is looked at.</summary>
    public FieldError? Check(string field, string? url) => url is null || MayTell(url)
        ? null
        : Field.Wrong(field, "必须是公网 http(s) 地址，不含用户名", "must be a public http(s) address without a user name");

    /// <summary>Whether the text may be one; see <see cref="Check"/>.</summary>
    public bool MayTell(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http") || uri.UserInfo.Length > 0 || !System.Text.Ascii.IsValid(uri.Host)) return false;
        // Uri has read 127.1, 0x7f000001 and 2130706433 as what a socket would make of them.
        if (uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6) return IPAddress.TryParse(uri.DnsSafeHost, out var address) && MayConnect(address);
        var name = uri.Host.TrimEnd('.');
        if (uri.HostNameType != UriHostNameType.Dns) return false;
        var local = name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
        return local ? MayConnect(IPAddress.Loopback) : name.Contains('.', StringComparison.Ordinal);
    }

    public bool MayConnect(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (allowed.Any(network => network.Contains(address))) return true;
        if (Special.Any(network => network.Contains(address))) return false;
        return address.AddressFamily == AddressFamily.InterNetwork || GlobalUnicast.Contains(address);
    }
}
