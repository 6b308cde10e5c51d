-- Stops by order of law (止付): who ordered which, and until when the operator may not lift it. Written before the ledger is asked, so that a repetition asks it for
-- the very same thing. The result is filled in once.
CREATE TABLE wallets.lawful_stop (
  institution     text NOT NULL,
  request_no      text NOT NULL,
  fingerprint     bigint NOT NULL,
  wallet          bigint NOT NULL,
  expires_micros  bigint NOT NULL,            -- Unix microseconds
  balance_before  bigint NOT NULL,
  stopped_micros  bigint,                     -- NULL: not known to be in force yet
  balance_after   bigint,
  PRIMARY KEY (institution, request_no)
);

CREATE INDEX lawful_stop_wallet ON wallets.lawful_stop (wallet, expires_micros);
