using Ecny.Contracts.Errors;
using Ecny.Contracts.Institutions;
using Ecny.ServiceDefaults;

namespace Ecny.Acquiring.Institutions;

/// <summary>
/// Institutions and their keys: written by the platform's operation with its own key, read as a feed by the other services. A change is known
/// everywhere within about two seconds.
/// </summary>
public static class InstitutionEndpoints
{
    private const int MaxKeys = 8;

    public static void MapInstitutions(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/v1/institutions").WithTags("Institutions");
        group.MapPost("", Onboard).Allow(Role.Platform).OwnKeyOnly()
            .Describes<InstitutionRequest, Institution>(201, "Onboard an institution");
        group.MapGet("", List).Allow(Role.Platform, Role.Regulator)
            .Describes<InstitutionList>("List institutions by id", "limit", "cursor");
        group.MapGet("/changes", Changes).Allow(Role.Service)
            .Describes<InstitutionChanges>("Feed of changes: each item is the whole institution as it was after the change", "after", "limit");
        group.MapGet("/{id}", Get).Allow(Role.Platform, Role.Regulator)
            .Describes<Institution>("Read an institution");
        group.MapPost("/{id}/state", SetState).Allow(Role.Platform).OwnKeyOnly()
            .Describes<InstitutionStateRequest, Institution>(200, "Suspend an institution or make it active again");
        group.MapPost("/{id}/keys", AddKey).Allow(Role.Platform).OwnKeyOnly()
            .Describes<InstitutionKey, Institution>(201, "Add a key; the old ones stay valid until they are retired");
        group.MapPost("/{id}/keys/{keyId}/retire", RetireKey).Allow(Role.Platform).OwnKeyOnly()
            .Describes<Institution>("Retire a key; its id is never given again");
    }

    private static async Task Onboard(HttpContext http, InstitutionStore store, InstitutionFeed feed)
    {
        var body = await http.ReadBody(AcquiringJson.Default.InstitutionRequest);
        Field.Check(
            Field.RequestNo("id", body.Id),
            Field.Text("name", body.Name, 128),
            Field.Must(body.Roles.Count is > 0 and <= 6 && body.Roles.Distinct().Count() == body.Roles.Count, "roles", "至少一个角色，且不重复", "must be at least one role, none twice"),
            Field.Must(body.Roles.Contains(Role.Operator) ? body.WalletPrefix is >= 101 and <= 999 : body.WalletPrefix is null, "walletPrefix",
                "运营机构为 101 到 999，其他机构不填", "must be 101 to 999 for an OPERATOR and absent for others"),
            Field.Must(body.Keys.Count is > 0 and <= MaxKeys && body.Keys.DistinctBy(key => key.KeyId).Count() == body.Keys.Count, "keys", "1 到 8 个密钥，且编号不重复", "must be 1 to 8 keys with different ids"));
        for (var at = 0; at < body.Keys.Count; at++) CheckKey($"keys[{at}].", body.Keys[at]);

        var institution = new Institution
        {
            Id = body.Id,
            Name = body.Name,
            Roles = body.Roles,
            State = InstitutionState.Active,
            WalletPrefix = body.WalletPrefix,
            Keys = body.Keys,
        };
        var fingerprint = InstitutionContent.Fingerprint(institution);
        var stored = await store.Add(institution, fingerprint, http.RequestAborted);
        if (stored is null)
        {
            if (await store.FindWithFingerprint(body.Id, http.RequestAborted) is not var (known, print)) throw new ApiException(ApiCode.ALREADY_EXISTS, "keys");
            if (print != fingerprint) throw new ApiException(ApiCode.REQUEST_NO_REUSED, "id");
            http.MarkReplayed();
            stored = known;
        }
        await feed.Pull(http.RequestAborted);
        await http.WriteCreated($"/v1/institutions/{stored.Id}", stored, InstitutionJson.Default.Institution);
    }

