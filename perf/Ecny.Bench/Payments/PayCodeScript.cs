using Ecny.Bench.Http;

namespace Ecny.Bench.Payments;

/// <summary>Two calls: the payer's operator asks Wallets for a pay code, the acquirer charges it at Acquiring.</summary>
internal sealed class PayCodeScript(City city, SessionSigner walletsOperator, SessionSigner acquirer, string run, History history) : IScript
{
    private readonly byte[] runPrefix = System.Text.Encoding.ASCII.GetBytes($"{{\"requestNo\":\"{run}-");
    private readonly Random random = new(20260102);
    private readonly byte[] body = new byte[1024];
    private readonly byte[] path = new byte[64];

    public int TargetOf(LaneState lane) => lane.Step;

    public int Write(LaneState lane, long unixSeconds, Span<byte> buffer)
    {
        var writer = new SpanWriter(body);
        writer.Write(runPrefix);
        writer.Write(lane.Operation);
        if (lane.Step == 0)
        {
            writer.Write("\"}"u8);
            var address = new SpanWriter(path);
            address.Write("/v1/wallets/"u8);
            address.Write(city.Wallets[random.Next(city.Wallets.Length)]);
            address.Write("/pay-codes"u8);
            return walletsOperator.Write(address.Written, writer.Written, unixSeconds, buffer);
        }
        writer.Write("\",\"merchantNo\":\""u8);
        writer.Write(city.Merchants[random.Next(city.Merchants.Length)]);
        writer.Write("\",\"amount\":"u8);
        writer.Write(TokenPaymentScript.AmountOf(lane.Operation));
        writer.Write(",\"method\":\"PAY_CODE\",\"payer\":{\"payCode\":\""u8);
        writer.Write(lane.Carry.AsSpan(0, lane.CarryLength));
        writer.Write("\"},\"scenario\":\"S09\",\"channel\":\"POS\"}"u8);
        return acquirer.Write("/v1/payments"u8, writer.Written, unixSeconds, buffer);
    }

    public StepResult Read(LaneState lane, int status, ReadOnlySpan<byte> answer)
    {
        if (lane.Step == 0)
        {
            var at = answer.IndexOf("\"payCode\":\""u8);
            if (status == 201 && at >= 0)
            {
                var code = answer[(at + 11)..];
                code = code[..code.IndexOf((byte)'"')];
                code.CopyTo(lane.Carry);
                lane.CarryLength = code.Length;
                return StepResult.Next;
            }
        }
        else if (status == 200 && answer.IndexOf("\"status\":\"SETTLED\""u8) >= 0 && History.SeqOf(answer) is > 0 and var seq)
        {
            history.AddSettled(lane.Operation, seq, TokenPaymentScript.AmountOf(lane.Operation));
            return StepResult.Done;
        }
        history.AddFailure(status, answer);
        return StepResult.Failed;
    }
}
