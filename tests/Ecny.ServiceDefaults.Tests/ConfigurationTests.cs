using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace Ecny.ServiceDefaults.Tests;

public sealed class ConfigurationTests
{
    [Fact]
    public void every_key_that_is_missing_or_wrong_is_named_in_a_sentence()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Ecny:Sessions:CurrentVersion"] = "2",
            ["Ecny:Sessions:MasterKeys:1"] = "short",
            ["Ecny:Service:PrivateKeyFile"] = "/nowhere/key.pem",
            ["Ecny:Telemetry:SampleRatio"] = "1.5",
            ["Ecny:Own"] = "0",
        });
        var fault = Assert.Throws<ConfigurationException>(() =>
            builder.AddEcnyDefaults("test", static options => options.Require("Ecny:Own", ConfigCheck.PositiveInteger, "set it to a number").Require("Ecny:Other", ConfigCheck.NotEmpty, "set it")));
        string[] keys =
        [
            "ConnectionStrings:Main", "Ecny:Telemetry:SampleRatio", "Ecny:Institutions:Url", "Ecny:Service:Id", "Ecny:Service:KeyId", "Ecny:Service:PrivateKeyFile", "Ecny:Own", "Ecny:Other",
            "Ecny:Sessions:MasterKeys:1", "Ecny:Sessions:MasterKeys:2",
        ];
        Assert.Equal(keys, fault.Sentences.Select(static s => s.Split(' ')[2]));
        Assert.All(fault.Sentences, static s => Assert.Matches("^Configuration key .* is (missing|not right): .+[.)]$", s));
    }

    [Fact]
    public async Task a_fault_of_the_configuration_ends_the_program_with_78()
    {
        Assert.Equal(EcnyProgram.ConfigurationFault, await EcnyProgram.Run([], static builder => builder.AddEcnyDefaults("test"), static _ => { }));
    }
}
