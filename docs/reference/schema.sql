-- What a migrated database has; written by tools/dump_schema.py, compared by a test.

CREATE SCHEMA fb;

CREATE SCHEMA fb_private;

-- *not* creating schema, since initdb creates it

CREATE DOMAIN public.finite AS numeric
	CONSTRAINT finite_check CHECK (((VALUE > '-Infinity'::numeric) AND (VALUE < 'Infinity'::numeric)));

COMMENT ON DOMAIN public.finite IS 'A number that is neither NaN nor infinite.';

CREATE FUNCTION fb.announce_split(p_provider text, p_provider_action_id text, p_security_id uuid, p_ex_date date, p_new integer, p_old integer, p_effective_at timestamp with time zone) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.announce_split(p_provider text, p_provider_action_id text, p_security_id uuid, p_ex_date date, p_new integer, p_old integer, p_effective_at timestamp with time zone) IS 'Records a split by its provider''s id; repeating it returns the same id. New shares for old ones, e.g. 2 for 1.';

CREATE FUNCTION fb.apply_split(p_action_id uuid, p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.authenticate_api_key(p_key_id text, p_secret_hash bytea) RETURNS TABLE(user_id uuid, account_id uuid, scopes text[], user_kind text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.cancel_order(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_order_ids uuid[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.cancel_rejected(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.create_api_key(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_key_ids text[], p_user_ids uuid[], p_account_ids uuid[], p_secret_hashes bytea[], p_scopes text[], p_expires_at timestamp with time zone[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.create_user(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_user_ids uuid[], p_email_indexes bytea[], p_ciphertexts jsonb[], p_wrapped_keys bytea[], p_key_epochs integer[], p_kinds text[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.current_user_id() RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.current_user_id() IS 'The user of this transaction''s signed identity (setting fb.identity); NULL without one, SQLSTATE 28000 when forged.';

CREATE FUNCTION fb.deposit_received(p_request_ids text[], p_origins text[], p_banks text[], p_bank_references text[], p_account_ids uuid[], p_amounts numeric[], p_currencies text[], p_effective_at timestamp with time zone[], p_settle_on date[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.execution(p_request_ids text[], p_origins text[], p_venues text[], p_venue_execution_ids text[], p_order_ids uuid[], p_quantities numeric[], p_prices numeric[], p_effective_at timestamp with time zone[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.expire_orders(p_session date, p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.heartbeat(p_process text, p_instance uuid, p_pid integer) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.make_partitions(p_months_ahead integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.make_partitions(p_months_ahead integer) IS 'Makes the monthly partitions from this month to so many months ahead, and the yearly ones of prices.';

CREATE FUNCTION fb.my_accounts() RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.my_accounts() IS 'The accounts that this transaction''s signed identity may see.';

CREATE FUNCTION fb.open_account(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_user_ids uuid[], p_account_types text[], p_currencies text[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.order_acknowledged(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_venue_order_ids text[], p_effective_at timestamp with time zone[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.order_canceled(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.order_expired(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.order_rejected(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.personal_data(p_identity text, p_user_id uuid, p_request_id text) RETURNS TABLE(wrapped_key bytea, key_epoch integer, email bytea, first_name bytea, last_name bytea, phone bytea, address bytea, birth_date bytea, national_id bytea)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.personal_data(p_identity text, p_user_id uuid, p_request_id text) IS 'One user''s encrypted personal data, for an identity with the scope broker; leaves a line in audit_log.';

CREATE FUNCTION fb.place_order(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_security_ids uuid[], p_client_order_ids text[], p_sides text[], p_order_types text[], p_times_in_force text[], p_quantities numeric[], p_notionals numeric[], p_limit_prices numeric[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.prune_keys(p_older_than interval, p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.relay(p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.request_withdrawal(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_amounts numeric[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.revoke_api_key(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_key_ids text[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.schema_revision() RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

COMMENT ON FUNCTION fb.schema_revision() IS 'The migration that this schema is at: a program serves only its own.';

CREATE FUNCTION fb.set_account_status(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_statuses text[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.set_kyc_status(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_user_ids uuid[], p_statuses text[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.settle(p_through date, p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.withdrawal_returned(p_keys text[], p_request_ids text[], p_origins text[], p_transfer_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb.withdrawal_settled(p_keys text[], p_request_ids text[], p_origins text[], p_transfer_ids uuid[], p_bank_references text[], p_effective_at timestamp with time zone[], p_skip_locked boolean DEFAULT false) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.accounts_of_orders(p_order_ids uuid[]) RETURNS uuid[]
    LANGUAGE sql STABLE;

CREATE FUNCTION fb_private.answer_broker(p_ids uuid[], p_states text[], p_codes text[], p_results jsonb[]) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql;

CREATE FUNCTION fb_private.audit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp';

CREATE FUNCTION fb_private.begin_command(p_lengths integer[]) RETURNS void
    LANGUAGE plpgsql;

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
    CONSTRAINT transfers_amount_check CHECK (((amount)::numeric > (0)::numeric)),
    CONSTRAINT transfers_bank_reference_check CHECK ((length(bank_reference) <= 100)),
    CONSTRAINT transfers_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT transfers_direction_check CHECK ((direction = ANY (ARRAY['incoming'::text, 'outgoing'::text]))),
    CONSTRAINT transfers_reason_check CHECK ((length(reason) <= 500)),
    CONSTRAINT transfers_state_check CHECK ((state = ANY (ARRAY['requested'::text, 'settled'::text, 'returned'::text, 'refunded'::text]))),
    CONSTRAINT transfers_within_withdrawable CHECK (((direction = 'incoming'::text) OR ((withdrawable_before IS NOT NULL) AND ((amount)::numeric <= (withdrawable_before)::numeric))))
);

ALTER TABLE ONLY public.transfers FORCE ROW LEVEL SECURITY;

CREATE FUNCTION fb_private.booked_transfer(p_transfer public.transfers) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    RETURN jsonb_build_object('transfer_id', (p_transfer).transfer_id, 'account_id', (p_transfer).account_id, 'direction', (p_transfer).direction, 'amount', ((p_transfer).amount)::text, 'currency', (p_transfer).currency, 'bank', (p_transfer).bank, 'bank_reference', CASE WHEN ((p_transfer).direction = 'incoming'::text) THEN (p_transfer).bank_reference ELSE NULL::text END, 'state', CASE WHEN ((p_transfer).direction = 'incoming'::text) THEN 'settled'::text ELSE 'requested'::text END, 'requested_at', (p_transfer).requested_at, 'effective_at', (p_transfer).effective_at);

CREATE FUNCTION fb_private.buy_hold(p_quantity numeric, p_notional numeric, p_hold_price numeric, p_filled_quantity numeric, p_filled_gross numeric, p_fees numeric, p_at timestamp with time zone, p_scale integer) RETURNS numeric
    LANGUAGE plpgsql STABLE;

CREATE FUNCTION fb_private.ceil_ratio(p_numerator numeric, p_denominator numeric, p_scale integer) RETURNS numeric
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION fb_private.ceil_ratio(p_numerator numeric, p_denominator numeric, p_scale integer) IS 'The quotient of two positive numbers, rounded up.';

CREATE FUNCTION fb_private.claim(p_command text, p_actors text[], p_keys text[], p_hashes bytea[], INOUT p_ids uuid[], OUT states text[]) RETURNS record
    LANGUAGE plpgsql;

CREATE FUNCTION fb_private.claim_broker(p_command text, p_identities text[], p_keys text[], p_hashes bytea[], p_are_busy boolean[], OUT actors text[], OUT ids uuid[], OUT states text[], OUT codes text[]) RETURNS record
    LANGUAGE plpgsql;

CREATE FUNCTION fb_private.codes_of(p_codes text[], p_states text[]) RETURNS text[]
    LANGUAGE sql IMMUTABLE;

CREATE FUNCTION fb_private.currency_asset(p_currency text) RETURNS uuid
    LANGUAGE sql STABLE;

CREATE FUNCTION fb_private.end_orders(p_fact text, p_order_ids uuid[], p_actor text, p_reason text) RETURNS integer
    LANGUAGE plpgsql;

CREATE FUNCTION fb_private.event_of(p_fact text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE p_fact WHEN 'order_acknowledged'::text THEN 'acknowledged'::text WHEN 'order_rejected'::text THEN 'rejected'::text WHEN 'order_canceled'::text THEN 'canceled'::text WHEN 'order_expired'::text THEN 'expired'::text WHEN 'cancel_rejected'::text THEN 'cancel_rejected'::text ELSE NULL::text END;

CREATE FUNCTION fb_private.execution_wave(p_wave integer, p_waves integer[], p_ids uuid[], p_states text[], p_actors text[], p_request_ids text[], p_origins text[], p_venues text[], p_venue_execution_ids text[], p_order_ids uuid[], p_quantities numeric[], p_prices numeric[], p_effective_at timestamp with time zone[]) RETURNS void
    LANGUAGE plpgsql;

CREATE FUNCTION fb_private.fee(p_side text, p_quantity numeric, p_gross numeric, p_at timestamp with time zone) RETURNS numeric
    LANGUAGE plpgsql STABLE;

CREATE FUNCTION fb_private.fields_of(p_codes text[]) RETURNS text[]
    LANGUAGE sql IMMUTABLE;

CREATE FUNCTION fb_private.final_states(p_codes text[], p_states text[]) RETURNS text[]
    LANGUAGE sql IMMUTABLE;

CREATE FUNCTION fb_private.floor_ratio(p_numerator numeric, p_denominator numeric, p_scale integer) RETURNS numeric
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION fb_private.floor_ratio(p_numerator numeric, p_denominator numeric, p_scale integer) IS 'The quotient of two positive numbers, rounded down.';

CREATE FUNCTION fb_private.hashes_to_claim(p_codes text[], p_hashes bytea[]) RETURNS bytea[]
    LANGUAGE sql IMMUTABLE;

CREATE FUNCTION fb_private.house(p_code text, p_currency text) RETURNS uuid
    LANGUAGE sql STABLE;

CREATE FUNCTION fb_private.is_finite(p_value numeric) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((p_value > '-Infinity'::numeric) AND (p_value < 'Infinity'::numeric));

CREATE FUNCTION fb_private.lock_accounts(p_account_ids uuid[], p_skip_locked boolean) RETURNS uuid[]
    LANGUAGE plpgsql;

CREATE FUNCTION fb_private.make_partition(p_table text, p_from timestamp with time zone, p_to timestamp with time zone, p_suffix text) RETURNS boolean
    LANGUAGE plpgsql;

CREATE FUNCTION fb_private.market_time() RETURNS timestamp with time zone
    LANGUAGE sql STABLE;

CREATE FUNCTION fb_private.new_ids(p_count integer) RETURNS uuid[]
    LANGUAGE sql;

CREATE FUNCTION fb_private.next_weekday(p_day date) RETURNS date
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (p_day + CASE (EXTRACT(isodow FROM p_day))::integer WHEN 5 THEN 3 WHEN 6 THEN 2 ELSE 1 END);

CREATE FUNCTION fb_private.order_fact(p_fact text, p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_notes text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql;

CREATE FUNCTION fb_private.order_fact_wave(p_fact text, p_wave integer, p_waves integer[], p_ids uuid[], p_states text[], p_actors text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_notes text[], p_effective_at timestamp with time zone[]) RETURNS void
    LANGUAGE plpgsql;

CREATE FUNCTION fb_private.order_problem(p_key text, p_client_order_id text, p_side text, p_order_type text, p_time_in_force text, p_quantity numeric, p_notional numeric, p_limit_price numeric) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (p_key IS NULL) THEN 'required:key'::text WHEN ((length(p_key) < 1) OR (length(p_key) > 255)) THEN 'out_of_range:key'::text WHEN (p_client_order_id IS NULL) THEN 'required:client_order_id'::text WHEN ((length(p_client_order_id) < 1) OR (length(p_client_order_id) > 48)) THEN 'out_of_range:client_order_id'::text WHEN (p_side IS NULL) THEN 'required:side'::text WHEN (p_side <> ALL (ARRAY['buy'::text, 'sell'::text])) THEN 'invalid_value:side'::text WHEN (p_order_type IS NULL) THEN 'required:type'::text WHEN (p_order_type <> ALL (ARRAY['market'::text, 'limit'::text])) THEN 'invalid_value:type'::text WHEN (p_time_in_force IS NULL) THEN 'required:time_in_force'::text WHEN (p_time_in_force <> ALL (ARRAY['day'::text, 'gtc'::text])) THEN 'invalid_value:time_in_force'::text WHEN ((p_quantity IS NULL) AND (p_notional IS NULL)) THEN 'required:qty'::text WHEN ((p_quantity IS NOT NULL) AND (p_notional IS NOT NULL)) THEN 'not_allowed:notional'::text WHEN ((p_order_type = 'limit'::text) AND (p_notional IS NOT NULL)) THEN 'not_allowed:notional'::text WHEN ((p_order_type = 'limit'::text) AND (p_limit_price IS NULL)) THEN 'required:limit_price'::text WHEN ((p_order_type = 'market'::text) AND (p_limit_price IS NOT NULL)) THEN 'not_allowed:limit_price'::text WHEN (NOT fb_private.is_finite(p_quantity)) THEN 'invalid_value:qty'::text WHEN (NOT fb_private.is_finite(p_notional)) THEN 'invalid_value:notional'::text WHEN (NOT fb_private.is_finite(p_limit_price)) THEN 'invalid_value:limit_price'::text WHEN ((p_quantity <= (0)::numeric) OR (p_quantity > (1000000000)::numeric)) THEN 'out_of_range:qty'::text WHEN ((p_notional <= (0)::numeric) OR (p_notional > (1000000000)::numeric)) THEN 'out_of_range:notional'::text WHEN ((p_limit_price <= (0)::numeric) OR (p_limit_price > (1000000)::numeric)) THEN 'out_of_range:limit_price'::text ELSE NULL::text END;

CREATE FUNCTION fb_private.place_order_wave(p_wave integer, p_waves integer[], p_ids uuid[], p_states text[], p_codes text[], p_actors text[], p_user_ids uuid[], p_key_ids text[], p_scopes text[], p_key_account_ids uuid[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_security_ids uuid[], p_client_order_ids text[], p_sides text[], p_order_types text[], p_times_in_force text[], p_quantities numeric[], p_notionals numeric[], p_limit_prices numeric[]) RETURNS text[]
    LANGUAGE plpgsql;

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
    CONSTRAINT orders_not_overfilled CHECK (((quantity IS NULL) OR ((filled_quantity)::numeric <= (quantity)::numeric))),
    CONSTRAINT orders_notional_check CHECK (((notional)::numeric > (0)::numeric)),
    CONSTRAINT orders_order_type_check CHECK ((order_type = ANY (ARRAY['market'::text, 'limit'::text, 'stop'::text, 'stop_limit'::text]))),
    CONSTRAINT orders_quantity_check CHECK (((quantity)::numeric > (0)::numeric)),
    CONSTRAINT orders_quantity_xor_notional CHECK (((quantity IS NULL) <> (notional IS NULL))),
    CONSTRAINT orders_reject_reason_check CHECK ((length(reject_reason) <= 500)),
    CONSTRAINT orders_side_check CHECK ((side = ANY (ARRAY['buy'::text, 'sell'::text]))),
    CONSTRAINT orders_status_check CHECK ((status = ANY (ARRAY['accepted'::text, 'new'::text, 'partially_filled'::text, 'filled'::text, 'pending_cancel'::text, 'canceled'::text, 'expired'::text, 'rejected'::text, 'pending_replace'::text, 'replaced'::text]))),
    CONSTRAINT orders_stop_price CHECK (((order_type = ANY (ARRAY['stop'::text, 'stop_limit'::text])) = (stop_price IS NOT NULL))),
    CONSTRAINT orders_stop_price_check CHECK (((stop_price)::numeric > (0)::numeric)),
    CONSTRAINT orders_terminal CHECK (((status = ANY (ARRAY['filled'::text, 'canceled'::text, 'expired'::text, 'rejected'::text, 'replaced'::text])) = (terminal_at IS NOT NULL))),
    CONSTRAINT orders_terminal_holds_nothing CHECK (((terminal_at IS NULL) OR ((held)::numeric = (0)::numeric))),
    CONSTRAINT orders_time_in_force_check CHECK ((time_in_force = ANY (ARRAY['day'::text, 'gtc'::text, 'ioc'::text, 'fok'::text, 'opg'::text, 'cls'::text])))
)
WITH (fillfactor='80');

ALTER TABLE ONLY public.orders FORCE ROW LEVEL SECURITY;

COMMENT ON COLUMN public.orders.held IS 'Reserved for what is left: cash of a buy, shares of a sell; 0 when terminal.';

COMMENT ON COLUMN public.orders.filled_gross IS 'Sum of quantity times price, not rounded; filled_amount is rounded.';

COMMENT ON COLUMN public.orders.expires_on IS 'Session at whose close a day order dies. NULL: good till canceled.';

COMMENT ON COLUMN public.orders.event_seq IS 'The account''s event_seq that announced the order.';

CREATE FUNCTION fb_private.placed_order(p_order public.orders, p_unit_scale integer) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    RETURN jsonb_build_object('order_id', (p_order).order_id, 'account_id', (p_order).account_id, 'security_id', (p_order).security_id, 'client_order_id', (p_order).client_order_id, 'side', (p_order).side, 'order_type', (p_order).order_type, 'time_in_force', (p_order).time_in_force, 'quantity', ((p_order).quantity)::text, 'notional', ((p_order).notional)::text, 'limit_price', ((p_order).limit_price)::text, 'hold_price', ((p_order).hold_price)::text, 'status', 'accepted', 'held', (CASE WHEN ((p_order).side = 'buy'::text) THEN (COALESCE((((p_order).quantity)::numeric * ((p_order).hold_price)::numeric), ((p_order).notional)::numeric) + ((p_order).hold_fee)::numeric) ELSE fb_private.sell_hold(((p_order).quantity)::numeric, ((p_order).notional)::numeric, ((p_order).hold_price)::numeric, (0)::numeric, (0)::numeric, p_unit_scale) END)::text, 'filled_quantity', '0', 'expires_on', (p_order).expires_on, 'effective_at', (p_order).effective_at, 'placed_at', (p_order).placed_at, 'event_seq', (p_order).event_seq);

CREATE FUNCTION fb_private.post_deposits(p_ids uuid[], p_states text[], p_actors text[], p_request_ids text[], p_origins text[], p_banks text[], p_bank_references text[], p_account_ids uuid[], p_amounts numeric[], p_currencies text[], p_effective_at timestamp with time zone[], p_settle_on date[]) RETURNS void
    LANGUAGE plpgsql;

CREATE FUNCTION fb_private.prepare_partition(p_name text, p_table text) RETURNS void
    LANGUAGE plpgsql;

CREATE FUNCTION fb_private.read_identities(p_tokens text[], OUT actors text[], OUT user_ids uuid[], OUT key_ids text[], OUT scopes text[], OUT account_ids uuid[], OUT problems text[]) RETURNS record
    LANGUAGE sql STABLE;

CREATE FUNCTION fb_private.read_identity(p_token text, OUT user_id uuid, OUT key_id text, OUT scopes text[], OUT account_id uuid, OUT actor text, OUT problem text) RETURNS record
    LANGUAGE plpgsql STABLE;

CREATE FUNCTION fb_private.record_refusals(p_ids uuid[], p_codes text[], p_fields text[]) RETURNS void
    LANGUAGE plpgsql;

CREATE FUNCTION fb_private.refuse_change() RETURNS trigger
    LANGUAGE plpgsql;

CREATE FUNCTION fb_private.restore_keys(p_actors text[], p_keys text[], p_new_ids uuid[], p_ids uuid[], p_states text[]) RETURNS void
    LANGUAGE plpgsql;

CREATE FUNCTION fb_private.round_half_even(p_value numeric, p_scale integer) RETURNS numeric
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION fb_private.round_ratio(p_numerator numeric, p_denominator numeric, p_scale integer) RETURNS numeric
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION fb_private.round_ratio(p_numerator numeric, p_denominator numeric, p_scale integer) IS 'The quotient, rounded half to even.';

CREATE FUNCTION fb_private.round_up(p_value numeric, p_scale integer) RETURNS numeric
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION fb_private.setting(p_name text) RETURNS text
    LANGUAGE sql STABLE;

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
    CONSTRAINT corporate_actions_kind_check CHECK ((kind = ANY (ARRAY['split'::text, 'reverse_split'::text, 'cash_dividend'::text, 'symbol_change'::text, 'cash_merger'::text]))),
    CONSTRAINT corporate_actions_new_shares_check CHECK ((new_shares > 0)),
    CONSTRAINT corporate_actions_old_shares_check CHECK ((old_shares > 0)),
    CONSTRAINT corporate_actions_ratio CHECK (((kind <> ALL (ARRAY['split'::text, 'reverse_split'::text])) OR ((new_shares IS NOT NULL) AND (old_shares IS NOT NULL)))),
    CONSTRAINT corporate_actions_state_check CHECK ((state = ANY (ARRAY['announced'::text, 'applied'::text])))
);

ALTER TABLE ONLY public.corporate_actions FORCE ROW LEVEL SECURITY;

CREATE FUNCTION fb_private.split_holdings(p_action public.corporate_actions, p_account_ids uuid[], p_now timestamp with time zone) RETURNS void
    LANGUAGE plpgsql;

CREATE FUNCTION fb_private.split_price(p_action public.corporate_actions) RETURNS void
    LANGUAGE sql;

CREATE FUNCTION fb_private.state_after(p_fact text, p_status text, p_filled_quantity numeric, p_venue_order_id text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE p_fact WHEN 'order_acknowledged'::text THEN CASE WHEN (p_venue_order_id IS NOT NULL) THEN NULL::text WHEN (p_status = 'accepted'::text) THEN 'new'::text WHEN (p_status = ANY (ARRAY['partially_filled'::text, 'pending_cancel'::text])) THEN p_status ELSE NULL::text END WHEN 'order_rejected'::text THEN CASE WHEN ((p_status = ANY (ARRAY['accepted'::text, 'new'::text, 'pending_cancel'::text])) AND (p_filled_quantity = (0)::numeric)) THEN 'rejected'::text ELSE NULL::text END WHEN 'order_canceled'::text THEN CASE WHEN (p_status = ANY (ARRAY['accepted'::text, 'new'::text, 'partially_filled'::text, 'pending_cancel'::text])) THEN 'canceled'::text ELSE NULL::text END WHEN 'order_expired'::text THEN CASE WHEN (p_status = ANY (ARRAY['accepted'::text, 'new'::text, 'partially_filled'::text, 'pending_cancel'::text])) THEN 'expired'::text ELSE NULL::text END WHEN 'cancel_rejected'::text THEN CASE WHEN (p_status IS DISTINCT FROM 'pending_cancel'::text) THEN NULL::text WHEN (p_filled_quantity > (0)::numeric) THEN 'partially_filled'::text WHEN (p_venue_order_id IS NOT NULL) THEN 'new'::text ELSE 'accepted'::text END ELSE NULL::text END;

CREATE FUNCTION fb_private.take_if_fits(p_left numeric, p_available numeric, p_wanted numeric) RETURNS numeric
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE;

CREATE FUNCTION fb_private.uuid7() RETURNS uuid
    LANGUAGE sql PARALLEL SAFE
    RETURN (encode(set_bit(set_bit("overlay"(uuid_send(gen_random_uuid()), SUBSTRING(int8send((floor((EXTRACT(epoch FROM clock_timestamp()) * (1000)::numeric)))::bigint) FROM 3), 1, 6), (52)::bigint, 1), (53)::bigint, 1), 'hex'::text))::uuid;

COMMENT ON FUNCTION fb_private.uuid7() IS 'A time-ordered id (RFC 9562, version 7): new rows land beside each other.';

CREATE FUNCTION fb_private.verdicts(p_ids uuid[], p_states text[], p_codes text[], p_fields text[]) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text)
    LANGUAGE sql STABLE;

CREATE FUNCTION fb_private.why_not(p_scope text, p_scopes text, p_account_id uuid, p_key_account_id uuid, p_role text, p_is_active boolean, p_status text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN ((p_role IS NULL) OR (COALESCE(p_key_account_id, p_account_id) <> p_account_id)) THEN 'account_not_found'::text WHEN ((p_role = 'viewer'::text) OR (NOT (p_scope = ANY (string_to_array(p_scopes, ','::text)))) OR (NOT p_is_active)) THEN 'not_permitted'::text WHEN (p_status <> 'active'::text) THEN 'account_not_active'::text ELSE NULL::text END;

CREATE FUNCTION fb_private.why_not_broker(p_problem text, p_scopes text, p_key text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (p_problem IS NOT NULL) THEN p_problem WHEN (NOT ('broker'::text = ANY (string_to_array(p_scopes, ','::text)))) THEN 'not_permitted'::text WHEN (p_key IS NULL) THEN 'required'::text WHEN ((length(p_key) < 1) OR (length(p_key) > 255)) THEN 'out_of_range'::text ELSE NULL::text END;

CREATE FUNCTION fb_private.withdrawal_fact(p_fact text, p_keys text[], p_request_ids text[], p_origins text[], p_transfer_ids uuid[], p_notes text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) RETURNS TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb)
    LANGUAGE plpgsql;

CREATE FUNCTION fb_private.withdrawal_wave(p_fact text, p_wave integer, p_waves integer[], p_ids uuid[], p_states text[], p_actors text[], p_request_ids text[], p_origins text[], p_transfer_ids uuid[], p_notes text[], p_effective_at timestamp with time zone[]) RETURNS void
    LANGUAGE plpgsql;

CREATE AGGREGATE fb_private.left_after(numeric, numeric) (
    SFUNC = fb_private.take_if_fits,
    STYPE = numeric
);

CREATE TABLE fb_private.alembic_version (
    version_num character varying(32) NOT NULL
);

CREATE TABLE fb_private.identity_keys (
    identity_key_id integer NOT NULL,
    inner_block bytea NOT NULL,
    outer_block bytea NOT NULL,
    CONSTRAINT identity_keys_inner_block_check CHECK ((octet_length(inner_block) = 64)),
    CONSTRAINT identity_keys_outer_block_check CHECK ((octet_length(outer_block) = 64))
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
    CONSTRAINT accounts_account_type_check CHECK ((account_type = ANY (ARRAY['individual'::text, 'retirement'::text, 'joint'::text, 'house'::text]))),
    CONSTRAINT accounts_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT accounts_event_seq_check CHECK ((event_seq >= 0)),
    CONSTRAINT accounts_held_check CHECK (((held)::numeric >= (0)::numeric)),
    CONSTRAINT accounts_house_code_check CHECK ((house_code = ANY (ARRAY['bank'::text, 'venue'::text, 'fees'::text, 'suspense'::text, 'error'::text, 'clearing'::text, 'actions'::text, 'rounding'::text]))),
    CONSTRAINT accounts_house_has_no_balance CHECK ((((account_type = 'house'::text) = (house_code IS NOT NULL)) AND ((account_type = 'house'::text) = (balance IS NULL)))),
    CONSTRAINT accounts_status_check CHECK ((status = ANY (ARRAY['active'::text, 'restricted'::text, 'closed'::text]))),
    CONSTRAINT accounts_unsettled_check CHECK (((unsettled)::numeric >= (0)::numeric)),
    CONSTRAINT accounts_version_check CHECK ((version >= 0))
)
WITH (fillfactor='70');

ALTER TABLE ONLY public.accounts FORCE ROW LEVEL SECURITY;

COMMENT ON COLUMN public.accounts.balance IS 'Cash by trade date. NULL for the house.';

COMMENT ON COLUMN public.accounts.held IS 'Cash reserved by open buy orders and requested withdrawals.';

COMMENT ON COLUMN public.accounts.unsettled IS 'Incoming cash that has not settled: part of balance, not withdrawable.';

COMMENT ON COLUMN public.accounts.version IS 'Number of cash entries; the last entry carries it.';

COMMENT ON COLUMN public.accounts.event_seq IS 'Number of events; gapless, raised under the row lock.';

CREATE TABLE public.api_keys (
    key_id text NOT NULL,
    user_id uuid NOT NULL,
    account_id uuid,
    secret_hash bytea NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    CONSTRAINT api_keys_key_id_check CHECK ((key_id ~ '^[A-Z0-9]{16,32}$'::text)),
    CONSTRAINT api_keys_scopes_check CHECK (((cardinality(scopes) > 0) AND (scopes <@ ARRAY['read'::text, 'trade'::text, 'funding'::text, 'broker'::text, 'operations'::text, 'admin'::text]))),
    CONSTRAINT api_keys_secret_hash_check CHECK ((octet_length(secret_hash) = 32))
);

ALTER TABLE ONLY public.api_keys FORCE ROW LEVEL SECURITY;

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

COMMENT ON COLUMN public.assets.scale IS 'Decimal places an amount of this asset may have; more are refused.';

CREATE TABLE public.audit_log (
    log_id uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    transaction_xid xid8 NOT NULL,
    actor text NOT NULL,
    subject_id uuid,
    action text NOT NULL,
    table_name text,
    record_id text,
    old_values jsonb,
    new_values jsonb,
    request_id text
)
PARTITION BY RANGE (recorded_at);

ALTER TABLE ONLY public.audit_log FORCE ROW LEVEL SECURITY;

COMMENT ON COLUMN public.audit_log.subject_id IS 'The user concerned. No foreign key: the log outlives an erased user.';

CREATE TABLE public.audit_log_default (
    log_id uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    transaction_xid xid8 NOT NULL,
    actor text NOT NULL,
    subject_id uuid,
    action text NOT NULL,
    table_name text,
    record_id text,
    old_values jsonb,
    new_values jsonb,
    request_id text
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_analyze_scale_factor='0.01', autovacuum_vacuum_insert_scale_factor='0.05');

ALTER TABLE ONLY public.audit_log_default FORCE ROW LEVEL SECURITY;

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

CREATE TABLE public.credentials (
    user_id uuid NOT NULL,
    password_hash text NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT credentials_password_hash_check CHECK ((password_hash ~~ '$argon2id$%'::text))
);

ALTER TABLE ONLY public.credentials FORCE ROW LEVEL SECURITY;

CREATE TABLE public.entitlements (
    action_id uuid NOT NULL,
    account_id uuid NOT NULL,
    quantity_before public.finite NOT NULL,
    quantity_after public.finite NOT NULL,
    transaction_id uuid,
    recorded_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.entitlements FORCE ROW LEVEL SECURITY;

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
    CONSTRAINT exceptions_kind_check CHECK ((kind = ANY (ARRAY['overdrawn'::text, 'deficit'::text, 'overfill'::text, 'unknown_order'::text, 'unknown_account'::text, 'unknown_transfer'::text, 'unexpected_state'::text, 'invalid_fact'::text, 'no_calendar'::text]))),
    CONSTRAINT exceptions_state_check CHECK ((state = ANY (ARRAY['open'::text, 'assigned'::text, 'resolved'::text])))
);

ALTER TABLE ONLY public.exceptions FORCE ROW LEVEL SECURITY;

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
    CONSTRAINT executions_amount_check CHECK (((amount)::numeric >= (0)::numeric)),
    CONSTRAINT executions_check CHECK ((((reported_quantity)::numeric > (0)::numeric) AND ((reported_quantity)::numeric >= (quantity)::numeric))),
    CONSTRAINT executions_fee_check CHECK (((fee)::numeric >= (0)::numeric)),
    CONSTRAINT executions_price_check CHECK (((price)::numeric > (0)::numeric)),
    CONSTRAINT executions_quantity_check CHECK (((quantity)::numeric >= (0)::numeric)),
    CONSTRAINT executions_side_check CHECK ((side = ANY (ARRAY['buy'::text, 'sell'::text]))),
    CONSTRAINT executions_venue_execution_id_check CHECK (((length(venue_execution_id) >= 1) AND (length(venue_execution_id) <= 128)))
);

ALTER TABLE ONLY public.executions FORCE ROW LEVEL SECURITY;

COMMENT ON COLUMN public.executions.quantity IS 'What counts for the order; reported_quantity is what the venue said.';

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

COMMENT ON COLUMN public.holdings.total_cost IS 'Cost of the open lots; the average cost is total_cost / quantity.';

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
    CONSTRAINT lot_closures_gain CHECK (((gain)::numeric = ((proceeds)::numeric - (cost)::numeric))),
    CONSTRAINT lot_closures_quantity_check CHECK (((quantity)::numeric <> (0)::numeric))
);

ALTER TABLE ONLY public.lot_closures FORCE ROW LEVEL SECURITY;

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
    CONSTRAINT order_events_event_check CHECK ((event = ANY (ARRAY['placed'::text, 'acknowledged'::text, 'rejected'::text, 'cancel_requested'::text, 'canceled'::text, 'cancel_rejected'::text, 'expired'::text, 'fill'::text, 'partial_fill'::text, 'corporate_action'::text])))
)
PARTITION BY RANGE (recorded_at);

ALTER TABLE ONLY public.order_events FORCE ROW LEVEL SECURITY;

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
    CONSTRAINT order_events_event_check CHECK ((event = ANY (ARRAY['placed'::text, 'acknowledged'::text, 'rejected'::text, 'cancel_requested'::text, 'canceled'::text, 'cancel_rejected'::text, 'expired'::text, 'fill'::text, 'partial_fill'::text, 'corporate_action'::text])))
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_analyze_scale_factor='0.01', autovacuum_vacuum_insert_scale_factor='0.05');

ALTER TABLE ONLY public.order_events_default FORCE ROW LEVEL SECURITY;

CREATE TABLE public.order_transitions (
    from_status text NOT NULL,
    to_status text NOT NULL
);

ALTER TABLE ONLY public.order_transitions FORCE ROW LEVEL SECURITY;

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

CREATE TABLE public.personal_data_keys (
    user_id uuid NOT NULL,
    key_epoch integer NOT NULL,
    wrapped_key bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT personal_data_keys_key_epoch_check CHECK ((key_epoch > 0))
);

ALTER TABLE ONLY public.personal_data_keys FORCE ROW LEVEL SECURITY;

CREATE TABLE public.platform_settings (
    name text NOT NULL,
    value text NOT NULL,
    description text NOT NULL,
    updated_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.platform_settings FORCE ROW LEVEL SECURITY;

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

CREATE TABLE public.reversals (
    reversed_id uuid NOT NULL,
    reversing_id uuid NOT NULL,
    command_id uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.reversals FORCE ROW LEVEL SECURITY;

CREATE TABLE public.seals (
    epoch integer NOT NULL,
    seal_seq bigint NOT NULL,
    first_xid xid8 NOT NULL,
    last_xid xid8 NOT NULL,
    row_count bigint NOT NULL,
    merkle_root bytea NOT NULL,
    tree_size bigint NOT NULL,
    head bytea NOT NULL,
    signature bytea NOT NULL,
    sealed_at timestamp with time zone NOT NULL,
    CONSTRAINT seals_merkle_root_check CHECK ((octet_length(merkle_root) = 32)),
    CONSTRAINT seals_row_count_check CHECK ((row_count >= 0))
);

ALTER TABLE ONLY public.seals FORCE ROW LEVEL SECURITY;

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

CREATE TABLE public.session_progress (
    session_date date NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    settled_at timestamp with time zone
);

ALTER TABLE ONLY public.session_progress FORCE ROW LEVEL SECURITY;

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
    CONSTRAINT transactions_amount_check CHECK (((amount)::numeric >= (0)::numeric)),
    CONSTRAINT transactions_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT transactions_description_check CHECK ((length(description) <= 500)),
    CONSTRAINT transactions_reference_number_check CHECK ((length(reference_number) <= 100)),
    CONSTRAINT transactions_transaction_type_check CHECK ((transaction_type = ANY (ARRAY['deposit'::text, 'deposit_return'::text, 'withdrawal'::text, 'withdrawal_return'::text, 'buy'::text, 'sell'::text, 'fee'::text, 'split'::text, 'dividend'::text, 'transfer'::text, 'conversion'::text, 'reversal'::text, 'action'::text, 'adjustment'::text])))
)
PARTITION BY RANGE (recorded_at);

ALTER TABLE ONLY public.transactions FORCE ROW LEVEL SECURITY;

COMMENT ON COLUMN public.transactions.event_id IS 'Joins the transactions of one business event on several accounts.';

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
    CONSTRAINT users_email_index_check CHECK (((octet_length(email_index) >= 16) AND (octet_length(email_index) <= 64))),
    CONSTRAINT users_kind_check CHECK ((kind = ANY (ARRAY['customer'::text, 'operator'::text, 'broker'::text]))),
    CONSTRAINT users_kyc_status_check CHECK ((kyc_status = ANY (ARRAY['pending'::text, 'approved'::text, 'rejected'::text])))
);

ALTER TABLE ONLY public.users FORCE ROW LEVEL SECURITY;

COMMENT ON COLUMN public.users.email_index IS 'Keyed hash of the lower-cased address: equality without plaintext.';

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

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_account_number_key UNIQUE (account_number);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_house_key UNIQUE (house_code, currency);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (account_id);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (key_id);

ALTER TABLE ONLY public.assets
    ADD CONSTRAINT assets_pkey PRIMARY KEY (asset_id);

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (log_id, recorded_at);

ALTER TABLE ONLY public.audit_log_default
    ADD CONSTRAINT audit_log_default_pkey PRIMARY KEY (log_id, recorded_at);

ALTER TABLE ONLY public.closing_balances
    ADD CONSTRAINT closing_balances_pkey PRIMARY KEY (account_id, asset_id, month);

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

ALTER TABLE ONLY public.exceptions
    ADD CONSTRAINT exceptions_pkey PRIMARY KEY (exception_id);

ALTER TABLE ONLY public.executions
    ADD CONSTRAINT executions_pkey PRIMARY KEY (execution_id);

ALTER TABLE ONLY public.executions
    ADD CONSTRAINT executions_venue_key UNIQUE (venue, venue_execution_id);

ALTER TABLE ONLY public.fee_schedules
    ADD CONSTRAINT fee_schedules_pkey PRIMARY KEY (side, effective_from);

ALTER TABLE ONLY public.holdings
    ADD CONSTRAINT holdings_pkey PRIMARY KEY (account_id, security_id);

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (actor, key);

ALTER TABLE ONLY public.lot_closures
    ADD CONSTRAINT lot_closures_pkey PRIMARY KEY (lot_id, execution_id);

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

ALTER TABLE ONLY public.order_transitions
    ADD CONSTRAINT order_transitions_pkey PRIMARY KEY (from_status, to_status);

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_account_client_order_id_key UNIQUE (account_id, client_order_id);

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (order_id);

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (account_id, event_seq, recorded_at);

ALTER TABLE ONLY public.outbox_default
    ADD CONSTRAINT outbox_default_pkey PRIMARY KEY (account_id, event_seq, recorded_at);

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

ALTER TABLE ONLY public.reversals
    ADD CONSTRAINT reversals_pkey PRIMARY KEY (reversed_id);

ALTER TABLE ONLY public.reversals
    ADD CONSTRAINT reversals_reversing_id_key UNIQUE (reversing_id);

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

ALTER TABLE ONLY public.transactions
    ADD CONSTRAINT transactions_pkey PRIMARY KEY (transaction_id, recorded_at);

ALTER TABLE ONLY public.transactions_default
    ADD CONSTRAINT transactions_default_pkey PRIMARY KEY (transaction_id, recorded_at);

ALTER TABLE ONLY public.transfers
    ADD CONSTRAINT transfers_bank_reference_key UNIQUE (bank, direction, bank_reference);

ALTER TABLE ONLY public.transfers
    ADD CONSTRAINT transfers_pkey PRIMARY KEY (transfer_id);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_email_index_key UNIQUE (email_index);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (user_id);

CREATE INDEX account_owners_user_id_idx ON public.account_owners USING btree (user_id) INCLUDE (account_id, role);

CREATE INDEX api_keys_account_id_idx ON public.api_keys USING btree (account_id) WHERE (account_id IS NOT NULL);

CREATE INDEX api_keys_user_id_idx ON public.api_keys USING btree (user_id);

CREATE UNIQUE INDEX assets_currency_key ON public.assets USING btree (code) WHERE (kind = 'currency'::text);

CREATE INDEX audit_log_recorded_at_idx ON ONLY public.audit_log USING btree (recorded_at);

CREATE INDEX audit_log_default_recorded_at_idx ON public.audit_log_default USING btree (recorded_at);

CREATE INDEX audit_log_subject_id_idx ON ONLY public.audit_log USING btree (subject_id, recorded_at) WHERE (subject_id IS NOT NULL);

CREATE INDEX audit_log_default_subject_id_recorded_at_idx ON public.audit_log_default USING btree (subject_id, recorded_at) WHERE (subject_id IS NOT NULL);

CREATE INDEX corporate_actions_security_id_idx ON public.corporate_actions USING btree (security_id);

CREATE INDEX entitlements_account_id_idx ON public.entitlements USING btree (account_id);

CREATE UNIQUE INDEX entries_default_version_key ON public.entries_default USING btree (account_id, asset_id, version) WHERE (version IS NOT NULL);

CREATE INDEX exceptions_account_id_idx ON public.exceptions USING btree (account_id) WHERE (account_id IS NOT NULL);

CREATE INDEX exceptions_open_idx ON public.exceptions USING btree (created_at) WHERE (state <> 'resolved'::text);

CREATE INDEX executions_account_id_idx ON public.executions USING btree (account_id, recorded_at);

CREATE INDEX executions_order_id_idx ON public.executions USING btree (order_id);

CREATE INDEX executions_recorded_at_brin ON public.executions USING brin (recorded_at);

CREATE INDEX executions_security_id_idx ON public.executions USING btree (security_id);

CREATE INDEX holdings_security_id_idx ON public.holdings USING btree (security_id);

CREATE UNIQUE INDEX idempotency_keys_command_id_key ON public.idempotency_keys USING btree (command_id);

CREATE INDEX idempotency_keys_created_at_brin ON public.idempotency_keys USING brin (created_at);

CREATE INDEX lot_closures_account_id_idx ON public.lot_closures USING btree (account_id, security_id, recorded_at);

CREATE INDEX lot_closures_execution_id_idx ON public.lot_closures USING btree (execution_id);

CREATE INDEX lots_open_idx ON public.lots USING btree (account_id, security_id, acquired_at, lot_seq) WHERE ((closed_quantity)::numeric <> (quantity)::numeric);

CREATE UNIQUE INDEX order_events_default_event_key ON public.order_events_default USING btree (account_id, event_seq);

CREATE INDEX orders_account_id_idx ON public.orders USING btree (account_id, placed_at DESC, order_id DESC);

CREATE INDEX orders_open_account_idx ON public.orders USING btree (account_id, security_id) WHERE (terminal_at IS NULL);

CREATE INDEX orders_open_idx ON public.orders USING btree (placed_at, order_id) WHERE (terminal_at IS NULL);

CREATE INDEX orders_security_id_idx ON public.orders USING btree (security_id);

CREATE UNIQUE INDEX outbox_default_event_key ON public.outbox_default USING btree (account_id, event_seq);

CREATE INDEX outbox_global_seq_idx ON ONLY public.outbox USING btree (global_seq) WHERE (global_seq IS NOT NULL);

CREATE INDEX outbox_default_global_seq_idx ON public.outbox_default USING btree (global_seq) WHERE (global_seq IS NOT NULL);

CREATE INDEX outbox_unpublished_idx ON ONLY public.outbox USING btree (recorded_at) WHERE (global_seq IS NULL);

CREATE INDEX outbox_default_recorded_at_idx ON public.outbox_default USING btree (recorded_at) WHERE (global_seq IS NULL);

CREATE INDEX price_bars_starts_at_brin ON ONLY public.price_bars USING brin (starts_at);

CREATE INDEX price_bars_default_starts_at_idx ON public.price_bars_default USING brin (starts_at);

CREATE INDEX securities_isin_idx ON public.securities USING btree (isin) WHERE (isin IS NOT NULL);

CREATE INDEX securities_symbol_idx ON public.securities USING btree (symbol);

CREATE INDEX settlements_account_id_idx ON public.settlements USING btree (account_id);

CREATE INDEX settlements_open_idx ON public.settlements USING btree (settle_on, account_id) WHERE (state = 'open'::text);

CREATE INDEX transactions_account_id_idx ON ONLY public.transactions USING btree (account_id, recorded_at);

CREATE INDEX transactions_default_account_id_recorded_at_idx ON public.transactions_default USING btree (account_id, recorded_at);

CREATE UNIQUE INDEX transactions_default_id_key ON public.transactions_default USING btree (transaction_id);

CREATE INDEX transfers_account_id_idx ON public.transfers USING btree (account_id, requested_at);

CREATE INDEX transfers_requested_idx ON public.transfers USING btree (requested_at) WHERE (state = 'requested'::text);

ALTER INDEX public.audit_log_pkey ATTACH PARTITION public.audit_log_default_pkey;

ALTER INDEX public.audit_log_recorded_at_idx ATTACH PARTITION public.audit_log_default_recorded_at_idx;

ALTER INDEX public.audit_log_subject_id_idx ATTACH PARTITION public.audit_log_default_subject_id_recorded_at_idx;

ALTER INDEX public.entries_pkey ATTACH PARTITION public.entries_default_pkey;

ALTER INDEX public.order_events_pkey ATTACH PARTITION public.order_events_default_pkey;

ALTER INDEX public.outbox_global_seq_idx ATTACH PARTITION public.outbox_default_global_seq_idx;

ALTER INDEX public.outbox_pkey ATTACH PARTITION public.outbox_default_pkey;

ALTER INDEX public.outbox_unpublished_idx ATTACH PARTITION public.outbox_default_recorded_at_idx;

ALTER INDEX public.price_bars_pkey ATTACH PARTITION public.price_bars_default_pkey;

ALTER INDEX public.price_bars_starts_at_brin ATTACH PARTITION public.price_bars_default_starts_at_idx;

ALTER INDEX public.transactions_account_id_idx ATTACH PARTITION public.transactions_default_account_id_recorded_at_idx;

ALTER INDEX public.transactions_pkey ATTACH PARTITION public.transactions_default_pkey;

CREATE TRIGGER audit_account_owners AFTER INSERT OR DELETE OR UPDATE ON public.account_owners FOR EACH ROW EXECUTE FUNCTION fb_private.audit('account_id', 'user_id', 'role');

CREATE TRIGGER audit_accounts AFTER INSERT OR DELETE OR UPDATE OF status, account_type ON public.accounts FOR EACH ROW EXECUTE FUNCTION fb_private.audit('account_id', 'account_type', 'currency', 'status');

CREATE TRIGGER audit_api_keys AFTER INSERT OR DELETE OR UPDATE ON public.api_keys FOR EACH ROW EXECUTE FUNCTION fb_private.audit('key_id', 'account_id', 'scopes', 'expires_at', 'revoked_at');

CREATE TRIGGER audit_credentials AFTER INSERT OR DELETE OR UPDATE ON public.credentials FOR EACH ROW EXECUTE FUNCTION fb_private.audit('user_id', 'changed_at');

CREATE TRIGGER audit_fee_schedules AFTER INSERT OR DELETE OR UPDATE ON public.fee_schedules FOR EACH ROW EXECUTE FUNCTION fb_private.audit('side', 'effective_from', 'flat', 'per_share', 'basis_points', 'minimum', 'maximum');

CREATE TRIGGER audit_platform_settings AFTER INSERT OR DELETE OR UPDATE ON public.platform_settings FOR EACH ROW EXECUTE FUNCTION fb_private.audit('name', 'value');

CREATE TRIGGER audit_users AFTER INSERT OR DELETE OR UPDATE ON public.users FOR EACH ROW EXECUTE FUNCTION fb_private.audit('user_id', 'kind', 'kyc_status', 'is_active');

CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE ON public.audit_log FOR EACH ROW EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE ON public.entries FOR EACH ROW EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE ON public.executions FOR EACH ROW EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE ON public.lot_closures FOR EACH ROW EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE ON public.order_events FOR EACH ROW EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE ON public.reversals FOR EACH ROW EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE ON public.seals FOR EACH ROW EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE ON public.transactions FOR EACH ROW EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.audit_log FOR EACH STATEMENT EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.audit_log_default FOR EACH STATEMENT EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.entries FOR EACH STATEMENT EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.entries_default FOR EACH STATEMENT EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.executions FOR EACH STATEMENT EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.lot_closures FOR EACH STATEMENT EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.order_events FOR EACH STATEMENT EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.order_events_default FOR EACH STATEMENT EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.reversals FOR EACH STATEMENT EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.seals FOR EACH STATEMENT EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.transactions FOR EACH STATEMENT EXECUTE FUNCTION fb_private.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.transactions_default FOR EACH STATEMENT EXECUTE FUNCTION fb_private.refuse_change();

ALTER TABLE ONLY public.account_owners
    ADD CONSTRAINT account_owners_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);

ALTER TABLE ONLY public.account_owners
    ADD CONSTRAINT account_owners_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id);

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

ALTER TABLE ONLY public.lot_closures
    ADD CONSTRAINT lot_closures_lot_id_fkey FOREIGN KEY (lot_id) REFERENCES public.lots(lot_id);

ALTER TABLE ONLY public.lots
    ADD CONSTRAINT lots_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);

ALTER TABLE ONLY public.lots
    ADD CONSTRAINT lots_security_id_fkey FOREIGN KEY (security_id) REFERENCES public.securities(security_id);

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_security_id_fkey FOREIGN KEY (security_id) REFERENCES public.securities(security_id);

ALTER TABLE ONLY public.personal_data_keys
    ADD CONSTRAINT personal_data_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id);

ALTER TABLE public.price_bars
    ADD CONSTRAINT price_bars_security_id_fkey FOREIGN KEY (security_id) REFERENCES public.securities(security_id);

ALTER TABLE ONLY public.reconciliation_breaks
    ADD CONSTRAINT reconciliation_breaks_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.reconciliation_runs(run_id);

ALTER TABLE ONLY public.securities
    ADD CONSTRAINT securities_security_id_fkey FOREIGN KEY (security_id) REFERENCES public.assets(asset_id);

ALTER TABLE ONLY public.security_prices
    ADD CONSTRAINT security_prices_security_id_fkey FOREIGN KEY (security_id) REFERENCES public.securities(security_id);

ALTER TABLE ONLY public.settlements
    ADD CONSTRAINT settlements_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);

ALTER TABLE ONLY public.settlements
    ADD CONSTRAINT settlements_asset_id_fkey FOREIGN KEY (asset_id) REFERENCES public.assets(asset_id);

ALTER TABLE public.transactions
    ADD CONSTRAINT transactions_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);

ALTER TABLE ONLY public.transfers
    ADD CONSTRAINT transfers_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);

ALTER TABLE public.account_owners ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.accounts ENABLE ROW LEVEL SECURITY;

CREATE POLICY all_read ON public.assets FOR SELECT TO analytics_user, app_user, auditor, fb_bank, fb_broker, fb_monitor, fb_venue, fb_worker USING (true);

CREATE POLICY all_read ON public.corporate_actions FOR SELECT TO analytics_user, app_user, auditor, fb_bank, fb_broker, fb_monitor, fb_venue, fb_worker USING (true);

CREATE POLICY all_read ON public.fee_schedules FOR SELECT TO analytics_user, app_user, auditor, fb_bank, fb_broker, fb_monitor, fb_venue, fb_worker USING (true);

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

ALTER TABLE public.assets ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.audit_log ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.audit_log_default ENABLE ROW LEVEL SECURITY;

CREATE POLICY auditor_reads ON public.reconciliation_breaks FOR SELECT TO auditor, fb_worker USING (true);

CREATE POLICY auditor_reads ON public.reconciliation_runs FOR SELECT TO auditor, fb_worker USING (true);

CREATE POLICY auditor_reads ON public.reversals FOR SELECT TO auditor USING (true);

CREATE POLICY auditor_reads ON public.seals FOR SELECT TO auditor USING (true);

CREATE POLICY broker_reads ON public.api_keys FOR SELECT TO fb_broker USING (true);

ALTER TABLE public.closing_balances ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.corporate_actions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.credentials ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.entitlements ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.entries ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.entries_default ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.exceptions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.executions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.fee_schedules ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.holdings ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.idempotency_keys ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.lot_closures ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.lots ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.market_clock ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.market_control ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.market_sessions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.order_events ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.order_events_default ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.order_transitions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.orders ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.outbox ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.outbox_default ENABLE ROW LEVEL SECURITY;

CREATE POLICY owner_all ON public.account_owners TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.accounts TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.api_keys TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.assets TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.audit_log TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.audit_log_default TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.closing_balances TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.corporate_actions TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.credentials TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.entitlements TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.entries TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.entries_default TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.exceptions TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.executions TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.fee_schedules TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.holdings TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.idempotency_keys TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.lot_closures TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.lots TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.market_clock TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.market_control TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.market_sessions TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.order_events TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.order_events_default TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.order_transitions TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.orders TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.outbox TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.outbox_default TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.personal_data_keys TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.platform_settings TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.price_bars TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.process_heartbeats TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.reconciliation_breaks TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.reconciliation_runs TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.reversals TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.seals TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.securities TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.security_prices TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.session_progress TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.settlements TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.transactions TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.transactions_default TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.transfers TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owner_all ON public.users TO fb_owner USING (true) WITH CHECK (true);

CREATE POLICY owners_read ON public.account_owners FOR SELECT TO app_user USING ((account_id = ANY (( SELECT fb.my_accounts() AS my_accounts)::uuid[])));

CREATE POLICY owners_read ON public.accounts FOR SELECT TO app_user USING ((account_id = ANY (( SELECT fb.my_accounts() AS my_accounts)::uuid[])));

CREATE POLICY owners_read ON public.closing_balances FOR SELECT TO app_user USING ((account_id = ANY (( SELECT fb.my_accounts() AS my_accounts)::uuid[])));

CREATE POLICY owners_read ON public.entitlements FOR SELECT TO app_user USING ((account_id = ANY (( SELECT fb.my_accounts() AS my_accounts)::uuid[])));

CREATE POLICY owners_read ON public.entries FOR SELECT TO app_user USING ((account_id = ANY (( SELECT fb.my_accounts() AS my_accounts)::uuid[])));

CREATE POLICY owners_read ON public.executions FOR SELECT TO app_user USING ((account_id = ANY (( SELECT fb.my_accounts() AS my_accounts)::uuid[])));

CREATE POLICY owners_read ON public.holdings FOR SELECT TO app_user USING ((account_id = ANY (( SELECT fb.my_accounts() AS my_accounts)::uuid[])));

CREATE POLICY owners_read ON public.lot_closures FOR SELECT TO app_user USING ((account_id = ANY (( SELECT fb.my_accounts() AS my_accounts)::uuid[])));

CREATE POLICY owners_read ON public.lots FOR SELECT TO app_user USING ((account_id = ANY (( SELECT fb.my_accounts() AS my_accounts)::uuid[])));

CREATE POLICY owners_read ON public.order_events FOR SELECT TO app_user USING ((account_id = ANY (( SELECT fb.my_accounts() AS my_accounts)::uuid[])));

CREATE POLICY owners_read ON public.orders FOR SELECT TO app_user USING ((account_id = ANY (( SELECT fb.my_accounts() AS my_accounts)::uuid[])));

CREATE POLICY owners_read ON public.outbox FOR SELECT TO app_user USING ((account_id = ANY (( SELECT fb.my_accounts() AS my_accounts)::uuid[])));

CREATE POLICY owners_read ON public.settlements FOR SELECT TO app_user USING ((account_id = ANY (( SELECT fb.my_accounts() AS my_accounts)::uuid[])));

CREATE POLICY owners_read ON public.transactions FOR SELECT TO app_user USING ((account_id = ANY (( SELECT fb.my_accounts() AS my_accounts)::uuid[])));

CREATE POLICY owners_read ON public.transfers FOR SELECT TO app_user USING ((account_id = ANY (( SELECT fb.my_accounts() AS my_accounts)::uuid[])));

ALTER TABLE public.personal_data_keys ENABLE ROW LEVEL SECURITY;

CREATE POLICY platform_reads ON public.account_owners FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.accounts FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.audit_log FOR SELECT TO auditor, fb_sealer USING (true);

CREATE POLICY platform_reads ON public.closing_balances FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.entitlements FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.entries FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.exceptions FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.executions FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.holdings FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.idempotency_keys FOR SELECT TO auditor, fb_worker USING (true);

CREATE POLICY platform_reads ON public.lot_closures FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.lots FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.order_events FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.orders FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.outbox FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.settlements FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.transactions FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.transfers FOR SELECT TO auditor, fb_bank, fb_broker, fb_venue, fb_worker USING (true);

CREATE POLICY platform_reads ON public.users FOR SELECT TO auditor, fb_broker, fb_worker USING (true);

ALTER TABLE public.platform_settings ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.price_bars ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.process_heartbeats ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.reconciliation_breaks ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.reconciliation_runs ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.reversals ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.seals ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.securities ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.security_prices ENABLE ROW LEVEL SECURITY;

CREATE POLICY self_reads ON public.users FOR SELECT TO app_user USING ((user_id = ( SELECT fb.current_user_id() AS current_user_id)));

ALTER TABLE public.session_progress ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.settlements ENABLE ROW LEVEL SECURITY;

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

REVOKE ALL ON FUNCTION fb.announce_split(p_provider text, p_provider_action_id text, p_security_id uuid, p_ex_date date, p_new integer, p_old integer, p_effective_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.announce_split(p_provider text, p_provider_action_id text, p_security_id uuid, p_ex_date date, p_new integer, p_old integer, p_effective_at timestamp with time zone) TO fb_worker;

REVOKE ALL ON FUNCTION fb.apply_split(p_action_id uuid, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.apply_split(p_action_id uuid, p_limit integer) TO fb_worker;

REVOKE ALL ON FUNCTION fb.authenticate_api_key(p_key_id text, p_secret_hash bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.authenticate_api_key(p_key_id text, p_secret_hash bytea) TO app_user;

REVOKE ALL ON FUNCTION fb.cancel_order(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_order_ids uuid[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.cancel_order(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_order_ids uuid[], p_skip_locked boolean) TO app_user;

REVOKE ALL ON FUNCTION fb.cancel_rejected(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.cancel_rejected(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) TO fb_venue;

REVOKE ALL ON FUNCTION fb.create_api_key(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_key_ids text[], p_user_ids uuid[], p_account_ids uuid[], p_secret_hashes bytea[], p_scopes text[], p_expires_at timestamp with time zone[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.create_api_key(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_key_ids text[], p_user_ids uuid[], p_account_ids uuid[], p_secret_hashes bytea[], p_scopes text[], p_expires_at timestamp with time zone[], p_skip_locked boolean) TO fb_broker;

REVOKE ALL ON FUNCTION fb.create_user(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_user_ids uuid[], p_email_indexes bytea[], p_ciphertexts jsonb[], p_wrapped_keys bytea[], p_key_epochs integer[], p_kinds text[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.create_user(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_user_ids uuid[], p_email_indexes bytea[], p_ciphertexts jsonb[], p_wrapped_keys bytea[], p_key_epochs integer[], p_kinds text[], p_skip_locked boolean) TO fb_broker;

REVOKE ALL ON FUNCTION fb.current_user_id() FROM PUBLIC;
GRANT ALL ON FUNCTION fb.current_user_id() TO app_user;

REVOKE ALL ON FUNCTION fb.deposit_received(p_request_ids text[], p_origins text[], p_banks text[], p_bank_references text[], p_account_ids uuid[], p_amounts numeric[], p_currencies text[], p_effective_at timestamp with time zone[], p_settle_on date[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.deposit_received(p_request_ids text[], p_origins text[], p_banks text[], p_bank_references text[], p_account_ids uuid[], p_amounts numeric[], p_currencies text[], p_effective_at timestamp with time zone[], p_settle_on date[], p_skip_locked boolean) TO fb_bank;

REVOKE ALL ON FUNCTION fb.execution(p_request_ids text[], p_origins text[], p_venues text[], p_venue_execution_ids text[], p_order_ids uuid[], p_quantities numeric[], p_prices numeric[], p_effective_at timestamp with time zone[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.execution(p_request_ids text[], p_origins text[], p_venues text[], p_venue_execution_ids text[], p_order_ids uuid[], p_quantities numeric[], p_prices numeric[], p_effective_at timestamp with time zone[], p_skip_locked boolean) TO fb_venue;

REVOKE ALL ON FUNCTION fb.expire_orders(p_session date, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.expire_orders(p_session date, p_limit integer) TO fb_worker;

REVOKE ALL ON FUNCTION fb.heartbeat(p_process text, p_instance uuid, p_pid integer) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.heartbeat(p_process text, p_instance uuid, p_pid integer) TO app_user;
GRANT ALL ON FUNCTION fb.heartbeat(p_process text, p_instance uuid, p_pid integer) TO fb_venue;
GRANT ALL ON FUNCTION fb.heartbeat(p_process text, p_instance uuid, p_pid integer) TO fb_worker;

REVOKE ALL ON FUNCTION fb.make_partitions(p_months_ahead integer) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.make_partitions(p_months_ahead integer) TO fb_worker;

REVOKE ALL ON FUNCTION fb.my_accounts() FROM PUBLIC;
GRANT ALL ON FUNCTION fb.my_accounts() TO app_user;

REVOKE ALL ON FUNCTION fb.open_account(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_user_ids uuid[], p_account_types text[], p_currencies text[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.open_account(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_user_ids uuid[], p_account_types text[], p_currencies text[], p_skip_locked boolean) TO fb_broker;

REVOKE ALL ON FUNCTION fb.order_acknowledged(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_venue_order_ids text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.order_acknowledged(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_venue_order_ids text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) TO fb_venue;

REVOKE ALL ON FUNCTION fb.order_canceled(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.order_canceled(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) TO fb_venue;

REVOKE ALL ON FUNCTION fb.order_expired(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.order_expired(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) TO fb_venue;

REVOKE ALL ON FUNCTION fb.order_rejected(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.order_rejected(p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) TO fb_venue;

REVOKE ALL ON FUNCTION fb.personal_data(p_identity text, p_user_id uuid, p_request_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.personal_data(p_identity text, p_user_id uuid, p_request_id text) TO fb_broker;

REVOKE ALL ON FUNCTION fb.place_order(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_security_ids uuid[], p_client_order_ids text[], p_sides text[], p_order_types text[], p_times_in_force text[], p_quantities numeric[], p_notionals numeric[], p_limit_prices numeric[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.place_order(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_security_ids uuid[], p_client_order_ids text[], p_sides text[], p_order_types text[], p_times_in_force text[], p_quantities numeric[], p_notionals numeric[], p_limit_prices numeric[], p_skip_locked boolean) TO app_user;

REVOKE ALL ON FUNCTION fb.prune_keys(p_older_than interval, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.prune_keys(p_older_than interval, p_limit integer) TO fb_worker;

REVOKE ALL ON FUNCTION fb.relay(p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.relay(p_limit integer) TO fb_worker;

REVOKE ALL ON FUNCTION fb.request_withdrawal(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_amounts numeric[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.request_withdrawal(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_amounts numeric[], p_skip_locked boolean) TO app_user;

REVOKE ALL ON FUNCTION fb.revoke_api_key(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_key_ids text[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.revoke_api_key(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_key_ids text[], p_skip_locked boolean) TO fb_broker;

REVOKE ALL ON FUNCTION fb.schema_revision() FROM PUBLIC;
GRANT ALL ON FUNCTION fb.schema_revision() TO app_user;
GRANT ALL ON FUNCTION fb.schema_revision() TO fb_venue;
GRANT ALL ON FUNCTION fb.schema_revision() TO fb_worker;
GRANT ALL ON FUNCTION fb.schema_revision() TO fb_monitor;

REVOKE ALL ON FUNCTION fb.set_account_status(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_statuses text[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.set_account_status(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_statuses text[], p_skip_locked boolean) TO fb_broker;

REVOKE ALL ON FUNCTION fb.set_kyc_status(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_user_ids uuid[], p_statuses text[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.set_kyc_status(p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_user_ids uuid[], p_statuses text[], p_skip_locked boolean) TO fb_broker;

REVOKE ALL ON FUNCTION fb.settle(p_through date, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.settle(p_through date, p_limit integer) TO fb_worker;

REVOKE ALL ON FUNCTION fb.withdrawal_returned(p_keys text[], p_request_ids text[], p_origins text[], p_transfer_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.withdrawal_returned(p_keys text[], p_request_ids text[], p_origins text[], p_transfer_ids uuid[], p_reasons text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) TO fb_bank;

REVOKE ALL ON FUNCTION fb.withdrawal_settled(p_keys text[], p_request_ids text[], p_origins text[], p_transfer_ids uuid[], p_bank_references text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION fb.withdrawal_settled(p_keys text[], p_request_ids text[], p_origins text[], p_transfer_ids uuid[], p_bank_references text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) TO fb_bank;

REVOKE ALL ON FUNCTION fb_private.accounts_of_orders(p_order_ids uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.answer_broker(p_ids uuid[], p_states text[], p_codes text[], p_results jsonb[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.audit() FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.begin_command(p_lengths integer[]) FROM PUBLIC;

GRANT SELECT ON TABLE public.transfers TO app_user;
GRANT SELECT ON TABLE public.transfers TO fb_broker;
GRANT SELECT ON TABLE public.transfers TO fb_bank;
GRANT SELECT ON TABLE public.transfers TO fb_venue;
GRANT SELECT ON TABLE public.transfers TO fb_worker;
GRANT SELECT ON TABLE public.transfers TO auditor;

REVOKE ALL ON FUNCTION fb_private.booked_transfer(p_transfer public.transfers) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.buy_hold(p_quantity numeric, p_notional numeric, p_hold_price numeric, p_filled_quantity numeric, p_filled_gross numeric, p_fees numeric, p_at timestamp with time zone, p_scale integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.ceil_ratio(p_numerator numeric, p_denominator numeric, p_scale integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.claim(p_command text, p_actors text[], p_keys text[], p_hashes bytea[], INOUT p_ids uuid[], OUT states text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.claim_broker(p_command text, p_identities text[], p_keys text[], p_hashes bytea[], p_are_busy boolean[], OUT actors text[], OUT ids uuid[], OUT states text[], OUT codes text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.codes_of(p_codes text[], p_states text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.currency_asset(p_currency text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.end_orders(p_fact text, p_order_ids uuid[], p_actor text, p_reason text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.event_of(p_fact text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.execution_wave(p_wave integer, p_waves integer[], p_ids uuid[], p_states text[], p_actors text[], p_request_ids text[], p_origins text[], p_venues text[], p_venue_execution_ids text[], p_order_ids uuid[], p_quantities numeric[], p_prices numeric[], p_effective_at timestamp with time zone[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.fee(p_side text, p_quantity numeric, p_gross numeric, p_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.fields_of(p_codes text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.final_states(p_codes text[], p_states text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.floor_ratio(p_numerator numeric, p_denominator numeric, p_scale integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.hashes_to_claim(p_codes text[], p_hashes bytea[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.house(p_code text, p_currency text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.is_finite(p_value numeric) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.lock_accounts(p_account_ids uuid[], p_skip_locked boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.make_partition(p_table text, p_from timestamp with time zone, p_to timestamp with time zone, p_suffix text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.market_time() FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.new_ids(p_count integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.next_weekday(p_day date) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.order_fact(p_fact text, p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_notes text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.order_fact_wave(p_fact text, p_wave integer, p_waves integer[], p_ids uuid[], p_states text[], p_actors text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_notes text[], p_effective_at timestamp with time zone[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.order_problem(p_key text, p_client_order_id text, p_side text, p_order_type text, p_time_in_force text, p_quantity numeric, p_notional numeric, p_limit_price numeric) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.place_order_wave(p_wave integer, p_waves integer[], p_ids uuid[], p_states text[], p_codes text[], p_actors text[], p_user_ids uuid[], p_key_ids text[], p_scopes text[], p_key_account_ids uuid[], p_request_ids text[], p_origins text[], p_account_ids uuid[], p_security_ids uuid[], p_client_order_ids text[], p_sides text[], p_order_types text[], p_times_in_force text[], p_quantities numeric[], p_notionals numeric[], p_limit_prices numeric[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.sell_hold(p_quantity numeric, p_notional numeric, p_hold_price numeric, p_filled_quantity numeric, p_filled_gross numeric, p_scale integer) FROM PUBLIC;

GRANT SELECT ON TABLE public.orders TO app_user;
GRANT SELECT ON TABLE public.orders TO fb_broker;
GRANT SELECT ON TABLE public.orders TO fb_bank;
GRANT SELECT ON TABLE public.orders TO fb_venue;
GRANT SELECT ON TABLE public.orders TO fb_worker;
GRANT SELECT ON TABLE public.orders TO auditor;

REVOKE ALL ON FUNCTION fb_private.placed_order(p_order public.orders, p_unit_scale integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.post_deposits(p_ids uuid[], p_states text[], p_actors text[], p_request_ids text[], p_origins text[], p_banks text[], p_bank_references text[], p_account_ids uuid[], p_amounts numeric[], p_currencies text[], p_effective_at timestamp with time zone[], p_settle_on date[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.prepare_partition(p_name text, p_table text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.read_identities(p_tokens text[], OUT actors text[], OUT user_ids uuid[], OUT key_ids text[], OUT scopes text[], OUT account_ids uuid[], OUT problems text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.read_identity(p_token text, OUT user_id uuid, OUT key_id text, OUT scopes text[], OUT account_id uuid, OUT actor text, OUT problem text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.record_refusals(p_ids uuid[], p_codes text[], p_fields text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.refuse_change() FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.restore_keys(p_actors text[], p_keys text[], p_new_ids uuid[], p_ids uuid[], p_states text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.round_half_even(p_value numeric, p_scale integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.round_ratio(p_numerator numeric, p_denominator numeric, p_scale integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.round_up(p_value numeric, p_scale integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.setting(p_name text) FROM PUBLIC;

GRANT SELECT ON TABLE public.corporate_actions TO app_user;
GRANT SELECT ON TABLE public.corporate_actions TO fb_broker;
GRANT SELECT ON TABLE public.corporate_actions TO fb_bank;
GRANT SELECT ON TABLE public.corporate_actions TO fb_venue;
GRANT SELECT ON TABLE public.corporate_actions TO fb_worker;
GRANT SELECT ON TABLE public.corporate_actions TO auditor;
GRANT SELECT ON TABLE public.corporate_actions TO analytics_user;
GRANT SELECT ON TABLE public.corporate_actions TO fb_monitor;

REVOKE ALL ON FUNCTION fb_private.split_holdings(p_action public.corporate_actions, p_account_ids uuid[], p_now timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.split_price(p_action public.corporate_actions) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.state_after(p_fact text, p_status text, p_filled_quantity numeric, p_venue_order_id text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.take_if_fits(p_left numeric, p_available numeric, p_wanted numeric) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.uuid7() FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.verdicts(p_ids uuid[], p_states text[], p_codes text[], p_fields text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.why_not(p_scope text, p_scopes text, p_account_id uuid, p_key_account_id uuid, p_role text, p_is_active boolean, p_status text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.why_not_broker(p_problem text, p_scopes text, p_key text) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.withdrawal_fact(p_fact text, p_keys text[], p_request_ids text[], p_origins text[], p_transfer_ids uuid[], p_notes text[], p_effective_at timestamp with time zone[], p_skip_locked boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.withdrawal_wave(p_fact text, p_wave integer, p_waves integer[], p_ids uuid[], p_states text[], p_actors text[], p_request_ids text[], p_origins text[], p_transfer_ids uuid[], p_notes text[], p_effective_at timestamp with time zone[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION fb_private.left_after(numeric, numeric) FROM PUBLIC;

GRANT SELECT ON TABLE public.account_owners TO app_user;
GRANT SELECT ON TABLE public.account_owners TO fb_broker;
GRANT SELECT ON TABLE public.account_owners TO fb_bank;
GRANT SELECT ON TABLE public.account_owners TO fb_venue;
GRANT SELECT ON TABLE public.account_owners TO fb_worker;
GRANT SELECT ON TABLE public.account_owners TO auditor;

GRANT SELECT ON TABLE public.accounts TO app_user;
GRANT SELECT ON TABLE public.accounts TO fb_broker;
GRANT SELECT ON TABLE public.accounts TO fb_bank;
GRANT SELECT ON TABLE public.accounts TO fb_venue;
GRANT SELECT ON TABLE public.accounts TO fb_worker;
GRANT SELECT ON TABLE public.accounts TO auditor;

GRANT SELECT(key_id) ON TABLE public.api_keys TO fb_broker;

GRANT SELECT(user_id) ON TABLE public.api_keys TO fb_broker;

GRANT SELECT(account_id) ON TABLE public.api_keys TO fb_broker;

GRANT SELECT(scopes) ON TABLE public.api_keys TO fb_broker;

GRANT SELECT(created_at) ON TABLE public.api_keys TO fb_broker;

GRANT SELECT(expires_at) ON TABLE public.api_keys TO fb_broker;

GRANT SELECT(revoked_at) ON TABLE public.api_keys TO fb_broker;

GRANT SELECT ON TABLE public.assets TO app_user;
GRANT SELECT ON TABLE public.assets TO fb_broker;
GRANT SELECT ON TABLE public.assets TO fb_bank;
GRANT SELECT ON TABLE public.assets TO fb_venue;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.assets TO fb_worker;
GRANT SELECT ON TABLE public.assets TO auditor;
GRANT SELECT ON TABLE public.assets TO analytics_user;
GRANT SELECT ON TABLE public.assets TO fb_monitor;

GRANT SELECT ON TABLE public.audit_log TO auditor;
GRANT SELECT ON TABLE public.audit_log TO fb_sealer;

GRANT SELECT ON TABLE public.closing_balances TO app_user;
GRANT SELECT ON TABLE public.closing_balances TO fb_broker;
GRANT SELECT ON TABLE public.closing_balances TO fb_bank;
GRANT SELECT ON TABLE public.closing_balances TO fb_venue;
GRANT SELECT ON TABLE public.closing_balances TO fb_worker;
GRANT SELECT ON TABLE public.closing_balances TO auditor;

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

GRANT SELECT ON TABLE public.exceptions TO fb_broker;
GRANT SELECT ON TABLE public.exceptions TO fb_bank;
GRANT SELECT ON TABLE public.exceptions TO fb_venue;
GRANT SELECT ON TABLE public.exceptions TO fb_worker;
GRANT SELECT ON TABLE public.exceptions TO auditor;

GRANT SELECT ON TABLE public.executions TO app_user;
GRANT SELECT ON TABLE public.executions TO fb_broker;
GRANT SELECT ON TABLE public.executions TO fb_bank;
GRANT SELECT ON TABLE public.executions TO fb_venue;
GRANT SELECT ON TABLE public.executions TO fb_worker;
GRANT SELECT ON TABLE public.executions TO auditor;

GRANT SELECT ON TABLE public.fee_schedules TO app_user;
GRANT SELECT ON TABLE public.fee_schedules TO fb_broker;
GRANT SELECT ON TABLE public.fee_schedules TO fb_bank;
GRANT SELECT ON TABLE public.fee_schedules TO fb_venue;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.fee_schedules TO fb_worker;
GRANT SELECT ON TABLE public.fee_schedules TO auditor;
GRANT SELECT ON TABLE public.fee_schedules TO analytics_user;
GRANT SELECT ON TABLE public.fee_schedules TO fb_monitor;

GRANT SELECT ON TABLE public.holdings TO app_user;
GRANT SELECT ON TABLE public.holdings TO fb_broker;
GRANT SELECT ON TABLE public.holdings TO fb_bank;
GRANT SELECT ON TABLE public.holdings TO fb_venue;
GRANT SELECT ON TABLE public.holdings TO fb_worker;
GRANT SELECT ON TABLE public.holdings TO auditor;

GRANT SELECT ON TABLE public.idempotency_keys TO fb_worker;
GRANT SELECT ON TABLE public.idempotency_keys TO auditor;

GRANT SELECT ON TABLE public.lot_closures TO app_user;
GRANT SELECT ON TABLE public.lot_closures TO fb_broker;
GRANT SELECT ON TABLE public.lot_closures TO fb_bank;
GRANT SELECT ON TABLE public.lot_closures TO fb_venue;
GRANT SELECT ON TABLE public.lot_closures TO fb_worker;
GRANT SELECT ON TABLE public.lot_closures TO auditor;

GRANT SELECT ON TABLE public.lots TO app_user;
GRANT SELECT ON TABLE public.lots TO fb_broker;
GRANT SELECT ON TABLE public.lots TO fb_bank;
GRANT SELECT ON TABLE public.lots TO fb_venue;
GRANT SELECT ON TABLE public.lots TO fb_worker;
GRANT SELECT ON TABLE public.lots TO auditor;

GRANT SELECT ON TABLE public.market_clock TO app_user;
GRANT SELECT ON TABLE public.market_clock TO fb_broker;
GRANT SELECT ON TABLE public.market_clock TO fb_bank;
GRANT SELECT,INSERT,UPDATE ON TABLE public.market_clock TO fb_venue;
GRANT SELECT ON TABLE public.market_clock TO fb_worker;
GRANT SELECT ON TABLE public.market_clock TO auditor;
GRANT SELECT ON TABLE public.market_clock TO analytics_user;
GRANT SELECT ON TABLE public.market_clock TO fb_monitor;

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
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.market_sessions TO fb_worker;
GRANT SELECT ON TABLE public.market_sessions TO auditor;
GRANT SELECT ON TABLE public.market_sessions TO analytics_user;
GRANT SELECT ON TABLE public.market_sessions TO fb_monitor;

GRANT SELECT ON TABLE public.order_events TO app_user;
GRANT SELECT ON TABLE public.order_events TO fb_broker;
GRANT SELECT ON TABLE public.order_events TO fb_bank;
GRANT SELECT ON TABLE public.order_events TO fb_venue;
GRANT SELECT ON TABLE public.order_events TO fb_worker;
GRANT SELECT ON TABLE public.order_events TO auditor;

GRANT SELECT ON TABLE public.order_transitions TO app_user;
GRANT SELECT ON TABLE public.order_transitions TO fb_broker;
GRANT SELECT ON TABLE public.order_transitions TO fb_bank;
GRANT SELECT ON TABLE public.order_transitions TO fb_venue;
GRANT SELECT ON TABLE public.order_transitions TO fb_worker;
GRANT SELECT ON TABLE public.order_transitions TO auditor;
GRANT SELECT ON TABLE public.order_transitions TO analytics_user;
GRANT SELECT ON TABLE public.order_transitions TO fb_monitor;

GRANT SELECT ON TABLE public.outbox TO app_user;
GRANT SELECT ON TABLE public.outbox TO fb_broker;
GRANT SELECT ON TABLE public.outbox TO fb_bank;
GRANT SELECT ON TABLE public.outbox TO fb_venue;
GRANT SELECT ON TABLE public.outbox TO fb_worker;
GRANT SELECT ON TABLE public.outbox TO auditor;

GRANT SELECT ON TABLE public.platform_settings TO app_user;
GRANT SELECT ON TABLE public.platform_settings TO fb_broker;
GRANT SELECT ON TABLE public.platform_settings TO fb_bank;
GRANT SELECT ON TABLE public.platform_settings TO fb_venue;
GRANT SELECT ON TABLE public.platform_settings TO fb_worker;
GRANT SELECT ON TABLE public.platform_settings TO auditor;
GRANT SELECT ON TABLE public.platform_settings TO analytics_user;
GRANT SELECT ON TABLE public.platform_settings TO fb_monitor;

GRANT SELECT ON TABLE public.price_bars TO app_user;
GRANT SELECT ON TABLE public.price_bars TO fb_broker;
GRANT SELECT ON TABLE public.price_bars TO fb_bank;
GRANT SELECT ON TABLE public.price_bars TO fb_venue;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.price_bars TO fb_worker;
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

GRANT SELECT ON TABLE public.reconciliation_runs TO auditor;

GRANT SELECT ON TABLE public.reversals TO auditor;

GRANT SELECT ON TABLE public.seals TO auditor;

GRANT SELECT ON TABLE public.securities TO app_user;
GRANT SELECT ON TABLE public.securities TO fb_broker;
GRANT SELECT ON TABLE public.securities TO fb_bank;
GRANT SELECT ON TABLE public.securities TO fb_venue;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.securities TO fb_worker;
GRANT SELECT ON TABLE public.securities TO auditor;
GRANT SELECT ON TABLE public.securities TO analytics_user;
GRANT SELECT ON TABLE public.securities TO fb_monitor;

GRANT SELECT ON TABLE public.security_prices TO app_user;
GRANT SELECT ON TABLE public.security_prices TO fb_broker;
GRANT SELECT ON TABLE public.security_prices TO fb_bank;
GRANT SELECT,INSERT,UPDATE ON TABLE public.security_prices TO fb_venue;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.security_prices TO fb_worker;
GRANT SELECT ON TABLE public.security_prices TO auditor;
GRANT SELECT ON TABLE public.security_prices TO analytics_user;
GRANT SELECT ON TABLE public.security_prices TO fb_monitor;

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

GRANT SELECT ON TABLE public.transactions TO app_user;
GRANT SELECT ON TABLE public.transactions TO fb_broker;
GRANT SELECT ON TABLE public.transactions TO fb_bank;
GRANT SELECT ON TABLE public.transactions TO fb_venue;
GRANT SELECT ON TABLE public.transactions TO fb_worker;
GRANT SELECT ON TABLE public.transactions TO auditor;

GRANT SELECT(user_id) ON TABLE public.users TO app_user;
GRANT SELECT(user_id) ON TABLE public.users TO fb_broker;
GRANT SELECT(user_id) ON TABLE public.users TO fb_worker;
GRANT SELECT(user_id) ON TABLE public.users TO auditor;

GRANT SELECT(kind) ON TABLE public.users TO app_user;
GRANT SELECT(kind) ON TABLE public.users TO fb_broker;
GRANT SELECT(kind) ON TABLE public.users TO fb_worker;
GRANT SELECT(kind) ON TABLE public.users TO auditor;

GRANT SELECT(kyc_status) ON TABLE public.users TO app_user;
GRANT SELECT(kyc_status) ON TABLE public.users TO fb_broker;
GRANT SELECT(kyc_status) ON TABLE public.users TO fb_worker;
GRANT SELECT(kyc_status) ON TABLE public.users TO auditor;

GRANT SELECT(is_active) ON TABLE public.users TO app_user;
GRANT SELECT(is_active) ON TABLE public.users TO fb_broker;
GRANT SELECT(is_active) ON TABLE public.users TO fb_worker;
GRANT SELECT(is_active) ON TABLE public.users TO auditor;

GRANT SELECT(email_index) ON TABLE public.users TO fb_broker;

GRANT SELECT(created_at) ON TABLE public.users TO app_user;
GRANT SELECT(created_at) ON TABLE public.users TO fb_broker;
GRANT SELECT(created_at) ON TABLE public.users TO fb_worker;
GRANT SELECT(created_at) ON TABLE public.users TO auditor;

GRANT SELECT(updated_at) ON TABLE public.users TO app_user;
GRANT SELECT(updated_at) ON TABLE public.users TO fb_broker;
GRANT SELECT(updated_at) ON TABLE public.users TO fb_worker;
GRANT SELECT(updated_at) ON TABLE public.users TO auditor;

ALTER DEFAULT PRIVILEGES FOR ROLE fb_owner REVOKE ALL ON FUNCTIONS FROM PUBLIC;


--
--
