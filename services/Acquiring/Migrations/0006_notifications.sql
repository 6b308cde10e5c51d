-- What acquirers are told (通知). Written by the consumer acquiring.notifications in the transaction of its cursor, worked off by senders.

-- One row per address and owner: its queue's place in the senders' plan. Whoever adds to or settles a queue locks this row first.
CREATE TABLE notification_endpoint (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner     text NOT NULL,                       -- institution whose notifications these are
    url       text NOT NULL,                       -- without query
    next_at   timestamptz,                         -- when its queue is to be worked on; while a sender has it: when that one's lease ends; null: nothing is open
    lease     uuid,                                -- of the sender that has it
    failures  integer NOT NULL DEFAULT 0,          -- in a row
    troubled  boolean NOT NULL DEFAULT false,      -- failing or slow: kept apart from the others
    used_at   timestamptz NOT NULL,
    UNIQUE (owner, url)
) WITH (fillfactor = 50);
CREATE INDEX notification_endpoint_due ON notification_endpoint (troubled, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX notification_endpoint_idle ON notification_endpoint (used_at) WHERE next_at IS NULL;

-- Not delivered yet, in order per endpoint. Only what is open is here: it stays small however many were delivered.
CREATE TABLE notification_open (
    endpoint          bigint NOT NULL,
    n                 bigint GENERATED ALWAYS AS IDENTITY,
    id                uuid NOT NULL UNIQUE,        -- the transfer: the same at every attempt
    owner             text NOT NULL,
    url               text NOT NULL,
    type              smallint NOT NULL,
    merchant_no       text,
    merchant_order_no text,
    shard             integer NOT NULL,
    seq               bigint NOT NULL,
    business_date     date NOT NULL,
    amount            bigint NOT NULL,             -- fen
    at                timestamptz NOT NULL,
    body              bytea NOT NULL,
    queued_at         timestamptz NOT NULL,        -- again at a replay
    attempts          integer NOT NULL DEFAULT 0,
    last_at           timestamptz,
    last_status       integer,                     -- HTTP; null: no answer
    last_error        text,
    last_ms           integer,
    PRIMARY KEY (endpoint, n)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
CREATE INDEX notification_open_list ON notification_open (owner, business_date, shard, seq);

-- Delivered or given up: the log. One partition per day on which they ended, dropped when it is old enough.
CREATE TABLE notification_done (
    ended_on          date NOT NULL,               -- UTC+8
    ended_at          timestamptz NOT NULL,
    state             smallint NOT NULL,           -- 2 delivered, 3 given up
    id                uuid NOT NULL,
    owner             text NOT NULL,
    url               text NOT NULL,
    type              smallint NOT NULL,
    merchant_no       text,
    merchant_order_no text,
    shard             integer NOT NULL,
    seq               bigint NOT NULL,
    business_date     date NOT NULL,
    amount            bigint NOT NULL,
    at                timestamptz NOT NULL,
    body              bytea NOT NULL,
    queued_at         timestamptz NOT NULL,
    attempts          integer NOT NULL,
    last_at           timestamptz,
    last_status       integer,
    last_error        text,
    last_ms           integer
) PARTITION BY RANGE (ended_on);
CREATE INDEX notification_done_id ON notification_done (id);
CREATE INDEX notification_done_list ON notification_done (owner, business_date, shard, seq);
CREATE INDEX notification_done_failed ON notification_done (owner, business_date, shard, seq) WHERE state = 3;

-- Makes the partition of a day. Attached, not created as a part: nobody waits who writes to another.
CREATE FUNCTION notification_open_day(day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text := 'notification_done_' || to_char(day, 'YYYYMMDD');
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('notification_open_day'));
    IF to_regclass(name) IS NOT NULL THEN
        RETURN;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE notification_done INCLUDING DEFAULTS)', name);
    EXECUTE format('ALTER TABLE notification_done ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, day, day + 1);
END
$$;

-- Drops the partitions of days before the given one; how many that were.
CREATE FUNCTION notification_drop_before(day date) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    part regclass;
    dropped integer := 0;
BEGIN
    FOR part IN
        SELECT inhrelid::regclass
        FROM pg_inherits
        WHERE inhparent = 'notification_done'::regclass AND right(inhrelid::regclass::text, 8) < to_char(day, 'YYYYMMDD')
    LOOP
        EXECUTE format('DROP TABLE %s', part);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END
$$;
