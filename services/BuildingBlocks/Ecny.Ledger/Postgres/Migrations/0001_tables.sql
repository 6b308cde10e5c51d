-- The ledger of one shard: one database, one writer. Everything here is written by ledger.commit and nothing else.
-- Amounts are fen. *_micros are Unix microseconds (bigint: exact, and cheap on the hot path); see the views for people.

CREATE SCHEMA IF NOT EXISTS ledger;

-- Where the shard stands. Its row lock is the fence between writers.
CREATE TABLE ledger.shard (
  shard          int PRIMARY KEY,
  epoch          bigint NOT NULL,
  owner          text NOT NULL,
  activated_at   timestamptz NOT NULL,
  seq            bigint NOT NULL,
  at_micros      bigint NOT NULL,
  business_date  date NOT NULL,
  day_count      bigint NOT NULL,
  day_sum        bigint NOT NULL,
  chain          bytea NOT NULL CHECK (length(chain) = 32)
) WITH (fillfactor = 10);

-- The truth: appended in the order of seq, never updated, no other index than its key.
CREATE TABLE ledger.journal (
  seq              bigint NOT NULL,
  epoch            bigint NOT NULL,
  transfer         uuid NOT NULL,
  debit_wallet     bigint NOT NULL,           -- 0: none
  credit_wallet    bigint NOT NULL,           -- 0: none
  amount           bigint NOT NULL CHECK (amount >= 0),
  debit_version    bigint NOT NULL,
  debit_balance    bigint NOT NULL,
  debit_prev_seq   bigint NOT NULL,           -- 0: none
  credit_version   bigint NOT NULL,
  credit_balance   bigint NOT NULL,
  credit_prev_seq  bigint NOT NULL,           -- 0: none
  at_micros        bigint NOT NULL,
  shard            int NOT NULL,
  debit_bucket     int NOT NULL,              -- 0 available, 1 held, from 2 on purpose-bound
  credit_bucket    int NOT NULL,
  business_date    date NOT NULL,             -- UTC+8
  leg              smallint NOT NULL,
  kind             smallint NOT NULL,         -- ledger.kind_name
  code             smallint NOT NULL,         -- 0 success, else DeclineCode
  transfer_group   uuid,
  original         uuid,
  institution      text NOT NULL,
  number           text NOT NULL,
  trace_parent     text,
  context          text NOT NULL,             -- compact JSON
  PRIMARY KEY (shard, seq)
) WITH (fillfactor = 100);

-- A wallet with its available bucket inline: a payment changes two of these rows, in place (HOT), so no second index.
CREATE TABLE ledger.wallet (
  id          bigint PRIMARY KEY,
  version     bigint NOT NULL,
  balance     bigint NOT NULL,
  last_seq    bigint NOT NULL,
  day_used    bigint NOT NULL,                -- of limit_day
  year_used   bigint NOT NULL,                -- of limit_year
  limit_day   int NOT NULL,                   -- days since 1970-01-01, UTC+8
  limit_year  smallint NOT NULL,
  class       smallint NOT NULL,              -- 1 I, 2 II, 3 III, 4 IV, 5 corporate, 10 operator, 11 issuance, 12 suspense
  state       smallint NOT NULL,              -- 1 normal, 2 receive only, 3 frozen, 4 lost, 5 deep frozen, 6 closed, 7 processing, 8 rejected
  operator    text NOT NULL,                  -- fixed at opening
  district    text NOT NULL,                  -- fixed at opening
  CONSTRAINT wallet_balance CHECK (balance >= 0 OR class = 11)
) WITH (fillfactor = 75, autovacuum_vacuum_scale_factor = 0.05);

CREATE TABLE ledger.bucket (
  wallet             bigint NOT NULL,
  number             int NOT NULL,            -- 1 held, from 2 on purpose-bound
  version            bigint NOT NULL,
  balance            bigint NOT NULL CONSTRAINT bucket_balance CHECK (balance >= 0),
  last_seq           bigint NOT NULL,
  expires_at_micros  bigint NOT NULL,         -- 0: never
  return_to          bigint NOT NULL,         -- wallet; 0: none
  PRIMARY KEY (wallet, number)
) WITH (fillfactor = 75);

