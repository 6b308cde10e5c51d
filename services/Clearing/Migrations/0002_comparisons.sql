-- The second way to the same figures: what Wallets' database itself counts, added up stretch by stretch, and what came of each comparison.

-- How far the journal's own sums are added up here.
CREATE TABLE clearing.witness (
  shard          int PRIMARY KEY,
  seq            bigint NOT NULL,
  business_date  date NOT NULL               -- of the last entry
) WITH (fillfactor = 10);

CREATE TABLE clearing.witness_day (
  business_date  date NOT NULL,
  shard          int NOT NULL,
  count          bigint NOT NULL,
  amount         numeric NOT NULL,
  moved          bigint NOT NULL,
  PRIMARY KEY (business_date, shard)
) WITH (fillfactor = 20);

CREATE TABLE clearing.witness_total (
  business_date  date NOT NULL,
  institution    text NOT NULL,
  kind           smallint NOT NULL,          -- EntryKind
  count          bigint NOT NULL,
  amount         bigint NOT NULL,
  PRIMARY KEY (business_date, institution, kind)
) WITH (fillfactor = 20);

-- The last comparison of a day with each of the others.
CREATE TABLE clearing.comparison (
  business_date  date NOT NULL,
  other          smallint NOT NULL,          -- 1 journal, 2 acquiring
  shards         int[] NOT NULL,             -- it holds up to (shard, seq)
  seqs           bigint[] NOT NULL,
  institutions   text[] NOT NULL,            -- of each difference: whom it is about ('': nobody in particular)
  differences    text[] NOT NULL,
  since          timestamptz NOT NULL DEFAULT now(),  -- it holds that far
  PRIMARY KEY (business_date, other)
) WITH (fillfactor = 20);

-- Empties the books, for a rebuild. The consumer must not run; its cursor row is the caller's to delete.
CREATE FUNCTION clearing.forget() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  part regclass;
BEGIN
  FOR part IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'clearing.attempt'::regclass LOOP
    EXECUTE format('DROP TABLE %s', part);
  END LOOP;
  TRUNCATE clearing.shard, clearing.day, clearing.total, clearing.witness, clearing.witness_day, clearing.witness_total, clearing.comparison;
END
$$;
