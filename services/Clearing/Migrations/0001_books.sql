-- The books: what the journal says, by business day. Written by the consumer clearing.books in the transaction of its cursor and by nothing else,
-- so that emptying them (clearing.forget) and reading the journal again gives the same rows.
-- Amounts are fen. Business dates are UTC+8.
CREATE SCHEMA clearing;

-- What the next entries of a shard need from those before.
CREATE TABLE clearing.shard (
  shard          int PRIMARY KEY,
  seq            bigint NOT NULL,            -- the last entry in the books
  business_date  date NOT NULL,              -- its date
  ended          boolean NOT NULL,           -- that date has its DAY_END
  day_count      bigint NOT NULL,            -- of that date
  day_moved      bigint NOT NULL,
  last_kind      smallint NOT NULL,          -- EntryKind
  chain          bytea                       -- the journal's chain of hashes; null: not known since an entry was passed by quarantine
) WITH (fillfactor = 10);

-- A business day of a shard: every entry of the journal but DAY_END, which seals it.
CREATE TABLE clearing.day (
  business_date  date NOT NULL,
  shard          int NOT NULL,
  first_seq      bigint NOT NULL,
  last_seq       bigint NOT NULL,
  count          bigint NOT NULL,
  amount         numeric NOT NULL,           -- of every entry, declines (what was asked for) too: no bigint, callers may ask for any sum
  moved          bigint NOT NULL,            -- of the settled ones: what DAY_END calls its sum
  end_seq        bigint,                     -- DAY_END
  fault          text,                       -- what differs from DAY_END or was not taken
  PRIMARY KEY (business_date, shard)
) WITH (fillfactor = 20);

-- Settled transfers by institution and kind; a transfer of several legs counts once for each kind among them.
CREATE TABLE clearing.total (
  business_date  date NOT NULL,
  institution    text NOT NULL,
  kind           smallint NOT NULL,          -- EntryKind
  count          bigint NOT NULL,
  amount         bigint NOT NULL,
  PRIMARY KEY (business_date, institution, kind)
) WITH (fillfactor = 20);

-- What acquirers' files are held against: one row a leg, appended, no index. A reconciliation reads one partition from end to end, which costs less
-- than an index would at every payment.
CREATE TABLE clearing.attempt (
  seq            bigint NOT NULL,
  at             timestamptz NOT NULL,
  amount         bigint NOT NULL,            -- of the leg; for a decline what was asked for
  business_date  date NOT NULL,
  shard          int NOT NULL,
  type           smallint NOT NULL,          -- 1 payment, 2 refund, 3 cancel
  code           smallint NOT NULL,          -- 0 settled, else DeclineCode
  institution    text NOT NULL,
  number         text NOT NULL
) PARTITION BY RANGE (business_date);

-- The partition of a business day. Attached, not created as a part: readers of other days are not waited for.
CREATE FUNCTION clearing.open_day(day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  name text := 'attempt_' || to_char(day, 'YYYYMMDD');
BEGIN
  IF to_regclass('clearing.' || name) IS NOT NULL THEN
    RETURN;
  END IF;
  EXECUTE format('CREATE TABLE clearing.%I (LIKE clearing.attempt INCLUDING ALL) WITH (autovacuum_enabled = false)', name);
  EXECUTE format('ALTER TABLE clearing.attempt ATTACH PARTITION clearing.%I FOR VALUES FROM (%L) TO (%L)', name, day, day + 1);
END
$$;
