-- The transaction that most people would write for one transfer, as a pgbench script: a unique number, two wallet updates, a journal line.
-- Wallets are locked in the order of their ids, as a careful author would, so that transfers do not deadlock.
-- Payer and payee follow Zipf 1.0: the inverse of H(k) ≈ ln(k + ½) + γ (pgbench's own random_zipfian needs more than 1.0); :h is H(n).
\set payer_rank least(:n, int(exp(random(1, 1000000000000000) / 1e15 * :h - 0.5772156649015329) - 0.5) + 1)
\set payee_rank least(:n, int(exp(random(1, 1000000000000000) / 1e15 * :h - 0.5772156649015329) - 0.5) + 1)
\set payer 1 + permute(:payer_rank - 1, :n, 1)
\set payee 1 + permute(:payee_rank - 1, :n, 2)
\if :payer = :payee
\set payee 1 + :payer % :n
\endif
\set amount random(1, 100)
BEGIN;
INSERT INTO baseline.number (id) VALUES (gen_random_uuid()) RETURNING id AS transfer \gset
\if :payer < :payee
UPDATE baseline.wallet SET balance = balance - :amount, version = version + 1 WHERE id = :payer AND balance >= :amount;
UPDATE baseline.wallet SET balance = balance + :amount, version = version + 1 WHERE id = :payee;
\else
UPDATE baseline.wallet SET balance = balance + :amount, version = version + 1 WHERE id = :payee;
UPDATE baseline.wallet SET balance = balance - :amount, version = version + 1 WHERE id = :payer AND balance >= :amount;
\endif
INSERT INTO baseline.journal (transfer, debit_wallet, credit_wallet, amount) VALUES (:transfer, :payer, :payee, :amount);
COMMIT;
