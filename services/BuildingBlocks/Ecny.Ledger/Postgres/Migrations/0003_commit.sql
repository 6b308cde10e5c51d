-- The one way into the ledger: one call, one transaction, all or nothing (architecture §3).
-- SQLSTATE EL001: another epoch owns the shard. EL002: sequence or clock is not what the batch was decided on. EL003: a row is not.
-- Plans are fixed to index look-ups: a table that was never analysed must not be scanned, and plan time is not spent per batch.
-- Where a row lies (its ctid) is a hint of the writer's that spares the way through the index, null is none; the row's key and version decide as ever. The function
-- tells where the rows it changed lie now. Only the way through the index clears a page of dead versions, so the writer takes it every few versions.
DROP FUNCTION IF EXISTS ledger.commit;
CREATE FUNCTION ledger.commit(
  p_shard int, p_epoch bigint, p_prev_seq bigint, p_seq bigint, p_at_micros bigint, p_business_date date, p_day_count bigint, p_day_sum bigint, p_chain bytea,
  n_id uuid[], n_fingerprint bigint[], n_seq bigint[], n_legs smallint[], n_kind smallint[], n_code smallint[],
  o_id uuid[], o_claimed_by uuid[], o_kind smallint[], o_closed boolean[],
  j_transfer uuid[], j_debit_wallet bigint[], j_credit_wallet bigint[], j_amount bigint[], j_debit_version bigint[], j_debit_balance bigint[],
  j_debit_prev_seq bigint[], j_credit_version bigint[], j_credit_balance bigint[], j_credit_prev_seq bigint[], j_at_micros bigint[],
  j_debit_bucket int[], j_credit_bucket int[], j_business_date date[], j_leg smallint[], j_kind smallint[], j_code smallint[],
  j_transfer_group uuid[], j_original uuid[], j_institution text[], j_number text[], j_trace_parent text[], j_context text[],
  w_new int, w_id bigint[], w_expected bigint[], w_version bigint[], w_balance bigint[], w_last_seq bigint[], w_day_used bigint[], w_year_used bigint[],
  w_limit_day int[], w_limit_year smallint[], w_class smallint[], w_state smallint[], w_operator text[], w_district text[], w_place text[],
  b_wallet bigint[], b_number int[], b_expected bigint[], b_version bigint[], b_balance bigint[], b_last_seq bigint[], b_expires_at_micros bigint[], b_return_to bigint[],
  h_id uuid[], h_expected bigint[], h_wallet bigint[], h_amount bigint[], h_posted bigint[], h_expires_at_micros bigint[], h_limit_day int[], h_limit_year smallint[], h_state smallint[],
  r_payment uuid[], r_expected bigint[], r_refunded bigint[],
  t_id uuid[], t_expected bigint[], t_wallet bigint[], t_per_payment bigint[], t_per_day bigint[], t_day_used bigint[], t_version bigint[], t_used_day int[], t_revoked boolean[], t_merchant_no text[], t_place text[],
  OUT database_micros bigint, OUT moved_wallet bigint[], OUT moved_wallet_place text[], OUT moved_token uuid[], OUT moved_token_place text[]
)
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET enable_bitmapscan = off
SET jit = off
AS $$
DECLARE
  found_rows int;
  new_rows int;
