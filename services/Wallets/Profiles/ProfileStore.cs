using Dapper;
using Ecny.Contracts.Ledger;
using Ecny.Wallets.Hosting;
using Npgsql;
using NpgsqlTypes;

namespace Ecny.Wallets.Profiles;

/// <summary>Profiles in PostgreSQL. Openings of concurrent requests share one commit.</summary>
public sealed class ProfileStore : IAsyncDisposable
{
    private const string Columns = """
        wallet, institution, request_no AS RequestNo, fingerprint, class, person_token AS PersonToken, phone_token AS PhoneToken,
        organisation_token AS OrganisationToken, name_token AS NameToken, district, stage
        """;

    private readonly NpgsqlDataSource database;
    private readonly GroupCommit<(Profile Profile, int Prefix), Profile> openings;
    private readonly GroupCommit<(long Wallet, ProfileStage Stage), bool> stages;

    public ProfileStore(NpgsqlDataSource database)
    {
        this.database = database;
        openings = new(largest: 500, capacity: 5_000, WriteOpenings);
        stages = new(largest: 500, capacity: 50_000, WriteStages);
    }

    /// <summary>Remembers who opens a wallet and gives it its number, or returns the profile remembered under the same request number.</summary>
    public Task<Profile> Open(Profile profile, int prefix) => openings.Write((profile, prefix));

    public Task MoveTo(long wallet, ProfileStage stage) => stages.Write((wallet, stage));

    public async Task<Profile?> Get(long wallet)
    {
        await using var connection = await database.OpenConnectionAsync();
        return await connection.QuerySingleOrDefaultAsync<Profile>($"SELECT {Columns} FROM wallets.profile WHERE wallet = @wallet", new { wallet });
    }

    public async Task<Profile?> FindByNumber(string institution, string requestNo)
    {
        await using var connection = await database.OpenConnectionAsync();
        return await connection.QuerySingleOrDefaultAsync<Profile>(
            $"SELECT {Columns} FROM wallets.profile WHERE institution = @institution AND request_no = @requestNo", new { institution, requestNo });
    }

    /// <summary>An operator's wallets by one of its tokens, in order of their numbers.</summary>
    public async Task<IReadOnlyList<Profile>> Search(string institution, ProfileToken kind, string token, long after, int limit)
    {
        var column = kind switch
        {
            ProfileToken.Person => "person_token",
            ProfileToken.Phone => "phone_token",
            ProfileToken.Organisation => "organisation_token",
            _ => "name_token",
        };
        await using var connection = await database.OpenConnectionAsync();
        return [.. await connection.QueryAsync<Profile>($"""
            SELECT {Columns}
            FROM wallets.profile
            WHERE institution = @institution AND {column} = @token AND wallet > @after
            ORDER BY wallet
            LIMIT @limit
            """, new { institution, token, after, limit })];
    }

    /// <summary>Takes openings that somebody began and did not finish; nobody else gets them for ten seconds.</summary>
    public async Task<IReadOnlyList<Profile>> TakeDue(int limit)
    {
        await using var connection = await database.OpenConnectionAsync();
        return [.. await connection.QueryAsync<Profile>($"""
            UPDATE wallets.profile
            SET due_at = now() + interval '10 seconds'
            WHERE wallet IN (
              SELECT wallet
              FROM wallets.profile
              WHERE stage < 3 AND due_at <= now()
              ORDER BY due_at
              LIMIT @limit
              FOR UPDATE SKIP LOCKED)
            RETURNING {Columns}
            """, new { limit })];
    }

    public async ValueTask DisposeAsync()
    {
        await openings.DisposeAsync();
        await stages.DisposeAsync();
    }

    private async Task<Profile[]> WriteOpenings(IReadOnlyList<(Profile Profile, int Prefix)> group)
    {
        await using var connection = await database.OpenConnectionAsync();
        var serials = (await connection.QueryAsync<long>("SELECT nextval('wallets.serial') FROM generate_series(1, @count)", new { count = group.Count })).ToArray();
        var asked = group.Select((item, i) => item.Profile with { Wallet = WalletNumber.Compose(item.Prefix, serials[i]) }).ToArray();
        var created = await Insert(connection, asked);
        var results = new Profile[asked.Length];
        for (var i = 0; i < asked.Length; i++)
            results[i] = created.Contains(asked[i].Wallet) ? asked[i] : await Known(connection, asked[i]);
        return results;
    }

    private static async Task<HashSet<long>> Insert(NpgsqlConnection connection, Profile[] asked)
    {
        await using var command = new NpgsqlCommand("""
            INSERT INTO wallets.profile (wallet, institution, request_no, fingerprint, class, person_token, phone_token, organisation_token, name_token, district, stage, due_at)
            SELECT a.*, 1, now() + interval '10 seconds'
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) AS a
            ON CONFLICT (institution, request_no) DO NOTHING
            RETURNING wallet
            """, connection);
        Add(command, NpgsqlDbType.Bigint, asked.Select(p => p.Wallet));
        Add(command, NpgsqlDbType.Text, asked.Select(p => p.Institution));
        Add(command, NpgsqlDbType.Text, asked.Select(p => p.RequestNo));
        Add(command, NpgsqlDbType.Bigint, asked.Select(p => p.Fingerprint));
        Add(command, NpgsqlDbType.Smallint, asked.Select(p => (short)p.Class));
        Add(command, NpgsqlDbType.Text, asked.Select(p => p.PersonToken));
        Add(command, NpgsqlDbType.Text, asked.Select(p => p.PhoneToken));
        Add(command, NpgsqlDbType.Text, asked.Select(p => p.OrganisationToken));
        Add(command, NpgsqlDbType.Text, asked.Select(p => p.NameToken));
        Add(command, NpgsqlDbType.Text, asked.Select(p => p.District));
        await using var reader = await command.ExecuteReaderAsync();
        var created = new HashSet<long>();
        while (await reader.ReadAsync()) created.Add(reader.GetInt64(0));
        return created;
    }

    private static async Task<Profile> Known(NpgsqlConnection connection, Profile asked) => await connection.QuerySingleAsync<Profile>(
        $"SELECT {Columns} FROM wallets.profile WHERE institution = @Institution AND request_no = @RequestNo", new { asked.Institution, asked.RequestNo });

    private async Task<bool[]> WriteStages(IReadOnlyList<(long Wallet, ProfileStage Stage)> group)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var command = new NpgsqlCommand("""
            UPDATE wallets.profile p
            SET stage = a.stage, due_at = now() + CASE WHEN a.stage = 2 THEN interval '500 milliseconds' ELSE interval '0' END
            FROM unnest($1, $2) AS a(wallet, stage)
            WHERE p.wallet = a.wallet AND p.stage < a.stage
            """, connection);
        Add(command, NpgsqlDbType.Bigint, group.Select(item => item.Wallet));
        Add(command, NpgsqlDbType.Smallint, group.Select(item => (short)item.Stage));
        await command.ExecuteNonQueryAsync();
        return new bool[group.Count];
    }

    private static void Add<T>(NpgsqlCommand command, NpgsqlDbType type, IEnumerable<T> values) =>
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type | NpgsqlDbType.Array, Value = values.ToArray() });
}

/// <summary>By which token wallets are searched.</summary>
public enum ProfileToken { Person, Phone, Organisation, Name }