    private static Task List(HttpContext http, IInstitutionDirectory directory)
    {
        var (after, limit) = (Page.Cursor(http) ?? "", Page.Limit(http));
        var items = directory.All.OrderBy(institution => institution.Id, StringComparer.Ordinal)
            .Where(institution => string.CompareOrdinal(institution.Id, after) > 0).Take(limit + 1).ToList();
        var more = items.Count > limit;
        if (more) items.RemoveAt(limit);
        return http.WriteJson(200, new InstitutionList { Items = items, NextCursor = more ? Page.Cursor(items[^1].Id) : null }, AcquiringJson.Default.InstitutionList);
    }

    private static async Task Changes(HttpContext http, InstitutionStore store)
    {
        await http.WriteJson(200, await store.Changes(Page.After(http), Page.Limit(http, Page.MaxLimit, Page.MaxLimit), http.RequestAborted), InstitutionFeedJson.Default.InstitutionChanges);
    }

    private static async Task Get(string id, HttpContext http, InstitutionStore store)
    {
        if (await store.FindWithFingerprint(id, http.RequestAborted) is not var (institution, _)) throw new ApiException(ApiCode.NOT_FOUND);
        await http.WriteJson(200, institution, InstitutionJson.Default.Institution);
    }

    private static async Task SetState(string id, HttpContext http, InstitutionStore store, InstitutionFeed feed)
    {
        var body = await http.ReadBody(AcquiringJson.Default.InstitutionStateRequest);
        // Whoever suspends itself could not come back.
        if (id == http.Caller().Institution) throw new ApiException(ApiCode.NOT_ALLOWED, "state");
        await Answer(http, 200, feed, await store.Change(id, was => was.State == body.State ? was : was with { State = body.State }, http.RequestAborted));
    }

    private static async Task AddKey(string id, HttpContext http, InstitutionStore store, InstitutionFeed feed)
    {
        var key = await http.ReadBody(InstitutionJson.Default.InstitutionKey);
        CheckKey("", key);
        try
        {
            await Answer(http, 201, feed, await store.Change(id, was =>
            {
                if (was.Keys.FirstOrDefault(old => old.KeyId == key.KeyId) is { } known)
                    return known == key ? was : throw new ApiException(ApiCode.ALREADY_EXISTS, "keyId");
                if (was.Keys.Count >= MaxKeys) throw new ApiException(ApiCode.NOT_ALLOWED, "keyId");
                return was with { Keys = [.. was.Keys, key] };
            }, http.RequestAborted));
        }
        catch (KeyTakenException)
        {
            throw new ApiException(ApiCode.ALREADY_EXISTS, "keyId");
        }
    }

    private static async Task RetireKey(string id, string keyId, HttpContext http, InstitutionStore store, InstitutionFeed feed) =>
        await Answer(http, 200, feed, await store.Change(id, was =>
        {
            if (was.Keys.All(key => key.KeyId != keyId)) throw new ApiException(ApiCode.NOT_FOUND);
            // Without a key nobody could sign for it again; to shut it out, suspend it.
            if (was.Keys.Count == 1) throw new ApiException(ApiCode.STATE_CONFLICT);
            return was with { Keys = [.. was.Keys.Where(key => key.KeyId != keyId)] };
        }, http.RequestAborted));

    private static async Task Answer(HttpContext http, int status, InstitutionFeed feed, Institution? institution)
    {
        if (institution is null) throw new ApiException(ApiCode.NOT_FOUND);
        await feed.Pull(http.RequestAborted);
        await http.WriteJson(status, institution, InstitutionJson.Default.Institution);
    }

    private static void CheckKey(string path, InstitutionKey key)
    {
        Field.Check(Field.RequestNo(path + "keyId", key.KeyId), Field.OneOf(path + "algorithm", key.Algorithm, SignatureAlgorithms.EcdsaP256Sha256, SignatureAlgorithms.Sm2Sm3));
        Field.Check(Field.Must(key.PublicKeyPem.Length <= 4096 && InstitutionContent.IsUsable(key), path + "publicKeyPem", "公钥与算法不符或无法读取", "cannot be read or is not of the algorithm"));
    }
}
