-- What was ordered. Whether it is paid, closed or refunded is not here: the ledger knows (order_no is its once-key).
CREATE TABLE merchant_order (
    order_no          uuid PRIMARY KEY,
    acquirer          text NOT NULL,
    merchant_no       text NOT NULL REFERENCES merchant (merchant_no),
    merchant_order_no text NOT NULL,
    fingerprint       bigint NOT NULL,
    amount            bigint NOT NULL CHECK (amount > 0),
    subject           text NOT NULL,
    scenario          text,
    notify_url        text,
    attach            text,
    expires_at        timestamptz NOT NULL,
    created_at        timestamptz NOT NULL DEFAULT now()
);
