using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Ecny.Risk.Engine.Catalogue;
using Npgsql;

namespace Ecny.Risk.Detection;

/// <summary>
/// The rules in force as data. A build brings a catalogue; the first instance that runs it activates it at the place where it stands, and from there on every
/// instance and every rebuild uses it. A catalogue that was in force before never comes back by starting an older build.
/// </summary>
internal static class Catalogues
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <exception cref="InvalidOperationException">A version that is recorded has other content now.</exception>
    public static async Task Activate(NpgsqlConnection connection, int shard, long seq, string json)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)));
        if (await connection.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT FROM risk.catalogue WHERE shard = @shard AND hash = @hash)", new { shard, hash })) return;
        var catalogue = RuleCatalogue.Parse(json);
        using var document = JsonDocument.Parse(json, Lenient);
        await using var transaction = await connection.BeginTransactionAsync();
        await Record(connection, transaction, "rule_version", document.RootElement.GetProperty("rules"), id => catalogue.Rules.Single(rule => rule.Id == id).Track);
        await Record(connection, transaction, "typology_version", document.RootElement.GetProperty("typologies"), id => catalogue.Typologies.Single(typology => typology.Id == id).Track);
        await connection.ExecuteAsync("""
            INSERT INTO risk.catalogue (shard, number, after_seq, hash, body)
            SELECT @shard, coalesce(max(number), 0) + 1, @seq, @hash, @json
            FROM risk.catalogue
            WHERE shard = @shard
            """, new { shard, seq, hash, json }, transaction);
        await transaction.CommitAsync();
    }

    public static async Task<RuleCatalogue> Read(NpgsqlConnection connection, int shard, int number) =>
        RuleCatalogue.Parse(await connection.QuerySingleAsync<string>("SELECT body FROM risk.catalogue WHERE shard = @shard AND number = @number", new { shard, number }));

    private static async Task Record(NpgsqlConnection connection, NpgsqlTransaction transaction, string table, JsonElement versions, Func<string, RiskTrack> trackOf)
    {
        foreach (var item in versions.EnumerateArray())
        {
            var (id, version, body) = (item.GetProperty("id").GetString()!, item.GetProperty("version").GetInt32(), Compact(item));
            await connection.ExecuteAsync($"INSERT INTO risk.{table} (id, version, track, body) VALUES (@id, @version, @track, @body) ON CONFLICT DO NOTHING",
                new { id, version, track = (short)trackOf(id), body }, transaction);
            var recorded = await connection.QuerySingleAsync<string>($"SELECT body FROM risk.{table} WHERE id = @id AND version = @version", new { id, version }, transaction);
            if (recorded != body) throw new InvalidOperationException($"{id}/{version} is recorded with other content: what changed needs a version of its own.");
        }
    }

    private static string Compact(JsonElement item)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = ServiceDefaults.Json.StrictJson.Encoder })) item.WriteTo(json);
        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
