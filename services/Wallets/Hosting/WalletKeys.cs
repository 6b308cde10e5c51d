namespace Ecny.Wallets.Hosting;

/// <summary>Secrets of this service.</summary>
/// <param name="TokenKey">Encrypts pay codes and derives tokens; 32 bytes (<c>Ecny:Keys:TokenKey</c>), the same in Acquiring.</param>
public sealed record WalletKeys(byte[] TokenKey);
