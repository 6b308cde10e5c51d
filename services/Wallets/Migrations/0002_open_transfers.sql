-- Transfers that were answered 202 and are not decided yet. A row is committed before that answer leaves: whoever got a 202 is never told later that
-- nothing is known, and whatever dies, some instance asks the ledger until the transfer is decided.
CREATE TABLE wallets.open_transfer (
  id                uuid PRIMARY KEY,         -- transferNo = transferId
  institution       text NOT NULL,
  request_no        text NOT NULL,
  fingerprint       bigint NOT NULL,
  from_wallet       bigint NOT NULL,
  to_wallet         bigint NOT NULL,
  amount            bigint NOT NULL CHECK (amount > 0),
  context           text NOT NULL,
  not_after_micros  bigint NOT NULL,          -- Unix microseconds; after it the transfer can only be declined
  due_at            timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX open_transfer_due ON wallets.open_transfer (due_at);
