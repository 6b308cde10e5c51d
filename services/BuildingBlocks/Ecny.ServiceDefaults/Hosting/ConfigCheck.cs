using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Ecny.ServiceDefaults;

/// <summary>What a configuration value can be checked for; used with <see cref="EcnyOptions.Require"/>.</summary>
public static class ConfigCheck
{
    public static bool NotEmpty(string value) => value.Length != 0;

    /// <summary>Base64 of exactly 32 bytes.</summary>
    public static bool Key32(string value)
    {
        Span<byte> bytes = stackalloc byte[64];
        return Convert.TryFromBase64String(value, bytes, out var length) && length == 32;
    }

    public static bool PositiveInteger(string value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0;

    public static bool PositiveLong(string value) => long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0;

    public static bool Ratio(string value) => double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= 1;

    /// <summary>A time span longer than zero, as 00:00:15 or 00:00:00.500.</summary>
    public static bool Duration(string value) => TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out var time) && time > TimeSpan.Zero;

    /// <summary>A TCP port, 1 … 65535.</summary>
    public static bool Port(string value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535;

    public static bool Boolean(string value) => bool.TryParse(value, out _);

    public static bool HttpAddress(string value) => Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";

    /// <summary>Addresses to listen at, separated by semicolons.</summary>
    public static bool ListenAddresses(string value)
    {
        try
        {
            return value.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(BindingAddress.Parse).ToList() is { Count: > 0 } all
                && all.TrueForAll(static one => one.Scheme is "http" or "https" && one.Port is >= 0 and <= 65535);
        }
        catch (FormatException)
        {
            return false;
        }
    }

    public static bool ExistingFile(string value) => File.Exists(value);

    /// <summary>A readable PEM file with an EC private key on P-256.</summary>
    public static bool EcdsaKeyFile(string value)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportFromPem(File.ReadAllText(value));
            return key.KeySize == 256;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            return false;
        }
    }

    public static bool ConnectionString(string value)
    {
        try
        {
            return new Npgsql.NpgsqlConnectionStringBuilder(value).Host is { Length: > 0 };
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException)
        {
            return false;
        }
    }

    /// <summary>All sentences, one for each key that is missing or wrong.</summary>
    internal static List<string> Run(IConfiguration configuration, IEnumerable<ConfigRule> rules)
    {
        var sentences = new List<string>();
        foreach (var rule in rules)
        {
            var value = configuration[rule.Key];
            if (string.IsNullOrEmpty(value))
            {
                if (rule.Required) sentences.Add($"Configuration key {rule.Key} is missing: {rule.Remedy}.");
            }
            else if (!rule.IsRight(value)) sentences.Add($"Configuration key {rule.Key} is not right: {rule.Remedy}.");
        }
        return sentences;
    }
}
