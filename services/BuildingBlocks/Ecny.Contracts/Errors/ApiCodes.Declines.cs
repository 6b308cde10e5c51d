using Ecny.Contracts.Ledger;

namespace Ecny.Contracts.Errors;

public static partial class ApiCodes
{
    private static IEnumerable<(DeclineCode Code, ApiCodeEntry Entry)> Declines()
    {
        yield return Decline(DeclineCode.INSUFFICIENT_FUNDS, "余额不足", "Insufficient funds", "付款人充值后以新编号重试", "Retry with a new number after the payer has topped up");
        yield return Decline(DeclineCode.LIMIT_PER_PAYMENT, "超过单笔限额", "Above the limit for one payment", "减小金额，或升级钱包", "Use a smaller amount, or upgrade the wallet");
        yield return Decline(DeclineCode.LIMIT_PER_DAY, "超过日累计限额", "Above the limit for one day", "次日再试，或升级钱包", "Try on the next day, or upgrade the wallet");
        yield return Decline(DeclineCode.LIMIT_PER_YEAR, "超过年累计限额", "Above the limit for one year", "升级钱包", "Upgrade the wallet");
        yield return Decline(DeclineCode.BALANCE_CAP, "超过余额上限", "Above the balance that the wallet may hold", "减小金额，或升级钱包", "Use a smaller amount, or upgrade the wallet");
        yield return Decline(DeclineCode.EXCHANGE_LIMIT, "超过兑换额度", "Above the quota for exchange", "减小金额，或联系运营机构", "Use a smaller amount, or ask the operator");
        yield return Decline(DeclineCode.WALLET_FROZEN, "钱包已冻结", "The wallet is frozen", "付款人联系运营机构", "The payer asks the operator of the wallet");
        yield return Decline(DeclineCode.WALLET_RECEIVE_ONLY, "钱包只收不付", "The wallet may receive but not pay", "付款人联系运营机构", "The payer asks the operator of the wallet");
        yield return Decline(DeclineCode.WALLET_CLOSED, "钱包已注销", "The wallet is closed", "使用其他钱包", "Use another wallet");
        yield return Decline(DeclineCode.PAYEE_NOT_ACCEPTING, "收款方不能收款", "The payee cannot receive", "商户联系收单机构", "The merchant asks the acquirer");
        yield return Decline(DeclineCode.CONTRACT_NOT_APPLICABLE, "专用资金不适用于此交易", "Purpose-bound money does not apply here", "使用可用余额支付", "Pay with available money");
        yield return Decline(DeclineCode.EXPIRED, "已过有效期", "It has expired", "出示新的付款码，或以新编号重试", "Show a new pay code, or retry with a new number");
        yield return Decline(DeclineCode.PAY_CODE_USED, "付款码已使用", "The pay code was used", "出示新的付款码", "Show a new pay code");
        yield return Decline(DeclineCode.ALREADY_PAID, "订单已支付", "The order is paid already", "查询订单", "Read the order");
        yield return Decline(DeclineCode.ORDER_CLOSED, "订单已关闭", "The order is closed", "创建新订单", "Create a new order");
        yield return Decline(DeclineCode.ALREADY_CLAIMED, "已领取", "Claimed already", "每人每次活动只能领取一次", "One claim for a person and campaign");
        yield return Decline(DeclineCode.BUDGET_EXHAUSTED, "活动资金已用完", "The budget is used up", "活动已结束", "The campaign is over");
        yield return Decline(DeclineCode.REFUND_EXCEEDS, "退款超过可退金额", "More than can be refunded", "查询支付的已退金额", "Read how much of the payment was refunded");
        yield return Decline(DeclineCode.HOLD_NOT_OPEN, "预授权已完成、撤销或到期", "The hold is posted, voided or expired", "查询预授权", "Read the hold");
        yield return Decline(DeclineCode.CANCELLED, "已被撤销", "Cancelled before it arrived", "需要时以新编号重新发起", "Start again with a new number if still wanted");
        yield return Decline(DeclineCode.RISK_BLOCKED, "交易被风险控制拒绝", "Blocked by risk control", "付款人联系运营机构", "The payer asks the operator of the wallet");
        yield return Decline(DeclineCode.CHANNEL_CLOSED, "该渠道已停用", "The channel is closed", "使用其他支付方式", "Use another method of payment");
    }
}