BEGIN
  -- The row lock taken here is the fence: who holds it is the only writer until its transaction ends.
  UPDATE ledger.shard
  SET seq = p_seq, at_micros = p_at_micros, business_date = p_business_date, day_count = p_day_count, day_sum = p_day_sum, chain = p_chain
  WHERE shard = p_shard AND epoch = p_epoch AND seq = p_prev_seq AND at_micros <= p_at_micros AND business_date <= p_business_date;
  IF NOT FOUND THEN
    PERFORM ledger.refuse(p_shard, p_epoch, p_prev_seq, p_at_micros, p_business_date);
  END IF;
  IF p_seq <> p_prev_seq + cardinality(j_transfer) THEN
    RAISE EXCEPTION 'the batch has % entries, its head moves from % to %', cardinality(j_transfer), p_prev_seq, p_seq USING ERRCODE = 'EL002';
  END IF;

  IF cardinality(n_id) > 0 THEN
    INSERT INTO ledger.number (id, fingerprint, seq, legs, kind, code)
    SELECT unnest(n_id), unnest(n_fingerprint), unnest(n_seq), unnest(n_legs), unnest(n_kind), unnest(n_code);
  END IF;

  IF cardinality(o_id) > 0 THEN
    INSERT INTO ledger.once (id, claimed_by, kind, closed)
    SELECT unnest(o_id), unnest(o_claimed_by), unnest(o_kind), unnest(o_closed);
  END IF;

  IF cardinality(j_transfer) > 0 THEN
    INSERT INTO ledger.journal (seq, epoch, transfer, debit_wallet, credit_wallet, amount, debit_version, debit_balance, debit_prev_seq,
      credit_version, credit_balance, credit_prev_seq, at_micros, shard, debit_bucket, credit_bucket, business_date, leg, kind, code,
      transfer_group, original, institution, number, trace_parent, context)
    SELECT generate_series(p_prev_seq + 1, p_seq), p_epoch, unnest(j_transfer), unnest(j_debit_wallet), unnest(j_credit_wallet), unnest(j_amount),
      unnest(j_debit_version), unnest(j_debit_balance), unnest(j_debit_prev_seq), unnest(j_credit_version), unnest(j_credit_balance), unnest(j_credit_prev_seq),
      unnest(j_at_micros), p_shard, unnest(j_debit_bucket), unnest(j_credit_bucket), unnest(j_business_date), unnest(j_leg), unnest(j_kind), unnest(j_code),
      unnest(j_transfer_group), unnest(j_original), unnest(j_institution), unnest(j_number), unnest(j_trace_parent), unnest(j_context);
  END IF;

  IF w_new > 0 THEN
    INSERT INTO ledger.wallet (id, version, balance, last_seq, day_used, year_used, limit_day, limit_year, class, state, operator, district)
    SELECT id, version, balance, last_seq, day_used, year_used, limit_day, limit_year, class, state, operator, district
    FROM unnest(w_id, w_expected, w_version, w_balance, w_last_seq, w_day_used, w_year_used, w_limit_day, w_limit_year, w_class, w_state, w_operator, w_district)
      AS row (id, expected, version, balance, last_seq, day_used, year_used, limit_day, limit_year, class, state, operator, district)
    WHERE expected = 0;
  END IF;
  IF cardinality(w_id) > w_new THEN
    WITH moved AS (
      UPDATE ledger.wallet stored
      SET version = row.version, balance = row.balance, last_seq = row.last_seq, day_used = row.day_used, year_used = row.year_used,
        limit_day = row.limit_day, limit_year = row.limit_year, class = row.class, state = row.state
      FROM (
        SELECT unnest(w_id) AS id, unnest(w_place) AS place, unnest(w_expected) AS expected, unnest(w_version) AS version, unnest(w_balance) AS balance,
          unnest(w_last_seq) AS last_seq, unnest(w_day_used) AS day_used, unnest(w_year_used) AS year_used, unnest(w_limit_day) AS limit_day,
          unnest(w_limit_year) AS limit_year, unnest(w_class) AS class, unnest(w_state) AS state) row
      WHERE stored.ctid = CASE WHEN row.place IS NULL THEN (SELECT found.ctid FROM ledger.wallet found WHERE found.id = row.id) ELSE row.place::tid END
        AND stored.id = row.id AND stored.version = row.expected AND row.expected > 0
      RETURNING stored.id, stored.ctid::text AS place
    )
    SELECT array_agg(id), array_agg(place) INTO moved_wallet, moved_wallet_place FROM moved;
    found_rows := coalesce(cardinality(moved_wallet), 0);
    IF found_rows <> cardinality(w_id) - w_new THEN
      RAISE EXCEPTION 'wallet: % of % rows are not what the batch was decided on', cardinality(w_id) - w_new - found_rows, cardinality(w_id) - w_new
        USING ERRCODE = 'EL003', DETAIL = ledger.strangers(w_id, w_version);
    END IF;
  END IF;

  IF cardinality(b_wallet) > 0 THEN
    INSERT INTO ledger.bucket (wallet, number, version, balance, last_seq, expires_at_micros, return_to)
    SELECT wallet, number, version, balance, last_seq, expires_at_micros, return_to
    FROM unnest(b_wallet, b_number, b_expected, b_version, b_balance, b_last_seq, b_expires_at_micros, b_return_to)
      AS row (wallet, number, expected, version, balance, last_seq, expires_at_micros, return_to)
    WHERE expected = 0;
    GET DIAGNOSTICS new_rows = ROW_COUNT;
    UPDATE ledger.bucket stored
    SET version = row.version, balance = row.balance, last_seq = row.last_seq, expires_at_micros = row.expires_at_micros, return_to = row.return_to
    FROM unnest(b_wallet, b_number, b_expected, b_version, b_balance, b_last_seq, b_expires_at_micros, b_return_to)
      AS row (wallet, number, expected, version, balance, last_seq, expires_at_micros, return_to)
    WHERE stored.wallet = row.wallet AND stored.number = row.number AND stored.version = row.expected AND row.expected > 0;
    GET DIAGNOSTICS found_rows = ROW_COUNT;
    PERFORM ledger.demand('bucket', cardinality(b_wallet), new_rows + found_rows);
  END IF;

  IF cardinality(h_id) > 0 THEN
    INSERT INTO ledger.hold (id, wallet, amount, posted, expires_at_micros, limit_day, limit_year, state)
    SELECT id, wallet, amount, posted, expires_at_micros, limit_day, limit_year, state
    FROM unnest(h_id, h_expected, h_wallet, h_amount, h_posted, h_expires_at_micros, h_limit_day, h_limit_year, h_state)
      AS row (id, expected, wallet, amount, posted, expires_at_micros, limit_day, limit_year, state)
    WHERE expected = 0;
    GET DIAGNOSTICS new_rows = ROW_COUNT;
    UPDATE ledger.hold stored
    SET posted = row.posted, state = row.state
    FROM unnest(h_id, h_expected, h_posted, h_state) AS row (id, expected, posted, state)
    WHERE stored.id = row.id AND stored.state = 1 AND row.expected = 1;
    GET DIAGNOSTICS found_rows = ROW_COUNT;
    PERFORM ledger.demand('hold', cardinality(h_id), new_rows + found_rows);
  END IF;

  IF cardinality(r_payment) > 0 THEN
    INSERT INTO ledger.refund (payment, refunded)
    SELECT payment, refunded
    FROM unnest(r_payment, r_expected, r_refunded) AS row (payment, expected, refunded)
    WHERE expected = 0;
    GET DIAGNOSTICS new_rows = ROW_COUNT;
    UPDATE ledger.refund stored
    SET refunded = row.refunded
    FROM unnest(r_payment, r_expected, r_refunded) AS row (payment, expected, refunded)
    WHERE stored.payment = row.payment AND stored.refunded = row.expected AND row.expected > 0;
    GET DIAGNOSTICS found_rows = ROW_COUNT;
    PERFORM ledger.demand('refund', cardinality(r_payment), new_rows + found_rows);
  END IF;

  IF cardinality(t_id) > 0 THEN
    INSERT INTO ledger.token (id, wallet, per_payment, per_day, day_used, version, used_day, revoked, merchant_no)
    SELECT id, wallet, per_payment, per_day, day_used, version, used_day, revoked, merchant_no
    FROM unnest(t_id, t_expected, t_wallet, t_per_payment, t_per_day, t_day_used, t_version, t_used_day, t_revoked, t_merchant_no)
      AS row (id, expected, wallet, per_payment, per_day, day_used, version, used_day, revoked, merchant_no)
    WHERE expected = 0;
    GET DIAGNOSTICS new_rows = ROW_COUNT;
    WITH moved AS (
      UPDATE ledger.token stored
      SET day_used = row.day_used, version = row.version, used_day = row.used_day, revoked = row.revoked
      FROM unnest(t_id, t_place, t_expected, t_day_used, t_version, t_used_day, t_revoked) AS row (id, place, expected, day_used, version, used_day, revoked)
      WHERE stored.ctid = CASE WHEN row.place IS NULL THEN (SELECT found.ctid FROM ledger.token found WHERE found.id = row.id) ELSE row.place::tid END
        AND stored.id = row.id AND stored.version = row.expected AND row.expected > 0
      RETURNING stored.id, stored.ctid::text AS place
    )
    SELECT array_agg(id), array_agg(place) INTO moved_token, moved_token_place FROM moved;
    found_rows := coalesce(cardinality(moved_token), 0);
    PERFORM ledger.demand('token', cardinality(t_id), new_rows + found_rows);
  END IF;

  database_micros := (extract(epoch FROM clock_timestamp()) * 1000000)::bigint;
