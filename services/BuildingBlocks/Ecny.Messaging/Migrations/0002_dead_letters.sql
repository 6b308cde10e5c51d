-- What a sidecar could not deliver, as it handed it over (a CloudEvent with the message in data_base64).
CREATE TABLE messaging.dead_letter (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    taken_at timestamptz NOT NULL DEFAULT now(),
    body     bytea NOT NULL
);
