-- How orders stand, from the journal: written by the consumer acquiring.orders in the transaction of its cursor and by nothing else. For lists and
-- comparisons; between a payment, a close and an expiry that happen now only the ledger decides. Amounts are fen.
CREATE TABLE order_state (
    order_no          uuid PRIMARY KEY,
    acquirer          text NOT NULL,
    merchant_no       text,                        -- null while nothing but a close is known
    merchant_order_no text,
    payment           uuid,                        -- null: not paid
    paid_amount       bigint NOT NULL DEFAULT 0 CHECK (paid_amount >= 0),
    refunded_amount   bigint NOT NULL DEFAULT 0 CHECK (refunded_amount >= 0),
    paid_at           timestamptz,
    closed_at         timestamptz,                 -- of the first close; says something only where there is no payment
    shard             integer NOT NULL,
    seq               bigint NOT NULL              -- of the last entry that concerns it
) WITH (fillfactor = 80);
CREATE INDEX order_state_by_payment ON order_state (payment) WHERE payment IS NOT NULL;
CREATE INDEX order_state_by_merchant ON order_state (merchant_no, paid_at, order_no) WHERE payment IS NOT NULL;

CREATE INDEX merchant_order_by_merchant ON merchant_order (merchant_no, created_at, order_no);

-- Settled payments and refunds as this service understood them: what clearing holds its own books against.
CREATE TABLE acquiring_total (
    business_date date NOT NULL,
    institution   text NOT NULL,
    kind          smallint NOT NULL,               -- EntryKind
    count         bigint NOT NULL,
    amount        bigint NOT NULL,
    PRIMARY KEY (business_date, institution, kind)
) WITH (fillfactor = 20);
