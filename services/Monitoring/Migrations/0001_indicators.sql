-- Counters of the city, all derived from the journal: to rebuild them, stop the service, empty these four tables, delete the row of
-- monitoring.indicators in messaging.cursor, and start it. Codes are '' where an entry carries none. Amounts are fen.
CREATE SCHEMA IF NOT EXISTS monitoring;

-- PAYMENT entries, by the payer's operator, the scenario and the district where it was spent.
CREATE TABLE monitoring.payment (
    business_date date NOT NULL,
    operator      text NOT NULL,
    scenario      text NOT NULL,
    district      text NOT NULL,
    count         bigint NOT NULL,   -- settled payments, each once however many legs it has
    amount        bigint NOT NULL,   -- of the settled ones
    declined      bigint NOT NULL,   -- payments that the ledger declined
    PRIMARY KEY (business_date, operator, scenario, district)
) WITH (fillfactor = 50);

-- The same payments along the day, by the ledger's clock.
CREATE TABLE monitoring.payment_minute (
    business_date date NOT NULL,
    minute        timestamptz NOT NULL,
    operator      text NOT NULL,
    count         bigint NOT NULL,
    amount        bigint NOT NULL,
    declined      bigint NOT NULL,
    PRIMARY KEY (business_date, minute, operator)
) WITH (fillfactor = 50);

-- The last ten minutes second by second, for the live page. What is older than the newest second by more than that is not kept.
CREATE TABLE monitoring.payment_second (
    second   timestamptz PRIMARY KEY,
    count    bigint NOT NULL,
    amount   bigint NOT NULL,
    declined bigint NOT NULL
) WITH (fillfactor = 50);

-- Settled entries of every kind: what the targets are measured by. The operator is the payer's; of WALLET_OPEN the wallet's, with its class.
CREATE TABLE monitoring.activity (
    business_date date NOT NULL,
    kind          text NOT NULL,
    operator      text NOT NULL,
    wallet_class  text NOT NULL,
    count         bigint NOT NULL,
    amount        bigint NOT NULL,
    PRIMARY KEY (business_date, kind, operator, wallet_class)
) WITH (fillfactor = 50);
