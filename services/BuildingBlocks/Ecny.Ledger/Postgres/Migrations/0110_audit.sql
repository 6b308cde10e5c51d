-- How far the continuous audit came, what it holds the next entry against, and what it found.
CREATE TABLE ledger.audit_cursor (
  shard           integer  PRIMARY KEY,
  seq             bigint   NOT NULL,
  epoch           bigint   NOT NULL,
  at_micros       bigint   NOT NULL,
  business_date   date,
  day_count       bigint   NOT NULL,
  day_sum         bigint   NOT NULL,
  chain           bytea    NOT NULL,
  -- The turn through the rows: what was looked at last.
  wallet_after    bigint   NOT NULL DEFAULT 0,
  bucket_wallet   bigint   NOT NULL DEFAULT 0,
  bucket_number   integer  NOT NULL DEFAULT 0,
  checkpoint_size bigint   NOT NULL DEFAULT 0,
  -- The audit stands still until somebody has looked at a finding and cleared it.
  finding_seq     bigint,
  finding_subject text,
  finding         text
);