-- Every attempt for ever: narrow, random keys, 16 partitions so that an index stays small enough to maintain.
CREATE TABLE ledger.number (
  id           uuid PRIMARY KEY,
  fingerprint  bigint NOT NULL,
  seq          bigint NOT NULL,
  legs         smallint NOT NULL,
  kind         smallint NOT NULL,             -- ledger.kind_name
  code         smallint NOT NULL              -- 0 success, else DeclineCode
) PARTITION BY HASH (id);

-- Things that happen once: claimed by a success, or closed.
CREATE TABLE ledger.once (
  id          uuid PRIMARY KEY,
  claimed_by  uuid NOT NULL,
  kind        smallint NOT NULL,              -- 1 order, 2 pay code, 3 claim
  closed      boolean NOT NULL
) PARTITION BY HASH (id);

DO $$
BEGIN
  FOR i IN 0..15 LOOP
    EXECUTE format('CREATE TABLE ledger.number_%s PARTITION OF ledger.number FOR VALUES WITH (MODULUS 16, REMAINDER %s)', to_char(i, 'FM00'), i);
    EXECUTE format('CREATE TABLE ledger.once_%s PARTITION OF ledger.once FOR VALUES WITH (MODULUS 16, REMAINDER %s)', to_char(i, 'FM00'), i);
  END LOOP;
END
$$;

CREATE TABLE ledger.hold (
  id                 uuid PRIMARY KEY,
  wallet             bigint NOT NULL,
  amount             bigint NOT NULL,
  posted             bigint NOT NULL,
  expires_at_micros  bigint NOT NULL,         -- 0: never
  limit_day          int NOT NULL,
  limit_year         smallint NOT NULL,
  state              smallint NOT NULL,       -- 1 open, 2 posted, 3 voided, 4 expired
  CONSTRAINT hold_posted CHECK (posted BETWEEN 0 AND amount)
);

CREATE INDEX hold_due ON ledger.hold (expires_at_micros) WHERE state = 1 AND expires_at_micros > 0;

CREATE TABLE ledger.refund (
  payment   uuid PRIMARY KEY,
  refunded  bigint NOT NULL CONSTRAINT refund_positive CHECK (refunded > 0)
) WITH (fillfactor = 90);

CREATE TABLE ledger.token (
  id           uuid PRIMARY KEY,
  wallet       bigint NOT NULL,
  per_payment  bigint NOT NULL,               -- 0: no cap
  per_day      bigint NOT NULL,               -- 0: no cap
  day_used     bigint NOT NULL,
  version      bigint NOT NULL,
  used_day     int NOT NULL,
  revoked      boolean NOT NULL,
  merchant_no  text NOT NULL
) WITH (fillfactor = 75);

-- For people.
CREATE FUNCTION ledger.kind_name(kind smallint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT (ARRAY['PAYMENT', 'REFUND', 'CANCEL', 'TRANSFER', 'EXCHANGE_IN', 'EXCHANGE_OUT', 'HOLD', 'HOLD_POST', 'HOLD_VOID', 'HOLD_EXPIRE', 'WALLET_OPEN',
    'WALLET_STATE', 'FUND', 'FUND_RETURN', 'ISSUE', 'ONCE_CLOSE', 'TOKEN', 'TOKEN_REVOKE', 'DAY_END', 'EXPIRE', 'GENESIS'])[kind]
$$;

CREATE VIEW ledger.journal_readable AS
SELECT shard, seq, to_timestamp(at_micros / 1e6) AS at, business_date, ledger.kind_name(kind) AS kind, code, amount,
  debit_wallet, debit_bucket, debit_balance, credit_wallet, credit_bucket, credit_balance, replace(transfer::text, '-', '') AS transfer, institution, number, context
FROM ledger.journal;
