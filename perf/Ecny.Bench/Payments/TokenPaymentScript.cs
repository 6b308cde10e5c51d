using Ecny.Bench.Http;

namespace Ecny.Bench.Payments;

/// <summary>
/// POST /v1/payments with method TOKEN: each request has its own requestNo, nonce and signature, payers and payees chosen uniformly, or a given share of
/// the payments to one merchant.
/// </summary>
internal sealed class TokenPaymentScript(City city, SessionSigner acquirer, string run, double hotShare, History history) : IScript
{
    private readonly byte[] runPrefix = System.Text.Encoding.ASCII.GetBytes($"{{\"requestNo\":\"{run}-");
    private readonly Random random = new(20260101);
    private readonly byte[] body = new byte[1024];

    public int TargetOf(LaneState lane) => 0;

    /// <summary>The amount of an operation, fen: known from its number alone, so that the history can be checked.</summary>
    public static long AmountOf(long operation) => 100 + operation * 37 % 900;

    public int Write(LaneState lane, long unixSeconds, Span<byte> buffer)
    {
        byte[] token, merchant;
        if (hotShare > 0 && random.NextDouble() < hotShare)
        {
            token = city.HotTokens[random.Next(city.HotTokens.Length)];
            merchant = city.Merchants[0];
        }
        else
        {
            (token, var index) = city.Tokens[random.Next(city.Tokens.Length)];
            merchant = city.Merchants[index];
        }
        var writer = new SpanWriter(body);
        writer.Write(runPrefix);
        writer.Write(lane.Operation);
        writer.Write("\",\"merchantNo\":\""u8);
        writer.Write(merchant);
        writer.Write("\",\"amount\":"u8);
        writer.Write(AmountOf(lane.Operation));
        writer.Write(",\"method\":\"TOKEN\",\"payer\":{\"token\":\""u8);
        writer.Write(token);
        writer.Write("\"},\"scenario\":\"S09\",\"channel\":\"APP\"}"u8);
        return acquirer.Write("/v1/payments"u8, writer.Written, unixSeconds, buffer);
    }

    public StepResult Read(LaneState lane, int status, ReadOnlySpan<byte> answer)
    {
        if (status == 200 && answer.IndexOf("\"status\":\"SETTLED\""u8) >= 0 && History.SeqOf(answer) is > 0 and var seq)
        {
            history.AddSettled(lane.Operation, seq, AmountOf(lane.Operation));
            return StepResult.Done;
        }
        history.AddFailure(status, answer);
        return StepResult.Failed;
    }
}
