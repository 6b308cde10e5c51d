using System.Text.Json;
using Ecny.Client;
using Xunit;

namespace Ecny.Acquiring.Tests.Hosting;

/// <summary>One institution calling the service by HTTP.</summary>
public sealed class Api(HttpClient http, Uri service, TestInstitution institution, bool bySession = false)
{
    private readonly SignedHttpClient client = bySession
        ? new(http, service, new SessionSource(http, service, institution.Signer))
        : new(http, service, institution.Signer);

    public string Id => institution.Id;

    public Task<Answer> Post(string path, object body) => PostRaw(path, JsonSerializer.SerializeToUtf8Bytes(body, JsonSerializerOptions.Web));

    public async Task<Answer> PostRaw(string path, ReadOnlyMemory<byte> body) =>
        await Answer.Read(await client.Send(HttpMethod.Post, path, body, TestContext.Current.CancellationToken));

    public async Task<Answer> Get(string path) => await Answer.Read(await client.Get(path, TestContext.Current.CancellationToken));
}
