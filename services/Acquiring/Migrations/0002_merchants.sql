-- Merchants with their stores, terminals and static codes. A number (request_no) is its acquirer's, remembered for ever.
CREATE TABLE merchant (
    merchant_no text PRIMARY KEY,
    acquirer    text NOT NULL,
    request_no  text NOT NULL,
    fingerprint bigint NOT NULL,
    name        text NOT NULL,
    wallet      bigint NOT NULL,
    scenario    text NOT NULL,
    district    text NOT NULL,
    mcc         text,
    status      text NOT NULL DEFAULT 'ACTIVE',
    created_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (acquirer, request_no)
);
CREATE INDEX merchant_by_acquirer ON merchant (acquirer, merchant_no);

CREATE TABLE store (
    merchant_no text NOT NULL REFERENCES merchant (merchant_no),
    store_no    text NOT NULL,
    acquirer    text NOT NULL,
    request_no  text NOT NULL,
    fingerprint bigint NOT NULL,
    name        text NOT NULL,
    district    text,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (merchant_no, store_no),
    UNIQUE (acquirer, request_no)
);

CREATE TABLE terminal (
    merchant_no text NOT NULL,
    terminal_no text NOT NULL,
    store_no    text NOT NULL,
    acquirer    text NOT NULL,
    request_no  text NOT NULL,
    fingerprint bigint NOT NULL,
    type        text,
    serial_no   text,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (merchant_no, terminal_no),
    UNIQUE (acquirer, request_no),
    FOREIGN KEY (merchant_no, store_no) REFERENCES store (merchant_no, store_no)
);

CREATE TABLE static_code (
    code_no     text PRIMARY KEY,
    merchant_no text NOT NULL REFERENCES merchant (merchant_no),
    store_no    text,
    amount      bigint CHECK (amount > 0),
    acquirer    text NOT NULL,
    request_no  text NOT NULL,
    fingerprint bigint NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (acquirer, request_no)
);

-- Replicas keep merchants in memory: whoever changes one tells them, in the transaction of the change.
CREATE FUNCTION tell_merchant_changed() RETURNS trigger LANGUAGE plpgsql AS '
BEGIN
    PERFORM pg_notify(''ecny_merchant'', NEW.merchant_no);
    RETURN NULL;
END';
CREATE TRIGGER merchant_changed AFTER UPDATE ON merchant FOR EACH ROW EXECUTE FUNCTION tell_merchant_changed();
CREATE TRIGGER store_added AFTER INSERT ON store FOR EACH ROW EXECUTE FUNCTION tell_merchant_changed();
CREATE TRIGGER terminal_added AFTER INSERT ON terminal FOR EACH ROW EXECUTE FUNCTION tell_merchant_changed();
