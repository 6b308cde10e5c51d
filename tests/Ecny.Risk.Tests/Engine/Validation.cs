using Ecny.Contracts.Ledger;
using Ecny.Risk.Engine.Catalogue;
using Ecny.Risk.Engine.Entries;

namespace Ecny.Risk.Tests.Engine;

public sealed class Validation
{
    [Fact]
    public void the_shipped_catalogue_is_valid_and_has_the_rules_of_the_first_cut()
    {
        Assert.Equal<string>(["R01", "R02", "R04", "R07", "R08", "R10", "R24"], RuleCatalogue.Default.Rules.Select(rule => rule.Id));
        Assert.Equal<string>(["R04", "R07", "R08"], RuleCatalogue.Default.Typologies.Single(typology => typology.Id == "MULE_HOUSE").Weights.Select(weight => weight.Rule));
    }

    [Fact]
    public void parameters_differ_by_class_and_level()
    {
        var structuring = RuleCatalogue.Default.Rules.Single(rule => rule.Id == "R02")["limitFen"];
        Assert.Equal((50_000_000.0, 200_000.0), (structuring.For(WalletClass.I, RiskLevel.Standard), structuring.For(WalletClass.IV, RiskLevel.High)));
        var passThrough = RuleCatalogue.Default.Rules.Single(rule => rule.Id == "R04")["minInflowFen"];
        Assert.Equal((200_000.0, 100_000.0), (passThrough.For(WalletClass.II, RiskLevel.Standard), passThrough.For(WalletClass.II, RiskLevel.High)));
    }

    [Theory]
    [InlineData("\"kind\": \"cycle\"", "\"kind\": \"circle\"", "Rule R10: there is no kind \"circle\"")]
    [InlineData("\"minPayers\": 5", "\"minPayers\": 1", "Rule R07, parameters: \"minPayers\" must be a number from 2 to 64.")]
    [InlineData("\"minPayers\": 5", "\"minPayers\": 5.5", "Rule R07, parameters: \"minPayers\" must be a whole number.")]
    [InlineData("\"minPayers\": 5, ", "", "Rule R07: the parameter \"minPayers\" is missing.")]
    [InlineData("\"minPayers\": 5", "\"minPayers\": 5, \"maxPlayers\": 2", "Rule R07, parameters: \"maxPlayers\" is no parameter of this kind.")]
    [InlineData("\"track\": \"AML\", \"action\": \"REPORT\"", "\"track\": \"AML\", \"action\": \"BLOCK\"", "Rule R01: the AML track never delays or blocks")]
    [InlineData("{ \"from\": 4, \"band\": \"HIGH\" }]\n    },\n    {\n      \"id\": \"R02\"", "{ \"from\": 1, \"band\": \"HIGH\" }]\n    },\n    {\n      \"id\": \"R02\"", "Rule R01: bands must rise with their scores.")]
    [InlineData("\"rule\": \"R10\"", "\"rule\": \"R99\"", "Typology LAYERING: there is no rule R99.")]
    [InlineData("\"rule\": \"R10\"", "\"rule\": \"R04\"", "Typology LAYERING: rule R04 is of the other track")]
    [InlineData("\"feed\": \"regulator\"", "\"feed\": \"press\"", "\"feed\" must be one of public-security, regulator.")]
    [InlineData("\"id\": \"R02\", \"version\": 1", "\"id\": \"R01\", \"version\": 1", "Rule R01 is there more than once.")]
    [InlineData("\"ripenDays\": 14", "\"ripenDays\": \"twelve\"", "The catalogue, graph: \"ripenDays\" must be a number from 0.1 to 30.")]
    [InlineData("\"version\": 1, \"kind\": \"list\"", "\"version\": 1, \"colour\": 1, \"kind\": \"list\"", "Rule R24: \"colour\" is not known here.")]
    public void each_error_is_one_sentence(string what, string becomes, string sentence)
    {
        var json = RuleCatalogue.DefaultJson().Replace(what, becomes, StringComparison.Ordinal);
        var errors = Assert.Throws<CatalogueException>(() => RuleCatalogue.Parse(json)).Errors;
        Assert.Contains(errors, error => error.Contains(sentence, StringComparison.Ordinal));
        Assert.All(errors, error => Assert.EndsWith(".", error, StringComparison.Ordinal));
    }

    [Fact]
    public void what_is_not_json_is_refused_with_its_place() =>
        Assert.Equal("The text is not JSON: line 2, byte 3.", Assert.Single(Assert.Throws<CatalogueException>(() => RuleCatalogue.Parse("{\n  ]")).Errors));

    [Fact]
    public void a_selection_keeps_the_typologies_of_its_rules()
    {
        var only = RuleCatalogue.Default.Only(["R04", "R10"]);
        Assert.Equal<string>(["MULE_HOUSE", "LAYERING"], only.Typologies.Select(typology => typology.Id));
        Assert.Contains("no rule R99", Assert.Throws<CatalogueException>(() => RuleCatalogue.Default.Only(["R99"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void every_kind_has_a_schema()
    {
        Assert.Equal<string>(["cycle", "fan-in", "fan-out", "large-value", "list", "pass-through", "structuring"], RuleKinds.Names);
        Assert.All(RuleKinds.Names, kind => Assert.NotEmpty(RuleKinds.Schema(kind)!));
    }
}
