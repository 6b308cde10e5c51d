-- The baseline's tables: the same number of wallets and remembered numbers as the ledger's, narrower rows, room for in-place updates.
CREATE SCHEMA baseline;

CREATE TABLE baseline.wallet (
  id       bigint NOT NULL,
  balance  bigint NOT NULL CHECK (balance >= 0),
  version  bigint NOT NULL
) WITH (fillfactor = 75);

CREATE TABLE baseline.number (
  id  uuid NOT NULL,
  at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE baseline.journal (
  seq            bigserial PRIMARY KEY,
  transfer       uuid NOT NULL,
  debit_wallet   bigint NOT NULL,
  credit_wallet  bigint NOT NULL,
  amount         bigint NOT NULL,
  at             timestamptz NOT NULL DEFAULT now()
);
