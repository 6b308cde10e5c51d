using Ecny.Local.Processes;
using Ecny.Testing;
using Xunit;

namespace Ecny.EndToEnd.Tests.Launcher;

/// <summary>What goes wrong before anything runs is said in one sentence, with exit code 1, and nothing is left.</summary>
public sealed class SentencesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("demo --bogus", "'--bogus'", "./ecny demo --help")]
    [InlineData("demo --seconds soon", "'soon'", "a whole number is expected")]
    [InlineData("up --port-base 70", "--port-base must be 1024", "65000")]
    [InlineData("bogus", "'bogus'", "./ecny help")]
    [InlineData("status", "There is no city here yet", "./ecny up")]
    [InlineData("demo", "There is no city here yet", "./ecny up")]
    [InlineData("audit", "There is no city here yet", "./ecny up")]
    [InlineData("replay /nowhere/transactions.csv", "/nowhere/transactions.csv does not exist", "")]
    [InlineData("verify-receipt /nowhere", "There is no public key", "--key")]
    public async Task a_command_that_cannot_be_done_says_why(string arguments, string what, string advice)
    {
        await using var city = new CityLauncher();

        await city.Refuse(arguments.Split(' '), what, advice);

        Assert.Empty(city.Processes());
    }

    [Fact]
    public async Task nothing_to_stop_is_no_failure()
    {
        await using var city = new CityLauncher();

        Assert.Contains("There is no city here", await city.Succeed("down"), StringComparison.Ordinal);
        Assert.False(Directory.Exists(city.Home));
    }

    [Fact]
    public async Task a_wipe_takes_no_file_that_is_not_the_citys()
    {
        await using var city = new CityLauncher();
        Directory.CreateDirectory(Path.Combine(city.Home, "keys"));
        string theirs = Path.Combine(city.Home, "thesis.txt");
        await File.WriteAllTextAsync(theirs, "years of work", Cancel);

        Assert.Contains(city.Home, await city.Succeed("down", "--wipe"), StringComparison.Ordinal);

        Assert.Equal([theirs], Directory.GetFileSystemEntries(city.Home));
    }

    [Fact]
    public async Task a_full_disk_is_said_before_anything_is_made()
    {
        string mount = Directory.CreateTempSubdirectory("ecny-full-").FullName;
        try
        {
            string[] small = ["unshare", "--mount", .. Signals.IsRoot ? Array.Empty<string>() : ["--map-root-user"], "sh", "-c", "mount -t tmpfs -o size=64m none \"$0\" && exec \"$@\"", mount];
            ProgramResult possible = await ExternalProgram.Run(small[0], [.. small[1..], "true"], cancel: Cancel);
            Assert.SkipUnless(possible.Succeeded, $"No file system can be mounted here: {possible.Tail}");
            await using var city = new CityLauncher("", Path.Combine(mount, "city"), small);

            await city.Refuse(["up"], "MiB are free on the disk of", "free some space first");
        }
        finally
        {
            Directory.Delete(mount, recursive: true);
        }
    }

    [Theory]
    [InlineData("bogus", "there is no command \"bogus\"")]
    [InlineData("logs", "logs of what?")]
    [InlineData("logs wallets", "run ./ecny up first")]
    [InlineData("logs wallets -x", "only -f")]
    public async Task the_shell_part_complains_as_clearly(string arguments, string expected)
    {
        await using var city = new CityLauncher();
        ProgramResult result = await ExternalProgram.Run(
            Path.Combine(CityLauncher.Repository, "ecny"), arguments.Split(' '), new Dictionary<string, string> { ["ECNY_HOME"] = city.Home }, Cancel);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(expected, result.Error.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_folder_with_other_things_in_it_does_not_become_a_citys()
    {
        string folder = Directory.CreateTempSubdirectory("ecny-theirs-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "thesis.txt"), "years of work", Cancel);

            ProgramResult result = await Shell($"home={folder} ECNY_HOME={folder}; prepare_home");

            Assert.Equal(1, result.ExitCode);
            Assert.Contains("has other things in it", result.Error, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task root_gets_postgresql_without_a_main_cluster_and_others_are_told_what_to_do()
    {
        string folder = Directory.CreateTempSubdirectory("ecny-apt-").FullName;
        try
        {
            string asRoot = $$"""
                postgres_found() { return 1; }
                id() { echo 0; }
                createcluster={{folder}}/createcluster.d
                apt-get() { echo "$* $(cat {{folder}}/createcluster.d/ecny.conf)" >>{{folder}}/calls; [[ $* == update ]] || [[ -e {{folder}}/updated ]] || { touch {{folder}}/updated; return 100; }; }
                require_postgres
                """;
            ProgramResult installed = await Shell(asRoot);
            Assert.True(installed.Succeeded, installed.Error);
            string[] calls = await File.ReadAllLinesAsync(Path.Combine(folder, "calls"), Cancel);
            Assert.Equal(3, calls.Length);
            Assert.All(calls, call => Assert.EndsWith("create_main_cluster = false", call, StringComparison.Ordinal));
            Assert.EndsWith("postgresql-15 create_main_cluster = false", calls[2], StringComparison.Ordinal);
            Assert.False(File.Exists(Path.Combine(folder, "createcluster.d", "ecny.conf")));

            ProgramResult broken = await Shell(asRoot.Replace("[[ $* == update ]] ||", "echo 'E: no such package'; return 100;", StringComparison.Ordinal));
            Assert.Equal(1, broken.ExitCode);
            Assert.Contains("could not be installed: E: no such package", broken.Error, StringComparison.Ordinal);
            Assert.False(File.Exists(Path.Combine(folder, "createcluster.d", "ecny.conf")));

            ProgramResult ordinary = await Shell("postgres_found() { return 1; }; id() { echo 1000; }; require_postgres");
            Assert.Equal(1, ordinary.ExitCode);
            Assert.Contains("ask root to install it", ordinary.Error, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // The launcher's functions without its last part, which runs a command.
    private static Task<ProgramResult> Shell(string script) => ExternalProgram.Run(
        "bash",
        ["-c", $"source <(sed '/^command=/,$d; s|^root=.*|root=$1|' \"$1/ecny\"); {script}", "ecny", CityLauncher.Repository],
        cancel: Cancel);
}