END
$$;

-- Says why the fence did not let a batch through.
CREATE OR REPLACE FUNCTION ledger.refuse(p_shard int, p_epoch bigint, p_prev_seq bigint, p_at_micros bigint, p_business_date date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  stored ledger.shard%ROWTYPE;
BEGIN
  SELECT * INTO stored FROM ledger.shard WHERE shard = p_shard;
  IF NOT FOUND OR stored.epoch <> p_epoch THEN
    RAISE EXCEPTION 'epoch % does not own shard %', p_epoch, p_shard
      USING ERRCODE = 'EL001', DETAIL = format('epoch %s, owner %s', stored.epoch, stored.owner);
  END IF;
  RAISE EXCEPTION 'shard % stands elsewhere', p_shard
    USING ERRCODE = 'EL002', DETAIL = format('stored seq %s at %s date %s; batch after seq %s at %s date %s',
      stored.seq, stored.at_micros, stored.business_date, p_prev_seq, p_at_micros, p_business_date);
END
$$;

CREATE OR REPLACE FUNCTION ledger.demand(p_table text, p_expected int, p_found int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF p_found <> p_expected THEN
    RAISE EXCEPTION '%: % of % rows are not what the batch was decided on', p_table, p_expected - p_found, p_expected USING ERRCODE = 'EL003';
  END IF;
END
$$;

-- The first wallets of a batch whose stored version is not the one just written.
CREATE OR REPLACE FUNCTION ledger.strangers(p_id bigint[], p_version bigint[]) RETURNS text LANGUAGE sql AS $$
  SELECT string_agg(format('wallet %s version %s', id, coalesce(stored, 0)), ', ')
  FROM (
    SELECT row.id, wallet.version AS stored
    FROM unnest(p_id, p_version) AS row (id, version)
    LEFT JOIN ledger.wallet USING (id)
    WHERE wallet.version IS DISTINCT FROM row.version
    LIMIT 10) first
$$;
