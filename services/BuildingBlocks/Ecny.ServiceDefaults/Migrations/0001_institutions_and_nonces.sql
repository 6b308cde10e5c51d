-- Copy of Acquiring's institutions: each as of its last change. A service starts from it when Acquiring is away.
CREATE TABLE institution_copy (
    institution text PRIMARY KEY,
    sequence    bigint NOT NULL UNIQUE,
    document    jsonb NOT NULL
);

-- Nonces of requests signed with institutions' own keys; shared by the replicas of this service.
CREATE TABLE nonce (
    key_id     text NOT NULL,
    nonce      text NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (key_id, nonce)
);

CREATE INDEX nonce_expires_at ON nonce (expires_at);
