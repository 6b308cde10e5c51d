using System.Text.Json;
using System.Text.Json.Serialization;
using Ecny.Wallets.Exchanges;
using Ecny.Wallets.Journal;
using Ecny.Wallets.Codes;
using Ecny.Wallets.Profiles;
using Ecny.Wallets.Tokens;
using Ecny.Wallets.Transfers;

namespace Ecny.Wallets.Hosting;

/// <summary>Bodies of this service: strict in, absent instead of null out.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OpenWalletRequest))]
[JsonSerializable(typeof(WalletStateRequest))]
[JsonSerializable(typeof(CloseWalletRequest))]
[JsonSerializable(typeof(LawfulStopRequest))]
[JsonSerializable(typeof(LawfulStopView))]
[JsonSerializable(typeof(WalletView))]
[JsonSerializable(typeof(WalletPage))]
[JsonSerializable(typeof(BalanceView))]
[JsonSerializable(typeof(LimitsView))]
[JsonSerializable(typeof(WalletEntryPage))]
[JsonSerializable(typeof(ExchangeRequest))]
[JsonSerializable(typeof(ExchangeView))]
[JsonSerializable(typeof(TransferRequest))]
[JsonSerializable(typeof(TransferView))]
[JsonSerializable(typeof(PayCodeRequest))]
[JsonSerializable(typeof(PayCodeView))]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(TokenRevokeRequest))]
[JsonSerializable(typeof(TokenView))]
[JsonSerializable(typeof(IReadOnlyList<HeadView>))]
[JsonSerializable(typeof(JournalPage))]
[JsonSerializable(typeof(JournalSumsView))]
public sealed partial class WalletsJson : JsonSerializerContext;
