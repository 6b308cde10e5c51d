using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Ecny.Acquiring.Notifications;
using Ecny.Acquiring.Tests.Hosting;
using Ecny.Testing;
using Xunit;

namespace Ecny.Acquiring.Tests.Notifications;

/// <summary>Senders alone: retries, order, fairness, and what happens when one dies.</summary>
public sealed class SenderTests(SmallCity city)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task a_dead_endpoint_is_tried_by_the_schedule_and_then_given_up()
    {
        await using var scene = await SenderScene.Open(city);
        await using var receiver = await Receiver.Start();
        receiver.Answers = (_, _) => Task.FromResult(503);
        var told = await scene.Tell(receiver.Url, 3);
        var sender = scene.Sender();
        var (began, attempts) = (scene.Clock.GetUtcNow(), new List<int>());
        for (var second = 0; second <= 90_000; second += 15)
        {
            if (await sender.RunDue(Cancel) > 0) attempts.Add((int)(scene.Clock.GetUtcNow() - began).TotalSeconds);
            scene.Clock.Move(TimeSpan.FromSeconds(15));
        }
        // 0/15/15/30/180/600/1200/1800×3/3600/10800×3/21600×2 s, added up.
        Assert.Equal([0, 15, 30, 60, 240, 840, 2040, 3840, 5640, 7440, 11040, 21840, 32640, 43440, 65040, 86640], attempts);
        Assert.All(receiver.All, one => Assert.Equal(told[0].Id.ToString("N"), one.Id));
        Assert.Equal([(told[0].Id, NotificationState.FAILED, 16), (told[1].Id, NotificationState.FAILED, 0), (told[2].Id, NotificationState.FAILED, 0)], await scene.Ended());
        Assert.Equal(0, await scene.Open());
    }

    [Fact]
    public async Task what_failed_is_in_the_way_of_what_comes_after_it()
    {
        await using var scene = await SenderScene.Open(city);
        await using var receiver = await Receiver.Start();
        receiver.Answers = (one, nth) => Task.FromResult(nth is 3 or 4 ? 500 : 200);
        var told = await scene.Tell(receiver.Url, 5);
        var sender = scene.Sender();
        for (var i = 0; i < 10 && await scene.Open() > 0; i++)
        {
            await sender.RunDue(Cancel);
            await scene.Tell(receiver.Url, i == 0 ? 1 : 0);
            scene.Clock.Move(TimeSpan.FromSeconds(15));
        }
        var third = told[2].Id.ToString("N");
        Assert.Equal([.. told.Take(2).Select(one => one.Id.ToString("N")), third, third, third, told[3].Id.ToString("N"), told[4].Id.ToString("N")], receiver.All.Take(7).Select(one => one.Id));
        Assert.Equal(8, receiver.All.Count);
        Assert.All(await scene.Ended(), one => Assert.Equal(NotificationState.DELIVERED, one.State));
    }

    [Fact]
    public async Task a_sender_that_dies_is_followed_by_another_that_sends_again()
    {
        await using var scene = await SenderScene.Open(city);
        await using var receiver = await Receiver.Start();
        var hold = new TaskCompletionSource<int>();
        receiver.Answers = (_, nth) => nth == 1 ? hold.Task : Task.FromResult(200);
        var told = await scene.Tell(receiver.Url, 3);
        var dying = scene.Sender().RunDue(Cancel);
        await Eventually.True(() => receiver.All.Count == 1, "the first in mid-delivery");
        var other = scene.Sender();
        Assert.Equal(0, await other.RunDue(Cancel));
        scene.Clock.Move(scene.Options.Lease);
        Assert.Equal(1, await other.RunDue(Cancel));
        Assert.Equal([told[0].Id, told[0].Id, told[1].Id, told[2].Id], receiver.All.Select(one => Guid.ParseExact(one.Id, "N")));
        Assert.Equal(0, await scene.Open());
        // The one thought dead was only slow: what it has to say changes nothing any more.
        hold.SetResult(500);
        await dying;
        Assert.Equal(3, (await scene.Ended()).Count);
        await scene.Tell(receiver.Url, 1);
        Assert.Equal(1, await other.RunDue(Cancel));
        Assert.Equal(4, (await scene.Ended()).Count(one => one.State == NotificationState.DELIVERED));
    }

    [Fact]
    public async Task several_senders_tell_each_once_and_in_order()
    {
        await using var scene = await SenderScene.Open(city);
        var receivers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Receiver.Start()));
        var expected = new List<IReadOnlyList<Notification>>();
        foreach (var receiver in receivers) expected.Add(await scene.Tell(receiver.Url, 120));
        var senders = new[] { scene.Sender(TimeProvider.System), scene.Sender(TimeProvider.System), scene.Sender(TimeProvider.System) };
        scene.Clock.Move(DateTimeOffset.UtcNow - scene.Clock.GetUtcNow());
        foreach (var sender in senders) await sender.StartAsync(Cancel);
        await Eventually.True(async () => await scene.Open() == 0, "all told", TimeSpan.FromSeconds(60));
        foreach (var sender in senders) await sender.StopAsync(Cancel);
        for (var i = 0; i < receivers.Length; i++)
        {
            Assert.Equal(expected[i].Select(one => one.Id.ToString("N")), receivers[i].All.Select(one => one.Id));
            await receivers[i].DisposeAsync();
        }
    }

    [Fact]
    public async Task dead_and_slow_endpoints_do_not_slow_a_live_one()
    {
        await using var scene = await SenderScene.Open(city);
        scene.Options.Concurrency = 8;
        scene.Options.Timeout = TimeSpan.FromSeconds(5);
        scene.Options.SlowAfter = TimeSpan.FromMilliseconds(250);
        await using var slow = await Receiver.Start();
        slow.Answers = async (_, _) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(2), Cancel);
            return 200;
        };
        // Takes connections and says nothing.
        using var dead = new TcpListener(IPAddress.Loopback, 0);
        dead.Start();
        for (var i = 0; i < 40; i++)
        {
            await scene.Tell($"http://127.0.0.1:{((IPEndPoint)dead.LocalEndpoint).Port}/{i}", 5, TimeProvider.System);
            await scene.Tell($"{slow.Url}/{i}", 5, TimeProvider.System);
        }
        var sender = scene.Sender(TimeProvider.System);
        await sender.StartAsync(Cancel);
        // Those in trouble are found out once; from then on they have places of their own.
        await Eventually.True(async () => await Troubled(scene) == 80, "trouble known", TimeSpan.FromSeconds(40));

        await using var live = await Receiver.Start();
        var delays = new List<double>();
        for (var i = 1; i <= 60; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await scene.Tell(live.Url, 1, TimeProvider.System);
            var wanted = i;
            await Eventually.True(() => live.All.Count >= wanted, "the live endpoint told");
            delays.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        await sender.StopAsync(Cancel);
        delays.Sort();
        Assert.True(delays[58] < 1_500, $"p99 of the live endpoint is {delays[58]:0} ms, its median {delays[29]:0} ms, beside 40 dead and 40 slow ones.");
    }

    [Fact]
    public async Task looking_for_work_reads_indexes_only()
    {
        await using var scene = await SenderScene.Open(city);
        await scene.Tell("http://127.0.0.1:9/x", 1);
        foreach (var sql in new[]
        {
            "SELECT id FROM notification_endpoint WHERE troubled = false AND next_at <= now() ORDER BY next_at LIMIT 10",
            "SELECT n FROM notification_open WHERE endpoint = 1 ORDER BY n LIMIT 50",
            "SELECT id FROM notification_done WHERE owner = 'a' AND business_date = current_date AND (shard, seq) > (0, 5) AND state = 3 ORDER BY shard, seq LIMIT 50",
        })
        {
            await using var connection = await scene.Database.OpenConnectionAsync(Cancel);
            await using (var off = new Npgsql.NpgsqlCommand("SELECT notification_open_day(current_date); SET enable_seqscan = off", connection)) await off.ExecuteNonQueryAsync(Cancel);
            await using var explain = new Npgsql.NpgsqlCommand($"EXPLAIN {sql}", connection);
            await using var reader = await explain.ExecuteReaderAsync(Cancel);
            var plan = new List<string>();
            while (await reader.ReadAsync(Cancel)) plan.Add(reader.GetString(0));
            Assert.Contains(plan, line => line.Contains("Index", StringComparison.Ordinal));
            Assert.DoesNotContain(plan, line => line.Contains("Seq Scan", StringComparison.Ordinal) || line.Contains("Sort", StringComparison.Ordinal));
        }
    }

    private static async Task<long> Troubled(SenderScene scene)
    {
        await using var command = scene.Database.CreateCommand("SELECT count(*) FROM notification_endpoint WHERE troubled");
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
