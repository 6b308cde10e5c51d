namespace Ecny.Contracts.Errors;

public static partial class ApiCodes
{
    private static IEnumerable<(ApiCode Code, ApiCodeEntry Entry)> Refusals()
    {
        yield return Refusal(ApiCode.BAD_REQUEST, 400, "请求无法解析", "The request cannot be read", "检查请求行、请求头和参数", "Check the request line, headers and parameters");
        yield return Refusal(ApiCode.MALFORMED_JSON, 400, "请求体不是完整的 JSON", "The body is not complete JSON", "按 UTF-8 发送一个完整的 JSON 对象", "Send one complete JSON object in UTF-8");
        yield return Refusal(ApiCode.UNKNOWN_FIELD, 400, "请求体含有未定义的字段", "The body has a field that is not defined", "删除 errors 中列出的字段，注意大小写", "Remove the fields listed in errors; names are case-sensitive");
        yield return Refusal(ApiCode.INVALID_FIELD, 400, "字段缺失或取值不合法", "A field is missing or its value is not valid", "按 errors 中的说明修改；金额为整数分", "Correct what errors lists; amounts are integers of fen");

        yield return Refusal(ApiCode.SIGNATURE_MISSING, 401, "请求没有签名", "The request is not signed", "按 RFC 9421 添加 Signature-Input 和 Signature", "Add Signature-Input and Signature by RFC 9421");
        yield return Refusal(ApiCode.SIGNATURE_INVALID, 401, "签名无效", "The signature is not valid", "核对密钥编号、算法、签名项及其顺序、Content-Digest", "Check key id, algorithm, components and their order, Content-Digest");
        yield return Refusal(ApiCode.SIGNATURE_EXPIRED, 401, "签名时间相差超过 5 分钟，或会话已到期", "The signature's time is off by more than 5 minutes, or the session is over", "校准时钟；必要时重新开启会话", "Set the clock; open a new session if needed");
        yield return Refusal(ApiCode.NONCE_REUSED, 401, "随机数已被使用", "The nonce was used before", "每次发送（包括重试）使用新的随机数重新签名", "Sign every sending, repetitions too, with a new nonce");
        yield return Refusal(ApiCode.NOT_PERMITTED, 403, "该机构无权调用此接口", "This institution may not make this call", "使用具有所需角色的机构密钥", "Use the key of an institution that has the role");
        yield return Refusal(ApiCode.INSTITUTION_SUSPENDED, 403, "该机构已被暂停", "The institution is suspended", "联系平台运营方", "Ask the operator of the platform");
        yield return Refusal(ApiCode.OWN_KEY_REQUIRED, 403, "此接口只接受机构自有密钥的签名", "This call takes only the institution's own key, not a session", "用机构自有密钥签名", "Sign with the institution's own key");

        yield return Refusal(ApiCode.NOT_FOUND, 404, "不存在，或属于其他机构", "Does not exist, or belongs to another institution", "核对路径和编号", "Check the path and the number");
        yield return Refusal(ApiCode.METHOD_NOT_ALLOWED, 405, "此路径不支持该方法", "The path does not take this method", "查看 /openapi/v1.json", "See /openapi/v1.json");
        yield return Refusal(ApiCode.REQUEST_TIMEOUT, 408, "请求发送过慢", "The request was sent too slowly", "检查网络后以相同编号重发", "Check the network and repeat with the same number");
        yield return Refusal(ApiCode.BODY_TOO_LARGE, 413, "请求体过大", "The body is too large", "不超过 64 KiB（文件 32 MiB）", "At most 64 KiB (files 32 MiB)");
        yield return Refusal(ApiCode.UNSUPPORTED_MEDIA_TYPE, 415, "不支持的内容类型", "The content type is not supported", "使用 application/json，不压缩", "Use application/json, not compressed");
        yield return Refusal(ApiCode.HEADERS_TOO_LARGE, 431, "请求头过大", "The headers are too large", "请求头合计不超过 16 KiB", "At most 16 KiB of headers");

        yield return Refusal(ApiCode.REQUEST_NO_REUSED, 409, "编号已用于其他内容的请求", "The number was used with other content", "新的请求使用新的编号", "Use a new number for a new request");
        yield return Refusal(ApiCode.ALREADY_EXISTS, 409, "已存在", "It exists already", "查询已有对象", "Read the one that exists");
        yield return Refusal(ApiCode.WALLET_EXISTS, 409, "钱包已存在", "The wallet exists already", "查询已有钱包", "Read the wallet that exists");
        yield return Refusal(ApiCode.STATE_CONFLICT, 409, "当前状态不允许此操作", "Its present state does not allow this", "先查询当前状态", "Read its state first");

        yield return Unknown(ApiCode.PAYER_UNKNOWN, "付款方", "payer");
        yield return Unknown(ApiCode.PAYEE_UNKNOWN, "收款方", "payee");
        yield return Unknown(ApiCode.PAYMENT_UNKNOWN, "支付", "payment");
        yield return Unknown(ApiCode.REFUND_UNKNOWN, "退款", "refund");
        yield return Unknown(ApiCode.MERCHANT_UNKNOWN, "商户", "merchant");
        yield return Unknown(ApiCode.STORE_UNKNOWN, "门店", "store");
        yield return Unknown(ApiCode.TERMINAL_UNKNOWN, "终端", "terminal");
        yield return Unknown(ApiCode.WALLET_UNKNOWN, "钱包", "wallet");
        yield return Unknown(ApiCode.ORDER_UNKNOWN, "订单", "order");
        yield return Unknown(ApiCode.CODE_UNKNOWN, "收款码", "collection code");
        yield return Unknown(ApiCode.PAY_CODE_UNKNOWN, "付款码", "pay code");
        yield return Unknown(ApiCode.TOKEN_UNKNOWN, "支付令牌", "token");
        yield return Unknown(ApiCode.HOLD_UNKNOWN, "预授权", "hold");
        yield return Unknown(ApiCode.CONTRACT_UNKNOWN, "智能合约", "contract");
        yield return Unknown(ApiCode.BANK_ACCOUNT_UNKNOWN, "银行账户", "bank account");
        yield return Unknown(ApiCode.INSTITUTION_UNKNOWN, "机构", "institution");
        yield return Unknown(ApiCode.SCENARIO_UNKNOWN, "场景代码", "scenario code");
        yield return Refusal(ApiCode.METHOD_NOT_OFFERED, 422, "尚未开通此支付方式", "This method of payment is known but not offered yet", "使用其他支付方式", "Use another method");
        yield return Refusal(ApiCode.MERCHANT_SUSPENDED, 422, "商户已停用", "The merchant is suspended", "联系收单机构", "Ask the merchant's acquirer");
        yield return Refusal(ApiCode.ORDER_AMOUNT_DIFFERS, 422, "金额与订单不一致", "The amount is not that of the order", "按订单金额支付", "Pay the order's amount");
        yield return Refusal(ApiCode.CODE_AMOUNT_DIFFERS, 422, "金额与收款码不一致", "The amount is not that of the code", "按收款码金额支付", "Pay the code's amount");
        yield return Refusal(ApiCode.NOT_ALLOWED, 422, "不允许对该对象执行此操作", "This may not be done with it", "核对对象及其归属", "Check the object and whose it is");

        yield return Refusal(ApiCode.OVERLOADED, 429, "系统繁忙，请求未处理", "Too busy; nothing was done with this request", "按 Retry-After 等待，重新签名后以相同编号重发", "Wait as Retry-After says, sign again and repeat the same number");
        yield return Refusal(ApiCode.INTERNAL, 500, "内部错误，结果未知", "Internal error; the outcome is unknown", "以相同编号重发或查询；报告 traceId", "Repeat or ask with the same number; quote traceId");
        yield return Refusal(ApiCode.UNAVAILABLE, 503, "服务暂不可用，结果未知", "Not available now; the outcome is unknown", "按 Retry-After 等待，重新签名后以相同编号重发", "Wait as Retry-After says, sign again and repeat the same number");
    }

    private static (ApiCode Code, ApiCodeEntry Entry) Unknown(ApiCode code, string zh, string en) =>
        Refusal(code, 422, $"{zh}不存在或不属于该机构", $"The {en} does not exist or is not this institution's", "核对 errors 中字段的值", "Check the value of the field in errors");
}
