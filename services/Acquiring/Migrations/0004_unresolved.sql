-- Attempts that were answered 202: written before that answer, deleted when the ledger has decided.
CREATE TABLE unresolved (
    id              uuid PRIMARY KEY,
    kind            smallint NOT NULL,
    institution     text NOT NULL,
    number          text NOT NULL,
    fingerprint     bigint NOT NULL,
    amount          bigint NOT NULL,
    not_after       bigint NOT NULL,
    context         text NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    next_attempt_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX unresolved_due ON unresolved (next_attempt_at);
