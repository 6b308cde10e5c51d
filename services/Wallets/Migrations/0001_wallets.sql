-- What Wallets knows beside the ledger. Balances, states and limits are not here: the ledger has them.

CREATE SCHEMA wallets;

-- 1 … 99 of each operator's serials are for system accounts; gaps do no harm.
CREATE SEQUENCE wallets.serial START 100;

-- Who a wallet belongs to, by tokens only (可控匿名). Written before the ledger opens the wallet; 'opening' is finished by a repetition or the sweeper.
CREATE TABLE wallets.profile (
  wallet              bigint PRIMARY KEY,
  institution         text NOT NULL,
  request_no          text NOT NULL,
  fingerprint         bigint NOT NULL,
  class               smallint NOT NULL,      -- 1 I, 2 II, 3 III, 4 IV, 5 corporate
  person_token        text,
  phone_token         text,
  organisation_token  text,
  name_token          text,
  district            text NOT NULL,          -- '': none
  stage               smallint NOT NULL,      -- 1 opening, 2 being verified, 3 done
  due_at              timestamptz NOT NULL,   -- when the sweeper looks at it, while stage < 3
  created_at          timestamptz NOT NULL DEFAULT now(),
  UNIQUE (institution, request_no)
);

CREATE INDEX profile_person ON wallets.profile (institution, person_token, wallet) WHERE person_token IS NOT NULL;
CREATE INDEX profile_phone ON wallets.profile (institution, phone_token, wallet) WHERE phone_token IS NOT NULL;
CREATE INDEX profile_organisation ON wallets.profile (institution, organisation_token, wallet) WHERE organisation_token IS NOT NULL;
CREATE INDEX profile_name ON wallets.profile (institution, name_token, wallet) WHERE name_token IS NOT NULL;
CREATE INDEX profile_due ON wallets.profile (due_at) WHERE stage < 3;

-- Exchanges (兑出, 兑回): the memory of what was begun, so that a crash between bank and ledger is finished. The ledger's answer is copied in at the end.
CREATE TABLE wallets.exchange (
  id                  uuid PRIMARY KEY,       -- exchangeNo = transferId
  institution         text NOT NULL,
  request_no          text NOT NULL,
  fingerprint         bigint NOT NULL,
  wallet              bigint NOT NULL,
  inward              boolean NOT NULL,
  amount              bigint NOT NULL CHECK (amount > 0),
  bank_account_token  text NOT NULL,
  begun_micros        bigint NOT NULL,        -- Unix microseconds
  due_at              timestamptz,            -- when the sweeper looks at it; NULL: finished
  outcome             smallint,               -- 1 settled, 2 declined; NULL: not decided
  code                smallint,               -- DeclineCode
  seq                 bigint
) WITH (fillfactor = 80);

CREATE INDEX exchange_due ON wallets.exchange (due_at) WHERE due_at IS NOT NULL;

-- Numbers of pay codes until they expire: three slices of one minute, by minute of issue modulo 3. A code lives at most one minute, so its number is in
-- this minute's slice or the one before; the third one is emptied in the meantime.
CREATE TABLE wallets.pay_code_0 (
  key             uuid PRIMARY KEY,           -- hash(institution, kind, requestNo)
  fingerprint     bigint NOT NULL,
  expires_micros  bigint NOT NULL,            -- Unix microseconds
  code            text NOT NULL
);
CREATE TABLE wallets.pay_code_1 (LIKE wallets.pay_code_0 INCLUDING ALL);
CREATE TABLE wallets.pay_code_2 (LIKE wallets.pay_code_0 INCLUDING ALL);
