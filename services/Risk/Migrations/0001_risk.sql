CREATE SCHEMA risk;

CREATE FUNCTION risk.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;

-- What the engine is fed beside the journal. Each of these has the place in the journal at which it took effect (after that entry, before the next one), so
-- that a rebuild sees it at the same place. They are inputs: a rebuild keeps them.

-- Catalogues of rules in force, one after the other.
CREATE TABLE risk.catalogue (
  shard         int NOT NULL,
  number        int NOT NULL,              -- from 1
  after_seq     bigint NOT NULL,
  hash          text NOT NULL,             -- SHA-256 of the body
  body          text NOT NULL,
  activated_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (shard, number)
);

-- Versions of rules and typologies: (id, version) names one for ever, and its content never changes.
CREATE TABLE risk.rule_version (
  id              text NOT NULL,
  version         int NOT NULL,
  track           smallint NOT NULL,       -- 1 fraud, 2 AML
  effective_from  timestamptz NOT NULL DEFAULT now(),
  body            text NOT NULL,           -- JSON
  PRIMARY KEY (id, version)
);

CREATE TABLE risk.typology_version (LIKE risk.rule_version INCLUDING ALL);

CREATE TABLE risk.list_entry (
  id           uuid PRIMARY KEY,
  number       bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  institution  text NOT NULL,
  request_no   text NOT NULL,
  fingerprint  bigint NOT NULL,
  list         text NOT NULL,
  wallet       bigint NOT NULL,
  reason       text NOT NULL,
  expires_at   timestamptz,
  created_at   timestamptz NOT NULL,
  ended_at     timestamptz,                -- taken off before its expiry
  end_reason   text,
  UNIQUE (institution, request_no)
);
CREATE INDEX list_entry_wallet ON risk.list_entry (institution, list, wallet);

-- Listings as the engine is fed them. after_seq is NULL until the consumer has taken it.
CREATE TABLE risk.list_change (
  number        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  list          text NOT NULL,
  wallet        bigint NOT NULL,
  listed        boolean NOT NULL,
  until_micros  bigint NOT NULL,           -- Unix microseconds of event time
  shard         int,
  after_seq     bigint
);
CREATE INDEX list_change_waiting ON risk.list_change (number) WHERE after_seq IS NULL;
CREATE INDEX list_change_taken ON risk.list_change (shard, after_seq);

-- Entries that were parked, and taken later than their neighbours.
CREATE TABLE risk.rerun (
  shard      int NOT NULL,
  seq        bigint NOT NULL,
  after_seq  bigint NOT NULL,
  PRIMARY KEY (shard, seq)
);

-- The engine's state at a place in the journal; only a short cut for a restart.
CREATE TABLE risk.snapshot (
  shard      int NOT NULL,
  seq        bigint NOT NULL,
  catalogue  int NOT NULL,                 -- in force at that place
  taken_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (shard, seq)
);
CREATE TABLE risk.snapshot_part (
  shard    int NOT NULL,
  seq      bigint NOT NULL,
  part     int NOT NULL,
  section  text NOT NULL,
  body     bytea NOT NULL,
  PRIMARY KEY (shard, seq, part),
  FOREIGN KEY (shard, seq) REFERENCES risk.snapshot ON DELETE CASCADE
);
ALTER TABLE risk.snapshot_part ALTER COLUMN body SET STORAGE EXTERNAL;

-- What the engine said. A rebuild empties it and gets the same rows again.
CREATE TABLE risk.alert (
  id              text PRIMARY KEY,
  number          bigint NOT NULL UNIQUE,  -- from 1, in the order raised
  revision        int NOT NULL,
  typology        text NOT NULL,
  track           smallint NOT NULL,       -- 1 fraud, 2 AML: whoever reads one never sees the other
  severity        smallint NOT NULL,       -- 1 low … 4 critical
  raised_at       timestamptz NOT NULL,
  updated_at      timestamptz NOT NULL,
  amount_at_risk  bigint NOT NULL,
  rules           text[] NOT NULL,
  subjects        bigint[] NOT NULL,
  body            bytea NOT NULL           -- the alert as it is served, JSON
);
CREATE INDEX alert_track ON risk.alert (track, number);
CREATE INDEX alert_subjects ON risk.alert USING gin (subjects);

-- Which revisions the feeds were told. Not emptied by a rebuild: nobody is told twice.
CREATE TABLE risk.signal (
  alert     text NOT NULL,
  revision  int NOT NULL,
  PRIMARY KEY (alert, revision)
);

-- Orders of law and what became of them. An order without an outcome is being carried out.
CREATE TABLE risk.law_order (
  id           uuid PRIMARY KEY,
  number       bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  institution  text NOT NULL,
  request_no   text NOT NULL,
  fingerprint  bigint NOT NULL,
  kind         text NOT NULL,
  wallet_id    text NOT NULL,              -- as it was written
  name_token   text NOT NULL,
  amount       bigint,
  occurred_at  timestamptz,
  authority    text NOT NULL,
  document_no  text NOT NULL,
  received_at  timestamptz NOT NULL,
  UNIQUE (institution, request_no)
);
CREATE INDEX law_order_case ON risk.law_order (wallet_id, authority, document_no);

CREATE TABLE risk.law_order_outcome (
  id              uuid PRIMARY KEY REFERENCES risk.law_order,
  executed        boolean NOT NULL,
  reason          text CHECK ((reason IS NULL) = executed),
  stopped_at      timestamptz,
  expires_at      timestamptz,
  balance_before  bigint,
  balance_after   bigint,
  decided_at      timestamptz NOT NULL DEFAULT now()
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON risk.catalogue EXECUTE FUNCTION risk.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON risk.rule_version EXECUTE FUNCTION risk.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON risk.typology_version EXECUTE FUNCTION risk.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON risk.rerun EXECUTE FUNCTION risk.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON risk.law_order EXECUTE FUNCTION risk.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON risk.law_order_outcome EXECUTE FUNCTION risk.refuse_change();
