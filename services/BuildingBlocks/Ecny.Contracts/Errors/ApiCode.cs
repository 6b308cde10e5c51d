namespace Ecny.Contracts.Errors;

/// <summary>
/// Refusals: what the platform says before the ledger. The name is the public code; status, meaning and advice are in <see cref="ApiCodes"/>.
/// (What the ledger declines is <see cref="Ledger.DeclineCode"/>.)
/// </summary>
public enum ApiCode
{
    // 400: the request cannot be read
    BAD_REQUEST = 1, MALFORMED_JSON, UNKNOWN_FIELD, INVALID_FIELD,
    // 401, 403: who calls
    SIGNATURE_MISSING, SIGNATURE_INVALID, SIGNATURE_EXPIRED, NONCE_REUSED, NOT_PERMITTED, INSTITUTION_SUSPENDED, OWN_KEY_REQUIRED,
    // 404 … 431: HTTP itself
    NOT_FOUND, METHOD_NOT_ALLOWED, REQUEST_TIMEOUT, BODY_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, HEADERS_TOO_LARGE,
    // 409: against what is there
    REQUEST_NO_REUSED, ALREADY_EXISTS, WALLET_EXISTS, STATE_CONFLICT,
    // 422: the body names a thing that does not exist, or one that is not for the caller
    PAYER_UNKNOWN, PAYEE_UNKNOWN, PAYMENT_UNKNOWN, REFUND_UNKNOWN, MERCHANT_UNKNOWN, STORE_UNKNOWN, TERMINAL_UNKNOWN, WALLET_UNKNOWN, ORDER_UNKNOWN,
    CODE_UNKNOWN, PAY_CODE_UNKNOWN, TOKEN_UNKNOWN, HOLD_UNKNOWN, CONTRACT_UNKNOWN, BANK_ACCOUNT_UNKNOWN, INSTITUTION_UNKNOWN, SCENARIO_UNKNOWN,
    METHOD_NOT_OFFERED, MERCHANT_SUSPENDED, ORDER_AMOUNT_DIFFERS, CODE_AMOUNT_DIFFERS, NOT_ALLOWED,
    // 429, 5xx: the outcome is unknown, never failed
    OVERLOADED, INTERNAL, UNAVAILABLE,
}
