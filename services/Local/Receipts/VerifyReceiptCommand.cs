using System.CommandLine;
using System.Globalization;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Receipts;
using Ecny.Local.City;
using Ecny.Local.Commands;
using Spectre.Console;

namespace Ecny.Local.Receipts;

/// <summary><c>verify-receipt</c>: is this receipt true? Offline; it trusts nobody but the public key.</summary>
internal static class VerifyReceiptCommand
{
    private const long LargestReceipt = 16 * 1024 * 1024;

    public static Command Create()
    {
        var file = new Argument<FileInfo>("file") { Description = "The receipt, as GET /v1/receipts/{transferId} answered." };
        var key = new Option<FileInfo?>("--key") { Description = "The platform's public key, PEM (default: the key of the city of this folder)." };
        var command = new Command("verify-receipt", "Verifies a receipt offline with the platform's public key alone.") { file, key };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(file), parsed.GetValue(key)));
        return command;
    }

    private static int Run(FileInfo file, FileInfo? keyFile)
    {
        string keyPath = keyFile?.FullName ?? Path.Combine(CityHome.Folder, CitySecrets.CheckpointPublicKeyFile);
        if (!File.Exists(keyPath))
        {
            throw new LocalException($"There is no public key at {keyPath}: name one with --key.");
        }

        if (!file.Exists)
        {
            throw new LocalException($"There is no receipt at {file.FullName}.");
        }

        if (file.Length > LargestReceipt)
        {
            throw new LocalException($"{file.FullName} is too large for a receipt.");
        }

        CheckpointPublicKey key;
        try
        {
            key = CheckpointPublicKey.Parse(File.ReadAllText(keyPath));
        }
        catch (InvalidDataException e)
        {
            throw new LocalException($"{keyPath}: {e.Message}", e);
        }

        ReceiptVerdict verdict = ReceiptVerifier.Verify(File.ReadAllText(file.FullName), key);
        if (!verdict.Valid)
        {
            AnsiConsole.MarkupLine("[red]NOT VALID[/]");
            foreach (string reason in verdict.Reasons)
            {
                AnsiConsole.MarkupLineInterpolated($"  {reason}");
            }

            return 1;
        }

        Write(verdict.Receipt!);
        return 0;
    }

    private static void Write(Receipt receipt)
    {
        AnsiConsole.MarkupLineInterpolated($"[green]VALID[/]: transfer {receipt.TransferId}");
        foreach (ReceiptEntry entry in receipt.Legs.Select(leg => leg.Entry))
        {
            string result = entry.Code == 0 ? "settled" : $"declined {(DeclineCode)entry.Code}";
            AnsiConsole.MarkupLineInterpolated(
                CultureInfo.InvariantCulture,
                $"  ({entry.Shard}, {entry.Seq}) {(EntryKind)entry.Kind} {result}, {entry.Amount} fen, business date {entry.BusinessDate:yyyy-MM-dd}, from {entry.Debit.Wallet ?? "(not shown)"} to {entry.Credit.Wallet ?? "(not shown)"}");
        }

        DateTimeOffset at = DateTimeOffset.UnixEpoch.AddMicroseconds(receipt.Checkpoint.At).ToOffset(TimeSpan.FromHours(8));
        AnsiConsole.MarkupLineInterpolated(
            CultureInfo.InvariantCulture,
            $"  one of {receipt.Checkpoint.Size} entries under the checkpoint that key {receipt.Checkpoint.KeyId} signed at {at:yyyy-MM-dd'T'HH:mm:ss.fffzzz}");
    }
}
