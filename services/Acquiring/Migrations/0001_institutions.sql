-- Who may call, with which keys. Every change is one row of institution_change; the numbers have no gaps, because the
-- counter is a row that a change locks until it commits.
CREATE TABLE institution (
    id            text PRIMARY KEY,
    fingerprint   bigint NOT NULL,
    wallet_prefix integer UNIQUE CHECK (wallet_prefix BETWEEN 101 AND 999),
    document      jsonb NOT NULL,
    changed_at    timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE institution_key (
    key_id      text PRIMARY KEY,
    institution text NOT NULL REFERENCES institution (id),
    retired_at  timestamptz
);

CREATE TABLE institution_sequence (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    value  bigint NOT NULL
);
INSERT INTO institution_sequence (value) VALUES (0);

CREATE TABLE institution_change (
    sequence    bigint PRIMARY KEY,
    institution text NOT NULL,
    document    jsonb NOT NULL,
    at          timestamptz NOT NULL DEFAULT now()
);
