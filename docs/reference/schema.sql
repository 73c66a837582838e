-- What a migrated database has; written by tools/dump_schema.py, compared by a test.

CREATE SCHEMA fb;

COMMENT ON SCHEMA fb IS 'What a login may call.';

CREATE SCHEMA fb_private;

-- *not* creating schema, since initdb creates it

CREATE SCHEMA reporting;

CREATE DOMAIN public.finite AS numeric
	CONSTRAINT finite_check CHECK (((VALUE > '-Infinity'::numeric) AND (VALUE < 'Infinity'::numeric)));

COMMENT ON DOMAIN public.finite IS 'A number that is neither NaN nor infinite.';

CREATE FUNCTION fb.act_as(p_identity text, p_request_id text, p_origin text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.act_as(p_identity text, p_request_id text, p_origin text) IS 'Names, by a signed identity, the operator for whom a login changes something in this transaction.';

CREATE FUNCTION fb.add_currency(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_codes text[], p_scales integer[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

CREATE FUNCTION fb.add_document(p_identity text, p_key text, p_request_id text, p_origin text, p_document_id uuid, p_user_id uuid, p_kind text, p_media_type text, p_byte_count integer, p_content_ciphertext bytea, p_content_index bytea, p_generation integer) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.add_document(p_identity text, p_key text, p_request_id text, p_origin text, p_document_id uuid, p_user_id uuid, p_kind text, p_media_type text, p_byte_count integer, p_content_ciphertext bytea, p_content_index bytea, p_generation integer) IS 'Keeps an encrypted document of a user, for the user with the scope funding and for the broker.';

CREATE FUNCTION fb.add_owner(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_user_ids uuid[], p_roles text[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

CREATE FUNCTION fb.add_passkey(p_identity text, p_credential_id bytea, p_public_key bytea, p_sign_count bigint, p_name text, p_request_id text, p_origin text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.add_payment_method(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_payment_method_ids uuid[], p_user_ids uuid[], p_kinds text[], p_last_fours text[], p_countries text[], p_routing_numbers text[], p_number_ciphertexts bytea[], p_number_indexes bytea[], p_generations integer[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

CREATE FUNCTION fb.add_seal(p_epoch integer, p_seal_seq bigint, p_kind text, p_first_xid bigint, p_end_xid bigint, p_row_count integer, p_layout integer, p_merkle_root bytea, p_record bytea, p_frontier bytea, p_head text, p_salt bytea, p_row_keys bytea, p_leaves bytea, p_sealed_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.announce_actions(p_provider text, p_symbols text[], p_action_ids text[], p_kinds text[], p_ex_dates date[], p_pay_dates date[], p_new_shares integer[], p_old_shares integer[], p_cash_per_shares numeric[], p_reinvest_prices numeric[]) RETURNS integer
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.apply_corporate_action(p_action_id uuid, p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.apply_corporate_action(p_action_id uuid, p_limit integer) IS 'Applies an announced action to the next accounts, each once. 0: all that can be done now is done.';

CREATE FUNCTION fb.assign_exception(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_exception_ids uuid[], p_user_ids uuid[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

COMMENT ON FUNCTION fb.assign_exception(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_exception_ids uuid[], p_user_ids uuid[], p_skip_locked boolean) IS 'Operators take exceptions up; one may be handed on until it is resolved.';

CREATE FUNCTION fb.audit_status() RETURNS TABLE(epoch integer, seal_seq bigint, sealed_at timestamp with time zone, sealed_rows bigint, unsealed_rows bigint, oldest_unsealed timestamp with time zone, uncopied_heads bigint, passed_at timestamp with time zone, stopped text, stopped_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.audit_status() IS 'How far history is sealed, how many rows are not (entries not counted; at most 100,000), and what stops the sealer.';

CREATE FUNCTION fb.authenticate_api_key(p_key_id text, p_secret_hash bytea, p_address inet) RETURNS TABLE(user_id uuid, account_id uuid, scopes text[], user_kind text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.begin_key_epoch(p_identity text, p_request_id text, p_origin text, p_tree text, p_epoch integer, p_provider text, p_reference text, p_wrapped_key bytea) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.begin_key_epoch(p_identity text, p_request_id text, p_origin text, p_tree text, p_epoch integer, p_provider text, p_reference text, p_wrapped_key bytea) IS 'Makes a new key the active one of its tree and retires the one before.';

CREATE FUNCTION fb.begin_sign_in(p_subject bytea, OUT retry_seconds integer, OUT user_id uuid, OUT password_hash text, OUT is_active boolean) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.begin_sign_in(p_subject bytea, OUT retry_seconds integer, OUT user_id uuid, OUT password_hash text, OUT is_active boolean) IS 'Counts an attempt to sign in and returns what it is checked against, or the seconds until the next one is let in.';

CREATE FUNCTION fb.begin_totp(p_identity text, p_secret_ciphertext bytea, p_request_id text, p_origin text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.cancel_order(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_order_ids uuid[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

CREATE FUNCTION fb.cancel_rejected(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

CREATE FUNCTION fb.charge_fee(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_amounts numeric[], p_reasons text[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

CREATE FUNCTION fb.choose_lots(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_order_ids uuid[], p_lot_methods text[], p_lots jsonb[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

CREATE FUNCTION fb.close_month(p_month date, p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET lock_timeout TO '5s';

COMMENT ON FUNCTION fb.close_month(p_month date, p_limit integer) IS 'Keeps the balances at the end of a finished month, so many accounts a call; returns how many, 0 when it is closed.';

CREATE FUNCTION fb.convert_currency(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_targets text[], p_amounts numeric[], p_rate_ids uuid[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

CREATE FUNCTION fb.corporate_action(p_identities text[], p_request_ids text[], p_origins text[], p_providers text[], p_provider_action_ids text[], p_kinds text[], p_security_ids uuid[], p_ex_dates date[], p_record_dates date[], p_pay_dates date[], p_new_shares integer[], p_old_shares integer[], p_cash_per_shares numeric[], p_withholding_rates numeric[], p_reinvest_prices numeric[], p_new_symbols text[], p_effective_at timestamp with time zone[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

COMMENT ON FUNCTION fb.corporate_action(p_identities text[], p_request_ids text[], p_origins text[], p_providers text[], p_provider_action_ids text[], p_kinds text[], p_security_ids uuid[], p_ex_dates date[], p_record_dates date[], p_pay_dates date[], p_new_shares integer[], p_old_shares integer[], p_cash_per_shares numeric[], p_withholding_rates numeric[], p_reinvest_prices numeric[], p_new_symbols text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) IS 'Records what a provider announces: one provider and id, one action, for ever. fb.apply_corporate_action acts.';

CREATE FUNCTION fb.create_api_key(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_key_ids text[], p_user_ids uuid[], p_account_ids uuid[], p_secret_hashes bytea[], p_scopes text[], p_expires_at timestamp with time zone[], p_names text[], p_allowed_addresses text[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

CREATE FUNCTION fb.create_own_api_key(p_identity text, p_key_id text, p_account_id uuid, p_secret_hash bytea, p_scopes text, p_expires_at timestamp with time zone, p_name text, p_allowed_addresses text, p_request_id text, p_origin text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.create_user(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_user_ids uuid[], p_email_indexes bytea[], p_ciphertexts jsonb[], p_wrapped_keys bytea[], p_key_epochs integer[], p_kinds text[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

CREATE FUNCTION fb.current_user_id() RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.current_user_id() IS 'The user of this transaction''s signed identity (setting fb.identity); NULL without one, SQLSTATE 28000 when forged.';

CREATE FUNCTION fb.custody_statement(p_source text, p_date date) RETURNS TABLE(kind text, reference text, asset text, side text, quantity numeric, price numeric)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.custody_statement(p_source text, p_date date) IS 'What the paper venue or the sandbox bank says of a day: it has no books but ours.';

CREATE FUNCTION fb.data_key(p_identity text, p_user_id uuid) RETURNS TABLE(wrapped_key bytea, key_epoch integer, generation integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.data_key(p_identity text, p_user_id uuid) IS 'A user''s data key, wrapped, for the user and for the broker: to encrypt what is added.';

CREATE FUNCTION fb.decide_approval(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_approval_ids uuid[], p_decisions text[], p_notes text[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

COMMENT ON FUNCTION fb.decide_approval(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_approval_ids uuid[], p_decisions text[], p_notes text[], p_skip_locked boolean) IS 'Another operator confirms, which carries it out in this transaction, or declines.';

CREATE FUNCTION fb.deposit_received(p_identities text[], p_request_ids text[], p_origins text[], p_banks text[], p_bank_references text[], p_account_ids uuid[], p_amounts numeric[], p_currencies text[], p_effective_at timestamp with time zone[], p_settle_on date[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

CREATE FUNCTION fb.deposit_returned(p_keys text[], p_request_ids text[], p_origins text[], p_banks text[], p_bank_references text[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

COMMENT ON FUNCTION fb.deposit_returned(p_keys text[], p_request_ids text[], p_origins text[], p_banks text[], p_bank_references text[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) IS 'The bank takes payments back, named by the references they came with, also when the money is spent.';

CREATE FUNCTION fb.destroy_key_epoch(p_identity text, p_request_id text, p_origin text, p_tree text, p_epoch integer, p_lose_backups boolean) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.destroy_key_epoch(p_identity text, p_request_id text, p_origin text, p_tree text, p_epoch integer, p_lose_backups boolean) IS 'Records that a retired key is destroyed; answers why not, or NULL.';

CREATE FUNCTION fb.detach_audit_log(p_table text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET lock_timeout TO '2s';

CREATE FUNCTION fb.detach_partitions(p_before date) RETURNS TABLE(month date, outcome text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET lock_timeout TO '2s';

COMMENT ON FUNCTION fb.detach_partitions(p_before date) IS 'Makes closed months before a day tables of their own, oldest first, up to the first that something still needs.';

CREATE FUNCTION fb.document_content(p_identity text, p_document_id uuid, p_request_id text, p_origin text) RETURNS TABLE(user_id uuid, media_type text, wrapped_key bytea, key_epoch integer, generation integer, content_ciphertext bytea)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.document_content(p_identity text, p_document_id uuid, p_request_id text, p_origin text) IS 'The encrypted content of a document, for its user and the broker; leaves a line in audit_log.';

CREATE FUNCTION fb.end_sessions(p_identity text, p_request_id text, p_origin text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.exchange_rate(p_identities text[], p_request_ids text[], p_origins text[], p_providers text[], p_provider_rate_ids text[], p_bases text[], p_quotes text[], p_rates numeric[], p_effective_at timestamp with time zone[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

CREATE FUNCTION fb.execution(p_request_ids text[], p_origins text[], p_venues text[], p_venue_execution_ids text[], p_order_ids uuid[], p_quantities numeric[], p_prices numeric[], p_effective_at timestamp with time zone[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

CREATE FUNCTION fb.execution_busted(p_request_ids text[], p_origins text[], p_venues text[], p_venue_execution_ids text[], p_ref_venue_execution_ids text[], p_effective_at timestamp with time zone[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

COMMENT ON FUNCTION fb.execution_busted(p_request_ids text[], p_origins text[], p_venues text[], p_venue_execution_ids text[], p_ref_venue_execution_ids text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) IS 'The venue takes trades back. Under the venue''s own id of the bust; ref_venue_execution_id is the trade''s.';

CREATE FUNCTION fb.execution_corrected(p_request_ids text[], p_origins text[], p_venues text[], p_venue_execution_ids text[], p_ref_venue_execution_ids text[], p_quantities numeric[], p_prices numeric[], p_effective_at timestamp with time zone[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

COMMENT ON FUNCTION fb.execution_corrected(p_request_ids text[], p_origins text[], p_venues text[], p_venue_execution_ids text[], p_ref_venue_execution_ids text[], p_quantities numeric[], p_prices numeric[], p_effective_at timestamp with time zone[], p_skip_locked boolean) IS 'The venue corrects trades: the old one is taken back and one with this quantity and price takes its place.';

CREATE FUNCTION fb.expire_orders(p_session date, p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.heartbeat(p_process text, p_instance uuid, p_pid integer) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.key_epochs() RETURNS TABLE(tree text, epoch integer, provider text, state text, reference text, wrapped_key bytea, created_at timestamp with time zone, retired_at timestamp with time zone, destroyed_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.key_epochs() IS 'Which key-encryption keys there are, and where each is kept.';

CREATE FUNCTION fb.key_usage() RETURNS TABLE(tree text, epoch integer, data_keys bigint, destroy_after timestamp with time zone, due boolean)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.key_usage() IS 'How many data keys each epoch wraps, until when a retired one is kept, and whether a new one is due.';

CREATE FUNCTION fb.keys_to_rewrap(p_after uuid, p_limit integer) RETURNS TABLE(user_id uuid, wrapped_key bytea, key_epoch integer, generation integer)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.make_partitions(p_months_ahead integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.make_partitions(p_months_ahead integer) IS 'Makes the monthly partitions from this month to so many months ahead, and the yearly ones of prices.';

CREATE FUNCTION fb.money_leaves_from(p_identity text, p_payment_method_id uuid) RETURNS timestamp with time zone
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.money_leaves_from(p_identity text, p_payment_method_id uuid) IS 'When an identity may first let money leave, by its second factors and to this bank account of its user''s.';

CREATE FUNCTION fb.months_due() RETURNS TABLE(table_name text, parent text, month text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.my_accounts() RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.my_accounts() IS 'The accounts that this transaction''s signed identity may see.';

CREATE FUNCTION fb.note_copies(p_store text, p_epoch integer, p_seal_seqs bigint[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.note_import(p_source text, p_lines bigint, p_saved bigint, p_refused bigint, p_replaced boolean) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.note_import(p_source text, p_lines bigint, p_saved bigint, p_refused bigint, p_replaced boolean) IS 'Records in audit_log what an import of prices came to.';

CREATE FUNCTION fb.open_account(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_user_ids uuid[], p_account_types text[], p_currencies text[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

CREATE FUNCTION fb.open_epoch(p_epoch integer, p_log_id uuid, p_origin text, p_system_identifier text, p_first_xid bigint, p_opened_at timestamp with time zone, p_opened_by text, p_reason text, p_verifier_key text, p_record text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET lock_timeout TO '10s';

CREATE FUNCTION fb.order_acknowledged(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_venue_order_ids text[], p_effective_at timestamp with time zone[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

CREATE FUNCTION fb.order_canceled(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

CREATE FUNCTION fb.order_expired(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

CREATE FUNCTION fb.order_rejected(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

CREATE FUNCTION fb.order_replaced(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_venue_order_ids text[], p_effective_at timestamp with time zone[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

CREATE FUNCTION fb.order_triggered(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

CREATE FUNCTION fb.passkey(p_credential_id bytea) RETURNS TABLE(user_id uuid, public_key bytea, sign_count bigint, is_active boolean, email_index bytea)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.passkeys(p_user_id uuid) RETURNS TABLE(credential_id bytea, name text, created_at timestamp with time zone, last_used_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.payment_number(p_identity text, p_payment_method_id uuid, p_request_id text, p_origin text) RETURNS TABLE(user_id uuid, wrapped_key bytea, key_epoch integer, generation integer, number_ciphertext bytea)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.payment_number(p_identity text, p_payment_method_id uuid, p_request_id text, p_origin text) IS 'The encrypted number of a bank account, for an identity with the scope broker; leaves a line in audit_log.';

CREATE FUNCTION fb.personal_data(p_identity text, p_user_id uuid, p_request_id text, p_origin text) RETURNS TABLE(wrapped_key bytea, key_epoch integer, generation integer, email bytea, first_name bytea, last_name bytea, phone bytea, address bytea, birth_date bytea, national_id bytea)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.personal_data(p_identity text, p_user_id uuid, p_request_id text, p_origin text) IS 'One user''s encrypted personal data, for an identity with the scope broker; leaves a line in audit_log.';

CREATE FUNCTION fb.place_order(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_security_ids uuid[], p_client_order_ids text[], p_sides text[], p_order_types text[], p_times_in_force text[], p_quantities numeric[], p_notionals numeric[], p_limit_prices numeric[], p_stop_prices numeric[], p_lot_methods text[], p_lots jsonb[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

CREATE FUNCTION fb.portfolio_of(p_identity text, p_account_id uuid) RETURNS TABLE(account_id uuid, account_number text, currency text, status text, event_seq bigint, updated_at timestamp with time zone, cash numeric, held numeric, unsettled numeric, buying_power numeric, withdrawable numeric, security_id uuid, symbol text, money_scale integer, quantity numeric, total_cost numeric, realized_gain numeric, price numeric, previous_close numeric)
    LANGUAGE plpgsql ROWS 10
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.portfolio_of(p_identity text, p_account_id uuid) IS 'An account with all that it ever held at the latest prices, a row a holding, for whom a signed identity lets see it.';

CREATE FUNCTION fb.prune_keys(p_older_than interval, p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.prune_sign_ins(p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.reconcile(p_source text, p_date date, p_kinds text[], p_references text[], p_assets text[], p_sides text[], p_quantities numeric[], p_prices numeric[]) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.reconcile(p_source text, p_date date, p_kinds text[], p_references text[], p_assets text[], p_sides text[], p_quantities numeric[], p_prices numeric[]) IS 'Compares a statement with the books; each difference is a row with a name. Returns the run.';

CREATE FUNCTION fb.record_sign_in(p_place text, p_outcome text, p_method text, p_subject bytea, p_user_id uuid, p_login text, p_unknown_login text, p_network cidr, p_address_index bytea, p_request_id text) RETURNS timestamp with time zone
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.record_sign_in(p_place text, p_outcome text, p_method text, p_subject bytea, p_user_id uuid, p_login text, p_unknown_login text, p_network cidr, p_address_index bytea, p_request_id text) IS 'Records an attempt to sign in, to the platform or to the database; a success clears the lock.';

CREATE FUNCTION fb.refresh_summaries() RETURNS timestamp with time zone
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.relay(p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.remove_document(p_identity text, p_key text, p_request_id text, p_origin text, p_document_id uuid) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.remove_document(p_identity text, p_key text, p_request_id text, p_origin text, p_document_id uuid) IS 'Deletes a document''s content; that there was one stays known.';

CREATE FUNCTION fb.remove_owner(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_user_ids uuid[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

CREATE FUNCTION fb.remove_passkey(p_identity text, p_credential_id bytea, p_request_id text, p_origin text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.remove_payment_method(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_payment_method_ids uuid[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

CREATE FUNCTION fb.remove_second_factors(p_identity text, p_user_id uuid, p_request_id text, p_origin text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.remove_totp(p_identity text, p_request_id text, p_origin text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.renew_password_hash(p_user_id uuid, p_old_hash text, p_new_hash text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.renew_personal_data(p_user_id uuid, p_old_key bytea, p_new_key bytea, p_key_epoch integer, p_email_index bytea, p_ciphertexts jsonb) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.renew_personal_data(p_user_id uuid, p_old_key bytea, p_new_key bytea, p_key_epoch integer, p_email_index bytea, p_ciphertexts jsonb) IS 'Replaces a user''s personal data of generation 0 by the same, under a data key of generation 1.';

CREATE FUNCTION fb.replace_order(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_order_ids uuid[], p_client_order_ids text[], p_quantities numeric[], p_times_in_force text[], p_limit_prices numeric[], p_stop_prices numeric[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

CREATE FUNCTION fb.replace_recovery_codes(p_identity text, p_hashes bytea[], p_request_id text, p_origin text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.replace_rejected(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

CREATE FUNCTION fb.report_card_number(p_table_name text, p_column_name text, p_record text, p_last_four text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.report_card_number(p_table_name text, p_column_name text, p_record text, p_last_four text) IS 'Opens an exception for a card''s number that stands in a text; false: there was one already.';

CREATE FUNCTION fb.request_approval(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_actions text[], p_payloads jsonb[], p_reasons text[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

COMMENT ON FUNCTION fb.request_approval(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_actions text[], p_payloads jsonb[], p_reasons text[], p_skip_locked boolean) IS 'An operator asks for a reversal, a fact by hand, a colleague''s reset or role, which another one confirms.';

CREATE FUNCTION fb.request_withdrawal(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_amounts numeric[], p_payment_method_ids uuid[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

CREATE FUNCTION fb.resolve_exception(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_exception_ids uuid[], p_resolutions text[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

COMMENT ON FUNCTION fb.resolve_exception(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_exception_ids uuid[], p_resolutions text[], p_skip_locked boolean) IS 'Exceptions end with words on how.';

CREATE FUNCTION fb.retire_month(p_table text, p_row_count bigint, p_file_name text, p_file_sha256 bytea, p_retired_by text, p_epochs integer[], p_seal_seqs bigint[], p_leaves bytea[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET lock_timeout TO '2s';

COMMENT ON FUNCTION fb.retire_month(p_table text, p_row_count bigint, p_file_name text, p_file_sha256 bytea, p_retired_by text, p_epochs integer[], p_seal_seqs bigint[], p_leaves bytea[]) IS 'Drops a month of history after its retention, once it was exported; says which leaves were its.';

CREATE FUNCTION fb.revoke_api_key(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_key_ids text[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

CREATE FUNCTION fb.revoke_own_api_key(p_identity text, p_key_id text, p_request_id text, p_origin text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.rewrap_keys(p_user_ids uuid[], p_old_keys bytea[], p_new_keys bytea[], p_epoch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.schema_revision() RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.schema_revision() IS 'The migration that this schema is at: a program serves only its own.';

CREATE FUNCTION fb.sealer_passed(p_stopped text) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.sealer_passed(p_stopped text) IS 'The sealer is alive; and if it has stopped sealing, why.';

CREATE FUNCTION fb.session_state(p_user_id uuid, p_began_at timestamp with time zone) RETURNS TABLE(kind text, scopes text[], has_second_factor boolean, email_index bytea)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.set_account_status(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_statuses text[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

CREATE FUNCTION fb.set_fee_schedule(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_sides text[], p_effective_from timestamp with time zone[], p_flats numeric[], p_per_shares numeric[], p_basis_points numeric[], p_minimums numeric[], p_maximums numeric[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

CREATE FUNCTION fb.set_kyc_status(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_user_ids uuid[], p_statuses text[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

CREATE FUNCTION fb.set_password(p_identity text, p_user_id uuid, p_password_hash text, p_request_id text, p_origin text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.set_preferences(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_lot_methods text[], p_reinvest_dividends boolean[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

CREATE FUNCTION fb.set_staff_role(p_identity text, p_user_id uuid, p_role text, p_request_id text, p_origin text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.set_staff_role(p_identity text, p_user_id uuid, p_role text, p_request_id text, p_origin text) IS 'Gives an operator the role read, operate or admin, or NULL for none; for an identity with the scope admin.';

CREATE FUNCTION fb.set_user_active(p_identity text, p_user_id uuid, p_is_active boolean, p_request_id text, p_origin text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.settle(p_through date, p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.shares_received(p_identities text[], p_request_ids text[], p_origins text[], p_custodians text[], p_custodian_references text[], p_account_ids uuid[], p_security_ids uuid[], p_quantities numeric[], p_costs numeric[], p_acquired_at timestamp with time zone[], p_effective_at timestamp with time zone[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

CREATE FUNCTION fb.shred_data_keys(p_identity text, p_request_id text, p_origin text, p_user_ids uuid[]) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.shred_data_keys(p_identity text, p_request_id text, p_origin text, p_user_ids uuid[]) IS 'Destroys the data keys of users, so that their personal data can never be read again; answers how many there were.';

CREATE FUNCTION fb.submit_kyc(p_identity text, p_request_id text, p_origin text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.take_first_generation(p_after uuid, p_limit integer) RETURNS TABLE(user_id uuid, wrapped_key bytea, key_epoch integer, generation integer, email bytea, first_name bytea, last_name bytea, phone bytea, address bytea, birth_date bytea, national_id bytea)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.take_first_generation(p_after uuid, p_limit integer) IS 'Personal data that is still bound in the first way, to be renewed; leaves a line in audit_log for each user.';

CREATE FUNCTION fb.take_passkey(p_credential_id bytea, p_sign_count bigint) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.take_recovery_code(p_user_id uuid, p_hash bytea) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.take_totp(p_user_id uuid, p_step bigint) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.texts_like_cards(p_since timestamp with time zone) RETURNS TABLE(table_name text, column_name text, record text, candidate text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.texts_like_cards(p_since timestamp with time zone) IS 'What may be a card''s number in a text: its table, column and record; for the worker, which tries the check digits.';

CREATE FUNCTION fb.totp(p_user_id uuid) RETURNS TABLE(secret_ciphertext bytea, is_confirmed boolean, last_step bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.transfer(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_targets text[], p_amounts numeric[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

CREATE FUNCTION fb.withdrawal_returned(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_transfer_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

CREATE FUNCTION fb.withdrawal_settled(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_transfer_ids uuid[], p_bank_references text[], p_effective_at timestamp with time zone[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off';

CREATE FUNCTION fb_private.accounts_named(p_names text[]) RETURNS uuid[]
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.accounts_of_action(p_action text, p_payload jsonb) RETURNS SETOF uuid
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE TABLE public.corporate_actions (
    action_id uuid NOT NULL,
    provider text NOT NULL,
    provider_action_id text NOT NULL,
    kind text NOT NULL,
    security_id uuid NOT NULL,
    ex_date date NOT NULL,
    new_shares integer,
    old_shares integer,
    state text NOT NULL,
    effective_at timestamp with time zone NOT NULL,
    announced_at timestamp with time zone NOT NULL,
    applied_at timestamp with time zone,
    command_id uuid NOT NULL,
    record_date date,
    pay_date date,
    cash_per_share public.finite,
    withholding_rate public.finite DEFAULT 0 NOT NULL,
    reinvest_price public.finite,
    new_symbol text,
    old_symbol text,
    CONSTRAINT corporate_actions_cash_per_share_check CHECK (((cash_per_share)::numeric > (0)::numeric)),
    CONSTRAINT corporate_actions_check CHECK ((pay_date >= ex_date)),
    CONSTRAINT corporate_actions_kind_check CHECK ((kind = ANY (ARRAY['split'::text, 'reverse_split'::text, 'cash_dividend'::text, 'symbol_change'::text, 'cash_merger'::text]))),
    CONSTRAINT corporate_actions_new_shares_check CHECK ((new_shares > 0)),
    CONSTRAINT corporate_actions_new_symbol_check CHECK ((new_symbol ~ '^[A-Z0-9][A-Z0-9./ -]{0,31}$'::text)),
    CONSTRAINT corporate_actions_old_shares_check CHECK ((old_shares > 0)),
    CONSTRAINT corporate_actions_ratio CHECK (((kind <> ALL (ARRAY['split'::text, 'reverse_split'::text])) OR ((new_shares IS NOT NULL) AND (old_shares IS NOT NULL)))),
    CONSTRAINT corporate_actions_reinvest_price_check CHECK (((reinvest_price)::numeric > (0)::numeric)),
    CONSTRAINT corporate_actions_state_check CHECK ((state = ANY (ARRAY['announced'::text, 'entitled'::text, 'applied'::text, 'blocked'::text]))),
    CONSTRAINT corporate_actions_terms CHECK (
CASE kind
    WHEN 'cash_dividend'::text THEN ((cash_per_share IS NOT NULL) AND (pay_date IS NOT NULL))
    WHEN 'cash_merger'::text THEN (cash_per_share IS NOT NULL)
    WHEN 'symbol_change'::text THEN (new_symbol IS NOT NULL)
    ELSE (new_shares <> old_shares)
END),
    CONSTRAINT corporate_actions_withholding_rate_check CHECK ((((withholding_rate)::numeric >= (0)::numeric) AND ((withholding_rate)::numeric <= (1)::numeric)))
);

ALTER TABLE ONLY public.corporate_actions FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.corporate_actions IS 'Splits, dividends and other actions, by their provider''s id.';

COMMENT ON COLUMN public.corporate_actions.state IS 'announced, then (a dividend) entitled: who gets how much is fixed; applied. blocked: needs a person.';

COMMENT ON COLUMN public.corporate_actions.cash_per_share IS 'A dividend or a merger: money for a share. A split: money for a whole new share, which fractions are paid out at.';

COMMENT ON COLUMN public.corporate_actions.reinvest_price IS 'What a dividend buys a share at, where it is reinvested.';

CREATE FUNCTION fb_private.accounts_of_action(p_action public.corporate_actions, p_limit integer) RETURNS uuid[]
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.accounts_of_action_after(p_action public.corporate_actions, p_limit integer, p_after uuid) RETURNS uuid[]
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.accounts_of_orders(p_order_ids uuid[]) RETURNS uuid[]
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.accounts_to_close(p_month date, p_limit integer) RETURNS uuid[]
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.act_as(p_actor text, p_key_id text, p_request_id text, p_origin text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb_private.act_as(p_actor text, p_key_id text, p_request_id text, p_origin text) IS 'Names who acts, by which key, in which request and from where, for the audit lines of this transaction.';

CREATE FUNCTION fb_private.action_moment(p_kind text, p_ex_date date, p_pay_date date) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.is_finite(p_value numeric) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((p_value > '-Infinity'::numeric) AND (p_value < 'Infinity'::numeric));

CREATE FUNCTION fb_private.action_problem(p_kind text, p_ex_date date, p_pay_date date, p_new_shares integer, p_old_shares integer, p_cash_per_share numeric, p_withholding_rate numeric, p_reinvest_price numeric, p_new_symbol text) RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN CASE WHEN (p_kind IS NULL) THEN 'required:kind'::text WHEN (p_kind <> ALL (ARRAY['split'::text, 'reverse_split'::text, 'cash_dividend'::text, 'symbol_change'::text, 'cash_merger'::text])) THEN 'invalid_value:kind'::text WHEN (p_ex_date IS NULL) THEN 'required:ex_date'::text WHEN (NOT isfinite(p_ex_date)) THEN 'invalid_value:ex_date'::text WHEN ((p_pay_date < p_ex_date) OR (NOT isfinite(p_pay_date))) THEN 'invalid_value:pay_date'::text WHEN (NOT fb_private.is_finite(p_cash_per_share)) THEN 'invalid_value:cash_per_share'::text WHEN ((p_cash_per_share <= (0)::numeric) OR (p_cash_per_share > (1000000000)::numeric)) THEN 'out_of_range:cash_per_share'::text WHEN (NOT fb_private.is_finite(p_reinvest_price)) THEN 'invalid_value:reinvest_price'::text WHEN ((p_reinvest_price <= (0)::numeric) OR (p_reinvest_price > (1000000000)::numeric)) THEN 'out_of_range:reinvest_price'::text WHEN (NOT fb_private.is_finite(p_withholding_rate)) THEN 'invalid_value:withholding_rate'::text WHEN ((p_withholding_rate < (0)::numeric) OR (p_withholding_rate > (1)::numeric)) THEN 'out_of_range:withholding_rate'::text WHEN (p_kind = ANY (ARRAY['split'::text, 'reverse_split'::text])) THEN CASE WHEN (p_new_shares IS NULL) THEN 'required:new_shares'::text WHEN (p_old_shares IS NULL) THEN 'required:old_shares'::text WHEN (p_new_shares <= 0) THEN 'out_of_range:new_shares'::text WHEN (p_old_shares <= 0) THEN 'out_of_range:old_shares'::text WHEN (((p_kind = 'split'::text) <> (p_new_shares > p_old_shares)) OR (p_new_shares = p_old_shares)) THEN 'invalid_value:new_shares'::text ELSE NULL::text END WHEN ((p_kind = ANY (ARRAY['cash_dividend'::text, 'cash_merger'::text])) AND (p_cash_per_share IS NULL)) THEN 'required:cash_per_share'::text WHEN ((p_kind = 'cash_dividend'::text) AND (p_pay_date IS NULL)) THEN 'required:pay_date'::text WHEN ((p_kind = 'symbol_change'::text) AND (p_new_symbol IS NULL)) THEN 'required:new_symbol'::text WHEN ((p_kind = 'symbol_change'::text) AND (p_new_symbol !~ '^[A-Z0-9][A-Z0-9./ -]{0,31}$'::text)) THEN 'invalid_value:new_symbol'::text ELSE NULL::text END;

CREATE FUNCTION fb_private.actor_kind(p_actor text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE TABLE public.lots (
    lot_id uuid NOT NULL,
    account_id uuid NOT NULL,
    security_id uuid NOT NULL,
    lot_seq bigint NOT NULL,
    execution_id uuid,
    quantity public.finite NOT NULL,
    cost public.finite NOT NULL,
    closed_quantity public.finite DEFAULT 0 NOT NULL,
    closed_cost public.finite DEFAULT 0 NOT NULL,
    acquired_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT lots_closed_cost CHECK ((((closed_quantity)::numeric <> (quantity)::numeric) OR ((closed_cost)::numeric = (cost)::numeric))),
    CONSTRAINT lots_closed_within CHECK ((((sign((closed_quantity)::numeric) = (0)::numeric) OR (sign((closed_quantity)::numeric) = sign((quantity)::numeric))) AND (abs((closed_quantity)::numeric) <= abs((quantity)::numeric)))),
    CONSTRAINT lots_quantity_check CHECK (((quantity)::numeric <> (0)::numeric))
)
WITH (fillfactor='80');

ALTER TABLE ONLY public.lots FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.lots IS 'Buys not yet sold, with date and cost; negative: shares sold that were not there.';

CREATE FUNCTION fb_private.add_closure(p_lot public.lots, p_execution_id uuid, p_cause uuid, p_kind text, p_quantity numeric, p_cost numeric, p_proceeds numeric, p_effective_at timestamp with time zone, p_recorded_at timestamp with time zone) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.add_key(p_key_id text, p_user_id uuid, p_account_id uuid, p_secret_hash bytea, p_scopes text, p_expires_at timestamp with time zone, p_name text, p_allowed_addresses text) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.adjust_orders(p_action public.corporate_actions, p_account_ids uuid[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.adjusted_orders(p_action public.corporate_actions, p_account_ids uuid[]) RETURNS TABLE(order_id uuid, account_id uuid, placed_at timestamp with time zone, side text, status text, filled_quantity numeric, quantity numeric, limit_price numeric, stop_price numeric, hold_price numeric, held numeric, released numeric, fits boolean)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.amount_problem(p_amount numeric) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (p_amount IS NULL) THEN 'required:amount'::text WHEN (NOT fb_private.is_finite(p_amount)) THEN 'invalid_value:amount'::text WHEN ((p_amount <= (0)::numeric) OR (p_amount > ('1000000000000'::bigint)::numeric)) THEN 'out_of_range:amount'::text ELSE NULL::text END;

CREATE FUNCTION fb_private.amounts_not_booked(p_banks text[], p_bank_references text[], p_amounts numeric[]) RETURNS numeric[]
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.answer_broker(p_ids uuid[], p_states text[], p_codes text[], p_results jsonb[]) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.answer_movements(p_ids uuid[], p_states text[], p_codes text[]) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.audit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.audit(p_action text, p_table text, p_record_id text, p_subject_id uuid DEFAULT NULL::uuid, p_before jsonb DEFAULT NULL::jsonb, p_after jsonb DEFAULT NULL::jsonb, p_actor text DEFAULT NULL::text, p_key_id text DEFAULT NULL::text, p_request_id text DEFAULT NULL::text, p_origin text DEFAULT NULL::text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb_private.audit(p_action text, p_table text, p_record_id text, p_subject_id uuid, p_before jsonb, p_after jsonb, p_actor text, p_key_id text, p_request_id text, p_origin text) IS 'Writes a line of audit_log in this transaction: action, table, record, subject, allow-listed fields before and after.';

CREATE FUNCTION fb_private.audit_identity_keys() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.audit_statement() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.await_settlement(p_ids uuid[], p_states text[], p_settle_on date[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.await_writers(p_month date) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.begin_command(p_lengths integer[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.begin_epoch(p_epoch integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.book_cash(p_account_id uuid, p_amount numeric, p_house_codes text[], p_house_amounts numeric[], p_transaction_type text, p_reference text, p_description text, p_event text, p_payload jsonb, p_command_id uuid, p_actor text, p_key_id text, p_request_id text, p_origin text, p_effective_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE TABLE public.transfers (
    transfer_id uuid NOT NULL,
    account_id uuid NOT NULL,
    direction text NOT NULL,
    amount public.finite NOT NULL,
    currency text NOT NULL,
    state text NOT NULL,
    bank text,
    bank_reference text,
    withdrawable_before public.finite,
    reason text,
    command_id uuid NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    effective_at timestamp with time zone NOT NULL,
    payment_method_id uuid,
    CONSTRAINT transfers_amount_check CHECK (((amount)::numeric > (0)::numeric)),
    CONSTRAINT transfers_bank_reference_check CHECK ((length(bank_reference) <= 100)),
    CONSTRAINT transfers_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT transfers_direction_check CHECK ((direction = ANY (ARRAY['incoming'::text, 'outgoing'::text]))),
    CONSTRAINT transfers_reason_check CHECK ((length(reason) <= 500)),
    CONSTRAINT transfers_state_check CHECK ((state = ANY (ARRAY['requested'::text, 'settled'::text, 'returned'::text, 'refunded'::text]))),
    CONSTRAINT transfers_within_withdrawable CHECK (((direction = 'incoming'::text) OR ((withdrawable_before IS NOT NULL) AND ((amount)::numeric <= (withdrawable_before)::numeric))))
);

ALTER TABLE ONLY public.transfers FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.transfers IS 'Money to and from banks, with its state.';

COMMENT ON COLUMN public.transfers.bank_reference IS 'Unique with its bank and direction: an index is over a digest of the three.';

COMMENT ON COLUMN public.transfers.payment_method_id IS 'The bank account that a withdrawal is to be paid to.';

CREATE FUNCTION fb_private.booked_transfer(p_transfer public.transfers) RETURNS jsonb
    LANGUAGE sql STABLE
    RETURN jsonb_build_object('transfer_id', (p_transfer).transfer_id, 'account_id', (p_transfer).account_id, 'direction', (p_transfer).direction, 'amount', ((p_transfer).amount)::text, 'currency', (p_transfer).currency, 'bank', (p_transfer).bank, 'bank_reference', CASE WHEN ((p_transfer).direction = 'incoming'::text) THEN (p_transfer).bank_reference ELSE NULL::text END, 'state', CASE WHEN ((p_transfer).direction = 'incoming'::text) THEN 'settled'::text ELSE 'requested'::text END, 'payment_method_id', (p_transfer).payment_method_id, 'requested_at', (p_transfer).requested_at, 'effective_at', (p_transfer).effective_at);

CREATE FUNCTION fb_private.buy_hold(p_quantity numeric, p_notional numeric, p_hold_price numeric, p_filled_quantity numeric, p_filled_gross numeric, p_fees numeric, p_at timestamp with time zone, p_scale integer) RETURNS numeric
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.buy_hold_by(p_quantity numeric, p_notional numeric, p_hold_price numeric, p_filled_quantity numeric, p_filled_gross numeric, p_fees numeric, p_scale integer, p_flat numeric, p_per_share numeric, p_basis_points numeric, p_minimum numeric, p_maximum numeric) RETURNS numeric
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE TABLE public.fee_schedules (
    effective_from timestamp with time zone NOT NULL,
    side text NOT NULL,
    flat public.finite DEFAULT 0 NOT NULL,
    per_share public.finite DEFAULT 0 NOT NULL,
    basis_points public.finite DEFAULT 0 NOT NULL,
    minimum public.finite DEFAULT 0 NOT NULL,
    maximum public.finite,
    CONSTRAINT fee_schedules_basis_points_check CHECK (((basis_points)::numeric >= (0)::numeric)),
    CONSTRAINT fee_schedules_check CHECK (((maximum)::numeric >= (minimum)::numeric)),
    CONSTRAINT fee_schedules_flat_check CHECK (((flat)::numeric >= (0)::numeric)),
    CONSTRAINT fee_schedules_minimum_check CHECK (((minimum)::numeric >= (0)::numeric)),
    CONSTRAINT fee_schedules_per_share_check CHECK (((per_share)::numeric >= (0)::numeric)),
    CONSTRAINT fee_schedules_side_check CHECK ((side = ANY (ARRAY['buy'::text, 'sell'::text])))
);

ALTER TABLE ONLY public.fee_schedules FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.fee_schedules IS 'Dated fees of trading; the newest that has begun applies.';

CREATE FUNCTION fb_private.buy_schedule(p_at timestamp with time zone) RETURNS public.fee_schedules
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.carry_out_fact(p_action text, p_payload jsonb, p_key text, p_request_id text, p_origin text, OUT outcome text, OUT command_id uuid, OUT code text, OUT field text, OUT result jsonb) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.carry_out_provided(p_action text, p_payload jsonb, p_request_id text, p_origin text, OUT outcome text, OUT command_id uuid, OUT code text, OUT field text, OUT result jsonb) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.ceil_ratio(p_numerator numeric, p_denominator numeric, p_scale integer) RETURNS numeric
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb_private.ceil_ratio(p_numerator numeric, p_denominator numeric, p_scale integer) IS 'The quotient of two positive numbers, rounded up.';

CREATE FUNCTION fb_private.chain_after(p_order_id uuid) RETURNS uuid[]
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.change_execution(p_kind text, p_id uuid, p_ref_id uuid, p_actor text, p_request_id text, p_origin text, p_venue text, p_venue_execution_id text, p_ref_venue_execution_id text, p_quantity numeric, p_price numeric, p_effective_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.check_key_epoch() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.claim(p_command text, p_actors text[], p_keys text[], p_hashes bytea[], INOUT p_ids uuid[], OUT states text[]) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.claim_broker(p_command text, p_identities text[], p_keys text[], p_hashes bytea[], p_are_busy boolean[], OUT actors text[], OUT key_ids text[], OUT ids uuid[], OUT states text[], OUT codes text[]) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.claim_facts(p_fact text, p_identities text[], p_senders text[], p_keys text[], p_hashes bytea[], INOUT p_codes text[], INOUT p_ids uuid[], OUT states text[]) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.claim_movements(p_command text, p_identities text[], p_keys text[], p_account_ids uuid[], p_targets text[], p_target_ids uuid[], p_amounts numeric[], p_rate_ids uuid[], p_busy uuid[], OUT actors text[], OUT user_ids uuid[], OUT key_ids text[], OUT scopes text[], OUT account_ids uuid[], OUT ids uuid[], OUT states text[], OUT codes text[]) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.claim_operator(p_command text, p_identities text[], p_keys text[], p_hashes bytea[], p_are_busy boolean[], OUT actors text[], OUT user_ids uuid[], OUT key_ids text[], OUT ids uuid[], OUT states text[], OUT codes text[]) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.claim_owner(p_command text, p_identities text[], p_keys text[], p_account_ids uuid[], p_busy uuid[], p_hashes bytea[], OUT ids uuid[], OUT states text[], OUT codes text[], OUT owners uuid[], OUT scopes text[], OUT key_accounts uuid[], OUT key_ids text[]) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.claim_personal(p_command text, p_scope text, p_identities text[], p_keys text[], p_user_ids uuid[], p_hashes bytea[], OUT actors text[], OUT key_ids text[], OUT ids uuid[], OUT states text[], OUT codes text[]) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.close_accounts(p_month date, p_account_ids uuid[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.close_house(p_month date) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.close_lot(p_lot_id uuid, p_execution_id uuid, p_cause uuid, p_quantity numeric, p_proceeds numeric, p_scale integer, p_effective_at timestamp with time zone, p_recorded_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.codes_of(p_codes text[], p_states text[]) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.cover_deficits(p_account_id uuid, p_security_id uuid, p_cause uuid, p_effective_at timestamp with time zone, p_recorded_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.currency_asset(p_currency text) RETURNS uuid
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE TABLE public.accounts (
    account_id uuid NOT NULL,
    account_number text NOT NULL,
    account_type text NOT NULL,
    house_code text,
    currency text NOT NULL,
    balance public.finite,
    held public.finite DEFAULT 0 NOT NULL,
    unsettled public.finite DEFAULT 0 NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    version bigint DEFAULT 0 NOT NULL,
    event_seq bigint DEFAULT 0 NOT NULL,
    last_recorded_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    lot_method text DEFAULT 'fifo'::text NOT NULL,
    reinvest_dividends boolean DEFAULT false NOT NULL,
    CONSTRAINT accounts_account_type_check CHECK ((account_type = ANY (ARRAY['individual'::text, 'retirement'::text, 'joint'::text, 'house'::text]))),
    CONSTRAINT accounts_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT accounts_event_seq_check CHECK ((event_seq >= 0)),
    CONSTRAINT accounts_held_check CHECK (((held)::numeric >= (0)::numeric)),
    CONSTRAINT accounts_house_code_check CHECK ((house_code = ANY (ARRAY['bank'::text, 'venue'::text, 'fees'::text, 'suspense'::text, 'error'::text, 'clearing'::text, 'actions'::text, 'rounding'::text, 'taxes'::text]))),
    CONSTRAINT accounts_house_has_no_balance CHECK ((((account_type = 'house'::text) = (house_code IS NOT NULL)) AND ((account_type = 'house'::text) = (balance IS NULL)))),
    CONSTRAINT accounts_lot_method_check CHECK ((lot_method = ANY (ARRAY['fifo'::text, 'lifo'::text, 'highest_cost'::text]))),
    CONSTRAINT accounts_status_check CHECK ((status = ANY (ARRAY['active'::text, 'restricted'::text, 'closed'::text]))),
    CONSTRAINT accounts_unsettled_check CHECK (((unsettled)::numeric >= (0)::numeric)),
    CONSTRAINT accounts_version_check CHECK ((version >= 0))
)
WITH (fillfactor='70');

ALTER TABLE ONLY public.accounts FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.accounts IS 'Customers'' cash accounts and the house''s own. The row is the one lock of all that the account owns.';

COMMENT ON COLUMN public.accounts.balance IS 'Cash by trade date. NULL for the house.';

COMMENT ON COLUMN public.accounts.held IS 'Cash reserved by open buy orders and requested withdrawals.';

COMMENT ON COLUMN public.accounts.unsettled IS 'Incoming cash that has not settled: part of balance, not withdrawable.';

COMMENT ON COLUMN public.accounts.version IS 'Number of cash entries; the last entry carries it.';

COMMENT ON COLUMN public.accounts.event_seq IS 'Number of events; gapless, raised under the row lock.';

COMMENT ON COLUMN public.accounts.lot_method IS 'Which lots a sell closes first, unless its order says otherwise.';

COMMENT ON COLUMN public.accounts.reinvest_dividends IS 'Whether a dividend buys shares where its action has a price.';

CREATE FUNCTION fb_private.customer_account(p_account_id uuid) RETURNS public.accounts
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.digest(p_owner text, p_name text) RETURNS uuid
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (encode(SUBSTRING(sha256(decode(((replace(p_owner, '\'::text, '\\'::text) || '\000'::text) || replace(p_name, '\'::text, '\\'::text)), 'escape'::text)) FROM 1 FOR 16), 'hex'::text))::uuid;

COMMENT ON FUNCTION fb_private.digest(p_owner text, p_name text) IS '128 bits of SHA-256 over a name within what it belongs to: what unique indexes of names that others choose hold.';

CREATE FUNCTION fb_private.document_json(p_command_id uuid) RETURNS jsonb
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.drop_month(p_table text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.drop_second_factors(p_user_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.end_orders(p_fact text, p_order_ids uuid[], p_actor text, p_reason text) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.entitle(p_action public.corporate_actions, p_account_ids uuid[]) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.event_of(p_fact text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE p_fact WHEN 'order_acknowledged'::text THEN 'acknowledged'::text WHEN 'order_rejected'::text THEN 'rejected'::text WHEN 'order_canceled'::text THEN 'canceled'::text WHEN 'order_expired'::text THEN 'expired'::text WHEN 'cancel_rejected'::text THEN 'cancel_rejected'::text WHEN 'order_triggered'::text THEN 'triggered'::text WHEN 'order_replaced'::text THEN 'replaced'::text WHEN 'replace_rejected'::text THEN 'replace_rejected'::text ELSE NULL::text END;

CREATE TABLE public.transactions (
    transaction_id uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    effective_at timestamp with time zone NOT NULL,
    account_id uuid NOT NULL,
    transaction_type text NOT NULL,
    amount public.finite NOT NULL,
    currency text NOT NULL,
    description text,
    reference_number text,
    event_id uuid NOT NULL,
    order_id uuid,
    execution_id uuid,
    transfer_id uuid,
    action_id uuid,
    command_id uuid NOT NULL,
    actor text NOT NULL,
    key_id text,
    request_id text,
    origin text,
    epoch integer DEFAULT 1 NOT NULL,
    xid bigint DEFAULT ((pg_current_xact_id())::text)::bigint NOT NULL,
    CONSTRAINT transactions_amount_check CHECK (((amount)::numeric >= (0)::numeric)),
    CONSTRAINT transactions_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT transactions_description_check CHECK ((length(description) <= 500)),
    CONSTRAINT transactions_reference_number_check CHECK ((length(reference_number) <= 100)),
    CONSTRAINT transactions_transaction_type_check CHECK ((transaction_type = ANY (ARRAY['deposit'::text, 'deposit_return'::text, 'withdrawal'::text, 'withdrawal_return'::text, 'buy'::text, 'sell'::text, 'fee'::text, 'split'::text, 'dividend'::text, 'transfer'::text, 'conversion'::text, 'reversal'::text, 'action'::text, 'adjustment'::text])))
)
PARTITION BY RANGE (recorded_at);

ALTER TABLE ONLY public.transactions FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.transactions IS 'Business events on one account each. Append-only, partitioned by month of recording.';

COMMENT ON COLUMN public.transactions.event_id IS 'Joins the transactions of one business event on several accounts.';

COMMENT ON COLUMN public.transactions.epoch IS 'Which life of the database wrote the row: a restore begins the next one.';

COMMENT ON COLUMN public.transactions.xid IS 'The transaction of the server that wrote the row, within its epoch: rows are sealed in this order.';

CREATE FUNCTION fb_private.event_transactions(p_transaction_id uuid) RETURNS SETOF public.transactions
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.execution_changes(p_kind text, p_request_ids text[], p_origins text[], p_venues text[], p_venue_execution_ids text[], p_ref_venue_execution_ids text[], p_quantities numeric[], p_prices numeric[], p_effective_at timestamp with time zone[], p_skip_locked boolean) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.execution_wave(p_wave integer, p_waves integer[], p_ids uuid[], p_states text[], p_actors text[], p_request_ids text[], p_origins text[], p_venues text[], p_venue_execution_ids text[], p_order_ids uuid[], p_quantities numeric[], p_prices numeric[], p_effective_at timestamp with time zone[], p_ref_execution_ids uuid[] DEFAULT NULL::uuid[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.expected_statement(p_source text, p_date date) RETURNS TABLE(kind text, reference text, asset text, side text, quantity numeric, price numeric, account_id uuid, asset_id uuid)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.fact_stands(p_fact text, p_sender text, p_id text) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.factors_wait_until(p_user_id uuid, p_key_id text, p_wait interval) RETURNS timestamp with time zone
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.fee(p_side text, p_quantity numeric, p_gross numeric, p_at timestamp with time zone) RETURNS numeric
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.fee_by(p_flat numeric, p_per_share numeric, p_basis_points numeric, p_minimum numeric, p_maximum numeric, p_quantity numeric, p_gross numeric) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN ((p_flat IS NULL) OR (p_quantity <= (0)::numeric)) THEN (0)::numeric ELSE LEAST(GREATEST(((p_flat + (p_per_share * p_quantity)) + ((p_basis_points * p_gross) * 0.0001)), p_minimum), p_maximum) END;

CREATE FUNCTION fb_private.fee_problem(p_field text, p_value numeric, p_most numeric) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (NOT fb_private.is_finite(p_value)) THEN ('invalid_value:'::text || p_field) WHEN ((p_value < (0)::numeric) OR (p_value > p_most)) THEN ('out_of_range:'::text || p_field) WHEN (min_scale(p_value) > 9) THEN ('excess_scale:'::text || p_field) ELSE NULL::text END;

CREATE FUNCTION fb_private.fields_of(p_codes text[]) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.fields_of_action(p_action text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE p_action WHEN 'reverse'::text THEN ARRAY['transaction_id'::text] WHEN 'reset_access'::text THEN ARRAY['user_id'::text] WHEN 'staff_role'::text THEN ARRAY['user_id'::text, 'role'::text] WHEN 'deposit_received'::text THEN ARRAY['bank'::text, 'bank_reference'::text, 'account_id'::text, 'amount'::text, 'currency'::text] WHEN 'deposit_returned'::text THEN ARRAY['bank'::text, 'bank_reference'::text] WHEN 'withdrawal_settled'::text THEN ARRAY['transfer_id'::text, 'bank_reference'::text] WHEN 'withdrawal_returned'::text THEN ARRAY['transfer_id'::text] WHEN 'shares_received'::text THEN ARRAY['custodian'::text, 'custodian_reference'::text, 'account_id'::text, 'security_id'::text, 'quantity'::text, 'cost'::text, 'acquired_at'::text] WHEN 'corporate_action'::text THEN ARRAY['provider'::text, 'provider_action_id'::text, 'kind'::text, 'security_id'::text, 'ex_date'::text] WHEN 'exchange_rate'::text THEN ARRAY['provider'::text, 'provider_rate_id'::text, 'base'::text, 'quote'::text, 'rate'::text] WHEN 'order_canceled'::text THEN ARRAY['venue'::text, 'order_id'::text] WHEN 'order_expired'::text THEN ARRAY['venue'::text, 'order_id'::text] WHEN 'order_rejected'::text THEN ARRAY['venue'::text, 'order_id'::text] WHEN 'execution'::text THEN ARRAY['venue'::text, 'venue_execution_id'::text, 'order_id'::text, 'quantity'::text, 'price'::text] WHEN 'execution_busted'::text THEN ARRAY['venue'::text, 'venue_execution_id'::text, 'ref_venue_execution_id'::text] WHEN 'execution_corrected'::text THEN ARRAY['venue'::text, 'venue_execution_id'::text, 'ref_venue_execution_id'::text, 'quantity'::text, 'price'::text] ELSE NULL::text[] END;

CREATE FUNCTION fb_private.final_states(p_codes text[], p_states text[]) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.finish_announced(p_action public.corporate_actions) RETURNS public.corporate_actions
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.flatten_price_bars() RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.floor_ratio(p_numerator numeric, p_denominator numeric, p_scale integer) RETURNS numeric
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb_private.floor_ratio(p_numerator numeric, p_denominator numeric, p_scale integer) IS 'The quotient of two positive numbers, rounded down.';

CREATE TABLE public.market_clock (
    only_row boolean DEFAULT true NOT NULL,
    mode text NOT NULL,
    market_time timestamp with time zone NOT NULL,
    phase text NOT NULL,
    session_date date NOT NULL,
    next_session_date date,
    quote_seq bigint DEFAULT 0 NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT market_clock_mode_check CHECK ((mode = ANY (ARRAY['replay'::text, 'live'::text]))),
    CONSTRAINT market_clock_only_row_check CHECK (only_row),
    CONSTRAINT market_clock_phase_check CHECK ((phase = ANY (ARRAY['open'::text, 'closed'::text, 'finished'::text])))
)
WITH (fillfactor='10');

ALTER TABLE ONLY public.market_clock FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.market_clock IS 'What time it is in the market: one row.';

CREATE TABLE public.security_prices (
    security_id uuid NOT NULL,
    session_date date NOT NULL,
    bid public.finite,
    ask public.finite,
    last public.finite NOT NULL,
    bid_size bigint,
    ask_size bigint,
    volume bigint DEFAULT 0 NOT NULL,
    previous_close public.finite,
    quote_seq bigint NOT NULL,
    quoted_at timestamp with time zone NOT NULL,
    simulated boolean NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT security_prices_ask_check CHECK (((ask)::numeric > (0)::numeric)),
    CONSTRAINT security_prices_ask_size_check CHECK ((ask_size >= 0)),
    CONSTRAINT security_prices_bid_check CHECK (((bid)::numeric > (0)::numeric)),
    CONSTRAINT security_prices_bid_size_check CHECK ((bid_size >= 0)),
    CONSTRAINT security_prices_last_check CHECK (((last)::numeric > (0)::numeric)),
    CONSTRAINT security_prices_not_crossed CHECK (((bid)::numeric <= (ask)::numeric)),
    CONSTRAINT security_prices_previous_close_check CHECK (((previous_close)::numeric > (0)::numeric)),
    CONSTRAINT security_prices_volume_check CHECK ((volume >= 0))
)
WITH (fillfactor='50');

ALTER TABLE ONLY public.security_prices FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.security_prices IS 'The latest quote, once a security.';

CREATE FUNCTION fb_private.fresh_quote(p_side text, p_price public.security_prices, p_clock public.market_clock) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN COALESCE(((p_price).session_date < (p_clock).session_date), true) THEN NULL::numeric WHEN ((p_clock).phase <> 'open'::text) THEN ((p_price).last)::numeric WHEN (p_side = 'buy'::text) THEN (COALESCE((p_price).ask, (p_price).last))::numeric ELSE (COALESCE((p_price).bid, (p_price).last))::numeric END;

CREATE FUNCTION fb_private.give_role(p_user_id uuid, p_role text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.has_none(p_codes text[]) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (cardinality(array_remove(p_codes, NULL::text)) = 0);

COMMENT ON FUNCTION fb_private.has_none(p_codes text[]) IS 'Whether no row of a batch has a problem: the usual case is short.';

CREATE FUNCTION fb_private.hashes_to_claim(p_codes text[], p_hashes bytea[]) RETURNS bytea[]
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.hold(p_side text, p_quantity numeric, p_notional numeric, p_hold_price numeric, p_filled_quantity numeric, p_filled_gross numeric, p_fees numeric, p_at timestamp with time zone, p_money_scale integer, p_unit_scale integer) RETURNS numeric
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.hold_price(p_side text, p_limit_price numeric, p_stop_price numeric, p_quote numeric, p_collar numeric, p_scale integer) RETURNS numeric
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.holding_from_lots(p_account_id uuid, p_security_id uuid) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.house(p_code text, p_currency text) RETURNS uuid
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.identity_key_of(p_parts text[]) RETURNS integer
    LANGUAGE sql IMMUTABLE
    RETURN CASE WHEN ((cardinality(p_parts) = 7) AND ((p_parts)[1] ~ '^[0-9]{1,6}$'::text)) THEN ((p_parts)[1])::integer ELSE NULL::integer END;

CREATE TABLE fb_private.identity_keys (
    identity_key_id integer NOT NULL,
    inner_block bytea NOT NULL,
    outer_block bytea NOT NULL,
    CONSTRAINT identity_keys_inner_block_check1 CHECK ((octet_length(inner_block) = 64)),
    CONSTRAINT identity_keys_outer_block_check1 CHECK ((octet_length(outer_block) = 64))
);

CREATE FUNCTION fb_private.identity_problem(p_parts text[], p_key fb_private.identity_keys) RETURNS text
    LANGUAGE sql
    RETURN CASE WHEN (((p_key).identity_key_id IS NULL) OR (encode(sha256(((p_key).outer_block || sha256(((p_key).inner_block || convert_to(array_to_string((p_parts)[1:6], '.'::text), 'UTF8'::name))))), 'hex'::text) <> (p_parts)[7])) THEN 'identity_invalid'::text WHEN (to_timestamp((((p_parts)[6])::bigint)::double precision) < clock_timestamp()) THEN 'identity_expired'::text ELSE NULL::text END;

CREATE FUNCTION fb_private.imply_replaced(p_wave integer, p_waves integer[], p_ids uuid[], p_states text[], p_actors text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_effective_at timestamp with time zone[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.is_about_staff(p_action text) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    RETURN (p_action = ANY (ARRAY['reset_access'::text, 'staff_role'::text]));

CREATE FUNCTION fb_private.is_administrators(p_identity text) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.is_by_persons(p_identities text[]) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.is_empty(p_account public.accounts) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.is_kept_from_staff(p_maker_id uuid, p_user_id uuid) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.is_network(p_text text) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.is_of_the_staff(p_user_id uuid) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.is_own_account(p_user_id uuid, p_account_id uuid) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.is_owners_own(p_maker_id uuid, p_user_id uuid, p_account_id uuid) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.is_readable(p_name text, p_text text) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.platform_user() RETURNS uuid
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN '00000000-0000-0000-0000-000000000000'::uuid;

CREATE FUNCTION fb_private.is_somebody_elses(p_maker_id uuid, p_user_id uuid) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    RETURN ((p_maker_id IS DISTINCT FROM p_user_id) AND (p_maker_id IS DISTINCT FROM fb_private.platform_user()));

CREATE FUNCTION fb_private.is_vouched(p_said text, p_proof text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.keep_detached(p_name text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.keeps_month(p_month date) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.last_session(p_time_in_force text, p_clock public.market_clock) RETURNS date
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (p_time_in_force = 'gtc'::text) THEN NULL::date WHEN ((p_time_in_force <> 'opg'::text) AND ((p_clock).phase = 'open'::text)) THEN (p_clock).session_date ELSE (p_clock).next_session_date END;

CREATE FUNCTION fb_private.lent_rows(p_table text) RETURNS TABLE(key bytea, payload bytea)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.lock_accounts(p_account_ids uuid[], p_skip_locked boolean) RETURNS uuid[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.locked_month(p_table text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.locked_rows(p_table text) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.lot_choice_problem(p_side text, p_lot_method text, p_lots jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (p_lot_method <> ALL (ARRAY['fifo'::text, 'lifo'::text, 'highest_cost'::text])) THEN 'invalid_value:lot_method'::text WHEN ((p_side <> 'sell'::text) AND (p_lot_method IS NOT NULL)) THEN 'not_allowed:lot_method'::text WHEN ((p_side <> 'sell'::text) AND (p_lots IS NOT NULL)) THEN 'not_allowed:lots'::text ELSE NULL::text END;

CREATE FUNCTION fb_private.lots_fit(p_account_id uuid, p_security_id uuid, p_left numeric, p_lots jsonb) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.lots_of(p_lots jsonb) RETURNS TABLE(lot_id uuid, quantity numeric, rank bigint)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.make_audit_partition(p_from timestamp with time zone, p_to timestamp with time zone, p_suffix text) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.make_currency(p_code text, p_scale integer) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.make_partition(p_table text, p_from timestamp with time zone, p_to timestamp with time zone, p_suffix text) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.market_time() RETURNS timestamp with time zone
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.match_lots(p_account_id uuid, p_security_id uuid, p_cause uuid, p_scale integer, p_effective_at timestamp with time zone, p_recorded_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.merkle_root(p_leaves bytea) RETURNS bytea
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.month_end(p_month date) RETURNS timestamp with time zone
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.month_rows(p_table text) RETURNS TABLE(key bytea, payload bytea)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.month_start(p_month date) RETURNS timestamp with time zone
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.move_cash(p_command_id uuid, p_kind text, p_source public.accounts, p_target public.accounts, p_amount numeric, p_target_amount numeric, p_exact numeric, p_rate_id uuid, p_actor text, p_key_id text, p_request_id text, p_origin text, p_effective_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.new_ids(p_count integer) RETURNS uuid[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.next_weekday(p_day date) RETURNS date
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (p_day + CASE (EXTRACT(isodow FROM p_day))::integer WHEN 5 THEN 3 WHEN 6 THEN 2 ELSE 1 END);

CREATE FUNCTION fb_private.note_factor_removed(p_user_id uuid) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.one_is_enough() RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.oneself(p_identity text, p_request_id text, p_origin text) RETURNS uuid
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.open_lot(p_account_id uuid, p_security_id uuid, p_execution_id uuid, p_quantity numeric, p_cost numeric, p_acquired_at timestamp with time zone, p_recorded_at timestamp with time zone) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.order_fact(p_fact text, p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_notes text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.order_fact_wave(p_fact text, p_wave integer, p_waves integer[], p_ids uuid[], p_states text[], p_actors text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_notes text[], p_effective_at timestamp with time zone[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.order_problem(p_key text, p_client_order_id text, p_side text, p_order_type text, p_time_in_force text, p_quantity numeric, p_notional numeric, p_limit_price numeric, p_stop_price numeric) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (p_key IS NULL) THEN 'required:key'::text WHEN ((length(p_key) < 1) OR (length(p_key) > 255)) THEN 'out_of_range:key'::text WHEN (p_client_order_id IS NULL) THEN 'required:client_order_id'::text WHEN ((length(p_client_order_id) < 1) OR (length(p_client_order_id) > 48)) THEN 'out_of_range:client_order_id'::text WHEN (p_side IS NULL) THEN 'required:side'::text WHEN (p_side <> ALL (ARRAY['buy'::text, 'sell'::text])) THEN 'invalid_value:side'::text WHEN (p_order_type IS NULL) THEN 'required:type'::text WHEN (p_order_type <> ALL (ARRAY['market'::text, 'limit'::text, 'stop'::text, 'stop_limit'::text])) THEN 'invalid_value:type'::text WHEN (p_time_in_force IS NULL) THEN 'required:time_in_force'::text WHEN (p_time_in_force <> ALL (ARRAY['day'::text, 'gtc'::text, 'ioc'::text, 'fok'::text, 'opg'::text, 'cls'::text])) THEN 'invalid_value:time_in_force'::text WHEN ((p_order_type = ANY (ARRAY['stop'::text, 'stop_limit'::text])) AND (p_time_in_force <> ALL (ARRAY['day'::text, 'gtc'::text]))) THEN 'not_allowed:time_in_force'::text WHEN ((p_quantity IS NULL) AND (p_notional IS NULL)) THEN 'required:qty'::text WHEN ((p_quantity IS NOT NULL) AND (p_notional IS NOT NULL)) THEN 'not_allowed:notional'::text WHEN ((p_notional IS NOT NULL) AND (p_order_type <> 'market'::text)) THEN 'not_allowed:notional'::text WHEN ((p_notional IS NOT NULL) AND (p_time_in_force <> 'day'::text)) THEN 'not_allowed:time_in_force'::text WHEN ((p_order_type = ANY (ARRAY['limit'::text, 'stop_limit'::text])) AND (p_limit_price IS NULL)) THEN 'required:limit_price'::text WHEN ((p_order_type = ANY (ARRAY['market'::text, 'stop'::text])) AND (p_limit_price IS NOT NULL)) THEN 'not_allowed:limit_price'::text WHEN ((p_order_type = ANY (ARRAY['stop'::text, 'stop_limit'::text])) AND (p_stop_price IS NULL)) THEN 'required:stop_price'::text WHEN ((p_order_type = ANY (ARRAY['market'::text, 'limit'::text])) AND (p_stop_price IS NOT NULL)) THEN 'not_allowed:stop_price'::text WHEN (NOT fb_private.is_finite(p_quantity)) THEN 'invalid_value:qty'::text WHEN (NOT fb_private.is_finite(p_notional)) THEN 'invalid_value:notional'::text WHEN (NOT fb_private.is_finite(p_limit_price)) THEN 'invalid_value:limit_price'::text WHEN (NOT fb_private.is_finite(p_stop_price)) THEN 'invalid_value:stop_price'::text WHEN ((p_quantity <= (0)::numeric) OR (p_quantity > (1000000000)::numeric)) THEN 'out_of_range:qty'::text WHEN ((p_notional <= (0)::numeric) OR (p_notional > (1000000000)::numeric)) THEN 'out_of_range:notional'::text WHEN ((p_limit_price <= (0)::numeric) OR (p_limit_price > (1000000)::numeric)) THEN 'out_of_range:limit_price'::text WHEN ((p_stop_price <= (0)::numeric) OR (p_stop_price > (1000000)::numeric)) THEN 'out_of_range:stop_price'::text ELSE NULL::text END;

CREATE FUNCTION fb_private.owner_problem(p_user_id uuid, p_scopes text, p_key_account_id uuid, p_account_id uuid) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.pay_dividends(p_action public.corporate_actions, p_limit integer) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.pay_out(p_action public.corporate_actions, p_account_ids uuid[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.payment_method_json(p_command_id uuid) RETURNS jsonb
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.place_order_wave(p_wave integer, p_waves integer[], p_ids uuid[], p_states text[], p_codes text[], p_actors text[], p_user_ids uuid[], p_key_ids text[], p_scopes text[], p_key_account_ids uuid[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_security_ids uuid[], p_client_order_ids text[], p_sides text[], p_order_types text[], p_times_in_force text[], p_quantities numeric[], p_notionals numeric[], p_limit_prices numeric[], p_stop_prices numeric[], p_lot_methods text[], p_lots jsonb[]) RETURNS text[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.sell_hold(p_quantity numeric, p_notional numeric, p_hold_price numeric, p_filled_quantity numeric, p_filled_gross numeric, p_scale integer) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN COALESCE((p_quantity - p_filled_quantity), fb_private.ceil_ratio(GREATEST((p_notional - p_filled_gross), (0)::numeric), p_hold_price, p_scale));

CREATE TABLE public.orders (
    order_id uuid NOT NULL,
    account_id uuid NOT NULL,
    security_id uuid NOT NULL,
    client_order_id text NOT NULL,
    side text NOT NULL,
    order_type text NOT NULL,
    time_in_force text NOT NULL,
    quantity public.finite,
    notional public.finite,
    limit_price public.finite,
    stop_price public.finite,
    extended_hours boolean DEFAULT false NOT NULL,
    hold_price public.finite NOT NULL,
    hold_fee public.finite DEFAULT 0 NOT NULL,
    held public.finite NOT NULL,
    status text NOT NULL,
    filled_quantity public.finite DEFAULT 0 NOT NULL,
    filled_gross public.finite DEFAULT 0 NOT NULL,
    filled_amount public.finite DEFAULT 0 NOT NULL,
    fees public.finite DEFAULT 0 NOT NULL,
    reject_reason text,
    venue text,
    venue_order_id text,
    replaces uuid,
    replaced_by uuid,
    expires_on date,
    effective_at timestamp with time zone NOT NULL,
    placed_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    terminal_at timestamp with time zone,
    event_seq bigint NOT NULL,
    command_id uuid NOT NULL,
    actor text NOT NULL,
    carried_quantity public.finite DEFAULT 0 NOT NULL,
    carried_gross public.finite DEFAULT 0 NOT NULL,
    carried_fees public.finite DEFAULT 0 NOT NULL,
    triggered_at timestamp with time zone,
    lot_method text,
    placed_as jsonb,
    CONSTRAINT orders_carried CHECK ((((carried_quantity)::numeric >= (0)::numeric) AND ((carried_gross)::numeric >= (0)::numeric) AND ((carried_fees)::numeric >= (0)::numeric) AND ((replaces IS NOT NULL) OR ((carried_quantity)::numeric = (0)::numeric)))),
    CONSTRAINT orders_client_order_id_check CHECK (((length(client_order_id) >= 1) AND (length(client_order_id) <= 48))),
    CONSTRAINT orders_fees_check CHECK (((fees)::numeric >= (0)::numeric)),
    CONSTRAINT orders_filled_amount_check CHECK (((filled_amount)::numeric >= (0)::numeric)),
    CONSTRAINT orders_filled_gross_check CHECK (((filled_gross)::numeric >= (0)::numeric)),
    CONSTRAINT orders_filled_quantity_check CHECK (((filled_quantity)::numeric >= (0)::numeric)),
    CONSTRAINT orders_held_check CHECK (((held)::numeric >= (0)::numeric)),
    CONSTRAINT orders_hold_fee_check CHECK (((hold_fee)::numeric >= (0)::numeric)),
    CONSTRAINT orders_hold_price_check CHECK (((hold_price)::numeric > (0)::numeric)),
    CONSTRAINT orders_limit_price CHECK (((order_type = ANY (ARRAY['limit'::text, 'stop_limit'::text])) = (limit_price IS NOT NULL))),
    CONSTRAINT orders_limit_price_check CHECK (((limit_price)::numeric > (0)::numeric)),
    CONSTRAINT orders_lot_method_check CHECK ((lot_method = ANY (ARRAY['fifo'::text, 'lifo'::text, 'highest_cost'::text]))),
    CONSTRAINT orders_not_overfilled CHECK (((quantity IS NULL) OR (status = 'replaced'::text) OR (((carried_quantity)::numeric + (filled_quantity)::numeric) <= (quantity)::numeric))),
    CONSTRAINT orders_notional_check CHECK (((notional)::numeric > (0)::numeric)),
    CONSTRAINT orders_order_type_check CHECK ((order_type = ANY (ARRAY['market'::text, 'limit'::text, 'stop'::text, 'stop_limit'::text]))),
    CONSTRAINT orders_quantity_check CHECK (((quantity)::numeric > (0)::numeric)),
    CONSTRAINT orders_quantity_xor_notional CHECK (((quantity IS NULL) <> (notional IS NULL))),
    CONSTRAINT orders_reject_reason_check CHECK ((length(reject_reason) <= 500)),
    CONSTRAINT orders_replaced_by CHECK (((status = ANY (ARRAY['pending_replace'::text, 'replaced'::text])) = (replaced_by IS NOT NULL))),
    CONSTRAINT orders_side_check CHECK ((side = ANY (ARRAY['buy'::text, 'sell'::text]))),
    CONSTRAINT orders_status_check CHECK ((status = ANY (ARRAY['accepted'::text, 'new'::text, 'partially_filled'::text, 'filled'::text, 'pending_cancel'::text, 'canceled'::text, 'expired'::text, 'rejected'::text, 'pending_replace'::text, 'replaced'::text]))),
    CONSTRAINT orders_stop_price CHECK (((order_type = ANY (ARRAY['stop'::text, 'stop_limit'::text])) = (stop_price IS NOT NULL))),
    CONSTRAINT orders_stop_price_check CHECK (((stop_price)::numeric > (0)::numeric)),
    CONSTRAINT orders_terminal CHECK (((status = ANY (ARRAY['filled'::text, 'canceled'::text, 'expired'::text, 'rejected'::text, 'replaced'::text])) = (terminal_at IS NOT NULL))),
    CONSTRAINT orders_terminal_holds_nothing CHECK (((terminal_at IS NULL) OR ((held)::numeric = (0)::numeric))),
    CONSTRAINT orders_time_in_force_check CHECK ((time_in_force = ANY (ARRAY['day'::text, 'gtc'::text, 'ioc'::text, 'fok'::text, 'opg'::text, 'cls'::text]))),
    CONSTRAINT orders_triggered CHECK (((triggered_at IS NULL) OR (stop_price IS NOT NULL)))
)
WITH (fillfactor='80');

ALTER TABLE ONLY public.orders FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.orders IS 'Customers'' wishes to buy or sell, with what they hold.';

COMMENT ON COLUMN public.orders.held IS 'Reserved for what is left: cash of a buy, shares of a sell; 0 when terminal.';

COMMENT ON COLUMN public.orders.filled_gross IS 'Sum of quantity times price, not rounded; filled_amount is rounded.';

COMMENT ON COLUMN public.orders.replaces IS 'The order that this one is to replace. Until the venue answers it waits, and the other holds for both.';

COMMENT ON COLUMN public.orders.replaced_by IS 'The order that replaces this one, or is to while this is pending_replace.';

COMMENT ON COLUMN public.orders.expires_on IS 'Session at whose close a day order dies. NULL: good till canceled.';

COMMENT ON COLUMN public.orders.event_seq IS 'The account''s event_seq that announced the order.';

COMMENT ON COLUMN public.orders.carried_quantity IS 'Filled by the orders that this one replaced; filled_quantity is its own. Together they are at most its quantity.';

COMMENT ON COLUMN public.orders.carried_gross IS 'filled_gross of the orders that this one replaced.';

COMMENT ON COLUMN public.orders.carried_fees IS 'fees of the orders that this one replaced: a chain pays as one order.';

COMMENT ON COLUMN public.orders.triggered_at IS 'Market time at which the last price reached the stop price.';

COMMENT ON COLUMN public.orders.lot_method IS 'Which lots this sell closes first. NULL: as its account says.';

COMMENT ON COLUMN public.orders.placed_as IS 'The answer to its placing, kept when a split or a choice of lots has changed its terms.';

CREATE FUNCTION fb_private.placed_order(p_order public.orders, p_unit_scale integer) RETURNS jsonb
    LANGUAGE sql STABLE
    RETURN COALESCE((p_order).placed_as, jsonb_build_object('order_id', (p_order).order_id, 'account_id', (p_order).account_id, 'security_id', (p_order).security_id, 'client_order_id', (p_order).client_order_id, 'side', (p_order).side, 'order_type', (p_order).order_type, 'time_in_force', (p_order).time_in_force, 'quantity', ((p_order).quantity)::text, 'notional', ((p_order).notional)::text, 'limit_price', ((p_order).limit_price)::text, 'stop_price', ((p_order).stop_price)::text, 'hold_price', ((p_order).hold_price)::text, 'status', 'accepted', 'replaces', (p_order).replaces, 'lot_method', (p_order).lot_method, 'held', (CASE WHEN ((p_order).replaces IS NOT NULL) THEN (0)::numeric WHEN ((p_order).side = 'buy'::text) THEN (COALESCE((((p_order).quantity)::numeric * ((p_order).hold_price)::numeric), ((p_order).notional)::numeric) + ((p_order).hold_fee)::numeric) ELSE fb_private.sell_hold(((p_order).quantity)::numeric, ((p_order).notional)::numeric, ((p_order).hold_price)::numeric, (0)::numeric, (0)::numeric, p_unit_scale) END)::text, 'filled_quantity', '0', 'expires_on', (p_order).expires_on, 'effective_at', (p_order).effective_at, 'placed_at', (p_order).placed_at, 'event_seq', (p_order).event_seq));

CREATE FUNCTION fb_private.post_action(p_action public.corporate_actions, p_type text, p_event text, p_account_ids uuid[], p_cash numeric[], p_shares numeric[], p_costs numeric[], p_gains numeric[], p_details jsonb[], p_withheld numeric[]) RETURNS TABLE(account_id uuid, transaction_id uuid, recorded_at timestamp with time zone, share_version bigint)
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.post_contrary(p_transaction public.transactions, p_type text, p_cause uuid, p_execution_id uuid, p_actor text, p_request_id text, p_origin text, p_effective_at timestamp with time zone, p_recorded_at timestamp with time zone, p_key_id text DEFAULT NULL::text) RETURNS uuid
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.post_deposits(p_ids uuid[], p_states text[], p_actors text[], p_key_ids text[], p_request_ids text[], p_origins text[], p_banks text[], p_bank_references text[], p_account_ids uuid[], p_amounts numeric[], p_currencies text[], p_effective_at timestamp with time zone[], p_settle_on date[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.prepare_partition(p_name text, p_table text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.proof_of(p_said text, p_key fb_private.identity_keys) RETURNS text
    LANGUAGE sql
    RETURN encode(sha256(((p_key).outer_block || sha256(((p_key).inner_block || convert_to(((('acting '::text || (pg_current_xact_id())::text) || ' '::text) || p_said), 'UTF8'::name))))), 'hex'::text);

CREATE FUNCTION fb_private.quantity_before(p_account_id uuid, p_security_id uuid, p_quantity numeric, p_day date) RETURNS numeric
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.raise_exception_row(p_kind text, p_account_id uuid, p_order_id uuid, p_command_id uuid, p_detail jsonb, p_at timestamp with time zone) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.read_identity(p_token text, OUT user_id uuid, OUT key_id text, OUT scopes text[], OUT account_id uuid, OUT actor text, OUT problem text) RETURNS record
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.receive_shares(p_id uuid, p_actor text, p_key_id text, p_request_id text, p_origin text, p_custodian text, p_reference text, p_account_id uuid, p_security_id uuid, p_quantity numeric, p_cost numeric, p_acquired_at timestamp with time zone, p_effective_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.record_refusals(p_ids uuid[], p_codes text[], p_fields text[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.refuse_alone(p_codes text[], p_identities text[], p_senders text[], p_actors text[], p_references text[], p_amounts numeric[]) RETURNS text[]
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.refuse_persons(p_fact text, p_codes text[], p_identities text[], p_senders text[], p_ids text[]) RETURNS text[]
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.refuse_unproven(p_codes text[], p_identities text[]) RETURNS text[]
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.reinvest(p_action public.corporate_actions, p_account_ids uuid[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.replace_fact_wave(p_fact text, p_wave integer, p_waves integer[], p_ids uuid[], p_states text[], p_actors text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_notes text[], p_effective_at timestamp with time zone[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.replace_order_wave(p_wave integer, p_waves integer[], p_ids uuid[], p_states text[], p_codes text[], p_actors text[], p_user_ids uuid[], p_key_ids text[], p_scopes text[], p_key_account_ids uuid[], p_request_ids text[], p_origins text[], p_order_ids uuid[], p_client_order_ids text[], p_quantities numeric[], p_times_in_force text[], p_limit_prices numeric[], p_stop_prices numeric[]) RETURNS text[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.replace_problem(p_key text, p_order_id uuid, p_client_order_id text, p_quantity numeric, p_time_in_force text, p_limit_price numeric, p_stop_price numeric) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (p_key IS NULL) THEN 'required:key'::text WHEN ((length(p_key) < 1) OR (length(p_key) > 255)) THEN 'out_of_range:key'::text WHEN (p_order_id IS NULL) THEN 'required:order_id'::text WHEN (p_client_order_id IS NULL) THEN 'required:client_order_id'::text WHEN ((length(p_client_order_id) < 1) OR (length(p_client_order_id) > 48)) THEN 'out_of_range:client_order_id'::text WHEN ((COALESCE(p_quantity, p_limit_price, p_stop_price) IS NULL) AND (p_time_in_force IS NULL)) THEN 'required:qty'::text WHEN (NOT fb_private.is_finite(p_quantity)) THEN 'invalid_value:qty'::text WHEN (NOT fb_private.is_finite(p_limit_price)) THEN 'invalid_value:limit_price'::text WHEN (NOT fb_private.is_finite(p_stop_price)) THEN 'invalid_value:stop_price'::text ELSE NULL::text END;

CREATE FUNCTION fb_private.report_strange_deposits(p_ids uuid[], p_states text[], p_account_ids uuid[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.require_attached(p_source text, p_date date) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.require_console(p_by text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.require_scope(p_identity text, p_scopes text[]) RETURNS TABLE(user_id uuid, actor text, key_id text, scopes text[])
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.reserve_keys(p_actors text[], p_keys text[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.reserve_keys_of_facts(p_approval_ids uuid[]) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE TABLE public.approvals (
    approval_id uuid NOT NULL,
    action text NOT NULL,
    payload jsonb NOT NULL,
    reason text NOT NULL,
    state text DEFAULT 'requested'::text NOT NULL,
    requested_by uuid NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    decided_by uuid,
    decided_at timestamp with time zone,
    note text,
    effect_id uuid,
    CONSTRAINT approvals_action_check CHECK ((action = ANY (ARRAY['reverse'::text, 'deposit_received'::text, 'deposit_returned'::text, 'withdrawal_settled'::text, 'withdrawal_returned'::text, 'shares_received'::text, 'corporate_action'::text, 'exchange_rate'::text, 'order_canceled'::text, 'order_expired'::text, 'order_rejected'::text, 'execution'::text, 'execution_busted'::text, 'execution_corrected'::text, 'reset_access'::text, 'staff_role'::text]))),
    CONSTRAINT approvals_decided CHECK ((((state = 'requested'::text) = (decided_by IS NULL)) AND ((state = 'requested'::text) = (decided_at IS NULL)))),
    CONSTRAINT approvals_effect CHECK (((state = 'confirmed'::text) = (effect_id IS NOT NULL))),
    CONSTRAINT approvals_note_check CHECK ((length(note) <= 500)),
    CONSTRAINT approvals_payload_check CHECK ((jsonb_typeof(payload) = 'object'::text)),
    CONSTRAINT approvals_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 500))),
    CONSTRAINT approvals_second_person CHECK ((decided_by <> requested_by)),
    CONSTRAINT approvals_state_check CHECK ((state = ANY (ARRAY['requested'::text, 'confirmed'::text, 'declined'::text])))
);

ALTER TABLE ONLY public.approvals FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.approvals IS 'What one operator asked for and a second one decides.';

COMMENT ON COLUMN public.approvals.effect_id IS 'The command that carried it out: it stands on all that came of it.';

CREATE FUNCTION fb_private.reset_access(p_approval public.approvals) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.restore_keys(p_actors text[], p_keys text[], p_new_ids uuid[], p_ids uuid[], p_states text[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.retention_is_over(p_month date) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.return_deposit(p_id uuid, p_transfer_id uuid, p_actor text, p_request_id text, p_origin text, p_bank_reference text, p_reason text, p_effective_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.reverse(p_id uuid, p_transaction_id uuid, p_actor text, p_key_id text, p_request_id text, p_origin text) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.role_scopes(p_kind text, p_role text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (p_kind = 'customer'::text) THEN ARRAY['read'::text, 'trade'::text, 'funding'::text] WHEN (p_role = 'read'::text) THEN ARRAY['read'::text, 'inspect'::text] WHEN (p_role = 'operate'::text) THEN ARRAY['read'::text, 'inspect'::text, 'broker'::text, 'operations'::text] WHEN (p_role = 'admin'::text) THEN ARRAY['read'::text, 'inspect'::text, 'broker'::text, 'operations'::text, 'admin'::text] ELSE ARRAY['read'::text] END;

CREATE FUNCTION fb_private.role_takes_two(p_by uuid, p_user_id uuid, p_role text) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.round_half_even(p_value numeric, p_scale integer) RETURNS numeric
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.round_ratio(p_numerator numeric, p_denominator numeric, p_scale integer) RETURNS numeric
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb_private.round_ratio(p_numerator numeric, p_denominator numeric, p_scale integer) IS 'The quotient, rounded half to even.';

CREATE FUNCTION fb_private.round_up(p_value numeric, p_scale integer) RETURNS numeric
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.said(p_actor text, p_key_id text, p_request_id text, p_origin text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN NULLIF((jsonb_build_array(COALESCE(p_actor, ''::text), COALESCE(p_key_id, ''::text), COALESCE(p_request_id, ''::text), COALESCE(p_origin, ''::text)))::text, '["", "", "", ""]'::text);

CREATE FUNCTION fb_private.sealed_in(p_table text, p_epochs integer[], p_seal_seqs bigint[], p_leaves bytea[]) RETURNS bigint
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    SET "DateStyle" TO 'ISO, YMD'
    SET bytea_output TO 'hex';

CREATE FUNCTION fb_private.session_problem(p_time_in_force text, p_clock public.market_clock) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN ((p_time_in_force = ANY (ARRAY['ioc'::text, 'fok'::text])) AND ((p_clock).phase IS DISTINCT FROM 'open'::text)) THEN 'market_closed:time_in_force'::text WHEN ((p_time_in_force <> 'gtc'::text) AND (fb_private.last_session(p_time_in_force, p_clock) IS NULL)) THEN 'session_unknown'::text ELSE NULL::text END;

CREATE FUNCTION fb_private.setting(p_name text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE TABLE public.executions (
    execution_id uuid NOT NULL,
    order_id uuid NOT NULL,
    account_id uuid NOT NULL,
    security_id uuid NOT NULL,
    venue text NOT NULL,
    venue_execution_id text NOT NULL,
    side text NOT NULL,
    quantity public.finite NOT NULL,
    reported_quantity public.finite NOT NULL,
    price public.finite NOT NULL,
    amount public.finite NOT NULL,
    fee public.finite NOT NULL,
    late boolean NOT NULL,
    effective_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    command_id uuid NOT NULL,
    kind text DEFAULT 'fill'::text NOT NULL,
    ref_execution_id uuid,
    epoch integer DEFAULT 1 NOT NULL,
    xid bigint DEFAULT ((pg_current_xact_id())::text)::bigint NOT NULL,
    CONSTRAINT executions_amount_check CHECK (((amount)::numeric >= (0)::numeric)),
    CONSTRAINT executions_check CHECK ((((reported_quantity)::numeric > (0)::numeric) AND ((reported_quantity)::numeric >= (quantity)::numeric))),
    CONSTRAINT executions_fee_check CHECK (((fee)::numeric >= (0)::numeric)),
    CONSTRAINT executions_kind_check CHECK ((kind = ANY (ARRAY['fill'::text, 'bust'::text, 'correction'::text]))),
    CONSTRAINT executions_price_check CHECK (((price)::numeric > (0)::numeric)),
    CONSTRAINT executions_quantity_check CHECK (((quantity)::numeric >= (0)::numeric)),
    CONSTRAINT executions_ref_check CHECK (((kind = 'fill'::text) = (ref_execution_id IS NULL))),
    CONSTRAINT executions_side_check CHECK ((side = ANY (ARRAY['buy'::text, 'sell'::text]))),
    CONSTRAINT executions_venue_execution_id_check CHECK (((length(venue_execution_id) >= 1) AND (length(venue_execution_id) <= 128)))
);

ALTER TABLE ONLY public.executions FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.executions IS 'What the venue reported: fills, corrections and busts. Append-only.';

COMMENT ON COLUMN public.executions.quantity IS 'What counts for the order; reported_quantity is what the venue said.';

COMMENT ON COLUMN public.executions.kind IS 'fill, correction: counts until a row names it; bust: counts nothing.';

COMMENT ON COLUMN public.executions.ref_execution_id IS 'The execution that this row takes back; each at most once.';

COMMENT ON COLUMN public.executions.epoch IS 'Which life of the database wrote the row: a restore begins the next one.';

COMMENT ON COLUMN public.executions.xid IS 'The transaction of the server that wrote the row, within its epoch: rows are sealed in this order.';

CREATE FUNCTION fb_private.shares_have_changed(p_ref public.executions) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.split_holdings(p_action public.corporate_actions, p_account_ids uuid[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.split_plan(p_action public.corporate_actions, p_account_ids uuid[]) RETURNS TABLE(account_id uuid, lot_id uuid, execution_id uuid, acquired_at timestamp with time zone, nth bigint, open_quantity numeric, open_cost numeric, full_quantity numeric, new_quantity numeric, new_cost numeric, carried_cost numeric, lost_quantity numeric, lost_cost numeric, lost_cash numeric)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.split_price(p_action public.corporate_actions) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.state_after(p_fact text, p_status text, p_filled_quantity numeric, p_venue_order_id text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE p_fact WHEN 'order_acknowledged'::text THEN CASE WHEN (p_venue_order_id IS NOT NULL) THEN NULL::text WHEN (p_status = 'accepted'::text) THEN 'new'::text WHEN (p_status = ANY (ARRAY['partially_filled'::text, 'pending_cancel'::text, 'pending_replace'::text])) THEN p_status ELSE NULL::text END WHEN 'order_triggered'::text THEN CASE WHEN (p_status = ANY (ARRAY['accepted'::text, 'new'::text, 'partially_filled'::text, 'pending_cancel'::text, 'pending_replace'::text])) THEN p_status ELSE NULL::text END WHEN 'order_rejected'::text THEN CASE WHEN ((p_status = ANY (ARRAY['accepted'::text, 'new'::text, 'pending_cancel'::text, 'pending_replace'::text])) AND (p_filled_quantity = (0)::numeric)) THEN 'rejected'::text ELSE NULL::text END WHEN 'order_canceled'::text THEN CASE WHEN (p_status = ANY (ARRAY['accepted'::text, 'new'::text, 'partially_filled'::text, 'pending_cancel'::text, 'pending_replace'::text])) THEN 'canceled'::text ELSE NULL::text END WHEN 'order_expired'::text THEN CASE WHEN (p_status = ANY (ARRAY['accepted'::text, 'new'::text, 'partially_filled'::text, 'pending_cancel'::text, 'pending_replace'::text])) THEN 'expired'::text ELSE NULL::text END WHEN 'cancel_rejected'::text THEN CASE WHEN (p_status IS DISTINCT FROM 'pending_cancel'::text) THEN NULL::text WHEN (p_filled_quantity > (0)::numeric) THEN 'partially_filled'::text WHEN (p_venue_order_id IS NOT NULL) THEN 'new'::text ELSE 'accepted'::text END ELSE NULL::text END;

CREATE FUNCTION fb_private.step_kyc(p_user_id uuid, p_status text, p_actor text, p_request_id text) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.take_if_fits(p_left numeric, p_available numeric, p_wanted numeric) RETURNS numeric
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.take_means_of_entry(p_user_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.take_rights_back() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.takes_two(p_by uuid, p_user_id uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.tell_of_deficits(p_account_id uuid, p_security_id uuid, p_order_id uuid, p_command_id uuid, p_detail jsonb, p_at timestamp with time zone) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.tell_of_owner(p_account_id uuid, p_kind text, p_payload jsonb, p_command_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.tell_of_symbol(p_action public.corporate_actions, p_account_ids uuid[]) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.undo_execution(p_ref public.executions, p_cause uuid, p_event text, p_actor text, p_request_id text, p_origin text, p_venue text, p_effective_at timestamp with time zone, p_recorded_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.undo_fill_of_order(p_ref public.executions, p_order public.orders, p_money_scale integer, p_unit_scale integer, p_effective_at timestamp with time zone, p_recorded_at timestamp with time zone) RETURNS numeric
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.undo_lots(p_ref public.executions, p_cause uuid, p_scale integer, p_effective_at timestamp with time zone, p_recorded_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.undo_lots_as_trade(p_ref public.executions, p_cause uuid, p_scale integer, p_effective_at timestamp with time zone, p_recorded_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.undo_settlements(p_account_id uuid, p_execution_id uuid, p_transfer_id uuid, p_cause uuid, p_recorded_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.uuid7_time(p_tick bigint) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN OVERLAY(lpad(to_hex(p_tick), 15, '0'::text) PLACING '7'::text FROM 13 FOR 0);

CREATE FUNCTION fb_private.uuid7() RETURNS uuid
    LANGUAGE sql PARALLEL SAFE
    RETURN ((fb_private.uuid7_time(((EXTRACT(epoch FROM clock_timestamp()) * (4096000)::numeric))::bigint) || substr((gen_random_uuid())::text, 20)))::uuid;

COMMENT ON FUNCTION fb_private.uuid7() IS 'A time-ordered id (RFC 9562, version 7): new rows land beside each other.';

CREATE TABLE public.idempotency_keys (
    actor text NOT NULL,
    key text NOT NULL,
    command text NOT NULL,
    request_hash bytea NOT NULL,
    command_id uuid NOT NULL,
    refusal_code text,
    refusal_field text,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT idempotency_keys_key_check CHECK (((length(key) >= 1) AND (length(key) <= 255)))
)
WITH (fillfactor='90');

ALTER TABLE ONLY public.idempotency_keys FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.idempotency_keys IS 'Keys of commands, what they asked and whether it was refused. Pruned after a time.';

COMMENT ON COLUMN public.idempotency_keys.key IS 'Unique with its actor: an index is over a digest of both.';

CREATE FUNCTION fb_private.verdicts(p_ids uuid[], p_states text[], p_codes text[], p_fields text[]) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT (i.ordinal)::integer AS ordinal,
         CASE
             WHEN (i.state = 'busy'::text) THEN 'busy'::text
             WHEN (i.state = 'conflict'::text) THEN 'conflict'::text
             WHEN (COALESCE(k.refusal_code, i.code) IS NOT NULL) THEN 'refused'::text
             ELSE 'accepted'::text
         END AS "case",
     COALESCE((i.state = 'replay'::text), false) AS "coalesce",
     i.command_id,
         CASE
             WHEN (i.state = 'conflict'::text) THEN 'idempotency_conflict'::text
             WHEN (i.state = 'busy'::text) THEN 'account_busy'::text
             ELSE COALESCE(k.refusal_code, i.code)
         END AS "coalesce",
         CASE
             WHEN (i.state = 'conflict'::text) THEN NULL::text
             ELSE COALESCE(k.refusal_field, i.field)
         END AS "coalesce"
    FROM (UNNEST(verdicts.p_ids, verdicts.p_states, verdicts.p_codes, verdicts.p_fields) WITH ORDINALITY i(command_id, state, code, field, ordinal)
      LEFT JOIN LATERAL ( SELECT n.refusal_code,
             n.refusal_field
            FROM public.idempotency_keys n
           WHERE ((i.state = 'replay'::text) AND (n.command_id = i.command_id))
          LIMIT 1) k ON (true));
END;

CREATE FUNCTION fb_private.verified_identities(p_tokens text[], OUT actors text[], OUT user_ids uuid[], OUT key_ids text[], OUT scopes text[], OUT account_ids uuid[], OUT problems text[]) RETURNS record
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.vouch(p_said text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.who_says(p_identities text[], p_senders text[], OUT actors text[], OUT key_ids text[]) RETURNS record
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.why_no_key(p_key_id text, p_user_id uuid, p_account_id uuid, p_secret_hash bytea, p_scopes text, p_name text, p_allowed_addresses text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.why_no_payload(p_action text, p_payload jsonb) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.why_not(p_scope text, p_scopes text, p_account_id uuid, p_key_account_id uuid, p_role text, p_is_active boolean, p_status text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN ((p_role IS NULL) OR (COALESCE(p_key_account_id, p_account_id) <> p_account_id)) THEN 'account_not_found'::text WHEN ((p_role = 'viewer'::text) OR (NOT (p_scope = ANY (string_to_array(p_scopes, ','::text)))) OR (NOT p_is_active)) THEN 'not_permitted'::text WHEN (p_status <> 'active'::text) THEN 'account_not_active'::text ELSE NULL::text END;

CREATE FUNCTION fb_private.why_not_broker(p_problem text, p_scopes text, p_key text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (p_problem IS NOT NULL) THEN p_problem WHEN (NOT ('broker'::text = ANY (string_to_array(p_scopes, ','::text)))) THEN 'not_permitted'::text WHEN (p_key IS NULL) THEN 'required'::text WHEN ((length(p_key) < 1) OR (length(p_key) > 255)) THEN 'out_of_range'::text ELSE NULL::text END;

CREATE FUNCTION fb_private.why_not_make_key(p_maker_id uuid, p_maker_scopes text, p_user_id uuid, p_scopes text) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.why_not_move(p_account public.accounts, p_account_id uuid, p_user_id uuid, p_scopes text, p_key_account_id uuid, p_amount numeric) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.why_not_reset(p_identity text, p_by uuid, p_user_id uuid) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.why_not_reverse(p_transaction_id uuid) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.with_verdicts(p_codes text[], p_refused integer[], p_verdicts text[]) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.withdrawable(p_account public.accounts) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN GREATEST(((((p_account).balance)::numeric - ((p_account).held)::numeric) - ((p_account).unsettled)::numeric), (0)::numeric);

CREATE FUNCTION fb_private.withdrawal_fact(p_fact text, p_keys text[], p_request_ids text[], p_origins text[], p_transfer_ids uuid[], p_notes text[], p_effective_at timestamp with time zone[], p_skip_locked boolean, p_identities text[]) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.withdrawal_wave(p_fact text, p_wave integer, p_waves integer[], p_ids uuid[], p_states text[], p_actors text[], p_key_ids text[], p_request_ids text[], p_origins text[], p_transfer_ids uuid[], p_notes text[], p_effective_at timestamp with time zone[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.work_on_exceptions(p_command text, p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_exception_ids uuid[], p_user_ids uuid[], p_resolutions text[]) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE AGGREGATE fb_private.left_after(numeric, numeric) (
    SFUNC = fb_private.take_if_fits,
    STYPE = numeric
);

CREATE TABLE fb_private.alembic_version (
    version_num character varying(32) NOT NULL
);

CREATE SEQUENCE public.account_number_seq
    START WITH 100000000
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.account_owners (
    account_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT account_owners_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'joint'::text, 'viewer'::text])))
);

ALTER TABLE ONLY public.account_owners FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.account_owners IS 'Who may see an account, and who may act on it.';

CREATE TABLE public.account_transfers (
    transfer_id uuid NOT NULL,
    account_id uuid NOT NULL,
    target_account_id uuid NOT NULL,
    amount public.finite NOT NULL,
    currency text NOT NULL,
    target_amount public.finite NOT NULL,
    target_currency text NOT NULL,
    rate_id uuid,
    withdrawable_before public.finite NOT NULL,
    command_id uuid NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    effective_at timestamp with time zone NOT NULL,
    CONSTRAINT account_transfers_amount_check CHECK (((amount)::numeric > (0)::numeric)),
    CONSTRAINT account_transfers_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT account_transfers_of_two CHECK ((account_id <> target_account_id)),
    CONSTRAINT account_transfers_rate CHECK ((((rate_id IS NULL) = (currency = target_currency)) AND ((rate_id IS NOT NULL) OR ((amount)::numeric = (target_amount)::numeric)))),
    CONSTRAINT account_transfers_target_amount_check CHECK (((target_amount)::numeric > (0)::numeric)),
    CONSTRAINT account_transfers_target_currency_check CHECK ((target_currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT account_transfers_within_withdrawable CHECK (((amount)::numeric <= (withdrawable_before)::numeric))
);

ALTER TABLE ONLY public.account_transfers FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.account_transfers IS 'Money from one customer account to another through clearing; its transactions have event_id = transfer_id.';

CREATE TABLE public.api_keys (
    key_id text NOT NULL,
    user_id uuid NOT NULL,
    account_id uuid,
    secret_hash bytea NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    allowed_addresses cidr[],
    name text,
    CONSTRAINT api_keys_allowed_addresses_check CHECK (((cardinality(allowed_addresses) >= 1) AND (cardinality(allowed_addresses) <= 32))),
    CONSTRAINT api_keys_key_id_check CHECK ((key_id ~ '^[A-Z0-9]{16,32}$'::text)),
    CONSTRAINT api_keys_name_check CHECK (((length(name) >= 1) AND (length(name) <= 64))),
    CONSTRAINT api_keys_scopes_check CHECK (((cardinality(scopes) > 0) AND (scopes <@ ARRAY['read'::text, 'trade'::text, 'funding'::text, 'inspect'::text, 'broker'::text, 'operations'::text, 'admin'::text]))),
    CONSTRAINT api_keys_secret_hash_check CHECK ((octet_length(secret_hash) = 32))
);

ALTER TABLE ONLY public.api_keys FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.api_keys IS 'Keys of callers: the hash of the secret, scopes, expiry.';

COMMENT ON COLUMN public.api_keys.allowed_addresses IS 'From where the key works; NULL is everywhere.';

CREATE TABLE public.assets (
    asset_id uuid NOT NULL,
    kind text NOT NULL,
    code text NOT NULL,
    scale smallint NOT NULL,
    CONSTRAINT assets_code_check CHECK (((length(code) >= 1) AND (length(code) <= 64))),
    CONSTRAINT assets_kind_check CHECK ((kind = ANY (ARRAY['currency'::text, 'security'::text]))),
    CONSTRAINT assets_scale_check CHECK (((scale >= 0) AND (scale <= 12)))
);

ALTER TABLE ONLY public.assets FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.assets IS 'What can be owned and counted: a currency or a security, with its scale.';

COMMENT ON COLUMN public.assets.scale IS 'Decimal places an amount of this asset may have; more are refused.';

CREATE TABLE public.audit_epochs (
    epoch integer NOT NULL,
    log_id uuid NOT NULL,
    origin text NOT NULL,
    system_identifier text NOT NULL,
    first_xid bigint NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    opened_by text NOT NULL,
    reason text NOT NULL,
    verifier_key text NOT NULL,
    record text NOT NULL,
    CONSTRAINT audit_epochs_epoch_check CHECK ((epoch > 0)),
    CONSTRAINT audit_epochs_origin_check CHECK (((length(origin) >= 1) AND (length(origin) <= 200))),
    CONSTRAINT audit_epochs_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 500)))
);

ALTER TABLE ONLY public.audit_epochs FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.audit_epochs IS 'Lives of the database: the first, and one after each restore that somebody signed for.';

COMMENT ON COLUMN public.audit_epochs.verifier_key IS 'The public key of its heads, as C2SP signed-note writes it.';

COMMENT ON COLUMN public.audit_epochs.record IS 'What was signed when it was opened: what the epoch before had come to, in the database and outside.';

CREATE TABLE public.audit_log (
    log_id uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    subject_id uuid,
    action text NOT NULL,
    table_name text,
    record_id text,
    old_values jsonb,
    new_values jsonb,
    request_id text,
    actor_kind text DEFAULT 'system'::text NOT NULL,
    key_id text,
    origin text,
    login text DEFAULT SESSION_USER,
    epoch integer DEFAULT 1 NOT NULL,
    xid bigint DEFAULT ((pg_current_xact_id())::text)::bigint NOT NULL,
    CONSTRAINT audit_log_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['customer'::text, 'operator'::text, 'broker'::text, 'job'::text, 'system'::text, 'anonymous'::text]))),
    CONSTRAINT audit_log_origin_check CHECK ((length(origin) <= 500))
)
PARTITION BY RANGE (recorded_at);

ALTER TABLE ONLY public.audit_log FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.audit_log IS 'Changes of users, access, settings, reads of personal data, what operators do. Append-only.';

COMMENT ON COLUMN public.audit_log.subject_id IS 'The user concerned. No foreign key: the log outlives an erased user.';

COMMENT ON COLUMN public.audit_log.actor_kind IS 'Who acted: a customer, an operator, the broker''s staff, a job of the platform, the platform itself, or nobody known.';

COMMENT ON COLUMN public.audit_log.origin IS 'Where from: how it came in; a network address is encrypted under the key of the user who acted.';

COMMENT ON COLUMN public.audit_log.login IS 'The login that wrote the line, by the server itself: nobody can pass it in. NULL: written before it was kept.';

COMMENT ON COLUMN public.audit_log.epoch IS 'Which life of the database wrote the row: a restore begins the next one.';

COMMENT ON COLUMN public.audit_log.xid IS 'The transaction of the server that wrote the row, within its epoch: rows are sealed in this order.';

CREATE TABLE public.audit_log_default (
    log_id uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    subject_id uuid,
    action text NOT NULL,
    table_name text,
    record_id text,
    old_values jsonb,
    new_values jsonb,
    request_id text,
    actor_kind text DEFAULT 'system'::text NOT NULL,
    key_id text,
    origin text,
    login text DEFAULT SESSION_USER,
    epoch integer DEFAULT 1 NOT NULL,
    xid bigint DEFAULT ((pg_current_xact_id())::text)::bigint NOT NULL,
    CONSTRAINT audit_log_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['customer'::text, 'operator'::text, 'broker'::text, 'job'::text, 'system'::text, 'anonymous'::text]))),
    CONSTRAINT audit_log_origin_check CHECK ((length(origin) <= 500))
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_analyze_scale_factor='0.01', autovacuum_vacuum_insert_scale_factor='0.05');

ALTER TABLE ONLY public.audit_log_default FORCE ROW LEVEL SECURITY;

CREATE TABLE public.audit_retired (
    table_name text NOT NULL,
    row_count bigint NOT NULL,
    file_name text NOT NULL,
    file_sha256 bytea NOT NULL,
    retired_at timestamp with time zone NOT NULL,
    retired_by text NOT NULL,
    CONSTRAINT audit_retired_file_sha256_check CHECK ((octet_length(file_sha256) = 32)),
    CONSTRAINT audit_retired_row_count_check CHECK ((row_count >= 0))
);

ALTER TABLE ONLY public.audit_retired FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.audit_retired IS 'Months of history that were exported and dropped after their retention.';

CREATE TABLE public.audit_retired_leaves (
    table_name text NOT NULL,
    epoch integer NOT NULL,
    seal_seq bigint NOT NULL,
    leaves bytea NOT NULL
);

ALTER TABLE ONLY public.audit_retired_leaves FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.audit_retired_leaves IS 'Which leaves of a seal are of rows that were dropped.';

CREATE TABLE public.closed_months (
    month date NOT NULL,
    transactions bigint NOT NULL,
    entries bigint NOT NULL,
    last_effective_at timestamp with time zone,
    closed_at timestamp with time zone NOT NULL,
    detached_at timestamp with time zone,
    CONSTRAINT closed_months_entries_check CHECK ((entries >= 0)),
    CONSTRAINT closed_months_month_check CHECK ((EXTRACT(day FROM month) = (1)::numeric)),
    CONSTRAINT closed_months_order CHECK ((detached_at >= closed_at)),
    CONSTRAINT closed_months_transactions_check CHECK ((transactions >= 0))
);

ALTER TABLE ONLY public.closed_months FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.closed_months IS 'Months that were closed, with what they hold; detached ones have left their tables.';

COMMENT ON COLUMN public.closed_months.detached_at IS 'When its partitions became tables of their own; NULL: not.';

CREATE TABLE public.closing_balances (
    account_id uuid NOT NULL,
    asset_id uuid NOT NULL,
    month date NOT NULL,
    version bigint,
    balance public.finite NOT NULL,
    closed_at timestamp with time zone NOT NULL,
    CONSTRAINT closing_balances_month_check CHECK ((EXTRACT(day FROM month) = (1)::numeric))
);

ALTER TABLE ONLY public.closing_balances FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.closing_balances IS 'Balances at the end of a month, per account and asset, verified when it was closed.';

CREATE TABLE public.closing_events (
    account_id uuid NOT NULL,
    month date NOT NULL,
    event_seq bigint NOT NULL,
    CONSTRAINT closing_events_event_seq_check CHECK ((event_seq > 0))
);

ALTER TABLE ONLY public.closing_events FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.closing_events IS 'How far an account''s events had come at the end of a month.';

CREATE TABLE public.credentials (
    user_id uuid NOT NULL,
    password_hash text NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT credentials_password_hash_check CHECK ((password_hash ~~ '$argon2id$%'::text))
);

ALTER TABLE ONLY public.credentials FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.credentials IS 'Password hashes, apart from the users.';

CREATE TABLE public.entitlements (
    action_id uuid NOT NULL,
    account_id uuid NOT NULL,
    quantity_before public.finite NOT NULL,
    quantity_after public.finite NOT NULL,
    transaction_id uuid,
    recorded_at timestamp with time zone NOT NULL,
    state text DEFAULT 'applied'::text NOT NULL,
    gross public.finite DEFAULT 0 NOT NULL,
    withheld public.finite DEFAULT 0 NOT NULL,
    cash public.finite DEFAULT 0 NOT NULL,
    reinvested_quantity public.finite DEFAULT 0 NOT NULL,
    reinvested_amount public.finite DEFAULT 0 NOT NULL,
    paid_at timestamp with time zone,
    CONSTRAINT entitlements_pending CHECK (((state = 'applied'::text) OR ((transaction_id IS NULL) AND (paid_at IS NULL) AND ((reinvested_quantity)::numeric = (0)::numeric)))),
    CONSTRAINT entitlements_reinvested_amount_check CHECK (((reinvested_amount)::numeric >= (0)::numeric)),
    CONSTRAINT entitlements_reinvested_quantity_check CHECK (((reinvested_quantity)::numeric >= (0)::numeric)),
    CONSTRAINT entitlements_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'applied'::text]))),
    CONSTRAINT entitlements_withheld_check CHECK (((withheld)::numeric >= (0)::numeric))
);

ALTER TABLE ONLY public.entitlements FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.entitlements IS 'What an action gave to an account: once an action and account.';

COMMENT ON COLUMN public.entitlements.cash IS 'What the account gets: gross less withheld; negative for shares owed.';

CREATE TABLE public.entries (
    transaction_id uuid NOT NULL,
    leg smallint NOT NULL,
    account_id uuid NOT NULL,
    asset_id uuid NOT NULL,
    amount public.finite NOT NULL,
    version bigint,
    recorded_at timestamp with time zone NOT NULL,
    effective_at timestamp with time zone NOT NULL,
    CONSTRAINT entries_amount_check CHECK (((amount)::numeric <> (0)::numeric)),
    CONSTRAINT entries_leg_check CHECK ((leg > 0)),
    CONSTRAINT entries_version_check CHECK ((version > 0))
)
PARTITION BY RANGE (recorded_at);

ALTER TABLE ONLY public.entries FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.entries IS 'Legs of transactions: an amount of one asset on one account. They sum to zero. Append-only, partitioned by month.';

COMMENT ON COLUMN public.entries.version IS 'Gapless for each customer account and asset, unique within a partition. NULL for the house.';

CREATE TABLE public.entries_default (
    transaction_id uuid NOT NULL,
    leg smallint NOT NULL,
    account_id uuid NOT NULL,
    asset_id uuid NOT NULL,
    amount public.finite NOT NULL,
    version bigint,
    recorded_at timestamp with time zone NOT NULL,
    effective_at timestamp with time zone NOT NULL,
    CONSTRAINT entries_amount_check CHECK (((amount)::numeric <> (0)::numeric)),
    CONSTRAINT entries_leg_check CHECK ((leg > 0)),
    CONSTRAINT entries_version_check CHECK ((version > 0))
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_analyze_scale_factor='0.01', autovacuum_vacuum_insert_scale_factor='0.05');

ALTER TABLE ONLY public.entries_default FORCE ROW LEVEL SECURITY;

CREATE TABLE public.erasures (
    user_id uuid NOT NULL,
    erased_at timestamp with time zone NOT NULL,
    actor text NOT NULL
);

ALTER TABLE ONLY public.erasures FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.erasures IS 'Users whose data key was destroyed. Kept outside too, and replayed from there after a restore.';

COMMENT ON COLUMN public.erasures.user_id IS 'No foreign key: the list outlives the users.';

CREATE TABLE public.exceptions (
    exception_id uuid NOT NULL,
    kind text NOT NULL,
    account_id uuid,
    order_id uuid,
    command_id uuid NOT NULL,
    detail jsonb NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    assigned_to uuid,
    resolution text,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    resolved_by uuid,
    CONSTRAINT exceptions_assigned_check CHECK (((state <> 'assigned'::text) OR (assigned_to IS NOT NULL))),
    CONSTRAINT exceptions_kind_check CHECK ((kind = ANY (ARRAY['overdrawn'::text, 'deficit'::text, 'overfill'::text, 'unknown_order'::text, 'unknown_account'::text, 'unknown_transfer'::text, 'unknown_execution'::text, 'unexpected_state'::text, 'invalid_fact'::text, 'no_calendar'::text, 'card_number'::text]))),
    CONSTRAINT exceptions_resolved_check CHECK ((((state = 'resolved'::text) = (resolution IS NOT NULL)) AND ((state = 'resolved'::text) = (resolved_by IS NOT NULL)))),
    CONSTRAINT exceptions_state_check CHECK ((state = ANY (ARRAY['open'::text, 'assigned'::text, 'resolved'::text])))
);

ALTER TABLE ONLY public.exceptions FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.exceptions IS 'What a fact left for a person to look at.';

CREATE TABLE public.exchange_rates (
    rate_id uuid NOT NULL,
    provider text NOT NULL,
    provider_rate_id text NOT NULL,
    base text NOT NULL,
    quote text NOT NULL,
    rate public.finite NOT NULL,
    effective_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT exchange_rates_base_check CHECK ((base ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT exchange_rates_effective_at_check CHECK (isfinite(effective_at)),
    CONSTRAINT exchange_rates_of_two CHECK ((base <> quote)),
    CONSTRAINT exchange_rates_provider_check CHECK (((length(provider) >= 1) AND (length(provider) <= 64))),
    CONSTRAINT exchange_rates_provider_rate_id_check CHECK (((length(provider_rate_id) >= 1) AND (length(provider_rate_id) <= 100))),
    CONSTRAINT exchange_rates_quote_check CHECK ((quote ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT exchange_rates_rate_check CHECK (((rate)::numeric > (0)::numeric))
);

ALTER TABLE ONLY public.exchange_rates FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.exchange_rates IS 'Rates between currencies, as facts: each conversion names the one it used.';

COMMENT ON COLUMN public.exchange_rates.rate IS 'What one unit of the base buys of the quote.';

CREATE TABLE public.holdings (
    account_id uuid NOT NULL,
    security_id uuid NOT NULL,
    quantity public.finite NOT NULL,
    held public.finite DEFAULT 0 NOT NULL,
    total_cost public.finite NOT NULL,
    realized_gain public.finite DEFAULT 0 NOT NULL,
    version bigint NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT holdings_held_check CHECK (((held)::numeric >= (0)::numeric)),
    CONSTRAINT holdings_version_check CHECK ((version >= 0))
)
WITH (fillfactor='70');

ALTER TABLE ONLY public.holdings FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.holdings IS 'Shares of one security on one account: the sum of its open lots.';

COMMENT ON COLUMN public.holdings.total_cost IS 'Cost of the open lots; the average cost is total_cost / quantity.';

CREATE TABLE public.key_epochs (
    tree text NOT NULL,
    epoch integer NOT NULL,
    provider text NOT NULL,
    reference text,
    wrapped_key bytea,
    state text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    retired_at timestamp with time zone,
    destroyed_at timestamp with time zone,
    CONSTRAINT key_epochs_epoch_check CHECK ((epoch > 0)),
    CONSTRAINT key_epochs_provider_check CHECK ((provider = ANY (ARRAY['file'::text, 'aws-kms'::text]))),
    CONSTRAINT key_epochs_reference_check CHECK (((length(reference) >= 1) AND (length(reference) <= 512))),
    CONSTRAINT key_epochs_state CHECK ((((state <> 'active'::text) = (retired_at IS NOT NULL)) AND ((state = 'destroyed'::text) = (destroyed_at IS NOT NULL)) AND ((state <> 'destroyed'::text) OR (wrapped_key IS NULL)))),
    CONSTRAINT key_epochs_state_check CHECK ((state = ANY (ARRAY['active'::text, 'retired'::text, 'destroyed'::text]))),
    CONSTRAINT key_epochs_tree_check CHECK ((tree = ANY (ARRAY['personal'::text, 'backup'::text]))),
    CONSTRAINT key_epochs_wrapped_key_check CHECK (((octet_length(wrapped_key) >= 32) AND (octet_length(wrapped_key) <= 6144)))
);

ALTER TABLE ONLY public.key_epochs FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.key_epochs IS 'Key-encryption keys: where each is kept and what became of it. Never a key in clear.';

COMMENT ON COLUMN public.key_epochs.tree IS 'personal: wraps the users'' data keys and dies within the backups'' retention; backup: lives as long as its backups.';

COMMENT ON COLUMN public.key_epochs.wrapped_key IS 'The key as AWS KMS encrypted it; NULL: it is in the key file.';

CREATE TABLE public.kyc_documents (
    document_id uuid NOT NULL,
    user_id uuid NOT NULL,
    kind text NOT NULL,
    media_type text NOT NULL,
    byte_count integer NOT NULL,
    content_ciphertext bytea,
    content_index bytea,
    generation integer NOT NULL,
    command_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    removed_at timestamp with time zone,
    CONSTRAINT kyc_documents_byte_count_check CHECK (((byte_count >= 1) AND (byte_count <= 10485760))),
    CONSTRAINT kyc_documents_content_check CHECK (((content_ciphertext IS NOT NULL) = (removed_at IS NULL))),
    CONSTRAINT kyc_documents_content_index_check CHECK ((octet_length(content_index) = 32)),
    CONSTRAINT kyc_documents_generation_check CHECK ((generation >= 0)),
    CONSTRAINT kyc_documents_kind_check CHECK ((kind = ANY (ARRAY['passport'::text, 'identity_card'::text, 'driving_licence'::text, 'residence_permit'::text, 'proof_of_address'::text, 'other'::text]))),
    CONSTRAINT kyc_documents_media_type_check CHECK ((media_type = ANY (ARRAY['image/jpeg'::text, 'image/png'::text, 'application/pdf'::text])))
);
ALTER TABLE ONLY public.kyc_documents ALTER COLUMN content_ciphertext SET STORAGE EXTERNAL;

ALTER TABLE ONLY public.kyc_documents FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.kyc_documents IS 'Documents of identity checks, encrypted under their user''s data key.';

CREATE TABLE public.kyc_events (
    event_id uuid NOT NULL,
    user_id uuid NOT NULL,
    from_status text NOT NULL,
    to_status text NOT NULL,
    actor text NOT NULL,
    request_id text,
    recorded_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.kyc_events FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.kyc_events IS 'Each step of the check of a person''s identity.';

CREATE TABLE public.kyc_transitions (
    from_status text NOT NULL,
    to_status text NOT NULL
);

ALTER TABLE ONLY public.kyc_transitions FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.kyc_transitions IS 'Which state of an identity check may follow which.';

CREATE TABLE public.lot_closures (
    lot_id uuid NOT NULL,
    execution_id uuid NOT NULL,
    account_id uuid NOT NULL,
    security_id uuid NOT NULL,
    quantity public.finite NOT NULL,
    cost public.finite NOT NULL,
    proceeds public.finite NOT NULL,
    gain public.finite NOT NULL,
    effective_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    closure_no integer DEFAULT 0 NOT NULL,
    cause_id uuid,
    kind text DEFAULT 'sale'::text NOT NULL,
    CONSTRAINT lot_closures_gain CHECK (((gain)::numeric = ((proceeds)::numeric - (cost)::numeric))),
    CONSTRAINT lot_closures_kind_check CHECK ((kind = ANY (ARRAY['sale'::text, 'carried'::text, 'cash_in_lieu'::text, 'merger'::text]))),
    CONSTRAINT lot_closures_quantity_check CHECK (((quantity)::numeric <> (0)::numeric))
);

ALTER TABLE ONLY public.lot_closures FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.lot_closures IS 'What of a lot was sold, for how much. Append-only.';

COMMENT ON COLUMN public.lot_closures.closure_no IS '0: the first; above: reversed or matched anew since.';

COMMENT ON COLUMN public.lot_closures.cause_id IS 'The bust or correction that wrote this row. NULL: its execution did.';

COMMENT ON COLUMN public.lot_closures.kind IS 'carried: the cost goes on in the lot of a split; no gain but for dust.';

CREATE TABLE public.market_control (
    only_row boolean DEFAULT true NOT NULL,
    paused boolean DEFAULT false NOT NULL,
    days_per_minute public.finite DEFAULT 1,
    steps_requested bigint DEFAULT 0 NOT NULL,
    steps_taken bigint DEFAULT 0 NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT market_control_days_per_minute_check CHECK (((days_per_minute)::numeric > (0)::numeric)),
    CONSTRAINT market_control_only_row_check CHECK (only_row)
);

ALTER TABLE ONLY public.market_control FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.market_control IS 'What an operator told the replay: one row.';

COMMENT ON COLUMN public.market_control.days_per_minute IS 'Trading days a minute of wall time; NULL is real time.';

CREATE TABLE public.market_sessions (
    exchange text NOT NULL,
    session_date date NOT NULL,
    opens_at timestamp with time zone NOT NULL,
    closes_at timestamp with time zone NOT NULL,
    half_day boolean NOT NULL,
    settles_on date NOT NULL,
    CONSTRAINT market_sessions_order CHECK (((opens_at < closes_at) AND (settles_on > session_date)))
);

ALTER TABLE ONLY public.market_sessions FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.market_sessions IS 'Trading days of an exchange, and when their trades settle.';

CREATE TABLE public.outbox (
    account_id uuid NOT NULL,
    event_seq bigint NOT NULL,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    command_id uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    effective_at timestamp with time zone NOT NULL,
    global_seq bigint
)
PARTITION BY RANGE (recorded_at);

ALTER TABLE ONLY public.outbox FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.outbox IS 'Events, written with the change that they tell of. Partitioned by month.';

CREATE VIEW public.months_to_close WITH (security_invoker='true') AS
 SELECT (d.month)::date AS month
   FROM (( SELECT LEAST(( SELECT min(t.recorded_at) AS min
                   FROM public.transactions t), ( SELECT min(o.recorded_at) AS min
                   FROM public.outbox o)) AS recorded_at) earliest
     CROSS JOIN LATERAL generate_series(date_trunc('month'::text, (earliest.recorded_at AT TIME ZONE 'UTC'::text)), (((clock_timestamp() - '01:00:00'::interval) AT TIME ZONE 'UTC'::text) - '1 mon'::interval), '1 mon'::interval) d(month))
  WHERE (NOT (EXISTS ( SELECT 1
           FROM public.closed_months m
          WHERE (m.month = (d.month)::date))));

COMMENT ON VIEW public.months_to_close IS 'Months that have been over for an hour and are not closed.';

CREATE TABLE public.order_events (
    order_id uuid NOT NULL,
    account_id uuid NOT NULL,
    event_seq bigint NOT NULL,
    event text NOT NULL,
    from_status text,
    to_status text NOT NULL,
    filled_quantity public.finite NOT NULL,
    execution_id uuid,
    reason text,
    effective_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    command_id uuid NOT NULL,
    actor text NOT NULL,
    key_id text,
    request_id text,
    origin text,
    epoch integer DEFAULT 1 NOT NULL,
    xid bigint DEFAULT ((pg_current_xact_id())::text)::bigint NOT NULL,
    CONSTRAINT order_events_event_check CHECK ((event = ANY (ARRAY['placed'::text, 'acknowledged'::text, 'rejected'::text, 'cancel_requested'::text, 'canceled'::text, 'cancel_rejected'::text, 'expired'::text, 'fill'::text, 'partial_fill'::text, 'corporate_action'::text, 'replace_requested'::text, 'replaced'::text, 'replace_rejected'::text, 'triggered'::text, 'busted'::text, 'corrected'::text])))
)
PARTITION BY RANGE (recorded_at);

ALTER TABLE ONLY public.order_events FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.order_events IS 'Each step of an order. Append-only, partitioned by month.';

COMMENT ON COLUMN public.order_events.epoch IS 'Which life of the database wrote the row: a restore begins the next one.';

COMMENT ON COLUMN public.order_events.xid IS 'The transaction of the server that wrote the row, within its epoch: rows are sealed in this order.';

CREATE TABLE public.order_events_default (
    order_id uuid NOT NULL,
    account_id uuid NOT NULL,
    event_seq bigint NOT NULL,
    event text NOT NULL,
    from_status text,
    to_status text NOT NULL,
    filled_quantity public.finite NOT NULL,
    execution_id uuid,
    reason text,
    effective_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    command_id uuid NOT NULL,
    actor text NOT NULL,
    key_id text,
    request_id text,
    origin text,
    epoch integer DEFAULT 1 NOT NULL,
    xid bigint DEFAULT ((pg_current_xact_id())::text)::bigint NOT NULL,
    CONSTRAINT order_events_event_check CHECK ((event = ANY (ARRAY['placed'::text, 'acknowledged'::text, 'rejected'::text, 'cancel_requested'::text, 'canceled'::text, 'cancel_rejected'::text, 'expired'::text, 'fill'::text, 'partial_fill'::text, 'corporate_action'::text, 'replace_requested'::text, 'replaced'::text, 'replace_rejected'::text, 'triggered'::text, 'busted'::text, 'corrected'::text])))
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_analyze_scale_factor='0.01', autovacuum_vacuum_insert_scale_factor='0.05');

ALTER TABLE ONLY public.order_events_default FORCE ROW LEVEL SECURITY;

CREATE TABLE public.order_lots (
    order_id uuid NOT NULL,
    lot_id uuid NOT NULL,
    account_id uuid NOT NULL,
    "position" smallint NOT NULL,
    quantity public.finite NOT NULL,
    closed_quantity public.finite DEFAULT 0 NOT NULL,
    CONSTRAINT order_lots_check CHECK ((((closed_quantity)::numeric >= (0)::numeric) AND ((closed_quantity)::numeric <= (quantity)::numeric))),
    CONSTRAINT order_lots_position_check CHECK (("position" > 0)),
    CONSTRAINT order_lots_quantity_check CHECK (((quantity)::numeric > (0)::numeric))
);

ALTER TABLE ONLY public.order_lots FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.order_lots IS 'Lots that a sell order was told to close.';

CREATE TABLE public.order_transitions (
    from_status text NOT NULL,
    to_status text NOT NULL
);

ALTER TABLE ONLY public.order_transitions FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.order_transitions IS 'Which status may follow which.';

CREATE TABLE public.outbox_default (
    account_id uuid NOT NULL,
    event_seq bigint NOT NULL,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    command_id uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    effective_at timestamp with time zone NOT NULL,
    global_seq bigint
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_analyze_scale_factor='0.01', autovacuum_vacuum_insert_scale_factor='0.05');

ALTER TABLE ONLY public.outbox_default FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.outbox_global_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.passkeys (
    credential_id bytea NOT NULL,
    user_id uuid NOT NULL,
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone,
    CONSTRAINT passkeys_credential_id_check CHECK (((octet_length(credential_id) >= 16) AND (octet_length(credential_id) <= 1023))),
    CONSTRAINT passkeys_name_check CHECK (((length(name) >= 1) AND (length(name) <= 64))),
    CONSTRAINT passkeys_sign_count_check CHECK ((sign_count >= 0))
);

ALTER TABLE ONLY public.passkeys FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.passkeys IS 'Public keys of people''s passkeys.';

CREATE TABLE public.payment_methods (
    payment_method_id uuid NOT NULL,
    user_id uuid NOT NULL,
    kind text NOT NULL,
    token text NOT NULL,
    last_four text NOT NULL,
    country text,
    routing_number text,
    number_ciphertext bytea,
    number_index bytea,
    generation integer NOT NULL,
    command_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    removed_at timestamp with time zone,
    CONSTRAINT payment_methods_country_check CHECK ((country ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT payment_methods_generation_check CHECK ((generation >= 0)),
    CONSTRAINT payment_methods_kind_check CHECK ((kind = ANY (ARRAY['iban'::text, 'us_bank'::text, 'card'::text]))),
    CONSTRAINT payment_methods_last_four_check CHECK ((last_four ~ '^[0-9A-Z]{1,4}$'::text)),
    CONSTRAINT payment_methods_number_check CHECK (((number_ciphertext IS NOT NULL) = ((kind <> 'card'::text) AND (removed_at IS NULL)))),
    CONSTRAINT payment_methods_number_index_check CHECK ((octet_length(number_index) = 32)),
    CONSTRAINT payment_methods_routing_check CHECK (((kind = 'us_bank'::text) = (routing_number IS NOT NULL))),
    CONSTRAINT payment_methods_routing_number_check CHECK ((routing_number ~ '^[0-9]{9}$'::text)),
    CONSTRAINT payment_methods_token_check CHECK ((token ~ '^pm_[0-9a-f]{32}$'::text))
);

ALTER TABLE ONLY public.payment_methods FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.payment_methods IS 'Bank accounts and cards of users: a token, and the last four characters.';

COMMENT ON COLUMN public.payment_methods.token IS 'What stands for the number everywhere else; drawn at random.';

COMMENT ON COLUMN public.payment_methods.number_ciphertext IS 'NULL for a card, whose number is not kept, and once removed.';

CREATE TABLE public.personal_data_keys (
    user_id uuid NOT NULL,
    key_epoch integer NOT NULL,
    wrapped_key bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    generation integer DEFAULT 1 NOT NULL,
    CONSTRAINT personal_data_keys_generation_check CHECK ((generation >= 0)),
    CONSTRAINT personal_data_keys_key_epoch_check CHECK ((key_epoch > 0))
);

ALTER TABLE ONLY public.personal_data_keys FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.personal_data_keys IS 'The wrapped key of one user''s personal data: its destruction erases the user.';

COMMENT ON COLUMN public.personal_data_keys.generation IS 'Which of the user''s data keys this is; every ciphertext is bound to it. 0: bound as before there were generations.';

CREATE TABLE public.platform_settings (
    name text NOT NULL,
    value text NOT NULL,
    description text NOT NULL,
    updated_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.platform_settings FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.platform_settings IS 'Settings of the platform that operators may change.';

CREATE MATERIALIZED VIEW public.portfolio_summary AS
 SELECT a.account_id,
    o.user_id,
    a.currency,
    a.balance AS cash_balance,
    COALESCE(sum(((h.quantity)::numeric * COALESCE((p.last)::numeric, (0)::numeric))), (0)::numeric) AS holdings_value,
    ((a.balance)::numeric + COALESCE(sum(((h.quantity)::numeric * COALESCE((p.last)::numeric, (0)::numeric))), (0)::numeric)) AS total_value,
    count(h.security_id) FILTER (WHERE ((h.quantity)::numeric <> (0)::numeric)) AS positions,
    count(h.security_id) FILTER (WHERE (((h.quantity)::numeric <> (0)::numeric) AND (p.last IS NULL))) AS positions_without_price,
    clock_timestamp() AS refreshed_at
   FROM (((public.accounts a
     JOIN LATERAL ( SELECT w.user_id
           FROM public.account_owners w
          WHERE ((w.account_id = a.account_id) AND (w.role = 'owner'::text))
          ORDER BY w.created_at, w.user_id
         LIMIT 1) o ON (true))
     LEFT JOIN public.holdings h ON ((a.account_id = h.account_id)))
     LEFT JOIN public.security_prices p ON ((h.security_id = p.security_id)))
  WHERE (a.house_code IS NULL)
  GROUP BY a.account_id, o.user_id, a.currency, a.balance
  WITH NO DATA;

COMMENT ON MATERIALIZED VIEW public.portfolio_summary IS 'Cash and the value of holdings of every account, as of refreshed_at. For reporting roles.';

CREATE VIEW public.portfolio_summary_live WITH (security_invoker='true') AS
 SELECT a.account_id,
    o.user_id,
    a.currency,
    a.balance AS cash_balance,
    COALESCE(sum(((h.quantity)::numeric * COALESCE((p.last)::numeric, (0)::numeric))), (0)::numeric) AS holdings_value,
    ((a.balance)::numeric + COALESCE(sum(((h.quantity)::numeric * COALESCE((p.last)::numeric, (0)::numeric))), (0)::numeric)) AS total_value,
    count(h.security_id) FILTER (WHERE ((h.quantity)::numeric <> (0)::numeric)) AS positions,
    count(h.security_id) FILTER (WHERE (((h.quantity)::numeric <> (0)::numeric) AND (p.last IS NULL))) AS positions_without_price
   FROM (((public.accounts a
     JOIN LATERAL ( SELECT w.user_id
           FROM public.account_owners w
          WHERE ((w.account_id = a.account_id) AND (w.role = 'owner'::text))
          ORDER BY w.created_at, w.user_id
         LIMIT 1) o ON (true))
     LEFT JOIN public.holdings h ON ((a.account_id = h.account_id)))
     LEFT JOIN public.security_prices p ON ((h.security_id = p.security_id)))
  WHERE (a.house_code IS NULL)
  GROUP BY a.account_id, o.user_id, a.currency, a.balance;

COMMENT ON VIEW public.portfolio_summary_live IS 'Cash and the value of the holdings at the latest prices, by account, for whoever may see the account.';

CREATE TABLE public.price_bars (
    security_id uuid NOT NULL,
    timeframe text NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    session_date date NOT NULL,
    open public.finite NOT NULL,
    high public.finite NOT NULL,
    low public.finite NOT NULL,
    close public.finite NOT NULL,
    volume bigint NOT NULL,
    source text NOT NULL,
    CONSTRAINT price_bars_close_check CHECK (((close)::numeric > (0)::numeric)),
    CONSTRAINT price_bars_low_check CHECK (((low)::numeric > (0)::numeric)),
    CONSTRAINT price_bars_open_check CHECK (((open)::numeric > (0)::numeric)),
    CONSTRAINT price_bars_range CHECK ((((low)::numeric <= (LEAST(open, close))::numeric) AND ((high)::numeric >= (GREATEST(open, close))::numeric))),
    CONSTRAINT price_bars_timeframe_check CHECK ((timeframe = ANY (ARRAY['1Min'::text, '5Min'::text, '15Min'::text, '1Hour'::text, '1Day'::text]))),
    CONSTRAINT price_bars_volume_check CHECK ((volume >= 0))
)
PARTITION BY RANGE (starts_at);

ALTER TABLE ONLY public.price_bars FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.price_bars IS 'Price history: one row a security and day, as traded. Partitioned by year.';

CREATE TABLE public.price_bars_default (
    security_id uuid NOT NULL,
    timeframe text NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    session_date date NOT NULL,
    open public.finite NOT NULL,
    high public.finite NOT NULL,
    low public.finite NOT NULL,
    close public.finite NOT NULL,
    volume bigint NOT NULL,
    source text NOT NULL,
    CONSTRAINT price_bars_close_check CHECK (((close)::numeric > (0)::numeric)),
    CONSTRAINT price_bars_low_check CHECK (((low)::numeric > (0)::numeric)),
    CONSTRAINT price_bars_open_check CHECK (((open)::numeric > (0)::numeric)),
    CONSTRAINT price_bars_range CHECK ((((low)::numeric <= (LEAST(open, close))::numeric) AND ((high)::numeric >= (GREATEST(open, close))::numeric))),
    CONSTRAINT price_bars_timeframe_check CHECK ((timeframe = ANY (ARRAY['1Min'::text, '5Min'::text, '15Min'::text, '1Hour'::text, '1Day'::text]))),
    CONSTRAINT price_bars_volume_check CHECK ((volume >= 0))
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_analyze_scale_factor='0.01', autovacuum_vacuum_insert_scale_factor='0.05');

CREATE TABLE public.process_heartbeats (
    process text NOT NULL,
    instance uuid NOT NULL,
    pid integer NOT NULL,
    started_at timestamp with time zone NOT NULL,
    beat_at timestamp with time zone NOT NULL
)
WITH (fillfactor='10');

ALTER TABLE ONLY public.process_heartbeats FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.process_heartbeats IS 'Which programs are alive.';

CREATE TABLE public.reconciliation_breaks (
    run_id uuid NOT NULL,
    break_no integer NOT NULL,
    kind text NOT NULL,
    account_id uuid,
    asset_id uuid,
    ours public.finite,
    theirs public.finite,
    reference text,
    state text DEFAULT 'open'::text NOT NULL,
    note text,
    CONSTRAINT reconciliation_breaks_state_check CHECK ((state = ANY (ARRAY['open'::text, 'explained'::text, 'resolved'::text])))
);

ALTER TABLE ONLY public.reconciliation_breaks FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.reconciliation_breaks IS 'Each difference that a comparison found, by its name.';

CREATE TABLE public.reconciliation_runs (
    run_id uuid NOT NULL,
    source text NOT NULL,
    statement_date date NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    breaks integer,
    CONSTRAINT reconciliation_runs_breaks_check CHECK ((breaks >= 0))
);

ALTER TABLE ONLY public.reconciliation_runs FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.reconciliation_runs IS 'Statements of custodians that were compared with the books.';

CREATE TABLE public.recovery_codes (
    user_id uuid NOT NULL,
    code_hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT recovery_codes_code_hash_check CHECK ((octet_length(code_hash) = 32))
);

ALTER TABLE ONLY public.recovery_codes FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.recovery_codes IS 'Hashes of codes that let a person in who has lost the second factor; each works once.';

CREATE TABLE public.reversals (
    reversed_id uuid NOT NULL,
    reversing_id uuid NOT NULL,
    command_id uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.reversals FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.reversals IS 'Which transaction took back which: each at most once.';

CREATE TABLE public.seal_copies (
    store text NOT NULL,
    epoch integer NOT NULL,
    seal_seq bigint NOT NULL,
    copied_at timestamp with time zone NOT NULL,
    CONSTRAINT seal_copies_store_check CHECK (((length(store) >= 1) AND (length(store) <= 500)))
);

ALTER TABLE ONLY public.seal_copies FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.seal_copies IS 'Heads that are known to have been copied outside.';

CREATE TABLE public.sealer_state (
    only_row boolean DEFAULT true NOT NULL,
    passed_at timestamp with time zone NOT NULL,
    stopped text,
    stopped_at timestamp with time zone,
    CONSTRAINT sealer_state_only_row_check CHECK (only_row),
    CONSTRAINT sealer_state_stopped CHECK (((stopped IS NULL) = (stopped_at IS NULL))),
    CONSTRAINT sealer_state_stopped_check CHECK (((length(stopped) >= 1) AND (length(stopped) <= 1000)))
)
WITH (fillfactor='10');

ALTER TABLE ONLY public.sealer_state FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.sealer_state IS 'When the sealer passed last, and what stops it: one row.';

CREATE TABLE public.seals (
    epoch integer NOT NULL,
    seal_seq bigint NOT NULL,
    kind text NOT NULL,
    first_xid bigint NOT NULL,
    end_xid bigint NOT NULL,
    row_count integer NOT NULL,
    layout integer NOT NULL,
    merkle_root bytea NOT NULL,
    record bytea NOT NULL,
    frontier bytea NOT NULL,
    head text NOT NULL,
    salt bytea NOT NULL,
    row_keys bytea NOT NULL,
    leaves bytea NOT NULL,
    sealed_at timestamp with time zone NOT NULL,
    CONSTRAINT seals_frontier_check CHECK (((octet_length(frontier) % 32) = 0)),
    CONSTRAINT seals_kind_check CHECK ((kind = ANY (ARRAY['rows'::text, 'adopted'::text]))),
    CONSTRAINT seals_merkle_root_check CHECK ((octet_length(merkle_root) = 32)),
    CONSTRAINT seals_order CHECK ((first_xid < end_xid)),
    CONSTRAINT seals_row_count_check CHECK ((row_count > 0)),
    CONSTRAINT seals_salt_check CHECK ((octet_length(salt) = 32)),
    CONSTRAINT seals_seal_seq_check CHECK ((seal_seq > 0)),
    CONSTRAINT seals_whole CHECK (((octet_length(leaves) = (32 * row_count)) AND (octet_length(row_keys) = (25 * row_count))))
);
ALTER TABLE ONLY public.seals ALTER COLUMN row_keys SET STORAGE EXTERNAL;
ALTER TABLE ONLY public.seals ALTER COLUMN leaves SET STORAGE EXTERNAL;

ALTER TABLE ONLY public.seals FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.seals IS 'Trees over history: the leaves of its rows, and the signed head of the log of seals.';

COMMENT ON COLUMN public.seals.first_xid IS 'The first transaction that it may hold rows of.';

COMMENT ON COLUMN public.seals.end_xid IS 'The first transaction after it.';

COMMENT ON COLUMN public.seals.layout IS 'Which columns the rows were sealed with, and how they are written.';

COMMENT ON COLUMN public.seals.record IS 'What the log of seals holds of it, to the byte.';

COMMENT ON COLUMN public.seals.frontier IS 'The roots of the whole subtrees of the log up to here, for the next seal.';

COMMENT ON COLUMN public.seals.head IS 'The signed head of the log at this size (C2SP checkpoint).';

COMMENT ON COLUMN public.seals.salt IS 'What the nonces of its leaves come from.';

COMMENT ON COLUMN public.seals.row_keys IS 'Which row each leaf is of: its table, id and number within it, 25 bytes each.';

COMMENT ON COLUMN public.seals.leaves IS 'The hash of each row, 32 bytes each (RFC 6962).';

CREATE TABLE public.securities (
    security_id uuid NOT NULL,
    exchange text NOT NULL,
    symbol text NOT NULL,
    name text NOT NULL,
    security_type text NOT NULL,
    currency text NOT NULL,
    isin text,
    figi text,
    sector text,
    country text,
    status text DEFAULT 'active'::text NOT NULL,
    tradable boolean DEFAULT false NOT NULL,
    fractionable boolean DEFAULT true NOT NULL,
    price_scale smallint DEFAULT 4 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    search tsvector GENERATED ALWAYS AS (((setweight(to_tsvector('simple'::regconfig, symbol), 'A'::"char") || setweight(to_tsvector('simple'::regconfig, name), 'B'::"char")) || setweight(to_tsvector('simple'::regconfig, COALESCE(isin, ''::text)), 'C'::"char"))) STORED NOT NULL,
    CONSTRAINT securities_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT securities_exchange_check CHECK (((length(exchange) >= 1) AND (length(exchange) <= 16))),
    CONSTRAINT securities_figi_check CHECK ((figi ~ '^[A-Z0-9]{12}$'::text)),
    CONSTRAINT securities_isin_check CHECK ((isin ~ '^[A-Z]{2}[A-Z0-9]{9}[0-9]$'::text)),
    CONSTRAINT securities_name_check CHECK (((length(name) >= 1) AND (length(name) <= 255))),
    CONSTRAINT securities_price_scale_check CHECK (((price_scale >= 0) AND (price_scale <= 9))),
    CONSTRAINT securities_security_type_check CHECK ((security_type = ANY (ARRAY['stock'::text, 'bond'::text, 'etf'::text, 'mutual_fund'::text, 'option'::text]))),
    CONSTRAINT securities_status_check CHECK ((status = ANY (ARRAY['active'::text, 'inactive'::text]))),
    CONSTRAINT securities_symbol_check CHECK ((symbol ~ '^[A-Z0-9][A-Z0-9./ -]{0,31}$'::text))
);

ALTER TABLE ONLY public.securities FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.securities IS 'Instruments that can be held, by exchange and symbol.';

COMMENT ON COLUMN public.securities.search IS 'The words of symbol, name and ISIN, for full-text search.';

CREATE TABLE public.session_progress (
    session_date date NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    settled_at timestamp with time zone
);

ALTER TABLE ONLY public.session_progress FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.session_progress IS 'Which sessions were opened, closed and settled.';

CREATE TABLE public.settlements (
    settlement_id uuid NOT NULL,
    account_id uuid NOT NULL,
    asset_id uuid NOT NULL,
    execution_id uuid,
    transfer_id uuid,
    amount public.finite NOT NULL,
    settle_on date NOT NULL,
    state text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    CONSTRAINT settlements_amount_check CHECK (((amount)::numeric <> (0)::numeric)),
    CONSTRAINT settlements_closed CHECK (((state = 'open'::text) = (closed_at IS NULL))),
    CONSTRAINT settlements_of_one CHECK (((execution_id IS NULL) <> (transfer_id IS NULL))),
    CONSTRAINT settlements_state_check CHECK ((state = ANY (ARRAY['open'::text, 'settled'::text, 'canceled'::text])))
);

ALTER TABLE ONLY public.settlements FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.settlements IS 'What trades and deposits have promised for a later day.';

CREATE TABLE public.share_receipts (
    receipt_id uuid NOT NULL,
    account_id uuid NOT NULL,
    security_id uuid NOT NULL,
    custodian text NOT NULL,
    custodian_reference text NOT NULL,
    quantity public.finite NOT NULL,
    cost public.finite NOT NULL,
    acquired_at timestamp with time zone NOT NULL,
    lot_id uuid,
    effective_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    command_id uuid NOT NULL,
    CONSTRAINT share_receipts_cost_check CHECK (((cost)::numeric >= (0)::numeric)),
    CONSTRAINT share_receipts_custodian_check CHECK (((length(custodian) >= 1) AND (length(custodian) <= 64))),
    CONSTRAINT share_receipts_custodian_reference_check CHECK (((length(custodian_reference) >= 1) AND (length(custodian_reference) <= 100))),
    CONSTRAINT share_receipts_quantity_check CHECK (((quantity)::numeric > (0)::numeric))
);

ALTER TABLE ONLY public.share_receipts FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.share_receipts IS 'Shares that came from another custodian, with their cost.';

COMMENT ON COLUMN public.share_receipts.lot_id IS 'The lot they opened. NULL: no such account; they are in suspense.';

CREATE TABLE public.sign_in_attempts (
    attempt_id uuid NOT NULL,
    attempted_at timestamp with time zone NOT NULL,
    place text NOT NULL,
    outcome text NOT NULL,
    method text NOT NULL,
    user_id uuid,
    login text,
    network cidr,
    address_index bytea,
    request_id text,
    CONSTRAINT sign_in_attempts_address_index_check CHECK (((octet_length(address_index) >= 16) AND (octet_length(address_index) <= 64))),
    CONSTRAINT sign_in_attempts_login_check CHECK (((length(login) >= 1) AND (length(login) <= 128))),
    CONSTRAINT sign_in_attempts_method_check CHECK (((length(method) >= 1) AND (length(method) <= 32))),
    CONSTRAINT sign_in_attempts_of_a_login CHECK ((((place = 'database'::text) = (login IS NOT NULL)) OR (method = 'api_key'::text))),
    CONSTRAINT sign_in_attempts_outcome_check CHECK ((outcome = ANY (ARRAY['signed_in'::text, 'unknown_user'::text, 'wrong_password'::text, 'wrong_code'::text, 'wrong_passkey'::text, 'locked'::text, 'inactive'::text, 'wrong_key'::text, 'refused'::text, 'limited'::text, 'taken'::text]))),
    CONSTRAINT sign_in_attempts_place_check CHECK ((place = ANY (ARRAY['platform'::text, 'database'::text]))),
    CONSTRAINT sign_in_attempts_request_id_check CHECK ((length(request_id) <= 128))
);

ALTER TABLE ONLY public.sign_in_attempts FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.sign_in_attempts IS 'Each attempt to sign in, to the platform and to the database, and how it ended.';

COMMENT ON COLUMN public.sign_in_attempts.login IS 'The database login or the id of the API key; where there is none such, a keyed hash of what was typed.';

COMMENT ON COLUMN public.sign_in_attempts.network IS 'The address less its last part: /24 of IPv4, /48 of IPv6.';

COMMENT ON COLUMN public.sign_in_attempts.address_index IS 'Keyed hash of the whole address: equality without the address.';

CREATE TABLE public.sign_in_locks (
    subject bytea NOT NULL,
    failures integer NOT NULL,
    locked_until timestamp with time zone,
    last_attempt_at timestamp with time zone NOT NULL,
    CONSTRAINT sign_in_locks_failures_check CHECK ((failures >= 0)),
    CONSTRAINT sign_in_locks_subject_check CHECK (((octet_length(subject) >= 16) AND (octet_length(subject) <= 64)))
);

ALTER TABLE ONLY public.sign_in_locks FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.sign_in_locks IS 'Attempts since the last success, by the keyed hash of the address that was typed.';

CREATE TABLE public.staff_roles (
    user_id uuid NOT NULL,
    role text NOT NULL,
    granted_at timestamp with time zone NOT NULL,
    CONSTRAINT staff_roles_role_check CHECK ((role = ANY (ARRAY['read'::text, 'operate'::text, 'admin'::text])))
);

ALTER TABLE ONLY public.staff_roles FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.staff_roles IS 'What each member of the staff may do: read, operate or administer.';

CREATE TABLE public.totp_secrets (
    user_id uuid NOT NULL,
    secret_ciphertext bytea NOT NULL,
    confirmed_at timestamp with time zone,
    last_step bigint DEFAULT 0 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT totp_secrets_last_step_check CHECK ((last_step >= 0))
);

ALTER TABLE ONLY public.totp_secrets FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.totp_secrets IS 'Secrets of one-time codes, encrypted, and the newest step that a code was taken for.';

COMMENT ON COLUMN public.totp_secrets.last_step IS 'The newest time step that a code was taken for: each code works once.';

CREATE TABLE public.transactions_default (
    transaction_id uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    effective_at timestamp with time zone NOT NULL,
    account_id uuid NOT NULL,
    transaction_type text NOT NULL,
    amount public.finite NOT NULL,
    currency text NOT NULL,
    description text,
    reference_number text,
    event_id uuid NOT NULL,
    order_id uuid,
    execution_id uuid,
    transfer_id uuid,
    action_id uuid,
    command_id uuid NOT NULL,
    actor text NOT NULL,
    key_id text,
    request_id text,
    origin text,
    epoch integer DEFAULT 1 NOT NULL,
    xid bigint DEFAULT ((pg_current_xact_id())::text)::bigint NOT NULL,
    CONSTRAINT transactions_amount_check CHECK (((amount)::numeric >= (0)::numeric)),
    CONSTRAINT transactions_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT transactions_description_check CHECK ((length(description) <= 500)),
    CONSTRAINT transactions_reference_number_check CHECK ((length(reference_number) <= 100)),
    CONSTRAINT transactions_transaction_type_check CHECK ((transaction_type = ANY (ARRAY['deposit'::text, 'deposit_return'::text, 'withdrawal'::text, 'withdrawal_return'::text, 'buy'::text, 'sell'::text, 'fee'::text, 'split'::text, 'dividend'::text, 'transfer'::text, 'conversion'::text, 'reversal'::text, 'action'::text, 'adjustment'::text])))
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_analyze_scale_factor='0.01', autovacuum_vacuum_insert_scale_factor='0.05');

ALTER TABLE ONLY public.transactions_default FORCE ROW LEVEL SECURITY;

CREATE TABLE public.users (
    user_id uuid NOT NULL,
    kind text DEFAULT 'customer'::text NOT NULL,
    kyc_status text DEFAULT 'pending'::text NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    email_index bytea NOT NULL,
    email_ciphertext bytea NOT NULL,
    first_name_ciphertext bytea,
    last_name_ciphertext bytea,
    phone_ciphertext bytea,
    address_ciphertext bytea,
    birth_date_ciphertext bytea,
    national_id_ciphertext bytea,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    sessions_valid_from timestamp with time zone,
    factor_removed_at timestamp with time zone,
    CONSTRAINT users_email_index_check CHECK (((octet_length(email_index) >= 16) AND (octet_length(email_index) <= 64))),
    CONSTRAINT users_kind_check CHECK ((kind = ANY (ARRAY['customer'::text, 'operator'::text, 'broker'::text]))),
    CONSTRAINT users_kyc_status_check CHECK ((kyc_status = ANY (ARRAY['pending'::text, 'submitted'::text, 'in_review'::text, 'action_required'::text, 'approved'::text, 'rejected'::text, 'expired'::text])))
);

ALTER TABLE ONLY public.users FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.users IS 'People and staff. Personal data is ciphertext.';

COMMENT ON COLUMN public.users.email_index IS 'Keyed hash of the lower-cased address: equality without plaintext.';

COMMENT ON COLUMN public.users.factor_removed_at IS 'Money waits after that as after a new second factor.';

CREATE VIEW reporting.account_owners WITH (security_barrier='true') AS
 SELECT account_id,
    user_id,
    role
   FROM public.account_owners o;

COMMENT ON VIEW reporting.account_owners IS 'Which customer has which account.';

CREATE VIEW reporting.accounts WITH (security_barrier='true') AS
 SELECT account_id,
    (repeat('*'::text, GREATEST((length(account_number) - 4), 0)) || "right"(account_number, 4)) AS account_number,
    account_type,
    currency,
    status,
    balance,
    held,
    unsettled,
    (created_at)::date AS opened_on
   FROM public.accounts a
  WHERE (house_code IS NULL);

COMMENT ON VIEW reporting.accounts IS 'Customers'' accounts; of the number, the last four digits.';

CREATE VIEW reporting.customers WITH (security_barrier='true') AS
 SELECT user_id,
    kyc_status,
    is_active,
    (created_at)::date AS joined_on
   FROM public.users u
  WHERE (kind = 'customer'::text);

COMMENT ON VIEW reporting.customers IS 'Customers, without anything personal.';

CREATE VIEW reporting.executions WITH (security_barrier='true') AS
 SELECT e.execution_id,
    e.order_id,
    e.account_id,
    s.symbol,
    e.kind,
    e.side,
    e.quantity,
    e.price,
    e.amount,
    e.fee,
    e.late,
    e.effective_at,
    e.recorded_at
   FROM (public.executions e
     JOIN public.securities s ON ((e.security_id = s.security_id)));

COMMENT ON VIEW reporting.executions IS 'What venues reported, without their references.';

CREATE VIEW reporting.holdings WITH (security_barrier='true') AS
 SELECT h.account_id,
    s.symbol,
    h.quantity,
    h.held,
    h.total_cost,
    h.realized_gain,
    ((h.quantity)::numeric * (p.last)::numeric) AS market_value
   FROM ((public.holdings h
     JOIN public.securities s ON ((h.security_id = s.security_id)))
     LEFT JOIN public.security_prices p ON ((h.security_id = p.security_id)));

COMMENT ON VIEW reporting.holdings IS 'Shares by account; the value is NULL without a price.';

CREATE VIEW reporting.orders WITH (security_barrier='true') AS
 SELECT o.order_id,
    o.account_id,
    s.symbol,
    o.side,
    o.order_type,
    o.time_in_force,
    o.quantity,
    o.notional,
    o.limit_price,
    o.stop_price,
    o.status,
    o.filled_quantity,
    o.filled_amount,
    o.fees,
    o.effective_at,
    o.placed_at,
    o.terminal_at
   FROM (public.orders o
     JOIN public.securities s ON ((o.security_id = s.security_id)));

COMMENT ON VIEW reporting.orders IS 'Orders, without the caller''s own names for them.';

CREATE VIEW reporting.transactions WITH (security_barrier='true') AS
 SELECT transaction_id,
    account_id,
    transaction_type,
    amount,
    currency,
    order_id,
    effective_at,
    recorded_at
   FROM public.transactions t;

COMMENT ON VIEW reporting.transactions IS 'Business events on accounts, without descriptions, references and who asked from where.';

ALTER TABLE ONLY public.audit_log ATTACH PARTITION public.audit_log_default DEFAULT;

ALTER TABLE ONLY public.entries ATTACH PARTITION public.entries_default DEFAULT;

ALTER TABLE ONLY public.order_events ATTACH PARTITION public.order_events_default DEFAULT;

ALTER TABLE ONLY public.outbox ATTACH PARTITION public.outbox_default DEFAULT;

ALTER TABLE ONLY public.price_bars ATTACH PARTITION public.price_bars_default DEFAULT;

ALTER TABLE ONLY public.transactions ATTACH PARTITION public.transactions_default DEFAULT;

ALTER TABLE ONLY fb_private.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);

ALTER TABLE ONLY fb_private.identity_keys
    ADD CONSTRAINT identity_keys_pkey PRIMARY KEY (identity_key_id);

ALTER TABLE ONLY public.account_owners
    ADD CONSTRAINT account_owners_pkey PRIMARY KEY (account_id, user_id);

ALTER TABLE ONLY public.account_transfers
    ADD CONSTRAINT account_transfers_pkey PRIMARY KEY (transfer_id);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_account_number_key UNIQUE (account_number);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_house_key UNIQUE (house_code, currency);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (account_id);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (key_id);

ALTER TABLE ONLY public.approvals
    ADD CONSTRAINT approvals_pkey PRIMARY KEY (approval_id);

ALTER TABLE ONLY public.assets
    ADD CONSTRAINT assets_pkey PRIMARY KEY (asset_id);

ALTER TABLE ONLY public.audit_epochs
    ADD CONSTRAINT audit_epochs_origin_key UNIQUE (origin);

ALTER TABLE ONLY public.audit_epochs
    ADD CONSTRAINT audit_epochs_pkey PRIMARY KEY (epoch);

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (log_id, recorded_at);

ALTER TABLE ONLY public.audit_log_default
    ADD CONSTRAINT audit_log_default_pkey PRIMARY KEY (log_id, recorded_at);

ALTER TABLE ONLY public.audit_retired_leaves
    ADD CONSTRAINT audit_retired_leaves_pkey PRIMARY KEY (table_name, epoch, seal_seq);

ALTER TABLE ONLY public.audit_retired
    ADD CONSTRAINT audit_retired_pkey PRIMARY KEY (table_name);

ALTER TABLE ONLY public.closed_months
    ADD CONSTRAINT closed_months_pkey PRIMARY KEY (month);

ALTER TABLE ONLY public.closing_balances
    ADD CONSTRAINT closing_balances_pkey PRIMARY KEY (account_id, asset_id, month);

ALTER TABLE ONLY public.closing_events
    ADD CONSTRAINT closing_events_pkey PRIMARY KEY (account_id, month);

ALTER TABLE ONLY public.corporate_actions
    ADD CONSTRAINT corporate_actions_pkey PRIMARY KEY (action_id);

ALTER TABLE ONLY public.corporate_actions
    ADD CONSTRAINT corporate_actions_provider_key UNIQUE (provider, provider_action_id);

ALTER TABLE ONLY public.credentials
    ADD CONSTRAINT credentials_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY public.entitlements
    ADD CONSTRAINT entitlements_pkey PRIMARY KEY (action_id, account_id);

ALTER TABLE ONLY public.entries
    ADD CONSTRAINT entries_pkey PRIMARY KEY (transaction_id, leg, recorded_at);

ALTER TABLE ONLY public.entries_default
    ADD CONSTRAINT entries_default_pkey PRIMARY KEY (transaction_id, leg, recorded_at);

ALTER TABLE ONLY public.erasures
    ADD CONSTRAINT erasures_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY public.exceptions
    ADD CONSTRAINT exceptions_pkey PRIMARY KEY (exception_id);

ALTER TABLE ONLY public.exchange_rates
    ADD CONSTRAINT exchange_rates_pkey PRIMARY KEY (rate_id);

ALTER TABLE ONLY public.exchange_rates
    ADD CONSTRAINT exchange_rates_provider_key UNIQUE (provider, provider_rate_id);

ALTER TABLE ONLY public.executions
    ADD CONSTRAINT executions_pkey PRIMARY KEY (execution_id);

ALTER TABLE ONLY public.executions
    ADD CONSTRAINT executions_venue_key UNIQUE (venue, venue_execution_id);

ALTER TABLE ONLY public.fee_schedules
    ADD CONSTRAINT fee_schedules_pkey PRIMARY KEY (side, effective_from);

ALTER TABLE ONLY public.holdings
    ADD CONSTRAINT holdings_pkey PRIMARY KEY (account_id, security_id);

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (command_id);

ALTER TABLE ONLY public.key_epochs
    ADD CONSTRAINT key_epochs_pkey PRIMARY KEY (tree, epoch);

ALTER TABLE ONLY public.kyc_documents
    ADD CONSTRAINT kyc_documents_command_id_key UNIQUE (command_id);

ALTER TABLE ONLY public.kyc_documents
    ADD CONSTRAINT kyc_documents_pkey PRIMARY KEY (document_id);

ALTER TABLE ONLY public.kyc_events
    ADD CONSTRAINT kyc_events_pkey PRIMARY KEY (event_id);

ALTER TABLE ONLY public.kyc_transitions
    ADD CONSTRAINT kyc_transitions_pkey PRIMARY KEY (from_status, to_status);

ALTER TABLE ONLY public.lot_closures
    ADD CONSTRAINT lot_closures_pkey PRIMARY KEY (lot_id, execution_id, closure_no);

ALTER TABLE ONLY public.lots
    ADD CONSTRAINT lots_pkey PRIMARY KEY (lot_id);

ALTER TABLE ONLY public.lots
    ADD CONSTRAINT lots_seq_key UNIQUE (account_id, security_id, lot_seq);

ALTER TABLE ONLY public.market_clock
    ADD CONSTRAINT market_clock_pkey PRIMARY KEY (only_row);

ALTER TABLE ONLY public.market_control
    ADD CONSTRAINT market_control_pkey PRIMARY KEY (only_row);

ALTER TABLE ONLY public.market_sessions
    ADD CONSTRAINT market_sessions_pkey PRIMARY KEY (exchange, session_date);

ALTER TABLE ONLY public.order_events
    ADD CONSTRAINT order_events_pkey PRIMARY KEY (order_id, event_seq, recorded_at);

ALTER TABLE ONLY public.order_events_default
    ADD CONSTRAINT order_events_default_pkey PRIMARY KEY (order_id, event_seq, recorded_at);

ALTER TABLE ONLY public.order_lots
    ADD CONSTRAINT order_lots_pkey PRIMARY KEY (order_id, lot_id);

ALTER TABLE ONLY public.order_transitions
    ADD CONSTRAINT order_transitions_pkey PRIMARY KEY (from_status, to_status);

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_account_client_order_id_key UNIQUE (account_id, client_order_id);

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (order_id);

ALTER TABLE ONLY public.outbox_default
    ADD CONSTRAINT outbox_default_pkey PRIMARY KEY (account_id, event_seq);

ALTER TABLE ONLY public.passkeys
    ADD CONSTRAINT passkeys_pkey PRIMARY KEY (credential_id);

ALTER TABLE ONLY public.payment_methods
    ADD CONSTRAINT payment_methods_command_id_key UNIQUE (command_id);

ALTER TABLE ONLY public.payment_methods
    ADD CONSTRAINT payment_methods_pkey PRIMARY KEY (payment_method_id);

ALTER TABLE ONLY public.payment_methods
    ADD CONSTRAINT payment_methods_token_key UNIQUE (token);

ALTER TABLE ONLY public.personal_data_keys
    ADD CONSTRAINT personal_data_keys_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY public.platform_settings
    ADD CONSTRAINT platform_settings_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.price_bars
    ADD CONSTRAINT price_bars_pkey PRIMARY KEY (security_id, timeframe, starts_at);

ALTER TABLE ONLY public.price_bars_default
    ADD CONSTRAINT price_bars_default_pkey PRIMARY KEY (security_id, timeframe, starts_at);

ALTER TABLE ONLY public.process_heartbeats
    ADD CONSTRAINT process_heartbeats_pkey PRIMARY KEY (process);

ALTER TABLE ONLY public.reconciliation_breaks
    ADD CONSTRAINT reconciliation_breaks_pkey PRIMARY KEY (run_id, break_no);

ALTER TABLE ONLY public.reconciliation_runs
    ADD CONSTRAINT reconciliation_runs_pkey PRIMARY KEY (run_id);

ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT recovery_codes_pkey PRIMARY KEY (user_id, code_hash);

ALTER TABLE ONLY public.reversals
    ADD CONSTRAINT reversals_pkey PRIMARY KEY (reversed_id);

ALTER TABLE ONLY public.reversals
    ADD CONSTRAINT reversals_reversing_id_key UNIQUE (reversing_id);

ALTER TABLE ONLY public.seal_copies
    ADD CONSTRAINT seal_copies_pkey PRIMARY KEY (store, epoch, seal_seq);

ALTER TABLE ONLY public.sealer_state
    ADD CONSTRAINT sealer_state_pkey PRIMARY KEY (only_row);

ALTER TABLE ONLY public.seals
    ADD CONSTRAINT seals_first_xid_key UNIQUE (epoch, first_xid, kind);

ALTER TABLE ONLY public.seals
    ADD CONSTRAINT seals_pkey PRIMARY KEY (epoch, seal_seq);

ALTER TABLE ONLY public.securities
    ADD CONSTRAINT securities_exchange_symbol_key UNIQUE (exchange, symbol);

ALTER TABLE ONLY public.securities
    ADD CONSTRAINT securities_pkey PRIMARY KEY (security_id);

ALTER TABLE ONLY public.security_prices
    ADD CONSTRAINT security_prices_pkey PRIMARY KEY (security_id);

ALTER TABLE ONLY public.session_progress
    ADD CONSTRAINT session_progress_pkey PRIMARY KEY (session_date);

ALTER TABLE ONLY public.settlements
    ADD CONSTRAINT settlements_pkey PRIMARY KEY (settlement_id);

ALTER TABLE ONLY public.share_receipts
    ADD CONSTRAINT share_receipts_custodian_key UNIQUE (custodian, custodian_reference);

ALTER TABLE ONLY public.share_receipts
    ADD CONSTRAINT share_receipts_pkey PRIMARY KEY (receipt_id);

ALTER TABLE ONLY public.sign_in_attempts
    ADD CONSTRAINT sign_in_attempts_pkey PRIMARY KEY (attempt_id);

ALTER TABLE ONLY public.sign_in_locks
    ADD CONSTRAINT sign_in_locks_pkey PRIMARY KEY (subject);

ALTER TABLE ONLY public.staff_roles
    ADD CONSTRAINT staff_roles_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY public.totp_secrets
    ADD CONSTRAINT totp_secrets_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY public.transactions_default
    ADD CONSTRAINT transactions_default_pkey PRIMARY KEY (transaction_id);

ALTER TABLE ONLY public.transfers
    ADD CONSTRAINT transfers_pkey PRIMARY KEY (transfer_id);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_email_index_key UNIQUE (email_index);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (user_id);

CREATE INDEX account_owners_user_id_idx ON public.account_owners USING btree (user_id) INCLUDE (account_id, role);

CREATE INDEX account_transfers_account_id_idx ON public.account_transfers USING btree (account_id, transfer_id);

CREATE INDEX account_transfers_rate_id_idx ON public.account_transfers USING btree (rate_id) WHERE (rate_id IS NOT NULL);

CREATE INDEX account_transfers_target_account_id_idx ON public.account_transfers USING btree (target_account_id);

CREATE INDEX api_keys_account_id_idx ON public.api_keys USING btree (account_id) WHERE (account_id IS NOT NULL);

CREATE INDEX api_keys_user_id_idx ON public.api_keys USING btree (user_id);

CREATE INDEX approvals_decided_by_idx ON public.approvals USING btree (decided_by) WHERE (decided_by IS NOT NULL);

CREATE INDEX approvals_requested_by_idx ON public.approvals USING btree (requested_by);

CREATE INDEX approvals_requested_idx ON public.approvals USING btree (requested_at) WHERE (state = 'requested'::text);

CREATE UNIQUE INDEX assets_currency_key ON public.assets USING btree (code) WHERE (kind = 'currency'::text);

CREATE INDEX audit_log_recorded_at_idx ON ONLY public.audit_log USING btree (recorded_at);

CREATE INDEX audit_log_default_recorded_at_idx ON public.audit_log_default USING btree (recorded_at);

CREATE INDEX audit_log_subject_id_idx ON ONLY public.audit_log USING btree (subject_id, recorded_at) WHERE (subject_id IS NOT NULL);

CREATE INDEX audit_log_default_subject_id_recorded_at_idx ON public.audit_log_default USING btree (subject_id, recorded_at) WHERE (subject_id IS NOT NULL);

CREATE INDEX audit_log_xid_brin ON ONLY public.audit_log USING brin (xid) WITH (pages_per_range='32');

CREATE INDEX audit_log_default_xid_idx ON public.audit_log_default USING brin (xid) WITH (pages_per_range='32');

CREATE INDEX audit_retired_leaves_seal_idx ON public.audit_retired_leaves USING btree (epoch, seal_seq);

CREATE INDEX corporate_actions_open_idx ON public.corporate_actions USING btree (ex_date) WHERE (state = ANY (ARRAY['announced'::text, 'entitled'::text]));

CREATE INDEX corporate_actions_security_id_idx ON public.corporate_actions USING btree (security_id);

CREATE INDEX entitlements_account_id_idx ON public.entitlements USING btree (account_id);

CREATE INDEX entitlements_pending_idx ON public.entitlements USING btree (action_id, account_id) WHERE (state = 'pending'::text);

CREATE UNIQUE INDEX entries_default_version_key ON public.entries_default USING btree (account_id, asset_id, version) WHERE (version IS NOT NULL);

CREATE INDEX exceptions_account_id_idx ON public.exceptions USING btree (account_id) WHERE (account_id IS NOT NULL);

CREATE INDEX exceptions_open_idx ON public.exceptions USING btree (created_at) WHERE (state <> 'resolved'::text);

CREATE INDEX exchange_rates_pair_idx ON public.exchange_rates USING btree (base, quote, effective_at);

CREATE INDEX executions_account_id_idx ON public.executions USING btree (account_id, recorded_at);

CREATE INDEX executions_effective_at_brin ON public.executions USING brin (effective_at);

CREATE INDEX executions_order_id_idx ON public.executions USING btree (order_id);

CREATE INDEX executions_recorded_at_brin ON public.executions USING brin (recorded_at);

CREATE UNIQUE INDEX executions_ref_key ON public.executions USING btree (ref_execution_id) WHERE (ref_execution_id IS NOT NULL);

CREATE INDEX executions_security_id_idx ON public.executions USING btree (security_id);

CREATE INDEX executions_xid_brin ON public.executions USING brin (xid) WITH (pages_per_range='32');

CREATE INDEX holdings_security_id_idx ON public.holdings USING btree (security_id, account_id);

CREATE INDEX idempotency_keys_created_at_brin ON public.idempotency_keys USING brin (created_at);

CREATE UNIQUE INDEX idempotency_keys_digest_key ON public.idempotency_keys USING btree (((encode(SUBSTRING(sha256(decode(((replace(actor, '\'::text, '\\'::text) || '\000'::text) || replace(key, '\'::text, '\\'::text)), 'escape'::text)) FROM 1 FOR 16), 'hex'::text))::uuid));

CREATE UNIQUE INDEX key_epochs_active_key ON public.key_epochs USING btree (tree) WHERE (state = 'active'::text);

CREATE UNIQUE INDEX kyc_documents_content_key ON public.kyc_documents USING btree (user_id, content_index) WHERE ((removed_at IS NULL) AND (content_index IS NOT NULL));

CREATE INDEX kyc_documents_user_id_idx ON public.kyc_documents USING btree (user_id, document_id);

CREATE INDEX kyc_events_user_id_idx ON public.kyc_events USING btree (user_id, recorded_at);

CREATE INDEX lot_closures_account_id_idx ON public.lot_closures USING btree (account_id, security_id, recorded_at);

CREATE INDEX lot_closures_cause_id_idx ON public.lot_closures USING btree (cause_id) WHERE (cause_id IS NOT NULL);

CREATE INDEX lot_closures_execution_id_idx ON public.lot_closures USING btree (execution_id);

CREATE INDEX lots_open_idx ON public.lots USING btree (account_id, security_id, sign((quantity)::numeric), acquired_at, lot_seq) WHERE ((closed_quantity)::numeric <> (quantity)::numeric);

CREATE UNIQUE INDEX order_events_default_event_key ON public.order_events_default USING btree (account_id, event_seq);

CREATE INDEX order_events_xid_brin ON ONLY public.order_events USING brin (xid) WITH (pages_per_range='32');

CREATE INDEX order_events_default_xid_idx ON public.order_events_default USING brin (xid) WITH (pages_per_range='32');

CREATE INDEX order_lots_account_id_idx ON public.order_lots USING btree (account_id);

CREATE INDEX order_lots_lot_id_idx ON public.order_lots USING btree (lot_id);

CREATE INDEX orders_account_id_idx ON public.orders USING btree (account_id, placed_at DESC, order_id DESC);

CREATE INDEX orders_open_account_idx ON public.orders USING btree (account_id, security_id) WHERE (terminal_at IS NULL);

CREATE INDEX orders_open_idx ON public.orders USING btree (placed_at, order_id) WHERE (terminal_at IS NULL);

CREATE INDEX orders_security_id_idx ON public.orders USING btree (security_id);

CREATE INDEX outbox_global_seq_idx ON ONLY public.outbox USING btree (global_seq) WHERE (global_seq IS NOT NULL);

CREATE INDEX outbox_default_global_seq_idx ON public.outbox_default USING btree (global_seq) WHERE (global_seq IS NOT NULL);

CREATE INDEX outbox_unpublished_idx ON ONLY public.outbox USING btree (recorded_at) WHERE (global_seq IS NULL);

CREATE INDEX outbox_default_recorded_at_idx ON public.outbox_default USING btree (recorded_at) WHERE (global_seq IS NULL);

CREATE INDEX passkeys_user_id_idx ON public.passkeys USING btree (user_id);

CREATE UNIQUE INDEX payment_methods_number_key ON public.payment_methods USING btree (user_id, number_index) WHERE ((removed_at IS NULL) AND (number_index IS NOT NULL));

CREATE INDEX payment_methods_user_id_idx ON public.payment_methods USING btree (user_id, payment_method_id);

CREATE INDEX personal_data_keys_key_epoch_idx ON public.personal_data_keys USING btree (key_epoch, user_id);

CREATE UNIQUE INDEX portfolio_summary_account_id_key ON public.portfolio_summary USING btree (account_id);

CREATE INDEX price_bars_starts_at_brin ON ONLY public.price_bars USING brin (starts_at);

CREATE INDEX price_bars_default_starts_at_idx ON public.price_bars_default USING brin (starts_at);

CREATE INDEX reconciliation_runs_date_idx ON public.reconciliation_runs USING btree (statement_date, source);

CREATE INDEX seal_copies_seal_idx ON public.seal_copies USING btree (epoch, seal_seq);

CREATE INDEX securities_isin_idx ON public.securities USING btree (isin) WHERE (isin IS NOT NULL);

CREATE INDEX securities_search_gin ON public.securities USING gin (search);

CREATE INDEX securities_symbol_idx ON public.securities USING btree (symbol);

CREATE INDEX settlements_account_id_idx ON public.settlements USING btree (account_id);

CREATE INDEX settlements_open_idx ON public.settlements USING btree (settle_on, account_id) WHERE (state = 'open'::text);

CREATE INDEX share_receipts_account_id_idx ON public.share_receipts USING btree (account_id);

CREATE INDEX share_receipts_security_id_idx ON public.share_receipts USING btree (security_id);

CREATE INDEX sign_in_attempts_attempted_at_idx ON public.sign_in_attempts USING btree (attempted_at);

CREATE INDEX sign_in_attempts_user_id_idx ON public.sign_in_attempts USING btree (user_id, attempted_at) WHERE (user_id IS NOT NULL);

CREATE INDEX transactions_account_id_idx ON ONLY public.transactions USING btree (account_id, recorded_at);

CREATE INDEX transactions_default_account_id_recorded_at_idx ON public.transactions_default USING btree (account_id, recorded_at);

CREATE INDEX transactions_xid_brin ON ONLY public.transactions USING brin (xid) WITH (pages_per_range='32');

CREATE INDEX transactions_default_xid_idx ON public.transactions_default USING brin (xid) WITH (pages_per_range='32');

CREATE INDEX transfers_account_id_idx ON public.transfers USING btree (account_id, requested_at);

CREATE UNIQUE INDEX transfers_bank_reference_key ON public.transfers USING btree (((encode(SUBSTRING(sha256(decode(((replace(((direction || ':'::text) || bank), '\'::text, '\\'::text) || '\000'::text) || replace(bank_reference, '\'::text, '\\'::text)), 'escape'::text)) FROM 1 FOR 16), 'hex'::text))::uuid));

CREATE INDEX transfers_effective_at_brin ON public.transfers USING brin (effective_at);

CREATE INDEX transfers_payment_method_id_idx ON public.transfers USING btree (payment_method_id) WHERE (payment_method_id IS NOT NULL);

CREATE INDEX transfers_requested_idx ON public.transfers USING btree (requested_at) WHERE (state = 'requested'::text);

ALTER INDEX public.audit_log_pkey ATTACH PARTITION public.audit_log_default_pkey;

ALTER INDEX public.audit_log_recorded_at_idx ATTACH PARTITION public.audit_log_default_recorded_at_idx;

ALTER INDEX public.audit_log_subject_id_idx ATTACH PARTITION public.audit_log_default_subject_id_recorded_at_idx;

ALTER INDEX public.audit_log_xid_brin ATTACH PARTITION public.audit_log_default_xid_idx;

ALTER INDEX public.entries_pkey ATTACH PARTITION public.entries_default_pkey;

ALTER INDEX public.order_events_pkey ATTACH PARTITION public.order_events_default_pkey;

ALTER INDEX public.order_events_xid_brin ATTACH PARTITION public.order_events_default_xid_idx;

ALTER INDEX public.outbox_global_seq_idx ATTACH PARTITION public.outbox_default_global_seq_idx;

ALTER INDEX public.outbox_unpublished_idx ATTACH PARTITION public.outbox_default_recorded_at_idx;

ALTER INDEX public.price_bars_pkey ATTACH PARTITION public.price_bars_default_pkey;

ALTER INDEX public.price_bars_starts_at_brin ATTACH PARTITION public.price_bars_default_starts_at_idx;

ALTER INDEX public.transactions_account_id_idx ATTACH PARTITION public.transactions_default_account_id_recorded_at_idx;

ALTER INDEX public.transactions_xid_brin ATTACH PARTITION public.transactions_default_xid_idx;

CREATE TRIGGER audit_identity_keys AFTER INSERT OR DELETE OR UPDATE ON fb_private.identity_keys FOR EACH ROW EXECUTE FUNCTION fb_private.audit_identity_keys();

CREATE TRIGGER audit_account_owners AFTER INSERT OR DELETE OR UPDATE ON public.account_owners FOR EACH ROW EXECUTE FUNCTION fb_private.audit('account_id', 'user_id', 'role');

CREATE TRIGGER audit_accounts AFTER INSERT OR DELETE OR UPDATE OF status, account_type, lot_method, reinvest_dividends ON public.accounts FOR EACH ROW EXECUTE FUNCTION fb_private.audit('account_id', 'account_type', 'currency', 'status', 'lot_method', 'reinvest_dividends');

CREATE TRIGGER audit_api_keys AFTER INSERT OR DELETE OR UPDATE ON public.api_keys FOR EACH ROW EXECUTE FUNCTION fb_private.audit('key_id', 'account_id', 'scopes', 'expires_at', 'revoked_at');

CREATE TRIGGER audit_approvals AFTER INSERT OR DELETE OR UPDATE ON public.approvals FOR EACH ROW EXECUTE FUNCTION fb_private.audit('approval_id', 'action', 'payload', 'reason', 'state', 'requested_by', 'decided_by', 'note', 'effect_id');

CREATE TRIGGER audit_assets AFTER DELETE OR UPDATE ON public.assets FOR EACH ROW EXECUTE FUNCTION fb_private.audit('asset_id', 'kind', 'code', 'scale');

CREATE TRIGGER audit_closed_months AFTER INSERT OR DELETE ON public.closed_months FOR EACH ROW EXECUTE FUNCTION fb_private.audit('month', 'transactions', 'entries');

CREATE TRIGGER audit_corporate_actions AFTER INSERT OR DELETE OR UPDATE OF state ON public.corporate_actions FOR EACH ROW EXECUTE FUNCTION fb_private.audit('action_id', 'provider', 'provider_action_id', 'kind', 'security_id', 'ex_date', 'pay_date', 'new_shares', 'old_shares', 'cash_per_share', 'withholding_rate', 'new_symbol', 'state');

CREATE TRIGGER audit_credentials AFTER INSERT OR DELETE OR UPDATE ON public.credentials FOR EACH ROW EXECUTE FUNCTION fb_private.audit('user_id', 'changed_at');

CREATE TRIGGER audit_currencies AFTER INSERT ON public.assets FOR EACH ROW WHEN ((new.kind = 'currency'::text)) EXECUTE FUNCTION fb_private.audit('asset_id', 'code', 'scale');

CREATE TRIGGER audit_exceptions AFTER INSERT OR DELETE OR UPDATE ON public.exceptions FOR EACH ROW EXECUTE FUNCTION fb_private.audit('exception_id', 'kind', 'state', 'assigned_to', 'resolution', 'resolved_by');

CREATE TRIGGER audit_exchange_rates AFTER INSERT ON public.exchange_rates FOR EACH ROW EXECUTE FUNCTION fb_private.audit('rate_id', 'provider', 'provider_rate_id', 'base', 'quote', 'rate', 'effective_at');

CREATE TRIGGER audit_fee_schedules AFTER INSERT OR DELETE OR UPDATE ON public.fee_schedules FOR EACH ROW EXECUTE FUNCTION fb_private.audit('side', 'effective_from', 'flat', 'per_share', 'basis_points', 'minimum', 'maximum');

CREATE TRIGGER audit_kyc_documents AFTER INSERT OR DELETE OR UPDATE ON public.kyc_documents FOR EACH ROW EXECUTE FUNCTION fb_private.audit('document_id', 'kind', 'media_type', 'byte_count', 'removed_at');

CREATE TRIGGER audit_kyc_transitions AFTER INSERT OR DELETE OR UPDATE ON public.kyc_transitions FOR EACH STATEMENT EXECUTE FUNCTION fb_private.audit_statement();

CREATE TRIGGER audit_market_control AFTER INSERT OR DELETE OR UPDATE OF paused, days_per_minute, steps_requested ON public.market_control FOR EACH ROW EXECUTE FUNCTION fb_private.audit('only_row', 'paused', 'days_per_minute', 'steps_requested');

CREATE TRIGGER audit_market_sessions AFTER INSERT OR DELETE OR UPDATE ON public.market_sessions FOR EACH STATEMENT EXECUTE FUNCTION fb_private.audit_statement();

CREATE TRIGGER audit_order_transitions AFTER INSERT OR DELETE OR UPDATE ON public.order_transitions FOR EACH STATEMENT EXECUTE FUNCTION fb_private.audit_statement();

CREATE TRIGGER audit_passkeys AFTER INSERT OR DELETE ON public.passkeys FOR EACH ROW EXECUTE FUNCTION fb_private.audit('credential_id');

CREATE TRIGGER audit_payment_methods AFTER INSERT OR DELETE OR UPDATE ON public.payment_methods FOR EACH ROW EXECUTE FUNCTION fb_private.audit('payment_method_id', 'kind', 'token', 'country', 'removed_at');

CREATE TRIGGER audit_platform_settings AFTER INSERT OR DELETE OR UPDATE ON public.platform_settings FOR EACH ROW EXECUTE FUNCTION fb_private.audit('name', 'value');

CREATE TRIGGER audit_price_bars AFTER INSERT OR DELETE OR UPDATE ON public.price_bars FOR EACH STATEMENT EXECUTE FUNCTION fb_private.audit_statement();

CREATE TRIGGER audit_reconciliation_breaks AFTER DELETE OR UPDATE ON public.reconciliation_breaks FOR EACH ROW EXECUTE FUNCTION fb_private.audit('run_id', 'break_no', 'kind', 'state');

CREATE TRIGGER audit_reconciliation_runs AFTER INSERT OR DELETE ON public.reconciliation_runs FOR EACH ROW EXECUTE FUNCTION fb_private.audit('run_id', 'source', 'statement_date');

CREATE TRIGGER audit_recovery_codes AFTER INSERT OR DELETE OR UPDATE ON public.recovery_codes FOR EACH ROW EXECUTE FUNCTION fb_private.audit('user_id', 'used_at');

CREATE TRIGGER audit_securities AFTER INSERT OR DELETE OR UPDATE OF status, tradable, symbol, fractionable, name, isin, currency ON public.securities FOR EACH ROW EXECUTE FUNCTION fb_private.audit('security_id', 'exchange', 'symbol', 'name', 'isin', 'currency', 'status', 'tradable', 'fractionable');

CREATE TRIGGER audit_staff_roles AFTER INSERT OR DELETE OR UPDATE ON public.staff_roles FOR EACH ROW EXECUTE FUNCTION fb_private.audit('user_id', 'role');

CREATE TRIGGER audit_totp_secrets AFTER INSERT OR DELETE OR UPDATE OF confirmed_at ON public.totp_secrets FOR EACH ROW EXECUTE FUNCTION fb_private.audit('user_id', 'confirmed_at');

CREATE TRIGGER audit_users AFTER INSERT OR DELETE OR UPDATE ON public.users FOR EACH ROW EXECUTE FUNCTION fb_private.audit('user_id', 'kind', 'kyc_status', 'is_active');

CREATE TRIGGER check_key_epoch BEFORE INSERT OR UPDATE OF key_epoch ON public.personal_data_keys FOR EACH ROW EXECUTE FUNCTION fb_private.check_key_epoch();

CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE ON public.account_transfers FOR EACH ROW EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE ON public.audit_epochs FOR EACH ROW EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE ON public.audit_log FOR EACH ROW EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE ON public.audit_retired FOR EACH ROW EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE ON public.audit_retired_leaves FOR EACH ROW EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE ON public.entries FOR EACH ROW EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE ON public.erasures FOR EACH ROW EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE ON public.exchange_rates FOR EACH ROW EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE ON public.executions FOR EACH ROW EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE ON public.kyc_events FOR EACH ROW EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE ON public.lot_closures FOR EACH ROW EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE ON public.order_events FOR EACH ROW EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE ON public.reversals FOR EACH ROW EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE ON public.seal_copies FOR EACH ROW EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE ON public.seals FOR EACH ROW EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE ON public.share_receipts FOR EACH ROW EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE ON public.transactions FOR EACH ROW EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.account_transfers FOR EACH STATEMENT EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.audit_epochs FOR EACH STATEMENT EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.audit_log FOR EACH STATEMENT EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.audit_log_default FOR EACH STATEMENT EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.audit_retired FOR EACH STATEMENT EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.audit_retired_leaves FOR EACH STATEMENT EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.entries FOR EACH STATEMENT EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.entries_default FOR EACH STATEMENT EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.erasures FOR EACH STATEMENT EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.exchange_rates FOR EACH STATEMENT EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.executions FOR EACH STATEMENT EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.kyc_events FOR EACH STATEMENT EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.lot_closures FOR EACH STATEMENT EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.order_events FOR EACH STATEMENT EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.order_events_default FOR EACH STATEMENT EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.reversals FOR EACH STATEMENT EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.seal_copies FOR EACH STATEMENT EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.seals FOR EACH STATEMENT EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.share_receipts FOR EACH STATEMENT EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.transactions FOR EACH STATEMENT EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.transactions_default FOR EACH STATEMENT EXECUTE FUNCTION fb_private.refuse_change();

ALTER TABLE ONLY public.account_owners
    ADD CONSTRAINT account_owners_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);

ALTER TABLE ONLY public.account_owners
    ADD CONSTRAINT account_owners_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id);

ALTER TABLE ONLY public.account_transfers
    ADD CONSTRAINT account_transfers_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);

ALTER TABLE ONLY public.account_transfers
    ADD CONSTRAINT account_transfers_rate_id_fkey FOREIGN KEY (rate_id) REFERENCES public.exchange_rates(rate_id);

ALTER TABLE ONLY public.account_transfers
    ADD CONSTRAINT account_transfers_target_account_id_fkey FOREIGN KEY (target_account_id) REFERENCES public.accounts(account_id);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id);

ALTER TABLE ONLY public.approvals
    ADD CONSTRAINT approvals_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES public.users(user_id);

ALTER TABLE ONLY public.approvals
    ADD CONSTRAINT approvals_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES public.users(user_id);

ALTER TABLE ONLY public.audit_retired_leaves
    ADD CONSTRAINT audit_retired_leaves_epoch_seal_seq_fkey FOREIGN KEY (epoch, seal_seq) REFERENCES public.seals(epoch, seal_seq);

ALTER TABLE ONLY public.audit_retired_leaves
    ADD CONSTRAINT audit_retired_leaves_table_name_fkey FOREIGN KEY (table_name) REFERENCES public.audit_retired(table_name);

ALTER TABLE ONLY public.closing_events
    ADD CONSTRAINT closing_events_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);

ALTER TABLE ONLY public.corporate_actions
    ADD CONSTRAINT corporate_actions_security_id_fkey FOREIGN KEY (security_id) REFERENCES public.securities(security_id);

ALTER TABLE ONLY public.credentials
    ADD CONSTRAINT credentials_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id);

ALTER TABLE ONLY public.entitlements
    ADD CONSTRAINT entitlements_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);

ALTER TABLE ONLY public.entitlements
    ADD CONSTRAINT entitlements_action_id_fkey FOREIGN KEY (action_id) REFERENCES public.corporate_actions(action_id);

ALTER TABLE ONLY public.executions
    ADD CONSTRAINT executions_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);

ALTER TABLE ONLY public.executions
    ADD CONSTRAINT executions_order_id_fkey FOREIGN KEY (order_id) REFERENCES public.orders(order_id);

ALTER TABLE ONLY public.executions
    ADD CONSTRAINT executions_security_id_fkey FOREIGN KEY (security_id) REFERENCES public.securities(security_id);

ALTER TABLE ONLY public.holdings
    ADD CONSTRAINT holdings_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);

ALTER TABLE ONLY public.holdings
    ADD CONSTRAINT holdings_security_id_fkey FOREIGN KEY (security_id) REFERENCES public.securities(security_id);

ALTER TABLE ONLY public.kyc_documents
    ADD CONSTRAINT kyc_documents_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id);

ALTER TABLE ONLY public.kyc_events
    ADD CONSTRAINT kyc_events_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id);

ALTER TABLE ONLY public.lot_closures
    ADD CONSTRAINT lot_closures_lot_id_fkey FOREIGN KEY (lot_id) REFERENCES public.lots(lot_id);

ALTER TABLE ONLY public.lots
    ADD CONSTRAINT lots_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);

ALTER TABLE ONLY public.lots
    ADD CONSTRAINT lots_security_id_fkey FOREIGN KEY (security_id) REFERENCES public.securities(security_id);

ALTER TABLE ONLY public.order_lots
    ADD CONSTRAINT order_lots_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);

ALTER TABLE ONLY public.order_lots
    ADD CONSTRAINT order_lots_lot_id_fkey FOREIGN KEY (lot_id) REFERENCES public.lots(lot_id);

ALTER TABLE ONLY public.order_lots
    ADD CONSTRAINT order_lots_order_id_fkey FOREIGN KEY (order_id) REFERENCES public.orders(order_id);

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_security_id_fkey FOREIGN KEY (security_id) REFERENCES public.securities(security_id);

ALTER TABLE ONLY public.passkeys
    ADD CONSTRAINT passkeys_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id);

ALTER TABLE ONLY public.payment_methods
    ADD CONSTRAINT payment_methods_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id);

ALTER TABLE ONLY public.personal_data_keys
    ADD CONSTRAINT personal_data_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id);

ALTER TABLE public.price_bars
    ADD CONSTRAINT price_bars_security_id_fkey FOREIGN KEY (security_id) REFERENCES public.securities(security_id);

ALTER TABLE ONLY public.reconciliation_breaks
    ADD CONSTRAINT reconciliation_breaks_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.reconciliation_runs(run_id);

ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT recovery_codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id);

ALTER TABLE ONLY public.seal_copies
    ADD CONSTRAINT seal_copies_epoch_seal_seq_fkey FOREIGN KEY (epoch, seal_seq) REFERENCES public.seals(epoch, seal_seq);

ALTER TABLE ONLY public.seals
    ADD CONSTRAINT seals_epoch_fkey FOREIGN KEY (epoch) REFERENCES public.audit_epochs(epoch);

ALTER TABLE ONLY public.securities
    ADD CONSTRAINT securities_security_id_fkey FOREIGN KEY (security_id) REFERENCES public.assets(asset_id);

ALTER TABLE ONLY public.security_prices
    ADD CONSTRAINT security_prices_security_id_fkey FOREIGN KEY (security_id) REFERENCES public.securities(security_id);

ALTER TABLE ONLY public.settlements
    ADD CONSTRAINT settlements_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);

ALTER TABLE ONLY public.settlements
    ADD CONSTRAINT settlements_asset_id_fkey FOREIGN KEY (asset_id) REFERENCES public.assets(asset_id);

ALTER TABLE ONLY public.share_receipts
    ADD CONSTRAINT share_receipts_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);

ALTER TABLE ONLY public.share_receipts
    ADD CONSTRAINT share_receipts_security_id_fkey FOREIGN KEY (security_id) REFERENCES public.securities(security_id);

ALTER TABLE ONLY public.sign_in_attempts
    ADD CONSTRAINT sign_in_attempts_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id);

ALTER TABLE ONLY public.staff_roles
    ADD CONSTRAINT staff_roles_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id);

ALTER TABLE ONLY public.totp_secrets
    ADD CONSTRAINT totp_secrets_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id);

ALTER TABLE public.transactions
    ADD CONSTRAINT transactions_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);

ALTER TABLE ONLY public.transfers
    ADD CONSTRAINT transfers_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);

ALTER TABLE ONLY public.transfers
    ADD CONSTRAINT transfers_payment_method_id_fkey FOREIGN KEY (payment_method_id) REFERENCES public.payment_methods(payment_method_id);

ALTER TABLE public.account_owners ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.account_transfers ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.accounts ENABLE ROW LEVEL SECURITY;

CREATE POLICY all_read ON public.assets FOR SELECT TO analytics_user, app_user, auditor, fb_bank, fb_broker, fb_monitor, fb_venue, fb_worker USING (true);

CREATE POLICY all_read ON public.closed_months FOR SELECT TO analytics_user, app_user, auditor, fb_bank, fb_broker, fb_monitor, fb_venue, fb_worker USING (true);

CREATE POLICY all_read ON public.corporate_actions FOR SELECT TO analytics_user, app_user, auditor, fb_bank, fb_broker, fb_monitor, fb_venue, fb_worker USING (true);

CREATE POLICY all_read ON public.exchange_rates FOR SELECT TO analytics_user, app_user, auditor, fb_bank, fb_broker, fb_monitor, fb_venue, fb_worker USING (true);

CREATE POLICY all_read ON public.fee_schedules FOR SELECT TO analytics_user, app_user, auditor, fb_bank, fb_broker, fb_monitor, fb_venue, fb_worker USING (true);

CREATE POLICY all_read ON public.kyc_transitions FOR SELECT TO app_user, auditor, fb_broker USING (true);

CREATE POLICY all_read ON public.market_clock FOR SELECT TO analytics_user, app_user, auditor, fb_bank, fb_broker, fb_monitor, fb_venue, fb_worker USING (true);

CREATE POLICY all_read ON public.market_control FOR SELECT TO analytics_user, app_user, auditor, fb_bank, fb_broker, fb_monitor, fb_venue, fb_worker USING (true);

CREATE POLICY all_read ON public.market_sessions FOR SELECT TO analytics_user, app_user, auditor, fb_bank, fb_broker, fb_monitor, fb_venue, fb_worker USING (true);

CREATE POLICY all_read ON public.order_transitions FOR SELECT TO analytics_user, app_user, auditor, fb_bank, fb_broker, fb_monitor, fb_venue, fb_worker USING (true);

CREATE POLICY all_read ON public.platform_settings FOR SELECT TO analytics_user, app_user, auditor, fb_bank, fb_broker, fb_monitor, fb_venue, fb_worker USING (true);

CREATE POLICY all_read ON public.price_bars FOR SELECT TO analytics_user, app_user, auditor, fb_bank, fb_broker, fb_monitor, fb_venue, fb_worker USING (true);

CREATE POLICY all_read ON public.process_heartbeats FOR SELECT TO analytics_user, app_user, auditor, fb_bank, fb_broker, fb_monitor, fb_venue, fb_worker USING (true);

CREATE POLICY all_read ON public.securities FOR SELECT TO analytics_user, app_user, auditor, fb_bank, fb_broker, fb_monitor, fb_venue, fb_worker USING (true);

CREATE POLICY all_read ON public.security_prices FOR SELECT TO analytics_user, app_user, auditor, fb_bank, fb_broker, fb_monitor, fb_venue, fb_worker USING (true);

CREATE POLICY all_read ON public.session_progress FOR SELECT TO analytics_user, app_user, auditor, fb_bank, fb_broker, fb_monitor, fb_venue, fb_worker USING (true);

ALTER TABLE public.api_keys ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.approvals ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.assets ENABLE ROW LEVEL SECURITY;

CREATE POLICY audit_counts ON public.executions FOR SELECT TO fb_audit USING (true);

CREATE POLICY audit_counts ON public.order_events FOR SELECT TO fb_audit USING (true);

CREATE POLICY audit_counts ON public.transactions FOR SELECT TO fb_audit USING (true);

ALTER TABLE public.audit_epochs ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.audit_log ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.audit_log_default ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.audit_retired ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.audit_retired_leaves ENABLE ROW LEVEL SECURITY;

CREATE POLICY auditor_reads ON public.audit_epochs FOR SELECT TO auditor, fb_sealer USING (true);

CREATE POLICY auditor_reads ON public.audit_log FOR SELECT TO auditor, fb_sealer USING (true);

CREATE POLICY auditor_reads ON public.audit_retired FOR SELECT TO auditor, fb_sealer USING (true);

CREATE POLICY auditor_reads ON public.audit_retired_leaves FOR SELECT TO auditor, fb_sealer USING (true);

CREATE POLICY auditor_reads ON public.erasures FOR SELECT TO auditor, fb_sealer USING (true);

CREATE POLICY auditor_reads ON public.key_epochs FOR SELECT TO auditor USING (true);

CREATE POLICY auditor_reads ON public.reconciliation_breaks FOR SELECT TO auditor, fb_broker, fb_worker USING (true);

CREATE POLICY auditor_reads ON public.reconciliation_runs FOR SELECT TO auditor, fb_broker, fb_worker USING (true);

CREATE POLICY auditor_reads ON public.reversals FOR SELECT TO auditor USING (true);

CREATE POLICY auditor_reads ON public.seal_copies FOR SELECT TO auditor, fb_sealer USING (true);

CREATE POLICY auditor_reads ON public.sealer_state FOR SELECT TO auditor, fb_sealer USING (true);

CREATE POLICY auditor_reads ON public.seals FOR SELECT TO auditor, fb_sealer USING (true);

CREATE POLICY broker_reads ON public.api_keys FOR SELECT TO fb_broker USING (true);

ALTER TABLE public.closed_months ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.closing_balances ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.closing_events ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.corporate_actions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.credentials ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.entitlements ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.entries ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.entries_default ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.erasures ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.exceptions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.exchange_rates ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.executions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.fee_schedules ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.holdings ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.idempotency_keys ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.key_epochs ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.kyc_documents ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.kyc_events ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.kyc_transitions ENABLE ROW LEVEL SECURITY;

CREATE POLICY lines_are_added ON public.audit_log FOR INSERT TO fb_owner WITH CHECK ((login = SESSION_USER));

ALTER TABLE public.lot_closures ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.lots ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.market_clock ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.market_control ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.market_sessions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.order_events ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.order_events_default ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.order_lots ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.order_transitions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.orders ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.outbox ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.outbox_default ENABLE ROW LEVEL SECURITY;

CREATE POLICY owner_all ON public.account_owners TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.account_transfers TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.accounts TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.api_keys TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.approvals TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.assets TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.audit_epochs TO fb_audit USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.audit_log TO fb_audit USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.audit_log_default TO fb_audit USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.audit_retired TO fb_audit USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.audit_retired_leaves TO fb_audit USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.closed_months TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.closing_balances TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.closing_events TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.corporate_actions TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.credentials TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.entitlements TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.entries TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.entries_default TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.erasures TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.exceptions TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.exchange_rates TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.executions TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.fee_schedules TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.holdings TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.idempotency_keys TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.key_epochs TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.kyc_documents TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.kyc_events TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.kyc_transitions TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.lot_closures TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.lots TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.market_clock TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.market_control TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.market_sessions TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.order_events TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.order_events_default TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.order_lots TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.order_transitions TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.orders TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.outbox TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.outbox_default TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.passkeys TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.payment_methods TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.personal_data_keys TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.platform_settings TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.price_bars TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.process_heartbeats TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.reconciliation_breaks TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.reconciliation_runs TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.recovery_codes TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.reversals TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.seal_copies TO fb_audit USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.sealer_state TO fb_audit USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.seals TO fb_audit USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.securities TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.security_prices TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.session_progress TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.settlements TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.share_receipts TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.sign_in_attempts TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.sign_in_locks TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.staff_roles TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.totp_secrets TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.transactions TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.transactions_default TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.transfers TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.users TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owners_read ON public.account_owners FOR SELECT TO app_user USING ((account_id = ANY (( SELECT fb.my_accounts() AS my_accounts)::uuid[])));

CREATE POLICY owners_read ON public.account_transfers FOR SELECT TO app_user USING ((account_id = ANY (( SELECT fb.my_accounts() AS my_accounts)::uuid[])));

CREATE POLICY owners_read ON public.accounts FOR SELECT TO app_user USING ((account_id = ANY (( SELECT fb.my_accounts() AS my_accounts)::uuid[])));

CREATE POLICY owners_read ON public.closing_balances FOR SELECT TO app_user USING ((account_id = ANY (( SELECT fb.my_accounts() AS my_accounts)::uuid[])));

CREATE POLICY owners_read ON public.closing_events FOR SELECT TO app_user USING ((account_id = ANY (( SELECT fb.my_accounts() AS my_accounts)::uuid[])));

CREATE POLICY owners_read ON public.entitlements FOR SELECT TO app_user USING ((account_id = ANY (( SELECT fb.my_accounts() AS my_accounts)::uuid[])));

CREATE POLICY owners_read ON public.entries FOR SELECT TO app_user USING ((account_id = ANY (( SELECT fb.my_accounts() AS my_accounts)::uuid[])));

CREATE POLICY owners_read ON public.executions FOR SELECT TO app_user USING ((account_id = ANY (( SELECT fb.my_accounts() AS my_accounts)::uuid[])));

CREATE POLICY owners_read ON public.holdings FOR SELECT TO app_user USING ((account_id = ANY (( SELECT fb.my_accounts() AS my_accounts)::uuid[])));

CREATE POLICY owners_read ON public.lot_closures FOR SELECT TO app_user USING ((account_id = ANY (( SELECT fb.my_accounts() AS my_accounts)::uuid[])));

CREATE POLICY owners_read ON public.lots FOR SELECT TO app_user USING ((account_id = ANY (( SELECT fb.my_accounts() AS my_accounts)::uuid[])));

CREATE POLICY owners_read ON public.order_events FOR SELECT TO app_user USING ((account_id = ANY (( SELECT fb.my_accounts() AS my_accounts)::uuid[])));

CREATE POLICY owners_read ON public.order_lots FOR SELECT TO app_user USING ((account_id = ANY (( SELECT fb.my_accounts() AS my_accounts)::uuid[])));

CREATE POLICY owners_read ON public.orders FOR SELECT TO app_user USING ((account_id = ANY (( SELECT fb.my_accounts() AS my_accounts)::uuid[])));

CREATE POLICY owners_read ON public.outbox FOR SELECT TO app_user USING ((account_id = ANY (( SELECT fb.my_accounts() AS my_accounts)::uuid[])));

CREATE POLICY owners_read ON public.settlements FOR SELECT TO app_user USING ((account_id = ANY (( SELECT fb.my_accounts() AS my_accounts)::uuid[])));

CREATE POLICY owners_read ON public.share_receipts FOR SELECT TO app_user USING ((account_id = ANY (( SELECT fb.my_accounts() AS my_accounts)::uuid[])));

CREATE POLICY owners_read ON public.transactions FOR SELECT TO app_user USING ((account_id = ANY (( SELECT fb.my_accounts() AS my_accounts)::uuid[])));

CREATE POLICY owners_read ON public.transfers FOR SELECT TO app_user USING ((account_id = ANY (( SELECT fb.my_accounts() AS my_accounts)::uuid[])));

ALTER TABLE public.passkeys ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.payment_methods ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.personal_data_keys ENABLE ROW LEVEL SECURITY;

CREATE POLICY platform_reads ON public.account_owners FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.account_transfers FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.accounts FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.approvals FOR SELECT TO auditor, fb_broker USING (true);

CREATE POLICY platform_reads ON public.closing_balances FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.closing_events FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.entitlements FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.entries FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.exceptions FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.executions FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.holdings FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.idempotency_keys FOR SELECT TO auditor, fb_worker USING (true);

CREATE POLICY platform_reads ON public.kyc_documents FOR SELECT TO auditor, fb_broker USING (true);

CREATE POLICY platform_reads ON public.kyc_events FOR SELECT TO auditor, fb_broker USING (true);

CREATE POLICY platform_reads ON public.lot_closures FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.lots FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.order_events FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.order_lots FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.orders FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.outbox FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.payment_methods FOR SELECT TO auditor, fb_broker USING (true);

CREATE POLICY platform_reads ON public.settlements FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.share_receipts FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.sign_in_attempts FOR SELECT TO auditor, fb_broker USING (true);

CREATE POLICY platform_reads ON public.staff_roles FOR SELECT TO auditor, fb_broker USING (true);

CREATE POLICY platform_reads ON public.transactions FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.transfers FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.users FOR SELECT TO auditor, fb_broker, fb_worker USING (true);

ALTER TABLE public.platform_settings ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.price_bars ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.process_heartbeats ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.reconciliation_breaks ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.reconciliation_runs ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.recovery_codes ENABLE ROW LEVEL SECURITY;

CREATE POLICY reporting_reads ON public.account_owners FOR SELECT TO fb_reporting USING (true);

CREATE POLICY reporting_reads ON public.accounts FOR SELECT TO fb_reporting USING (true);

CREATE POLICY reporting_reads ON public.executions FOR SELECT TO fb_reporting USING (true);

CREATE POLICY reporting_reads ON public.holdings FOR SELECT TO fb_reporting USING (true);

CREATE POLICY reporting_reads ON public.orders FOR SELECT TO fb_reporting USING (true);

CREATE POLICY reporting_reads ON public.securities FOR SELECT TO fb_reporting USING (true);

CREATE POLICY reporting_reads ON public.security_prices FOR SELECT TO fb_reporting USING (true);

CREATE POLICY reporting_reads ON public.transactions FOR SELECT TO fb_reporting USING (true);

CREATE POLICY reporting_reads ON public.users FOR SELECT TO fb_reporting USING (true);

ALTER TABLE public.reversals ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.seal_copies ENABLE ROW LEVEL SECURITY;

CREATE POLICY sealer_reads ON public.entries FOR SELECT TO fb_sealer USING (true);

CREATE POLICY sealer_reads ON public.executions FOR SELECT TO fb_sealer USING (true);

CREATE POLICY sealer_reads ON public.order_events FOR SELECT TO fb_sealer USING (true);

CREATE POLICY sealer_reads ON public.transactions FOR SELECT TO fb_sealer USING (true);

ALTER TABLE public.sealer_state ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.seals ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.securities ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.security_prices ENABLE ROW LEVEL SECURITY;

CREATE POLICY self_reads ON public.api_keys FOR SELECT TO app_user USING ((user_id = ( SELECT fb.current_user_id() AS current_user_id)));

CREATE POLICY self_reads ON public.kyc_documents FOR SELECT TO app_user USING ((user_id = ( SELECT fb.current_user_id() AS current_user_id)));

CREATE POLICY self_reads ON public.kyc_events FOR SELECT TO app_user USING ((user_id = ( SELECT fb.current_user_id() AS current_user_id)));

CREATE POLICY self_reads ON public.payment_methods FOR SELECT TO app_user USING ((user_id = ( SELECT fb.current_user_id() AS current_user_id)));

CREATE POLICY self_reads ON public.users FOR SELECT TO app_user USING ((user_id = ( SELECT fb.current_user_id() AS current_user_id)));

ALTER TABLE public.session_progress ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.settlements ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.share_receipts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.sign_in_attempts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.sign_in_locks ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.staff_roles ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.totp_secrets ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.transactions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.transactions_default ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.transfers ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;

CREATE POLICY venue_writes ON public.market_clock TO fb_venue USING (true) WITH CHECK (true);

CREATE POLICY venue_writes ON public.market_control TO fb_venue USING (true) WITH CHECK (true);

CREATE POLICY venue_writes ON public.security_prices TO fb_venue USING (true) WITH CHECK (true);

CREATE POLICY venue_writes ON public.session_progress TO fb_venue USING (true) WITH CHECK (true);

CREATE POLICY worker_writes ON public.assets TO fb_worker USING (true) WITH CHECK (true);

CREATE POLICY worker_writes ON public.fee_schedules TO fb_worker USING (true) WITH CHECK (true);

CREATE POLICY worker_writes ON public.market_clock TO fb_worker USING (true) WITH CHECK (true);

CREATE POLICY worker_writes ON public.market_control TO fb_worker USING (true) WITH CHECK (true);

CREATE POLICY worker_writes ON public.market_sessions TO fb_worker USING (true) WITH CHECK (true);

CREATE POLICY worker_writes ON public.price_bars TO fb_worker USING (true) WITH CHECK (true);

CREATE POLICY worker_writes ON public.securities TO fb_worker USING (true) WITH CHECK (true);

CREATE POLICY worker_writes ON public.security_prices TO fb_worker USING (true) WITH CHECK (true);

CREATE POLICY worker_writes ON public.session_progress TO fb_worker USING (true) WITH CHECK (true);

GRANT USAGE ON SCHEMA fb TO app_user;
GRANT USAGE ON SCHEMA fb TO fb_broker;
GRANT USAGE ON SCHEMA fb TO fb_bank;
GRANT USAGE ON SCHEMA fb TO fb_venue;
GRANT USAGE ON SCHEMA fb TO fb_worker;
GRANT USAGE ON SCHEMA fb TO fb_sealer;
GRANT USAGE ON SCHEMA fb TO analytics_user;
GRANT USAGE ON SCHEMA fb TO db_admin;
GRANT USAGE ON SCHEMA fb TO auditor;
GRANT USAGE ON SCHEMA fb TO fb_monitor;
GRANT ALL ON SCHEMA fb TO fb_audit;
GRANT USAGE ON SCHEMA fb TO fb_auth;

GRANT ALL ON SCHEMA fb_private TO fb_secrets;
GRANT ALL ON SCHEMA fb_private TO fb_audit;

REVOKE USAGE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO app_user;
GRANT USAGE ON SCHEMA public TO fb_broker;
GRANT USAGE ON SCHEMA public TO fb_bank;
GRANT USAGE ON SCHEMA public TO fb_venue;
GRANT USAGE ON SCHEMA public TO fb_worker;
GRANT USAGE ON SCHEMA public TO fb_sealer;
GRANT USAGE ON SCHEMA public TO analytics_user;
GRANT USAGE ON SCHEMA public TO db_admin;
GRANT USAGE ON SCHEMA public TO auditor;
GRANT USAGE ON SCHEMA public TO fb_monitor;
GRANT ALL ON SCHEMA public TO fb_audit;
GRANT USAGE ON SCHEMA public TO fb_secrets;
GRANT USAGE ON SCHEMA public TO fb_reporting;

GRANT USAGE ON SCHEMA reporting TO analytics_user;
GRANT USAGE ON SCHEMA reporting TO auditor;
GRANT USAGE ON SCHEMA reporting TO fb_owner;

REVOKE ALL ON TYPE public.finite FROM PUBLIC;
GRANT ALL ON TYPE public.finite TO fb_reporting;

REVOKE ALL ON FUNCTION fb.act_as(p_identity text, p_request_id text, p_origin text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.act_as(p_identity text, p_request_id text, p_origin text) TO fb_worker;

REVOKE ALL ON FUNCTION fb.add_currency(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_codes text[], p_scales integer[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.add_currency(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_codes text[], p_scales integer[], p_skip_locked boolean) TO fb_broker;

REVOKE ALL ON FUNCTION fb.add_document(p_identity text, p_key text, p_request_id text, p_origin text, p_document_id uuid, p_user_id uuid, p_kind text, p_media_type text, p_byte_count integer, p_content_ciphertext bytea, p_content_index bytea, p_generation integer) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.add_document(p_identity text, p_key text, p_request_id text, p_origin text, p_document_id uuid, p_user_id uuid, p_kind text, p_media_type text, p_byte_count integer, p_content_ciphertext bytea, p_content_index bytea, p_generation integer) TO app_user;

REVOKE ALL ON FUNCTION fb.add_owner(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_user_ids uuid[], p_roles text[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.add_owner(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_user_ids uuid[], p_roles text[], p_skip_locked boolean) TO fb_broker;

REVOKE ALL ON FUNCTION fb.add_passkey(p_identity text, p_credential_id bytea, p_public_key bytea, p_sign_count bigint, p_name text, p_request_id text, p_origin text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.add_passkey(p_identity text, p_credential_id bytea, p_public_key bytea, p_sign_count bigint, p_name text, p_request_id text, p_origin text) TO fb_auth;

REVOKE ALL ON FUNCTION fb.add_payment_method(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_payment_method_ids uuid[], p_user_ids uuid[], p_kinds text[], p_last_fours text[], p_countries text[], p_routing_numbers text[], p_number_ciphertexts bytea[], p_number_indexes bytea[], p_generations integer[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.add_payment_method(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_payment_method_ids uuid[], p_user_ids uuid[], p_kinds text[], p_last_fours text[], p_countries text[], p_routing_numbers text[], p_number_ciphertexts bytea[], p_number_indexes bytea[], p_generations integer[], p_skip_locked boolean) TO app_user;

REVOKE ALL ON FUNCTION fb.add_seal(p_epoch integer, p_seal_seq bigint, p_kind text, p_first_xid bigint, p_end_xid bigint, p_row_count integer, p_layout integer, p_merkle_root bytea, p_record bytea, p_frontier bytea, p_head text, p_salt bytea, p_row_keys bytea, p_leaves bytea, p_sealed_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.add_seal(p_epoch integer, p_seal_seq bigint, p_kind text, p_first_xid bigint, p_end_xid bigint, p_row_count integer, p_layout integer, p_merkle_root bytea, p_record bytea, p_frontier bytea, p_head text, p_salt bytea, p_row_keys bytea, p_leaves bytea, p_sealed_at timestamp with time zone) TO fb_sealer;

REVOKE ALL ON FUNCTION fb.announce_actions(p_provider text, p_symbols text[], p_action_ids text[], p_kinds text[], p_ex_dates date[], p_pay_dates date[], p_new_shares integer[], p_old_shares integer[], p_cash_per_shares numeric[], p_reinvest_prices numeric[]) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.announce_actions(p_provider text, p_symbols text[], p_action_ids text[], p_kinds text[], p_ex_dates date[], p_pay_dates date[], p_new_shares integer[], p_old_shares integer[], p_cash_per_shares numeric[], p_reinvest_prices numeric[]) TO fb_worker;

REVOKE ALL ON FUNCTION fb.apply_corporate_action(p_action_id uuid, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.apply_corporate_action(p_action_id uuid, p_limit integer) TO fb_worker;

REVOKE ALL ON FUNCTION fb.assign_exception(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_exception_ids uuid[], p_user_ids uuid[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.assign_exception(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_exception_ids uuid[], p_user_ids uuid[], p_skip_locked boolean) TO fb_broker;

REVOKE ALL ON FUNCTION fb.audit_status() FROM PUBLIC;
GRANT ALL ON FUNCTION fb.audit_status() TO fb_sealer;
GRANT ALL ON FUNCTION fb.audit_status() TO auditor;
GRANT ALL ON FUNCTION fb.audit_status() TO fb_monitor;
GRANT ALL ON FUNCTION fb.audit_status() TO fb_worker;
GRANT ALL ON FUNCTION fb.audit_status() TO fb_broker;

REVOKE ALL ON FUNCTION fb.authenticate_api_key(p_key_id text, p_secret_hash bytea, p_address inet) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.authenticate_api_key(p_key_id text, p_secret_hash bytea, p_address inet) TO fb_auth;

REVOKE ALL ON FUNCTION fb.begin_key_epoch(p_identity text, p_request_id text, p_origin text, p_tree text, p_epoch integer, p_provider text, p_reference text, p_wrapped_key bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.begin_key_epoch(p_identity text, p_request_id text, p_origin text, p_tree text, p_epoch integer, p_provider text, p_reference text, p_wrapped_key bytea) TO fb_broker;

REVOKE ALL ON FUNCTION fb.begin_sign_in(p_subject bytea, OUT retry_seconds integer, OUT user_id uuid, OUT password_hash text, OUT is_active boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.begin_sign_in(p_subject bytea, OUT retry_seconds integer, OUT user_id uuid, OUT password_hash text, OUT is_active boolean) TO fb_auth;

REVOKE ALL ON FUNCTION fb.begin_totp(p_identity text, p_secret_ciphertext bytea, p_request_id text, p_origin text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.begin_totp(p_identity text, p_secret_ciphertext bytea, p_request_id text, p_origin text) TO fb_auth;

REVOKE ALL ON FUNCTION fb.cancel_order(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_order_ids uuid[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.cancel_order(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_order_ids uuid[], p_skip_locked boolean) TO app_user;

REVOKE ALL ON FUNCTION fb.cancel_rejected(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.cancel_rejected(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) TO fb_venue;

REVOKE ALL ON FUNCTION fb.charge_fee(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_amounts numeric[], p_reasons text[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.charge_fee(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_amounts numeric[], p_reasons text[], p_skip_locked boolean) TO fb_broker;

REVOKE ALL ON FUNCTION fb.choose_lots(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_order_ids uuid[], p_lot_methods text[], p_lots jsonb[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.choose_lots(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_order_ids uuid[], p_lot_methods text[], p_lots jsonb[], p_skip_locked boolean) TO app_user;

REVOKE ALL ON FUNCTION fb.close_month(p_month date, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.close_month(p_month date, p_limit integer) TO fb_worker;

REVOKE ALL ON FUNCTION fb.convert_currency(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_targets text[], p_amounts numeric[], p_rate_ids uuid[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.convert_currency(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_targets text[], p_amounts numeric[], p_rate_ids uuid[], p_skip_locked boolean) TO app_user;

REVOKE ALL ON FUNCTION fb.corporate_action(p_identities text[], p_request_ids text[], p_origins text[], p_providers text[], p_provider_action_ids text[], p_kinds text[], p_security_ids uuid[], p_ex_dates date[], p_record_dates date[], p_pay_dates date[], p_new_shares integer[], p_old_shares integer[], p_cash_per_shares numeric[], p_withholding_rates numeric[], p_reinvest_prices numeric[], p_new_symbols text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.corporate_action(p_identities text[], p_request_ids text[], p_origins text[], p_providers text[], p_provider_action_ids text[], p_kinds text[], p_security_ids uuid[], p_ex_dates date[], p_record_dates date[], p_pay_dates date[], p_new_shares integer[], p_old_shares integer[], p_cash_per_shares numeric[], p_withholding_rates numeric[], p_reinvest_prices numeric[], p_new_symbols text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) TO fb_bank;

REVOKE ALL ON FUNCTION fb.create_api_key(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_key_ids text[], p_user_ids uuid[], p_account_ids uuid[], p_secret_hashes bytea[], p_scopes text[], p_expires_at timestamp with time zone[], p_names text[], p_allowed_addresses text[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.create_api_key(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_key_ids text[], p_user_ids uuid[], p_account_ids uuid[], p_secret_hashes bytea[], p_scopes text[], p_expires_at timestamp with time zone[], p_names text[], p_allowed_addresses text[], p_skip_locked boolean) TO fb_broker;

REVOKE ALL ON FUNCTION fb.create_own_api_key(p_identity text, p_key_id text, p_account_id uuid, p_secret_hash bytea, p_scopes text, p_expires_at timestamp with time zone, p_name text, p_allowed_addresses text, p_request_id text, p_origin text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.create_own_api_key(p_identity text, p_key_id text, p_account_id uuid, p_secret_hash bytea, p_scopes text, p_expires_at timestamp with time zone, p_name text, p_allowed_addresses text, p_request_id text, p_origin text) TO fb_auth;

REVOKE ALL ON FUNCTION fb.create_user(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_user_ids uuid[], p_email_indexes bytea[], p_ciphertexts jsonb[], p_wrapped_keys bytea[], p_key_epochs integer[], p_kinds text[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.create_user(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_user_ids uuid[], p_email_indexes bytea[], p_ciphertexts jsonb[], p_wrapped_keys bytea[], p_key_epochs integer[], p_kinds text[], p_skip_locked boolean) TO fb_broker;

REVOKE ALL ON FUNCTION fb.current_user_id() FROM PUBLIC;
GRANT ALL ON FUNCTION fb.current_user_id() TO app_user;

REVOKE ALL ON FUNCTION fb.custody_statement(p_source text, p_date date) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.custody_statement(p_source text, p_date date) TO fb_worker;

REVOKE ALL ON FUNCTION fb.data_key(p_identity text, p_user_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.data_key(p_identity text, p_user_id uuid) TO app_user;

REVOKE ALL ON FUNCTION fb.decide_approval(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_approval_ids uuid[], p_decisions text[], p_notes text[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.decide_approval(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_approval_ids uuid[], p_decisions text[], p_notes text[], p_skip_locked boolean) TO fb_broker;

REVOKE ALL ON FUNCTION fb.deposit_received(p_identities text[], p_request_ids text[], p_origins text[], p_banks text[], p_bank_references text[], p_account_ids uuid[], p_amounts numeric[], p_currencies text[], p_effective_at timestamp with time zone[], p_settle_on date[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.deposit_received(p_identities text[], p_request_ids text[], p_origins text[], p_banks text[], p_bank_references text[], p_account_ids uuid[], p_amounts numeric[], p_currencies text[], p_effective_at timestamp with time zone[], p_settle_on date[], p_skip_locked boolean) TO fb_bank;

REVOKE ALL ON FUNCTION fb.deposit_returned(p_keys text[], p_request_ids text[], p_origins text[], p_banks text[], p_bank_references text[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.deposit_returned(p_keys text[], p_request_ids text[], p_origins text[], p_banks text[], p_bank_references text[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) TO fb_bank;

REVOKE ALL ON FUNCTION fb.destroy_key_epoch(p_identity text, p_request_id text, p_origin text, p_tree text, p_epoch integer, p_lose_backups boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.destroy_key_epoch(p_identity text, p_request_id text, p_origin text, p_tree text, p_epoch integer, p_lose_backups boolean) TO fb_broker;

REVOKE ALL ON FUNCTION fb.detach_audit_log(p_table text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.detach_audit_log(p_table text) TO fb_sealer;

REVOKE ALL ON FUNCTION fb.detach_partitions(p_before date) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.detach_partitions(p_before date) TO fb_worker;

REVOKE ALL ON FUNCTION fb.document_content(p_identity text, p_document_id uuid, p_request_id text, p_origin text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.document_content(p_identity text, p_document_id uuid, p_request_id text, p_origin text) TO app_user;

REVOKE ALL ON FUNCTION fb.end_sessions(p_identity text, p_request_id text, p_origin text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.end_sessions(p_identity text, p_request_id text, p_origin text) TO fb_auth;

REVOKE ALL ON FUNCTION fb.exchange_rate(p_identities text[], p_request_ids text[], p_origins text[], p_providers text[], p_provider_rate_ids text[], p_bases text[], p_quotes text[], p_rates numeric[], p_effective_at timestamp with time zone[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.exchange_rate(p_identities text[], p_request_ids text[], p_origins text[], p_providers text[], p_provider_rate_ids text[], p_bases text[], p_quotes text[], p_rates numeric[], p_effective_at timestamp with time zone[], p_skip_locked boolean) TO fb_bank;

REVOKE ALL ON FUNCTION fb.execution(p_request_ids text[], p_origins text[], p_venues text[], p_venue_execution_ids text[], p_order_ids uuid[], p_quantities numeric[], p_prices numeric[], p_effective_at timestamp with time zone[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.execution(p_request_ids text[], p_origins text[], p_venues text[], p_venue_execution_ids text[], p_order_ids uuid[], p_quantities numeric[], p_prices numeric[], p_effective_at timestamp with time zone[], p_skip_locked boolean) TO fb_venue;

REVOKE ALL ON FUNCTION fb.execution_busted(p_request_ids text[], p_origins text[], p_venues text[], p_venue_execution_ids text[], p_ref_venue_execution_ids text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.execution_busted(p_request_ids text[], p_origins text[], p_venues text[], p_venue_execution_ids text[], p_ref_venue_execution_ids text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) TO fb_venue;

REVOKE ALL ON FUNCTION fb.execution_corrected(p_request_ids text[], p_origins text[], p_venues text[], p_venue_execution_ids text[], p_ref_venue_execution_ids text[], p_quantities numeric[], p_prices numeric[], p_effective_at timestamp with time zone[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.execution_corrected(p_request_ids text[], p_origins text[], p_venues text[], p_venue_execution_ids text[], p_ref_venue_execution_ids text[], p_quantities numeric[], p_prices numeric[], p_effective_at timestamp with time zone[], p_skip_locked boolean) TO fb_venue;

REVOKE ALL ON FUNCTION fb.expire_orders(p_session date, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.expire_orders(p_session date, p_limit integer) TO fb_worker;

REVOKE ALL ON FUNCTION fb.heartbeat(p_process text, p_instance uuid, p_pid integer) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.heartbeat(p_process text, p_instance uuid, p_pid integer) TO app_user;
GRANT ALL ON FUNCTION fb.heartbeat(p_process text, p_instance uuid, p_pid integer) TO fb_venue;
GRANT ALL ON FUNCTION fb.heartbeat(p_process text, p_instance uuid, p_pid integer) TO fb_worker;

REVOKE ALL ON FUNCTION fb.key_epochs() FROM PUBLIC;
GRANT ALL ON FUNCTION fb.key_epochs() TO app_user;
GRANT ALL ON FUNCTION fb.key_epochs() TO fb_broker;
GRANT ALL ON FUNCTION fb.key_epochs() TO fb_worker;

REVOKE ALL ON FUNCTION fb.key_usage() FROM PUBLIC;
GRANT ALL ON FUNCTION fb.key_usage() TO fb_broker;

REVOKE ALL ON FUNCTION fb.keys_to_rewrap(p_after uuid, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.keys_to_rewrap(p_after uuid, p_limit integer) TO fb_broker;

REVOKE ALL ON FUNCTION fb.make_partitions(p_months_ahead integer) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.make_partitions(p_months_ahead integer) TO fb_worker;

REVOKE ALL ON FUNCTION fb.money_leaves_from(p_identity text, p_payment_method_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.money_leaves_from(p_identity text, p_payment_method_id uuid) TO app_user;

REVOKE ALL ON FUNCTION fb.months_due() FROM PUBLIC;
GRANT ALL ON FUNCTION fb.months_due() TO fb_audit;
GRANT ALL ON FUNCTION fb.months_due() TO fb_sealer;

REVOKE ALL ON FUNCTION fb.my_accounts() FROM PUBLIC;
GRANT ALL ON FUNCTION fb.my_accounts() TO app_user;

REVOKE ALL ON FUNCTION fb.note_copies(p_store text, p_epoch integer, p_seal_seqs bigint[]) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.note_copies(p_store text, p_epoch integer, p_seal_seqs bigint[]) TO fb_sealer;

REVOKE ALL ON FUNCTION fb.note_import(p_source text, p_lines bigint, p_saved bigint, p_refused bigint, p_replaced boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.note_import(p_source text, p_lines bigint, p_saved bigint, p_refused bigint, p_replaced boolean) TO fb_worker;

REVOKE ALL ON FUNCTION fb.open_account(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_user_ids uuid[], p_account_types text[], p_currencies text[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.open_account(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_user_ids uuid[], p_account_types text[], p_currencies text[], p_skip_locked boolean) TO fb_broker;

REVOKE ALL ON FUNCTION fb.open_epoch(p_epoch integer, p_log_id uuid, p_origin text, p_system_identifier text, p_first_xid bigint, p_opened_at timestamp with time zone, p_opened_by text, p_reason text, p_verifier_key text, p_record text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.open_epoch(p_epoch integer, p_log_id uuid, p_origin text, p_system_identifier text, p_first_xid bigint, p_opened_at timestamp with time zone, p_opened_by text, p_reason text, p_verifier_key text, p_record text) TO fb_sealer;

REVOKE ALL ON FUNCTION fb.order_acknowledged(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_venue_order_ids text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.order_acknowledged(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_venue_order_ids text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) TO fb_venue;

REVOKE ALL ON FUNCTION fb.order_canceled(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.order_canceled(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) TO fb_venue;

REVOKE ALL ON FUNCTION fb.order_expired(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.order_expired(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) TO fb_venue;

REVOKE ALL ON FUNCTION fb.order_rejected(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.order_rejected(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) TO fb_venue;

REVOKE ALL ON FUNCTION fb.order_replaced(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_venue_order_ids text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.order_replaced(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_venue_order_ids text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) TO fb_venue;

REVOKE ALL ON FUNCTION fb.order_triggered(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.order_triggered(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) TO fb_venue;

REVOKE ALL ON FUNCTION fb.passkey(p_credential_id bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.passkey(p_credential_id bytea) TO fb_auth;

REVOKE ALL ON FUNCTION fb.passkeys(p_user_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.passkeys(p_user_id uuid) TO fb_auth;

REVOKE ALL ON FUNCTION fb.payment_number(p_identity text, p_payment_method_id uuid, p_request_id text, p_origin text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.payment_number(p_identity text, p_payment_method_id uuid, p_request_id text, p_origin text) TO fb_broker;

REVOKE ALL ON FUNCTION fb.personal_data(p_identity text, p_user_id uuid, p_request_id text, p_origin text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.personal_data(p_identity text, p_user_id uuid, p_request_id text, p_origin text) TO fb_broker;

REVOKE ALL ON FUNCTION fb.place_order(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_security_ids uuid[], p_client_order_ids text[], p_sides text[], p_order_types text[], p_times_in_force text[], p_quantities numeric[], p_notionals numeric[], p_limit_prices numeric[], p_stop_prices numeric[], p_lot_methods text[], p_lots jsonb[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.place_order(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_security_ids uuid[], p_client_order_ids text[], p_sides text[], p_order_types text[], p_times_in_force text[], p_quantities numeric[], p_notionals numeric[], p_limit_prices numeric[], p_stop_prices numeric[], p_lot_methods text[], p_lots jsonb[], p_skip_locked boolean) TO app_user;

REVOKE ALL ON FUNCTION fb.portfolio_of(p_identity text, p_account_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.portfolio_of(p_identity text, p_account_id uuid) TO app_user;

REVOKE ALL ON FUNCTION fb.prune_keys(p_older_than interval, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.prune_keys(p_older_than interval, p_limit integer) TO fb_worker;

REVOKE ALL ON FUNCTION fb.prune_sign_ins(p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.prune_sign_ins(p_limit integer) TO fb_worker;

REVOKE ALL ON FUNCTION fb.reconcile(p_source text, p_date date, p_kinds text[], p_references text[], p_assets text[], p_sides text[], p_quantities numeric[], p_prices numeric[]) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.reconcile(p_source text, p_date date, p_kinds text[], p_references text[], p_assets text[], p_sides text[], p_quantities numeric[], p_prices numeric[]) TO fb_worker;

REVOKE ALL ON FUNCTION fb.record_sign_in(p_place text, p_outcome text, p_method text, p_subject bytea, p_user_id uuid, p_login text, p_unknown_login text, p_network cidr, p_address_index bytea, p_request_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.record_sign_in(p_place text, p_outcome text, p_method text, p_subject bytea, p_user_id uuid, p_login text, p_unknown_login text, p_network cidr, p_address_index bytea, p_request_id text) TO fb_auth;

REVOKE ALL ON FUNCTION fb.refresh_summaries() FROM PUBLIC;
GRANT ALL ON FUNCTION fb.refresh_summaries() TO fb_worker;

REVOKE ALL ON FUNCTION fb.relay(p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.relay(p_limit integer) TO fb_worker;

REVOKE ALL ON FUNCTION fb.remove_document(p_identity text, p_key text, p_request_id text, p_origin text, p_document_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.remove_document(p_identity text, p_key text, p_request_id text, p_origin text, p_document_id uuid) TO app_user;

REVOKE ALL ON FUNCTION fb.remove_owner(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_user_ids uuid[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.remove_owner(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_user_ids uuid[], p_skip_locked boolean) TO fb_broker;

REVOKE ALL ON FUNCTION fb.remove_passkey(p_identity text, p_credential_id bytea, p_request_id text, p_origin text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.remove_passkey(p_identity text, p_credential_id bytea, p_request_id text, p_origin text) TO fb_auth;

REVOKE ALL ON FUNCTION fb.remove_payment_method(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_payment_method_ids uuid[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.remove_payment_method(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_payment_method_ids uuid[], p_skip_locked boolean) TO app_user;

REVOKE ALL ON FUNCTION fb.remove_second_factors(p_identity text, p_user_id uuid, p_request_id text, p_origin text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.remove_second_factors(p_identity text, p_user_id uuid, p_request_id text, p_origin text) TO fb_auth;

REVOKE ALL ON FUNCTION fb.remove_totp(p_identity text, p_request_id text, p_origin text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.remove_totp(p_identity text, p_request_id text, p_origin text) TO fb_auth;

REVOKE ALL ON FUNCTION fb.renew_password_hash(p_user_id uuid, p_old_hash text, p_new_hash text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.renew_password_hash(p_user_id uuid, p_old_hash text, p_new_hash text) TO fb_auth;

REVOKE ALL ON FUNCTION fb.renew_personal_data(p_user_id uuid, p_old_key bytea, p_new_key bytea, p_key_epoch integer, p_email_index bytea, p_ciphertexts jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.renew_personal_data(p_user_id uuid, p_old_key bytea, p_new_key bytea, p_key_epoch integer, p_email_index bytea, p_ciphertexts jsonb) TO fb_broker;

REVOKE ALL ON FUNCTION fb.replace_order(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_order_ids uuid[], p_client_order_ids text[], p_quantities numeric[], p_times_in_force text[], p_limit_prices numeric[], p_stop_prices numeric[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.replace_order(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_order_ids uuid[], p_client_order_ids text[], p_quantities numeric[], p_times_in_force text[], p_limit_prices numeric[], p_stop_prices numeric[], p_skip_locked boolean) TO app_user;

REVOKE ALL ON FUNCTION fb.replace_recovery_codes(p_identity text, p_hashes bytea[], p_request_id text, p_origin text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.replace_recovery_codes(p_identity text, p_hashes bytea[], p_request_id text, p_origin text) TO fb_auth;

REVOKE ALL ON FUNCTION fb.replace_rejected(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.replace_rejected(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) TO fb_venue;

REVOKE ALL ON FUNCTION fb.report_card_number(p_table_name text, p_column_name text, p_record text, p_last_four text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.report_card_number(p_table_name text, p_column_name text, p_record text, p_last_four text) TO fb_worker;

REVOKE ALL ON FUNCTION fb.request_approval(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_actions text[], p_payloads jsonb[], p_reasons text[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.request_approval(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_actions text[], p_payloads jsonb[], p_reasons text[], p_skip_locked boolean) TO fb_broker;

REVOKE ALL ON FUNCTION fb.request_withdrawal(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_amounts numeric[], p_payment_method_ids uuid[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.request_withdrawal(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_amounts numeric[], p_payment_method_ids uuid[], p_skip_locked boolean) TO app_user;

REVOKE ALL ON FUNCTION fb.resolve_exception(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_exception_ids uuid[], p_resolutions text[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.resolve_exception(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_exception_ids uuid[], p_resolutions text[], p_skip_locked boolean) TO fb_broker;

REVOKE ALL ON FUNCTION fb.retire_month(p_table text, p_row_count bigint, p_file_name text, p_file_sha256 bytea, p_retired_by text, p_epochs integer[], p_seal_seqs bigint[], p_leaves bytea[]) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.retire_month(p_table text, p_row_count bigint, p_file_name text, p_file_sha256 bytea, p_retired_by text, p_epochs integer[], p_seal_seqs bigint[], p_leaves bytea[]) TO fb_sealer;

REVOKE ALL ON FUNCTION fb.revoke_api_key(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_key_ids text[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.revoke_api_key(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_key_ids text[], p_skip_locked boolean) TO fb_broker;

REVOKE ALL ON FUNCTION fb.revoke_own_api_key(p_identity text, p_key_id text, p_request_id text, p_origin text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.revoke_own_api_key(p_identity text, p_key_id text, p_request_id text, p_origin text) TO fb_auth;

REVOKE ALL ON FUNCTION fb.rewrap_keys(p_user_ids uuid[], p_old_keys bytea[], p_new_keys bytea[], p_epoch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.rewrap_keys(p_user_ids uuid[], p_old_keys bytea[], p_new_keys bytea[], p_epoch integer) TO fb_broker;

REVOKE ALL ON FUNCTION fb.schema_revision() FROM PUBLIC;
GRANT ALL ON FUNCTION fb.schema_revision() TO app_user;
GRANT ALL ON FUNCTION fb.schema_revision() TO fb_venue;
GRANT ALL ON FUNCTION fb.schema_revision() TO fb_worker;
GRANT ALL ON FUNCTION fb.schema_revision() TO fb_monitor;
GRANT ALL ON FUNCTION fb.schema_revision() TO db_admin;

REVOKE ALL ON FUNCTION fb.sealer_passed(p_stopped text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.sealer_passed(p_stopped text) TO fb_sealer;

REVOKE ALL ON FUNCTION fb.session_state(p_user_id uuid, p_began_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.session_state(p_user_id uuid, p_began_at timestamp with time zone) TO fb_auth;

REVOKE ALL ON FUNCTION fb.set_account_status(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_statuses text[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.set_account_status(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_statuses text[], p_skip_locked boolean) TO fb_broker;

REVOKE ALL ON FUNCTION fb.set_fee_schedule(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_sides text[], p_effective_from timestamp with time zone[], p_flats numeric[], p_per_shares numeric[], p_basis_points numeric[], p_minimums numeric[], p_maximums numeric[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.set_fee_schedule(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_sides text[], p_effective_from timestamp with time zone[], p_flats numeric[], p_per_shares numeric[], p_basis_points numeric[], p_minimums numeric[], p_maximums numeric[], p_skip_locked boolean) TO fb_broker;

REVOKE ALL ON FUNCTION fb.set_kyc_status(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_user_ids uuid[], p_statuses text[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.set_kyc_status(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_user_ids uuid[], p_statuses text[], p_skip_locked boolean) TO fb_broker;

REVOKE ALL ON FUNCTION fb.set_password(p_identity text, p_user_id uuid, p_password_hash text, p_request_id text, p_origin text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.set_password(p_identity text, p_user_id uuid, p_password_hash text, p_request_id text, p_origin text) TO fb_auth;

REVOKE ALL ON FUNCTION fb.set_preferences(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_lot_methods text[], p_reinvest_dividends boolean[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.set_preferences(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_lot_methods text[], p_reinvest_dividends boolean[], p_skip_locked boolean) TO app_user;

REVOKE ALL ON FUNCTION fb.set_staff_role(p_identity text, p_user_id uuid, p_role text, p_request_id text, p_origin text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.set_staff_role(p_identity text, p_user_id uuid, p_role text, p_request_id text, p_origin text) TO fb_broker;

REVOKE ALL ON FUNCTION fb.set_user_active(p_identity text, p_user_id uuid, p_is_active boolean, p_request_id text, p_origin text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.set_user_active(p_identity text, p_user_id uuid, p_is_active boolean, p_request_id text, p_origin text) TO fb_broker;

REVOKE ALL ON FUNCTION fb.settle(p_through date, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.settle(p_through date, p_limit integer) TO fb_worker;

REVOKE ALL ON FUNCTION fb.shares_received(p_identities text[], p_request_ids text[], p_origins text[], p_custodians text[], p_custodian_references text[], p_account_ids uuid[], p_security_ids uuid[], p_quantities numeric[], p_costs numeric[], p_acquired_at timestamp with time zone[], p_effective_at timestamp with time zone[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.shares_received(p_identities text[], p_request_ids text[], p_origins text[], p_custodians text[], p_custodian_references text[], p_account_ids uuid[], p_security_ids uuid[], p_quantities numeric[], p_costs numeric[], p_acquired_at timestamp with time zone[], p_effective_at timestamp with time zone[], p_skip_locked boolean) TO fb_bank;

REVOKE ALL ON FUNCTION fb.shred_data_keys(p_identity text, p_request_id text, p_origin text, p_user_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.shred_data_keys(p_identity text, p_request_id text, p_origin text, p_user_ids uuid[]) TO fb_broker;

REVOKE ALL ON FUNCTION fb.submit_kyc(p_identity text, p_request_id text, p_origin text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.submit_kyc(p_identity text, p_request_id text, p_origin text) TO fb_auth;

REVOKE ALL ON FUNCTION fb.take_first_generation(p_after uuid, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.take_first_generation(p_after uuid, p_limit integer) TO fb_broker;

REVOKE ALL ON FUNCTION fb.take_passkey(p_credential_id bytea, p_sign_count bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.take_passkey(p_credential_id bytea, p_sign_count bigint) TO fb_auth;

REVOKE ALL ON FUNCTION fb.take_recovery_code(p_user_id uuid, p_hash bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.take_recovery_code(p_user_id uuid, p_hash bytea) TO fb_auth;

REVOKE ALL ON FUNCTION fb.take_totp(p_user_id uuid, p_step bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.take_totp(p_user_id uuid, p_step bigint) TO fb_auth;

REVOKE ALL ON FUNCTION fb.texts_like_cards(p_since timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.texts_like_cards(p_since timestamp with time zone) TO fb_worker;

REVOKE ALL ON FUNCTION fb.totp(p_user_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.totp(p_user_id uuid) TO fb_auth;

REVOKE ALL ON FUNCTION fb.transfer(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_targets text[], p_amounts numeric[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.transfer(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_targets text[], p_amounts numeric[], p_skip_locked boolean) TO app_user;

REVOKE ALL ON FUNCTION fb.withdrawal_returned(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_transfer_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.withdrawal_returned(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_transfer_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) TO fb_bank;

REVOKE ALL ON FUNCTION fb.withdrawal_settled(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_transfer_ids uuid[], p_bank_references text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.withdrawal_settled(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_transfer_ids uuid[], p_bank_references text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) TO fb_bank;

REVOKE ALL ON FUNCTION fb_private.accounts_named(p_names text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.accounts_of_action(p_action text, p_payload jsonb) FROM PUBLIC;

GRANT SELECT ON TABLE public.corporate_actions TO app_user;
GRANT SELECT ON TABLE public.corporate_actions TO fb_broker;
GRANT SELECT ON TABLE public.corporate_actions TO fb_bank;
GRANT SELECT ON TABLE public.corporate_actions TO fb_venue;
GRANT SELECT ON TABLE public.corporate_actions TO fb_worker;
GRANT SELECT ON TABLE public.corporate_actions TO auditor;
GRANT SELECT ON TABLE public.corporate_actions TO analytics_user;
GRANT SELECT ON TABLE public.corporate_actions TO fb_monitor;

REVOKE ALL ON FUNCTION fb_private.accounts_of_action(p_action public.corporate_actions, p_limit integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.accounts_of_action_after(p_action public.corporate_actions, p_limit integer, p_after uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.accounts_of_orders(p_order_ids uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.accounts_to_close(p_month date, p_limit integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.act_as(p_actor text, p_key_id text, p_request_id text, p_origin text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.action_moment(p_kind text, p_ex_date date, p_pay_date date) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.is_finite(p_value numeric) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.action_problem(p_kind text, p_ex_date date, p_pay_date date, p_new_shares integer, p_old_shares integer, p_cash_per_share numeric, p_withholding_rate numeric, p_reinvest_price numeric, p_new_symbol text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.actor_kind(p_actor text) FROM PUBLIC;

GRANT SELECT ON TABLE public.lots TO app_user;
GRANT SELECT ON TABLE public.lots TO fb_broker;
GRANT SELECT ON TABLE public.lots TO fb_bank;
GRANT SELECT ON TABLE public.lots TO fb_venue;
GRANT SELECT ON TABLE public.lots TO fb_worker;
GRANT SELECT ON TABLE public.lots TO auditor;

REVOKE ALL ON FUNCTION fb_private.add_closure(p_lot public.lots, p_execution_id uuid, p_cause uuid, p_kind text, p_quantity numeric, p_cost numeric, p_proceeds numeric, p_effective_at timestamp with time zone, p_recorded_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.add_key(p_key_id text, p_user_id uuid, p_account_id uuid, p_secret_hash bytea, p_scopes text, p_expires_at timestamp with time zone, p_name text, p_allowed_addresses text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.adjust_orders(p_action public.corporate_actions, p_account_ids uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.adjusted_orders(p_action public.corporate_actions, p_account_ids uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.amount_problem(p_amount numeric) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.amounts_not_booked(p_banks text[], p_bank_references text[], p_amounts numeric[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.answer_broker(p_ids uuid[], p_states text[], p_codes text[], p_results jsonb[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.answer_movements(p_ids uuid[], p_states text[], p_codes text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.audit() FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.audit(p_action text, p_table text, p_record_id text, p_subject_id uuid, p_before jsonb, p_after jsonb, p_actor text, p_key_id text, p_request_id text, p_origin text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb_private.audit(p_action text, p_table text, p_record_id text, p_subject_id uuid, p_before jsonb, p_after jsonb, p_actor text, p_key_id text, p_request_id text, p_origin text) TO fb_secrets;
GRANT ALL ON FUNCTION fb_private.audit(p_action text, p_table text, p_record_id text, p_subject_id uuid, p_before jsonb, p_after jsonb, p_actor text, p_key_id text, p_request_id text, p_origin text) TO fb_audit;

REVOKE ALL ON FUNCTION fb_private.audit_identity_keys() FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.audit_statement() FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.await_settlement(p_ids uuid[], p_states text[], p_settle_on date[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.await_writers(p_month date) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.begin_command(p_lengths integer[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.begin_epoch(p_epoch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION fb_private.begin_epoch(p_epoch integer) TO fb_audit;

REVOKE ALL ON FUNCTION fb_private.book_cash(p_account_id uuid, p_amount numeric, p_house_codes text[], p_house_amounts numeric[], p_transaction_type text, p_reference text, p_description text, p_event text, p_payload jsonb, p_command_id uuid, p_actor text, p_key_id text, p_request_id text, p_origin text, p_effective_at timestamp with time zone) FROM PUBLIC;

GRANT SELECT ON TABLE public.transfers TO app_user;
GRANT SELECT ON TABLE public.transfers TO fb_broker;
GRANT SELECT ON TABLE public.transfers TO fb_bank;
GRANT SELECT ON TABLE public.transfers TO fb_venue;
GRANT SELECT ON TABLE public.transfers TO fb_worker;
GRANT SELECT ON TABLE public.transfers TO auditor;

REVOKE ALL ON FUNCTION fb_private.booked_transfer(p_transfer public.transfers) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.buy_hold(p_quantity numeric, p_notional numeric, p_hold_price numeric, p_filled_quantity numeric, p_filled_gross numeric, p_fees numeric, p_at timestamp with time zone, p_scale integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.buy_hold_by(p_quantity numeric, p_notional numeric, p_hold_price numeric, p_filled_quantity numeric, p_filled_gross numeric, p_fees numeric, p_scale integer, p_flat numeric, p_per_share numeric, p_basis_points numeric, p_minimum numeric, p_maximum numeric) FROM PUBLIC;

GRANT SELECT ON TABLE public.fee_schedules TO app_user;
GRANT SELECT ON TABLE public.fee_schedules TO fb_broker;
GRANT SELECT ON TABLE public.fee_schedules TO fb_bank;
GRANT SELECT ON TABLE public.fee_schedules TO fb_venue;
GRANT SELECT,INSERT,UPDATE ON TABLE public.fee_schedules TO fb_worker;
GRANT SELECT ON TABLE public.fee_schedules TO auditor;
GRANT SELECT ON TABLE public.fee_schedules TO analytics_user;
GRANT SELECT ON TABLE public.fee_schedules TO fb_monitor;

REVOKE ALL ON FUNCTION fb_private.buy_schedule(p_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.carry_out_fact(p_action text, p_payload jsonb, p_key text, p_request_id text, p_origin text, OUT outcome text, OUT command_id uuid, OUT code text, OUT field text, OUT result jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.carry_out_provided(p_action text, p_payload jsonb, p_request_id text, p_origin text, OUT outcome text, OUT command_id uuid, OUT code text, OUT field text, OUT result jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.ceil_ratio(p_numerator numeric, p_denominator numeric, p_scale integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.chain_after(p_order_id uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.change_execution(p_kind text, p_id uuid, p_ref_id uuid, p_actor text, p_request_id text, p_origin text, p_venue text, p_venue_execution_id text, p_ref_venue_execution_id text, p_quantity numeric, p_price numeric, p_effective_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.check_key_epoch() FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.claim(p_command text, p_actors text[], p_keys text[], p_hashes bytea[], INOUT p_ids uuid[], OUT states text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.claim_broker(p_command text, p_identities text[], p_keys text[], p_hashes bytea[], p_are_busy boolean[], OUT actors text[], OUT key_ids text[], OUT ids uuid[], OUT states text[], OUT codes text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.claim_facts(p_fact text, p_identities text[], p_senders text[], p_keys text[], p_hashes bytea[], INOUT p_codes text[], INOUT p_ids uuid[], OUT states text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.claim_movements(p_command text, p_identities text[], p_keys text[], p_account_ids uuid[], p_targets text[], p_target_ids uuid[], p_amounts numeric[], p_rate_ids uuid[], p_busy uuid[], OUT actors text[], OUT user_ids uuid[], OUT key_ids text[], OUT scopes text[], OUT account_ids uuid[], OUT ids uuid[], OUT states text[], OUT codes text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.claim_operator(p_command text, p_identities text[], p_keys text[], p_hashes bytea[], p_are_busy boolean[], OUT actors text[], OUT user_ids uuid[], OUT key_ids text[], OUT ids uuid[], OUT states text[], OUT codes text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.claim_owner(p_command text, p_identities text[], p_keys text[], p_account_ids uuid[], p_busy uuid[], p_hashes bytea[], OUT ids uuid[], OUT states text[], OUT codes text[], OUT owners uuid[], OUT scopes text[], OUT key_accounts uuid[], OUT key_ids text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.claim_personal(p_command text, p_scope text, p_identities text[], p_keys text[], p_user_ids uuid[], p_hashes bytea[], OUT actors text[], OUT key_ids text[], OUT ids uuid[], OUT states text[], OUT codes text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.close_accounts(p_month date, p_account_ids uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.close_house(p_month date) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.close_lot(p_lot_id uuid, p_execution_id uuid, p_cause uuid, p_quantity numeric, p_proceeds numeric, p_scale integer, p_effective_at timestamp with time zone, p_recorded_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.codes_of(p_codes text[], p_states text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.cover_deficits(p_account_id uuid, p_security_id uuid, p_cause uuid, p_effective_at timestamp with time zone, p_recorded_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.currency_asset(p_currency text) FROM PUBLIC;

GRANT SELECT ON TABLE public.accounts TO app_user;
GRANT SELECT ON TABLE public.accounts TO fb_broker;
GRANT SELECT ON TABLE public.accounts TO fb_bank;
GRANT SELECT ON TABLE public.accounts TO fb_venue;
GRANT SELECT ON TABLE public.accounts TO fb_worker;
GRANT SELECT ON TABLE public.accounts TO auditor;

GRANT SELECT(account_id) ON TABLE public.accounts TO fb_reporting;

GRANT SELECT(account_number) ON TABLE public.accounts TO fb_reporting;

GRANT SELECT(account_type) ON TABLE public.accounts TO fb_reporting;

GRANT SELECT(house_code) ON TABLE public.accounts TO fb_reporting;

GRANT SELECT(currency) ON TABLE public.accounts TO fb_reporting;

GRANT SELECT(balance) ON TABLE public.accounts TO fb_reporting;

GRANT SELECT(held) ON TABLE public.accounts TO fb_reporting;

GRANT SELECT(unsettled) ON TABLE public.accounts TO fb_reporting;

GRANT SELECT(status) ON TABLE public.accounts TO fb_reporting;

GRANT SELECT(created_at) ON TABLE public.accounts TO fb_reporting;

REVOKE ALL ON FUNCTION fb_private.customer_account(p_account_id uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.digest(p_owner text, p_name text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.document_json(p_command_id uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.drop_month(p_table text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb_private.drop_month(p_table text) TO fb_audit;

REVOKE ALL ON FUNCTION fb_private.drop_second_factors(p_user_id uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.end_orders(p_fact text, p_order_ids uuid[], p_actor text, p_reason text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.entitle(p_action public.corporate_actions, p_account_ids uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.event_of(p_fact text) FROM PUBLIC;

GRANT SELECT ON TABLE public.transactions TO app_user;
GRANT SELECT ON TABLE public.transactions TO fb_broker;
GRANT SELECT ON TABLE public.transactions TO fb_bank;
GRANT SELECT ON TABLE public.transactions TO fb_venue;
GRANT SELECT ON TABLE public.transactions TO fb_worker;
GRANT SELECT ON TABLE public.transactions TO auditor;
GRANT SELECT ON TABLE public.transactions TO fb_sealer;

GRANT SELECT(transaction_id) ON TABLE public.transactions TO fb_reporting;

GRANT SELECT(recorded_at) ON TABLE public.transactions TO fb_reporting;
GRANT SELECT(recorded_at) ON TABLE public.transactions TO fb_audit;

GRANT SELECT(effective_at) ON TABLE public.transactions TO fb_reporting;

GRANT SELECT(account_id) ON TABLE public.transactions TO fb_reporting;

GRANT SELECT(transaction_type) ON TABLE public.transactions TO fb_reporting;

GRANT SELECT(amount) ON TABLE public.transactions TO fb_reporting;

GRANT SELECT(currency) ON TABLE public.transactions TO fb_reporting;

GRANT SELECT(order_id) ON TABLE public.transactions TO fb_reporting;

GRANT SELECT(epoch) ON TABLE public.transactions TO fb_audit;

GRANT SELECT(xid) ON TABLE public.transactions TO fb_audit;

REVOKE ALL ON FUNCTION fb_private.event_transactions(p_transaction_id uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.execution_changes(p_kind text, p_request_ids text[], p_origins text[], p_venues text[], p_venue_execution_ids text[], p_ref_venue_execution_ids text[], p_quantities numeric[], p_prices numeric[], p_effective_at timestamp with time zone[], p_skip_locked boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.execution_wave(p_wave integer, p_waves integer[], p_ids uuid[], p_states text[], p_actors text[], p_request_ids text[], p_origins text[], p_venues text[], p_venue_execution_ids text[], p_order_ids uuid[], p_quantities numeric[], p_prices numeric[], p_effective_at timestamp with time zone[], p_ref_execution_ids uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.expected_statement(p_source text, p_date date) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.fact_stands(p_fact text, p_sender text, p_id text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.factors_wait_until(p_user_id uuid, p_key_id text, p_wait interval) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.fee(p_side text, p_quantity numeric, p_gross numeric, p_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.fee_by(p_flat numeric, p_per_share numeric, p_basis_points numeric, p_minimum numeric, p_maximum numeric, p_quantity numeric, p_gross numeric) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.fee_problem(p_field text, p_value numeric, p_most numeric) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.fields_of(p_codes text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.fields_of_action(p_action text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.final_states(p_codes text[], p_states text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.finish_announced(p_action public.corporate_actions) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.flatten_price_bars() FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.floor_ratio(p_numerator numeric, p_denominator numeric, p_scale integer) FROM PUBLIC;

GRANT SELECT ON TABLE public.market_clock TO app_user;
GRANT SELECT ON TABLE public.market_clock TO fb_broker;
GRANT SELECT ON TABLE public.market_clock TO fb_bank;
GRANT SELECT,INSERT,UPDATE ON TABLE public.market_clock TO fb_venue;
GRANT SELECT ON TABLE public.market_clock TO fb_worker;
GRANT SELECT ON TABLE public.market_clock TO auditor;
GRANT SELECT ON TABLE public.market_clock TO analytics_user;
GRANT SELECT ON TABLE public.market_clock TO fb_monitor;

GRANT SELECT ON TABLE public.security_prices TO app_user;
GRANT SELECT ON TABLE public.security_prices TO fb_broker;
GRANT SELECT ON TABLE public.security_prices TO fb_bank;
GRANT SELECT,INSERT,UPDATE ON TABLE public.security_prices TO fb_venue;
GRANT SELECT,INSERT,UPDATE ON TABLE public.security_prices TO fb_worker;
GRANT SELECT ON TABLE public.security_prices TO auditor;
GRANT SELECT ON TABLE public.security_prices TO analytics_user;
GRANT SELECT ON TABLE public.security_prices TO fb_monitor;

GRANT SELECT(security_id) ON TABLE public.security_prices TO fb_reporting;

GRANT SELECT(last) ON TABLE public.security_prices TO fb_reporting;

REVOKE ALL ON FUNCTION fb_private.fresh_quote(p_side text, p_price public.security_prices, p_clock public.market_clock) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.give_role(p_user_id uuid, p_role text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.has_none(p_codes text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.hashes_to_claim(p_codes text[], p_hashes bytea[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.hold(p_side text, p_quantity numeric, p_notional numeric, p_hold_price numeric, p_filled_quantity numeric, p_filled_gross numeric, p_fees numeric, p_at timestamp with time zone, p_money_scale integer, p_unit_scale integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.hold_price(p_side text, p_limit_price numeric, p_stop_price numeric, p_quote numeric, p_collar numeric, p_scale integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.holding_from_lots(p_account_id uuid, p_security_id uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.house(p_code text, p_currency text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.identity_key_of(p_parts text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.identity_problem(p_parts text[], p_key fb_private.identity_keys) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.imply_replaced(p_wave integer, p_waves integer[], p_ids uuid[], p_states text[], p_actors text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_effective_at timestamp with time zone[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.is_about_staff(p_action text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.is_administrators(p_identity text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.is_by_persons(p_identities text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.is_empty(p_account public.accounts) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.is_kept_from_staff(p_maker_id uuid, p_user_id uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.is_network(p_text text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.is_of_the_staff(p_user_id uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.is_own_account(p_user_id uuid, p_account_id uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.is_owners_own(p_maker_id uuid, p_user_id uuid, p_account_id uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.is_readable(p_name text, p_text text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.platform_user() FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.is_somebody_elses(p_maker_id uuid, p_user_id uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.is_vouched(p_said text, p_proof text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb_private.is_vouched(p_said text, p_proof text) TO fb_owner;

REVOKE ALL ON FUNCTION fb_private.keep_detached(p_name text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb_private.keep_detached(p_name text) TO fb_audit;

REVOKE ALL ON FUNCTION fb_private.keeps_month(p_month date) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.last_session(p_time_in_force text, p_clock public.market_clock) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.lent_rows(p_table text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb_private.lent_rows(p_table text) TO fb_audit;

REVOKE ALL ON FUNCTION fb_private.lock_accounts(p_account_ids uuid[], p_skip_locked boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.locked_month(p_table text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb_private.locked_month(p_table text) TO fb_audit;

REVOKE ALL ON FUNCTION fb_private.locked_rows(p_table text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb_private.locked_rows(p_table text) TO fb_audit;

REVOKE ALL ON FUNCTION fb_private.lot_choice_problem(p_side text, p_lot_method text, p_lots jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.lots_fit(p_account_id uuid, p_security_id uuid, p_left numeric, p_lots jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.lots_of(p_lots jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.make_audit_partition(p_from timestamp with time zone, p_to timestamp with time zone, p_suffix text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb_private.make_audit_partition(p_from timestamp with time zone, p_to timestamp with time zone, p_suffix text) TO fb_owner;

REVOKE ALL ON FUNCTION fb_private.make_currency(p_code text, p_scale integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.make_partition(p_table text, p_from timestamp with time zone, p_to timestamp with time zone, p_suffix text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb_private.make_partition(p_table text, p_from timestamp with time zone, p_to timestamp with time zone, p_suffix text) TO fb_audit;

REVOKE ALL ON FUNCTION fb_private.market_time() FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.match_lots(p_account_id uuid, p_security_id uuid, p_cause uuid, p_scale integer, p_effective_at timestamp with time zone, p_recorded_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.merkle_root(p_leaves bytea) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.month_end(p_month date) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.month_rows(p_table text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb_private.month_rows(p_table text) TO fb_audit;

REVOKE ALL ON FUNCTION fb_private.month_start(p_month date) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.move_cash(p_command_id uuid, p_kind text, p_source public.accounts, p_target public.accounts, p_amount numeric, p_target_amount numeric, p_exact numeric, p_rate_id uuid, p_actor text, p_key_id text, p_request_id text, p_origin text, p_effective_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.new_ids(p_count integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.next_weekday(p_day date) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.note_factor_removed(p_user_id uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.one_is_enough() FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.oneself(p_identity text, p_request_id text, p_origin text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.open_lot(p_account_id uuid, p_security_id uuid, p_execution_id uuid, p_quantity numeric, p_cost numeric, p_acquired_at timestamp with time zone, p_recorded_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.order_fact(p_fact text, p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_notes text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.order_fact_wave(p_fact text, p_wave integer, p_waves integer[], p_ids uuid[], p_states text[], p_actors text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_notes text[], p_effective_at timestamp with time zone[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.order_problem(p_key text, p_client_order_id text, p_side text, p_order_type text, p_time_in_force text, p_quantity numeric, p_notional numeric, p_limit_price numeric, p_stop_price numeric) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.owner_problem(p_user_id uuid, p_scopes text, p_key_account_id uuid, p_account_id uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.pay_dividends(p_action public.corporate_actions, p_limit integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.pay_out(p_action public.corporate_actions, p_account_ids uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.payment_method_json(p_command_id uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.place_order_wave(p_wave integer, p_waves integer[], p_ids uuid[], p_states text[], p_codes text[], p_actors text[], p_user_ids uuid[], p_key_ids text[], p_scopes text[], p_key_account_ids uuid[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_security_ids uuid[], p_client_order_ids text[], p_sides text[], p_order_types text[], p_times_in_force text[], p_quantities numeric[], p_notionals numeric[], p_limit_prices numeric[], p_stop_prices numeric[], p_lot_methods text[], p_lots jsonb[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.sell_hold(p_quantity numeric, p_notional numeric, p_hold_price numeric, p_filled_quantity numeric, p_filled_gross numeric, p_scale integer) FROM PUBLIC;

GRANT SELECT ON TABLE public.orders TO app_user;
GRANT SELECT ON TABLE public.orders TO fb_broker;
GRANT SELECT ON TABLE public.orders TO fb_bank;
GRANT SELECT ON TABLE public.orders TO fb_venue;
GRANT SELECT ON TABLE public.orders TO fb_worker;
GRANT SELECT ON TABLE public.orders TO auditor;

GRANT SELECT(order_id) ON TABLE public.orders TO fb_reporting;

GRANT SELECT(account_id) ON TABLE public.orders TO fb_reporting;

GRANT SELECT(security_id) ON TABLE public.orders TO fb_reporting;

GRANT SELECT(side) ON TABLE public.orders TO fb_reporting;

GRANT SELECT(order_type) ON TABLE public.orders TO fb_reporting;

GRANT SELECT(time_in_force) ON TABLE public.orders TO fb_reporting;

GRANT SELECT(quantity) ON TABLE public.orders TO fb_reporting;

GRANT SELECT(notional) ON TABLE public.orders TO fb_reporting;

GRANT SELECT(limit_price) ON TABLE public.orders TO fb_reporting;

GRANT SELECT(stop_price) ON TABLE public.orders TO fb_reporting;

GRANT SELECT(status) ON TABLE public.orders TO fb_reporting;

GRANT SELECT(filled_quantity) ON TABLE public.orders TO fb_reporting;

GRANT SELECT(filled_amount) ON TABLE public.orders TO fb_reporting;

GRANT SELECT(fees) ON TABLE public.orders TO fb_reporting;

GRANT SELECT(effective_at) ON TABLE public.orders TO fb_reporting;

GRANT SELECT(placed_at) ON TABLE public.orders TO fb_reporting;

GRANT SELECT(terminal_at) ON TABLE public.orders TO fb_reporting;

REVOKE ALL ON FUNCTION fb_private.placed_order(p_order public.orders, p_unit_scale integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.post_action(p_action public.corporate_actions, p_type text, p_event text, p_account_ids uuid[], p_cash numeric[], p_shares numeric[], p_costs numeric[], p_gains numeric[], p_details jsonb[], p_withheld numeric[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.post_contrary(p_transaction public.transactions, p_type text, p_cause uuid, p_execution_id uuid, p_actor text, p_request_id text, p_origin text, p_effective_at timestamp with time zone, p_recorded_at timestamp with time zone, p_key_id text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.post_deposits(p_ids uuid[], p_states text[], p_actors text[], p_key_ids text[], p_request_ids text[], p_origins text[], p_banks text[], p_bank_references text[], p_account_ids uuid[], p_amounts numeric[], p_currencies text[], p_effective_at timestamp with time zone[], p_settle_on date[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.prepare_partition(p_name text, p_table text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb_private.prepare_partition(p_name text, p_table text) TO fb_audit;

REVOKE ALL ON FUNCTION fb_private.proof_of(p_said text, p_key fb_private.identity_keys) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.quantity_before(p_account_id uuid, p_security_id uuid, p_quantity numeric, p_day date) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.raise_exception_row(p_kind text, p_account_id uuid, p_order_id uuid, p_command_id uuid, p_detail jsonb, p_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.read_identity(p_token text, OUT user_id uuid, OUT key_id text, OUT scopes text[], OUT account_id uuid, OUT actor text, OUT problem text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb_private.read_identity(p_token text, OUT user_id uuid, OUT key_id text, OUT scopes text[], OUT account_id uuid, OUT actor text, OUT problem text) TO fb_owner;

REVOKE ALL ON FUNCTION fb_private.receive_shares(p_id uuid, p_actor text, p_key_id text, p_request_id text, p_origin text, p_custodian text, p_reference text, p_account_id uuid, p_security_id uuid, p_quantity numeric, p_cost numeric, p_acquired_at timestamp with time zone, p_effective_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.record_refusals(p_ids uuid[], p_codes text[], p_fields text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.refuse_alone(p_codes text[], p_identities text[], p_senders text[], p_actors text[], p_references text[], p_amounts numeric[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.refuse_change() FROM PUBLIC;
GRANT ALL ON FUNCTION fb_private.refuse_change() TO fb_audit;

REVOKE ALL ON FUNCTION fb_private.refuse_persons(p_fact text, p_codes text[], p_identities text[], p_senders text[], p_ids text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.refuse_unproven(p_codes text[], p_identities text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.reinvest(p_action public.corporate_actions, p_account_ids uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.replace_fact_wave(p_fact text, p_wave integer, p_waves integer[], p_ids uuid[], p_states text[], p_actors text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_notes text[], p_effective_at timestamp with time zone[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.replace_order_wave(p_wave integer, p_waves integer[], p_ids uuid[], p_states text[], p_codes text[], p_actors text[], p_user_ids uuid[], p_key_ids text[], p_scopes text[], p_key_account_ids uuid[], p_request_ids text[], p_origins text[], p_order_ids uuid[], p_client_order_ids text[], p_quantities numeric[], p_times_in_force text[], p_limit_prices numeric[], p_stop_prices numeric[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.replace_problem(p_key text, p_order_id uuid, p_client_order_id text, p_quantity numeric, p_time_in_force text, p_limit_price numeric, p_stop_price numeric) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.report_strange_deposits(p_ids uuid[], p_states text[], p_account_ids uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.require_attached(p_source text, p_date date) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.require_console(p_by text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.require_scope(p_identity text, p_scopes text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.reserve_keys(p_actors text[], p_keys text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.reserve_keys_of_facts(p_approval_ids uuid[]) FROM PUBLIC;

GRANT SELECT ON TABLE public.approvals TO fb_broker;
GRANT SELECT ON TABLE public.approvals TO auditor;

REVOKE ALL ON FUNCTION fb_private.reset_access(p_approval public.approvals) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.restore_keys(p_actors text[], p_keys text[], p_new_ids uuid[], p_ids uuid[], p_states text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.retention_is_over(p_month date) FROM PUBLIC;
GRANT ALL ON FUNCTION fb_private.retention_is_over(p_month date) TO fb_audit;

REVOKE ALL ON FUNCTION fb_private.return_deposit(p_id uuid, p_transfer_id uuid, p_actor text, p_request_id text, p_origin text, p_bank_reference text, p_reason text, p_effective_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.reverse(p_id uuid, p_transaction_id uuid, p_actor text, p_key_id text, p_request_id text, p_origin text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.role_scopes(p_kind text, p_role text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.role_takes_two(p_by uuid, p_user_id uuid, p_role text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.round_half_even(p_value numeric, p_scale integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.round_ratio(p_numerator numeric, p_denominator numeric, p_scale integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.round_up(p_value numeric, p_scale integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.said(p_actor text, p_key_id text, p_request_id text, p_origin text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.sealed_in(p_table text, p_epochs integer[], p_seal_seqs bigint[], p_leaves bytea[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.session_problem(p_time_in_force text, p_clock public.market_clock) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.setting(p_name text) FROM PUBLIC;

GRANT SELECT ON TABLE public.executions TO app_user;
GRANT SELECT ON TABLE public.executions TO fb_broker;
GRANT SELECT ON TABLE public.executions TO fb_bank;
GRANT SELECT ON TABLE public.executions TO fb_venue;
GRANT SELECT ON TABLE public.executions TO fb_worker;
GRANT SELECT ON TABLE public.executions TO auditor;
GRANT SELECT ON TABLE public.executions TO fb_sealer;

GRANT SELECT(execution_id) ON TABLE public.executions TO fb_reporting;

GRANT SELECT(order_id) ON TABLE public.executions TO fb_reporting;

GRANT SELECT(account_id) ON TABLE public.executions TO fb_reporting;

GRANT SELECT(security_id) ON TABLE public.executions TO fb_reporting;

GRANT SELECT(side) ON TABLE public.executions TO fb_reporting;

GRANT SELECT(quantity) ON TABLE public.executions TO fb_reporting;

GRANT SELECT(price) ON TABLE public.executions TO fb_reporting;

GRANT SELECT(amount) ON TABLE public.executions TO fb_reporting;

GRANT SELECT(fee) ON TABLE public.executions TO fb_reporting;

GRANT SELECT(late) ON TABLE public.executions TO fb_reporting;

GRANT SELECT(effective_at) ON TABLE public.executions TO fb_reporting;

GRANT SELECT(recorded_at) ON TABLE public.executions TO fb_reporting;
GRANT SELECT(recorded_at) ON TABLE public.executions TO fb_audit;

GRANT SELECT(kind) ON TABLE public.executions TO fb_reporting;

GRANT SELECT(epoch) ON TABLE public.executions TO fb_audit;

GRANT SELECT(xid) ON TABLE public.executions TO fb_audit;

REVOKE ALL ON FUNCTION fb_private.shares_have_changed(p_ref public.executions) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.split_holdings(p_action public.corporate_actions, p_account_ids uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.split_plan(p_action public.corporate_actions, p_account_ids uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.split_price(p_action public.corporate_actions) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.state_after(p_fact text, p_status text, p_filled_quantity numeric, p_venue_order_id text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.step_kyc(p_user_id uuid, p_status text, p_actor text, p_request_id text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.take_if_fits(p_left numeric, p_available numeric, p_wanted numeric) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.take_means_of_entry(p_user_id uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.take_rights_back() FROM PUBLIC;
GRANT ALL ON FUNCTION fb_private.take_rights_back() TO fb_audit;

REVOKE ALL ON FUNCTION fb_private.takes_two(p_by uuid, p_user_id uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.tell_of_deficits(p_account_id uuid, p_security_id uuid, p_order_id uuid, p_command_id uuid, p_detail jsonb, p_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.tell_of_owner(p_account_id uuid, p_kind text, p_payload jsonb, p_command_id uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.tell_of_symbol(p_action public.corporate_actions, p_account_ids uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.undo_execution(p_ref public.executions, p_cause uuid, p_event text, p_actor text, p_request_id text, p_origin text, p_venue text, p_effective_at timestamp with time zone, p_recorded_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.undo_fill_of_order(p_ref public.executions, p_order public.orders, p_money_scale integer, p_unit_scale integer, p_effective_at timestamp with time zone, p_recorded_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.undo_lots(p_ref public.executions, p_cause uuid, p_scale integer, p_effective_at timestamp with time zone, p_recorded_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.undo_lots_as_trade(p_ref public.executions, p_cause uuid, p_scale integer, p_effective_at timestamp with time zone, p_recorded_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.undo_settlements(p_account_id uuid, p_execution_id uuid, p_transfer_id uuid, p_cause uuid, p_recorded_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.uuid7_time(p_tick bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.uuid7() FROM PUBLIC;

GRANT SELECT ON TABLE public.idempotency_keys TO fb_worker;
GRANT SELECT ON TABLE public.idempotency_keys TO auditor;

REVOKE ALL ON FUNCTION fb_private.verdicts(p_ids uuid[], p_states text[], p_codes text[], p_fields text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.verified_identities(p_tokens text[], OUT actors text[], OUT user_ids uuid[], OUT key_ids text[], OUT scopes text[], OUT account_ids uuid[], OUT problems text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION fb_private.verified_identities(p_tokens text[], OUT actors text[], OUT user_ids uuid[], OUT key_ids text[], OUT scopes text[], OUT account_ids uuid[], OUT problems text[]) TO fb_owner;

REVOKE ALL ON FUNCTION fb_private.vouch(p_said text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb_private.vouch(p_said text) TO fb_owner;

REVOKE ALL ON FUNCTION fb_private.who_says(p_identities text[], p_senders text[], OUT actors text[], OUT key_ids text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.why_no_key(p_key_id text, p_user_id uuid, p_account_id uuid, p_secret_hash bytea, p_scopes text, p_name text, p_allowed_addresses text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.why_no_payload(p_action text, p_payload jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.why_not(p_scope text, p_scopes text, p_account_id uuid, p_key_account_id uuid, p_role text, p_is_active boolean, p_status text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.why_not_broker(p_problem text, p_scopes text, p_key text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.why_not_make_key(p_maker_id uuid, p_maker_scopes text, p_user_id uuid, p_scopes text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.why_not_move(p_account public.accounts, p_account_id uuid, p_user_id uuid, p_scopes text, p_key_account_id uuid, p_amount numeric) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.why_not_reset(p_identity text, p_by uuid, p_user_id uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.why_not_reverse(p_transaction_id uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.with_verdicts(p_codes text[], p_refused integer[], p_verdicts text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.withdrawable(p_account public.accounts) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.withdrawal_fact(p_fact text, p_keys text[], p_request_ids text[], p_origins text[], p_transfer_ids uuid[], p_notes text[], p_effective_at timestamp with time zone[], p_skip_locked boolean, p_identities text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.withdrawal_wave(p_fact text, p_wave integer, p_waves integer[], p_ids uuid[], p_states text[], p_actors text[], p_key_ids text[], p_request_ids text[], p_origins text[], p_transfer_ids uuid[], p_notes text[], p_effective_at timestamp with time zone[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.work_on_exceptions(p_command text, p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_exception_ids uuid[], p_user_ids uuid[], p_resolutions text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.left_after(numeric, numeric) FROM PUBLIC;

GRANT SELECT ON TABLE public.account_owners TO app_user;
GRANT SELECT ON TABLE public.account_owners TO fb_broker;
GRANT SELECT ON TABLE public.account_owners TO fb_bank;
GRANT SELECT ON TABLE public.account_owners TO fb_venue;
GRANT SELECT ON TABLE public.account_owners TO fb_worker;
GRANT SELECT ON TABLE public.account_owners TO auditor;

GRANT SELECT(account_id) ON TABLE public.account_owners TO fb_reporting;

GRANT SELECT(user_id) ON TABLE public.account_owners TO fb_reporting;

GRANT SELECT(role) ON TABLE public.account_owners TO fb_reporting;

GRANT SELECT ON TABLE public.account_transfers TO app_user;
GRANT SELECT ON TABLE public.account_transfers TO fb_broker;
GRANT SELECT ON TABLE public.account_transfers TO fb_bank;
GRANT SELECT ON TABLE public.account_transfers TO fb_venue;
GRANT SELECT ON TABLE public.account_transfers TO fb_worker;
GRANT SELECT ON TABLE public.account_transfers TO auditor;

GRANT SELECT(key_id) ON TABLE public.api_keys TO fb_broker;
GRANT SELECT(key_id) ON TABLE public.api_keys TO app_user;

GRANT SELECT(user_id) ON TABLE public.api_keys TO fb_broker;
GRANT SELECT(user_id) ON TABLE public.api_keys TO app_user;

GRANT SELECT(account_id) ON TABLE public.api_keys TO fb_broker;
GRANT SELECT(account_id) ON TABLE public.api_keys TO app_user;

GRANT SELECT(scopes) ON TABLE public.api_keys TO fb_broker;
GRANT SELECT(scopes) ON TABLE public.api_keys TO app_user;

GRANT SELECT(created_at) ON TABLE public.api_keys TO fb_broker;
GRANT SELECT(created_at) ON TABLE public.api_keys TO app_user;

GRANT SELECT(expires_at) ON TABLE public.api_keys TO fb_broker;
GRANT SELECT(expires_at) ON TABLE public.api_keys TO app_user;

GRANT SELECT(revoked_at) ON TABLE public.api_keys TO fb_broker;
GRANT SELECT(revoked_at) ON TABLE public.api_keys TO app_user;

GRANT SELECT(allowed_addresses) ON TABLE public.api_keys TO app_user;
GRANT SELECT(allowed_addresses) ON TABLE public.api_keys TO fb_broker;

GRANT SELECT(name) ON TABLE public.api_keys TO app_user;
GRANT SELECT(name) ON TABLE public.api_keys TO fb_broker;

GRANT SELECT ON TABLE public.assets TO app_user;
GRANT SELECT ON TABLE public.assets TO fb_broker;
GRANT SELECT ON TABLE public.assets TO fb_bank;
GRANT SELECT ON TABLE public.assets TO fb_venue;
GRANT SELECT,INSERT,UPDATE ON TABLE public.assets TO fb_worker;
GRANT SELECT ON TABLE public.assets TO auditor;
GRANT SELECT ON TABLE public.assets TO analytics_user;
GRANT SELECT ON TABLE public.assets TO fb_monitor;

GRANT SELECT ON TABLE public.audit_epochs TO fb_sealer;
GRANT SELECT ON TABLE public.audit_epochs TO auditor;

GRANT SELECT ON TABLE public.audit_log TO fb_sealer;
GRANT SELECT ON TABLE public.audit_log TO auditor;
GRANT INSERT ON TABLE public.audit_log TO fb_owner;

GRANT SELECT ON TABLE public.audit_retired TO fb_sealer;
GRANT SELECT ON TABLE public.audit_retired TO auditor;

GRANT SELECT ON TABLE public.audit_retired_leaves TO fb_sealer;
GRANT SELECT ON TABLE public.audit_retired_leaves TO auditor;

GRANT SELECT ON TABLE public.closed_months TO app_user;
GRANT SELECT ON TABLE public.closed_months TO fb_broker;
GRANT SELECT ON TABLE public.closed_months TO fb_bank;
GRANT SELECT ON TABLE public.closed_months TO fb_venue;
GRANT SELECT ON TABLE public.closed_months TO fb_worker;
GRANT SELECT ON TABLE public.closed_months TO auditor;
GRANT SELECT ON TABLE public.closed_months TO analytics_user;
GRANT SELECT ON TABLE public.closed_months TO fb_monitor;

GRANT SELECT ON TABLE public.closing_balances TO app_user;
GRANT SELECT ON TABLE public.closing_balances TO fb_broker;
GRANT SELECT ON TABLE public.closing_balances TO fb_bank;
GRANT SELECT ON TABLE public.closing_balances TO fb_venue;
GRANT SELECT ON TABLE public.closing_balances TO fb_worker;
GRANT SELECT ON TABLE public.closing_balances TO auditor;

GRANT SELECT ON TABLE public.closing_events TO app_user;
GRANT SELECT ON TABLE public.closing_events TO fb_broker;
GRANT SELECT ON TABLE public.closing_events TO fb_bank;
GRANT SELECT ON TABLE public.closing_events TO fb_venue;
GRANT SELECT ON TABLE public.closing_events TO fb_worker;
GRANT SELECT ON TABLE public.closing_events TO auditor;

GRANT SELECT ON TABLE public.entitlements TO app_user;
GRANT SELECT ON TABLE public.entitlements TO fb_broker;
GRANT SELECT ON TABLE public.entitlements TO fb_bank;
GRANT SELECT ON TABLE public.entitlements TO fb_venue;
GRANT SELECT ON TABLE public.entitlements TO fb_worker;
GRANT SELECT ON TABLE public.entitlements TO auditor;

GRANT SELECT ON TABLE public.entries TO app_user;
GRANT SELECT ON TABLE public.entries TO fb_broker;
GRANT SELECT ON TABLE public.entries TO fb_bank;
GRANT SELECT ON TABLE public.entries TO fb_venue;
GRANT SELECT ON TABLE public.entries TO fb_worker;
GRANT SELECT ON TABLE public.entries TO auditor;
GRANT SELECT ON TABLE public.entries TO fb_sealer;

GRANT SELECT ON TABLE public.erasures TO auditor;
GRANT SELECT ON TABLE public.erasures TO fb_sealer;

GRANT SELECT ON TABLE public.exceptions TO fb_broker;
GRANT SELECT ON TABLE public.exceptions TO fb_bank;
GRANT SELECT ON TABLE public.exceptions TO fb_venue;
GRANT SELECT ON TABLE public.exceptions TO fb_worker;
GRANT SELECT ON TABLE public.exceptions TO auditor;

GRANT SELECT ON TABLE public.exchange_rates TO app_user;
GRANT SELECT ON TABLE public.exchange_rates TO fb_broker;
GRANT SELECT ON TABLE public.exchange_rates TO fb_bank;
GRANT SELECT ON TABLE public.exchange_rates TO fb_venue;
GRANT SELECT ON TABLE public.exchange_rates TO fb_worker;
GRANT SELECT ON TABLE public.exchange_rates TO auditor;
GRANT SELECT ON TABLE public.exchange_rates TO analytics_user;
GRANT SELECT ON TABLE public.exchange_rates TO fb_monitor;

GRANT SELECT ON TABLE public.holdings TO app_user;
GRANT SELECT ON TABLE public.holdings TO fb_broker;
GRANT SELECT ON TABLE public.holdings TO fb_bank;
GRANT SELECT ON TABLE public.holdings TO fb_venue;
GRANT SELECT ON TABLE public.holdings TO fb_worker;
GRANT SELECT ON TABLE public.holdings TO auditor;

GRANT SELECT(account_id) ON TABLE public.holdings TO fb_reporting;

GRANT SELECT(security_id) ON TABLE public.holdings TO fb_reporting;

GRANT SELECT(quantity) ON TABLE public.holdings TO fb_reporting;

GRANT SELECT(held) ON TABLE public.holdings TO fb_reporting;

GRANT SELECT(total_cost) ON TABLE public.holdings TO fb_reporting;

GRANT SELECT(realized_gain) ON TABLE public.holdings TO fb_reporting;

GRANT SELECT(tree) ON TABLE public.key_epochs TO auditor;

GRANT SELECT(epoch) ON TABLE public.key_epochs TO auditor;

GRANT SELECT(provider) ON TABLE public.key_epochs TO auditor;

GRANT SELECT(state) ON TABLE public.key_epochs TO auditor;

GRANT SELECT(created_at) ON TABLE public.key_epochs TO auditor;

GRANT SELECT(retired_at) ON TABLE public.key_epochs TO auditor;

GRANT SELECT(destroyed_at) ON TABLE public.key_epochs TO auditor;

GRANT SELECT(document_id) ON TABLE public.kyc_documents TO app_user;
GRANT SELECT(document_id) ON TABLE public.kyc_documents TO fb_broker;
GRANT SELECT(document_id) ON TABLE public.kyc_documents TO auditor;

GRANT SELECT(user_id) ON TABLE public.kyc_documents TO app_user;
GRANT SELECT(user_id) ON TABLE public.kyc_documents TO fb_broker;
GRANT SELECT(user_id) ON TABLE public.kyc_documents TO auditor;

GRANT SELECT(kind) ON TABLE public.kyc_documents TO app_user;
GRANT SELECT(kind) ON TABLE public.kyc_documents TO fb_broker;
GRANT SELECT(kind) ON TABLE public.kyc_documents TO auditor;

GRANT SELECT(media_type) ON TABLE public.kyc_documents TO app_user;
GRANT SELECT(media_type) ON TABLE public.kyc_documents TO fb_broker;
GRANT SELECT(media_type) ON TABLE public.kyc_documents TO auditor;

GRANT SELECT(byte_count) ON TABLE public.kyc_documents TO app_user;
GRANT SELECT(byte_count) ON TABLE public.kyc_documents TO fb_broker;
GRANT SELECT(byte_count) ON TABLE public.kyc_documents TO auditor;

GRANT SELECT(created_at) ON TABLE public.kyc_documents TO app_user;
GRANT SELECT(created_at) ON TABLE public.kyc_documents TO fb_broker;
GRANT SELECT(created_at) ON TABLE public.kyc_documents TO auditor;

GRANT SELECT(removed_at) ON TABLE public.kyc_documents TO app_user;
GRANT SELECT(removed_at) ON TABLE public.kyc_documents TO fb_broker;
GRANT SELECT(removed_at) ON TABLE public.kyc_documents TO auditor;

GRANT SELECT ON TABLE public.kyc_events TO fb_broker;
GRANT SELECT ON TABLE public.kyc_events TO auditor;
GRANT SELECT ON TABLE public.kyc_events TO app_user;

GRANT SELECT ON TABLE public.kyc_transitions TO fb_broker;
GRANT SELECT ON TABLE public.kyc_transitions TO auditor;
GRANT SELECT ON TABLE public.kyc_transitions TO app_user;

GRANT SELECT ON TABLE public.lot_closures TO app_user;
GRANT SELECT ON TABLE public.lot_closures TO fb_broker;
GRANT SELECT ON TABLE public.lot_closures TO fb_bank;
GRANT SELECT ON TABLE public.lot_closures TO fb_venue;
GRANT SELECT ON TABLE public.lot_closures TO fb_worker;
GRANT SELECT ON TABLE public.lot_closures TO auditor;

GRANT SELECT ON TABLE public.market_control TO app_user;
GRANT SELECT ON TABLE public.market_control TO fb_broker;
GRANT SELECT ON TABLE public.market_control TO fb_bank;
GRANT SELECT,INSERT,UPDATE ON TABLE public.market_control TO fb_venue;
GRANT SELECT,INSERT,UPDATE ON TABLE public.market_control TO fb_worker;
GRANT SELECT ON TABLE public.market_control TO auditor;
GRANT SELECT ON TABLE public.market_control TO analytics_user;
GRANT SELECT ON TABLE public.market_control TO fb_monitor;

GRANT SELECT ON TABLE public.market_sessions TO app_user;
GRANT SELECT ON TABLE public.market_sessions TO fb_broker;
GRANT SELECT ON TABLE public.market_sessions TO fb_bank;
GRANT SELECT ON TABLE public.market_sessions TO fb_venue;
GRANT SELECT,INSERT,UPDATE ON TABLE public.market_sessions TO fb_worker;
GRANT SELECT ON TABLE public.market_sessions TO auditor;
GRANT SELECT ON TABLE public.market_sessions TO analytics_user;
GRANT SELECT ON TABLE public.market_sessions TO fb_monitor;

GRANT SELECT ON TABLE public.outbox TO app_user;
GRANT SELECT ON TABLE public.outbox TO fb_broker;
GRANT SELECT ON TABLE public.outbox TO fb_bank;
GRANT SELECT ON TABLE public.outbox TO fb_venue;
GRANT SELECT ON TABLE public.outbox TO fb_worker;
GRANT SELECT ON TABLE public.outbox TO auditor;

GRANT SELECT ON TABLE public.months_to_close TO fb_worker;
GRANT SELECT ON TABLE public.months_to_close TO auditor;

GRANT SELECT ON TABLE public.order_events TO app_user;
GRANT SELECT ON TABLE public.order_events TO fb_broker;
GRANT SELECT ON TABLE public.order_events TO fb_bank;
GRANT SELECT ON TABLE public.order_events TO fb_venue;
GRANT SELECT ON TABLE public.order_events TO fb_worker;
GRANT SELECT ON TABLE public.order_events TO auditor;
GRANT SELECT ON TABLE public.order_events TO fb_sealer;

GRANT SELECT(recorded_at) ON TABLE public.order_events TO fb_audit;

GRANT SELECT(epoch) ON TABLE public.order_events TO fb_audit;

GRANT SELECT(xid) ON TABLE public.order_events TO fb_audit;

GRANT SELECT ON TABLE public.order_lots TO app_user;
GRANT SELECT ON TABLE public.order_lots TO fb_broker;
GRANT SELECT ON TABLE public.order_lots TO fb_bank;
GRANT SELECT ON TABLE public.order_lots TO fb_venue;
GRANT SELECT ON TABLE public.order_lots TO fb_worker;
GRANT SELECT ON TABLE public.order_lots TO auditor;

GRANT SELECT ON TABLE public.order_transitions TO app_user;
GRANT SELECT ON TABLE public.order_transitions TO fb_broker;
GRANT SELECT ON TABLE public.order_transitions TO fb_bank;
GRANT SELECT ON TABLE public.order_transitions TO fb_venue;
GRANT SELECT ON TABLE public.order_transitions TO fb_worker;
GRANT SELECT ON TABLE public.order_transitions TO auditor;
GRANT SELECT ON TABLE public.order_transitions TO analytics_user;
GRANT SELECT ON TABLE public.order_transitions TO fb_monitor;

GRANT SELECT(payment_method_id) ON TABLE public.payment_methods TO app_user;
GRANT SELECT(payment_method_id) ON TABLE public.payment_methods TO fb_broker;
GRANT SELECT(payment_method_id) ON TABLE public.payment_methods TO auditor;

GRANT SELECT(user_id) ON TABLE public.payment_methods TO app_user;
GRANT SELECT(user_id) ON TABLE public.payment_methods TO fb_broker;
GRANT SELECT(user_id) ON TABLE public.payment_methods TO auditor;

GRANT SELECT(kind) ON TABLE public.payment_methods TO app_user;
GRANT SELECT(kind) ON TABLE public.payment_methods TO fb_broker;
GRANT SELECT(kind) ON TABLE public.payment_methods TO auditor;

GRANT SELECT(token) ON TABLE public.payment_methods TO app_user;
GRANT SELECT(token) ON TABLE public.payment_methods TO fb_broker;
GRANT SELECT(token) ON TABLE public.payment_methods TO auditor;

GRANT SELECT(last_four) ON TABLE public.payment_methods TO app_user;
GRANT SELECT(last_four) ON TABLE public.payment_methods TO fb_broker;
GRANT SELECT(last_four) ON TABLE public.payment_methods TO auditor;

GRANT SELECT(country) ON TABLE public.payment_methods TO app_user;
GRANT SELECT(country) ON TABLE public.payment_methods TO fb_broker;
GRANT SELECT(country) ON TABLE public.payment_methods TO auditor;

GRANT SELECT(routing_number) ON TABLE public.payment_methods TO app_user;
GRANT SELECT(routing_number) ON TABLE public.payment_methods TO fb_broker;
GRANT SELECT(routing_number) ON TABLE public.payment_methods TO auditor;

GRANT SELECT(created_at) ON TABLE public.payment_methods TO app_user;
GRANT SELECT(created_at) ON TABLE public.payment_methods TO fb_broker;
GRANT SELECT(created_at) ON TABLE public.payment_methods TO auditor;

GRANT SELECT(removed_at) ON TABLE public.payment_methods TO app_user;
GRANT SELECT(removed_at) ON TABLE public.payment_methods TO fb_broker;
GRANT SELECT(removed_at) ON TABLE public.payment_methods TO auditor;

GRANT SELECT ON TABLE public.platform_settings TO app_user;
GRANT SELECT ON TABLE public.platform_settings TO fb_broker;
GRANT SELECT ON TABLE public.platform_settings TO fb_bank;
GRANT SELECT ON TABLE public.platform_settings TO fb_venue;
GRANT SELECT ON TABLE public.platform_settings TO fb_worker;
GRANT SELECT ON TABLE public.platform_settings TO auditor;
GRANT SELECT ON TABLE public.platform_settings TO analytics_user;
GRANT SELECT ON TABLE public.platform_settings TO fb_monitor;

GRANT SELECT ON TABLE public.portfolio_summary TO analytics_user;
GRANT SELECT ON TABLE public.portfolio_summary TO auditor;

GRANT SELECT ON TABLE public.portfolio_summary_live TO app_user;
GRANT SELECT ON TABLE public.portfolio_summary_live TO fb_broker;
GRANT SELECT ON TABLE public.portfolio_summary_live TO auditor;

GRANT SELECT ON TABLE public.price_bars TO app_user;
GRANT SELECT ON TABLE public.price_bars TO fb_broker;
GRANT SELECT ON TABLE public.price_bars TO fb_bank;
GRANT SELECT ON TABLE public.price_bars TO fb_venue;
GRANT SELECT,INSERT,UPDATE ON TABLE public.price_bars TO fb_worker;
GRANT SELECT ON TABLE public.price_bars TO auditor;
GRANT SELECT ON TABLE public.price_bars TO analytics_user;
GRANT SELECT ON TABLE public.price_bars TO fb_monitor;

GRANT SELECT ON TABLE public.process_heartbeats TO app_user;
GRANT SELECT ON TABLE public.process_heartbeats TO fb_broker;
GRANT SELECT ON TABLE public.process_heartbeats TO fb_bank;
GRANT SELECT ON TABLE public.process_heartbeats TO fb_venue;
GRANT SELECT ON TABLE public.process_heartbeats TO fb_worker;
GRANT SELECT ON TABLE public.process_heartbeats TO auditor;
GRANT SELECT ON TABLE public.process_heartbeats TO analytics_user;
GRANT SELECT ON TABLE public.process_heartbeats TO fb_monitor;

GRANT SELECT ON TABLE public.reconciliation_breaks TO auditor;
GRANT SELECT ON TABLE public.reconciliation_breaks TO fb_worker;
GRANT SELECT ON TABLE public.reconciliation_breaks TO fb_broker;

GRANT SELECT ON TABLE public.reconciliation_runs TO auditor;
GRANT SELECT ON TABLE public.reconciliation_runs TO fb_worker;
GRANT SELECT ON TABLE public.reconciliation_runs TO fb_broker;

GRANT SELECT ON TABLE public.reversals TO auditor;

GRANT SELECT ON TABLE public.seal_copies TO fb_sealer;
GRANT SELECT ON TABLE public.seal_copies TO auditor;

GRANT SELECT ON TABLE public.sealer_state TO fb_sealer;
GRANT SELECT ON TABLE public.sealer_state TO auditor;

GRANT SELECT ON TABLE public.seals TO fb_sealer;
GRANT SELECT ON TABLE public.seals TO auditor;

GRANT SELECT ON TABLE public.securities TO app_user;
GRANT SELECT ON TABLE public.securities TO fb_broker;
GRANT SELECT ON TABLE public.securities TO fb_bank;
GRANT SELECT ON TABLE public.securities TO fb_venue;
GRANT SELECT,INSERT,UPDATE ON TABLE public.securities TO fb_worker;
GRANT SELECT ON TABLE public.securities TO auditor;
GRANT SELECT ON TABLE public.securities TO analytics_user;
GRANT SELECT ON TABLE public.securities TO fb_monitor;

GRANT SELECT(security_id) ON TABLE public.securities TO fb_reporting;

GRANT SELECT(symbol) ON TABLE public.securities TO fb_reporting;

GRANT SELECT ON TABLE public.session_progress TO app_user;
GRANT SELECT ON TABLE public.session_progress TO fb_broker;
GRANT SELECT ON TABLE public.session_progress TO fb_bank;
GRANT SELECT,INSERT,UPDATE ON TABLE public.session_progress TO fb_venue;
GRANT SELECT,INSERT,UPDATE ON TABLE public.session_progress TO fb_worker;
GRANT SELECT ON TABLE public.session_progress TO auditor;
GRANT SELECT ON TABLE public.session_progress TO analytics_user;
GRANT SELECT ON TABLE public.session_progress TO fb_monitor;

GRANT SELECT ON TABLE public.settlements TO app_user;
GRANT SELECT ON TABLE public.settlements TO fb_broker;
GRANT SELECT ON TABLE public.settlements TO fb_bank;
GRANT SELECT ON TABLE public.settlements TO fb_venue;
GRANT SELECT ON TABLE public.settlements TO fb_worker;
GRANT SELECT ON TABLE public.settlements TO auditor;

GRANT SELECT ON TABLE public.share_receipts TO app_user;
GRANT SELECT ON TABLE public.share_receipts TO fb_broker;
GRANT SELECT ON TABLE public.share_receipts TO fb_bank;
GRANT SELECT ON TABLE public.share_receipts TO fb_venue;
GRANT SELECT ON TABLE public.share_receipts TO fb_worker;
GRANT SELECT ON TABLE public.share_receipts TO auditor;

GRANT SELECT ON TABLE public.sign_in_attempts TO fb_broker;
GRANT SELECT ON TABLE public.sign_in_attempts TO auditor;

GRANT SELECT ON TABLE public.staff_roles TO fb_broker;
GRANT SELECT ON TABLE public.staff_roles TO auditor;

GRANT SELECT(user_id) ON TABLE public.users TO fb_reporting;
GRANT SELECT(user_id) ON TABLE public.users TO app_user;
GRANT SELECT(user_id) ON TABLE public.users TO fb_broker;
GRANT SELECT(user_id) ON TABLE public.users TO fb_worker;
GRANT SELECT(user_id) ON TABLE public.users TO auditor;

GRANT SELECT(kind) ON TABLE public.users TO fb_reporting;
GRANT SELECT(kind) ON TABLE public.users TO app_user;
GRANT SELECT(kind) ON TABLE public.users TO fb_broker;
GRANT SELECT(kind) ON TABLE public.users TO fb_worker;
GRANT SELECT(kind) ON TABLE public.users TO auditor;

GRANT SELECT(kyc_status) ON TABLE public.users TO fb_reporting;
GRANT SELECT(kyc_status) ON TABLE public.users TO app_user;
GRANT SELECT(kyc_status) ON TABLE public.users TO fb_broker;
GRANT SELECT(kyc_status) ON TABLE public.users TO fb_worker;
GRANT SELECT(kyc_status) ON TABLE public.users TO auditor;

GRANT SELECT(is_active) ON TABLE public.users TO fb_reporting;
GRANT SELECT(is_active) ON TABLE public.users TO app_user;
GRANT SELECT(is_active) ON TABLE public.users TO fb_broker;
GRANT SELECT(is_active) ON TABLE public.users TO fb_worker;
GRANT SELECT(is_active) ON TABLE public.users TO auditor;

GRANT SELECT(email_index) ON TABLE public.users TO fb_broker;

GRANT SELECT(created_at) ON TABLE public.users TO fb_reporting;
GRANT SELECT(created_at) ON TABLE public.users TO app_user;
GRANT SELECT(created_at) ON TABLE public.users TO fb_broker;
GRANT SELECT(created_at) ON TABLE public.users TO fb_worker;
GRANT SELECT(created_at) ON TABLE public.users TO auditor;

GRANT SELECT(updated_at) ON TABLE public.users TO app_user;
GRANT SELECT(updated_at) ON TABLE public.users TO fb_broker;
GRANT SELECT(updated_at) ON TABLE public.users TO fb_worker;
GRANT SELECT(updated_at) ON TABLE public.users TO auditor;

GRANT SELECT ON TABLE reporting.account_owners TO analytics_user;
GRANT SELECT ON TABLE reporting.account_owners TO auditor;

GRANT SELECT ON TABLE reporting.accounts TO analytics_user;
GRANT SELECT ON TABLE reporting.accounts TO auditor;

GRANT SELECT ON TABLE reporting.customers TO analytics_user;
GRANT SELECT ON TABLE reporting.customers TO auditor;

GRANT SELECT ON TABLE reporting.executions TO analytics_user;
GRANT SELECT ON TABLE reporting.executions TO auditor;

GRANT SELECT ON TABLE reporting.holdings TO analytics_user;
GRANT SELECT ON TABLE reporting.holdings TO auditor;

GRANT SELECT ON TABLE reporting.orders TO analytics_user;
GRANT SELECT ON TABLE reporting.orders TO auditor;

GRANT SELECT ON TABLE reporting.transactions TO analytics_user;
GRANT SELECT ON TABLE reporting.transactions TO auditor;

ALTER DEFAULT PRIVILEGES FOR ROLE fb_audit REVOKE ALL ON TYPES FROM PUBLIC;

ALTER DEFAULT PRIVILEGES FOR ROLE fb_owner REVOKE ALL ON TYPES FROM PUBLIC;

ALTER DEFAULT PRIVILEGES FOR ROLE fb_reporting REVOKE ALL ON TYPES FROM PUBLIC;

ALTER DEFAULT PRIVILEGES FOR ROLE fb_secrets REVOKE ALL ON TYPES FROM PUBLIC;

ALTER DEFAULT PRIVILEGES FOR ROLE fb_audit REVOKE ALL ON FUNCTIONS FROM PUBLIC;

ALTER DEFAULT PRIVILEGES FOR ROLE fb_owner REVOKE ALL ON FUNCTIONS FROM PUBLIC;

ALTER DEFAULT PRIVILEGES FOR ROLE fb_reporting REVOKE ALL ON FUNCTIONS FROM PUBLIC;

ALTER DEFAULT PRIVILEGES FOR ROLE fb_secrets REVOKE ALL ON FUNCTIONS FROM PUBLIC;


--
--
