using Ecny.Ledger.Store;
using Npgsql;

namespace Ecny.Ledger.Postgres;

/// <summary>What an error of the server says about the fate of a commit.</summary>
internal static class CommitErrors
{
    private const string Fenced = "EL001";

    public static CommitAnswer Classify(PostgresException e)
    {
        var detail = $"{e.SqlState}: {e.MessageText}{(e.ConstraintName is { } name ? $" ({name})" : "")}{(e.Detail is { } more ? $"; {more}" : "")}";
        return new CommitAnswer(e switch
        {
            { SqlState: Fenced } => CommitResult.Fenced,
            _ when !IsCertainRollback(e) => CommitResult.Unknown,
            { SqlState: PostgresErrorCodes.UniqueViolation, SchemaName: "ledger", TableName: { } table } when IsForEver(table) => CommitResult.Taken,
            _ => CommitResult.Mismatch,
        }, 0, detail);
    }

    /// <summary>Partitions of the tables whose rows are written once and never change.</summary>
    private static bool IsForEver(string table) => table.StartsWith("number_", StringComparison.Ordinal) || table.StartsWith("once_", StringComparison.Ordinal);

    /// <summary>
    /// An ERROR about the rows (ours, 22 data, 23 constraint, 40 rollback) is a verdict on this batch: undone for certain. Everything else is about the
    /// server (shutdown, disk, demoted to standby, cancelled by an operator); even where the batch is undone, only a barrier finds the way on.
    /// </summary>
    private static bool IsCertainRollback(PostgresException e) =>
        e.InvariantSeverity == "ERROR" && e.SqlState.AsSpan(0, 2) is ("EL" or "22" or "23" or "40");
}
