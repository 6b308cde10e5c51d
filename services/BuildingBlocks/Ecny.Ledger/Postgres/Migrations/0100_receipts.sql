-- The receipt log: hashes over the journal in rows of 256, and the signed checkpoints over it (docs/receipts.md).
CREATE SCHEMA IF NOT EXISTS ledger;

-- How many entries of the journal are in the log. Its lock makes one builder the active one.
CREATE TABLE ledger.log_head (
  shard integer PRIMARY KEY,
  size  bigint  NOT NULL CHECK (size >= 0)
);

CREATE TABLE ledger.log_tile (
  shard      integer  NOT NULL,
  level      smallint NOT NULL,
  tile_index bigint   NOT NULL,
  hashes     bytea    NOT NULL CHECK (length(hashes) BETWEEN 32 AND 8192 AND length(hashes) % 32 = 0),
  PRIMARY KEY (shard, level, tile_index)
);

-- Hashes do not compress.
ALTER TABLE ledger.log_tile ALTER COLUMN hashes SET STORAGE EXTERNAL;

CREATE TABLE ledger.checkpoint (
  shard     integer NOT NULL,
  size      bigint  NOT NULL,
  root      bytea   NOT NULL CHECK (length(root) = 32),
  at_micros bigint  NOT NULL,
  key_id    text    NOT NULL,
  signature bytea   NOT NULL CHECK (length(signature) = 64),
  PRIMARY KEY (shard, size)
);
