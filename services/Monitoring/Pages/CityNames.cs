using Ecny.Monitoring.Reference;
using Ecny.ServiceDefaults;
using Ecny.Web.Preferences;

namespace Ecny.Monitoring.Pages;

/// <summary>Names and colours for the codes that the journal carries; a code that nobody knows is shown as it is, in grey.</summary>
public sealed class CityNames(City city, IInstitutionDirectory institutions)
{
    private const string Grey = "#808B98";

    public City City => city;

    public string Of(Words words, Reader reader) => reader.Say(words.Zh, words.En);

    public (string Name, string Color) Scenario(string code, Reader reader) =>
        city.Scenarios.FirstOrDefault(one => one.Code == code) is { } known ? (Of(known.Name, reader), known.Color) : (Unknown(code, reader), Grey);

    public (string Name, string Color) Operator(string code, Reader reader)
    {
        var operators = institutions.All.Where(one => one.WalletPrefix is not null).OrderBy(one => one.WalletPrefix).ToList();
        var at = operators.FindIndex(one => one.Id == code);
        return at < 0 ? (Unknown(code, reader), Grey) : (operators[at].Name, city.OperatorColors[at % city.OperatorColors.Count]);
    }

    /// <summary>The word for payments that carry no code.</summary>
    public static string Unknown(string code, Reader reader) => code == Indicators.IndicatorReader.None ? reader.Say("未注明", "Not given") : code;

    /// <summary>What people call a service.</summary>
    public static string Service(string service, Reader reader) => service switch
    {
        "acquiring" => reader.Say("收单", "Acquiring"),
        "wallets" => reader.Say("钱包", "Wallets"),
        "clearing" => reader.Say("清算", "Clearing"),
        "monitoring" => reader.Say("监测", "Monitoring"),
        "risk" => reader.Say("风控", "Risk"),
        _ => service,
    };
}
