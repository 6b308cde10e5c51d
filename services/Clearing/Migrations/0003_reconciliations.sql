-- Acquirers' files held against the books. Amounts are fen.
CREATE TABLE clearing.reconciliation (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  no             text NOT NULL UNIQUE,
  institution    text NOT NULL,
  request_no     text NOT NULL,
  digest         bytea NOT NULL,             -- SHA-256 of the file as it was sent
  business_date  date NOT NULL,
  status         smallint NOT NULL,          -- 1 received, 2 matching, 3 done, 4 failed
  until_shards   int[] NOT NULL,             -- where the journal stood when the file came: the books are waited for
  until_seqs     bigint[] NOT NULL,
  shards         int[] NOT NULL,             -- where the books stood when it was matched
  seqs           bigint[] NOT NULL,
  lines          bigint NOT NULL,
  bad_lines      bigint NOT NULL,
  verdicts       bigint[] NOT NULL,          -- counts: same, more, less, amount differs, state differs
  created_at     timestamptz NOT NULL DEFAULT now(),
  finished_at    timestamptz,
  UNIQUE (institution, request_no)
) WITH (fillfactor = 70);

CREATE INDEX reconciliation_waiting ON clearing.reconciliation (id) WHERE status IN (1, 2);

-- The good lines of a file lie in clearing.lines_<id> until they are matched, then the table is dropped: a million rows leave no trace.

CREATE TABLE clearing.bad_line (
  reconciliation  bigint NOT NULL REFERENCES clearing.reconciliation,
  line            int NOT NULL,
  reason          smallint NOT NULL,         -- BadLineReason
  PRIMARY KEY (reconciliation, line)
);

CREATE TABLE clearing.discrepancy (
  reconciliation  bigint NOT NULL REFERENCES clearing.reconciliation,
  nth             bigint NOT NULL,           -- by verdict, type and number
  verdict         smallint NOT NULL,         -- 2 more, 3 less, 4 amount differs, 5 state differs
  type            smallint NOT NULL,         -- 1 payment, 2 refund, 3 cancel
  number          text NOT NULL,
  line            int,                       -- of their file
  their_settled   boolean,
  their_amount    bigint,
  our_code        smallint,                  -- 0 settled, else DeclineCode
  our_amount      bigint,
  shard           int,
  seq             bigint,
  at              timestamptz,
  found_on        date,                      -- only they have it on this day; the books have it on that one
  PRIMARY KEY (reconciliation, nth)
);
