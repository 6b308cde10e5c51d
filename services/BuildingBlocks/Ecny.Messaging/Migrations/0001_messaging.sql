-- What a service remembers of events: where each consumer stands, what it could not take, and what it has to tell.
CREATE SCHEMA IF NOT EXISTS messaging;

-- One row per consumer and shard, locked and moved in the transaction of the effect.
CREATE TABLE messaging.cursor (
    consumer    text NOT NULL,
    shard       int NOT NULL,
    seq         bigint NOT NULL CHECK (seq >= 0),   -- last entry whose effect is in this database
    entry_at    timestamptz,                        -- its time
    halted_seq  bigint,                             -- the entry it stands before; null while it moves
    halt_reason text,
    PRIMARY KEY (consumer, shard)
) WITH (fillfactor = 50);

-- Entries that a consumer passed without their effect; each can be run again.
CREATE TABLE messaging.parked (
    consumer  text NOT NULL,
    shard     int NOT NULL,
    seq       bigint NOT NULL,
    reason    text NOT NULL,
    parked_at timestamptz NOT NULL DEFAULT now(),
    attempts  int NOT NULL DEFAULT 1,
    rerun     boolean NOT NULL DEFAULT false,
    PRIMARY KEY (consumer, shard, seq)
);

-- The only way past an entry that halts a consumer: two persons, recorded for ever. Rows are never deleted: a rebuild passes the same entries.
CREATE TABLE messaging.quarantine (
    consumer    text NOT NULL,
    shard       int NOT NULL,
    seq         bigint NOT NULL,
    reason      text NOT NULL CHECK (length(reason) > 0),
    proposed_by text NOT NULL CHECK (length(proposed_by) > 0),
    proposed_at timestamptz NOT NULL DEFAULT now(),
    approved_by text CHECK (approved_by <> proposed_by),
    approved_at timestamptz,
    PRIMARY KEY (consumer, shard, seq),
    CHECK ((approved_by IS NULL) = (approved_at IS NULL))
);

-- Facts for topics that this service owns, written in the transaction of the fact.
CREATE TABLE messaging.outbox (
    topic    text NOT NULL,
    seq      bigint NOT NULL,
    key      text NOT NULL,
    envelope bytea NOT NULL,
    PRIMARY KEY (topic, seq)
);

-- The lock on a topic's row makes its sequence gap-free and its order that of the commits.
CREATE TABLE messaging.outbox_head (
    topic text PRIMARY KEY,
    seq   bigint NOT NULL
) WITH (fillfactor = 20);

-- How far a topic is published; a row of its own, so that publishing never waits for writers nor they for it.
CREATE TABLE messaging.outbox_published (
    topic text PRIMARY KEY,
    seq   bigint NOT NULL
) WITH (fillfactor = 20);
