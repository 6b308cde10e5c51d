using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Ecny.ServiceDefaults.Tests.Fixtures;

/// <summary>An answer as it came over the wire.</summary>
internal sealed record Answer(int Status, string Head, string Body)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string Code => Json.GetProperty("code").GetString()!;

    /// <summary>"field: code" of each error.</summary>
    public IEnumerable<string> Fields => Json.TryGetProperty("errors", out var errors)
        ? errors.EnumerateArray().Select(static e => e.GetProperty("field").GetString()! + ": " + e.GetProperty("code").GetString()!)
        : [];
}

/// <summary>HTTP/1.1 by hand: what no client library would send.</summary>
internal static class RawHttp
{
    public static async Task<Answer> Exchange(Uri address, byte[] request, bool closeSending = false)
    {
        using var client = await Connect(address);
        var stream = client.GetStream();
        // Written beside reading: the server may answer and stop reading before all of it is sent.
        var sending = Send(client, stream, request, closeSending);
        var answer = await ReadAnswer(stream);
        await sending;
        return answer;
    }

    public static async Task<TcpClient> Connect(Uri address)
    {
        var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        return client;
    }

    public static async Task<Answer> ReadAnswer(NetworkStream stream)
    {
        using var all = new MemoryStream();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        var buffer = new byte[8192];
        int read;
        while (!IsWhole(all) && (read = await stream.ReadAsync(buffer, limit.Token)) > 0) all.Write(buffer, 0, read);
        var text = Encoding.UTF8.GetString(all.ToArray());
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0) throw new IOException("The connection ended without an answer: " + text);
        var head = text[..end];
        var body = text[(end + 4)..];
        if (head.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase)) body = Unchunk(body);
        return new Answer(int.Parse(head.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture), head, body);
    }

    private static async Task Send(TcpClient client, NetworkStream stream, byte[] request, bool closeSending)
    {
        try
        {
            await stream.WriteAsync(request, TestContext.Current.CancellationToken);
            if (closeSending) client.Client.Shutdown(SocketShutdown.Send);
        }
        catch (IOException)
        {
            // Refused while we were still sending; the answer says why.
        }
    }

    private static bool IsWhole(MemoryStream all)
    {
        var text = Encoding.Latin1.GetString(all.GetBuffer(), 0, (int)all.Length);
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0) return false;
        var head = text[..end];
        if (head.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase)) return text.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal);
        var at = head.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
        if (at < 0) return false;
        var lineEnd = head.IndexOf('\r', at);
        var length = int.Parse(lineEnd < 0 ? head[(at + 16)..] : head[(at + 16)..lineEnd], System.Globalization.CultureInfo.InvariantCulture);
        return text.Length >= end + 4 + length;
    }

    private static string Unchunk(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        using var whole = new MemoryStream();
        for (var at = 0; ;)
        {
            var lineEnd = Array.IndexOf(bytes, (byte)'\r', at);
            var size = Convert.ToInt32(Encoding.ASCII.GetString(bytes, at, lineEnd - at), 16);
            if (size == 0) return Encoding.UTF8.GetString(whole.ToArray());
            whole.Write(bytes, lineEnd + 2, size);
            at = lineEnd + 2 + size + 2;
        }
    }
}
