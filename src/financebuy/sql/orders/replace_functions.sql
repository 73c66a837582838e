-- Replacing an order: the customer asks, the venue answers. The new order is a row of its own, linked both ways; until
-- the answer the old one works on and holds what the dearer of the two needs. What the old one filled is carried.

-- The orders that have replaced an order, one after the other; the last one is what is left of it.
create or replace function fb_private.chain_after(p_order_id uuid) returns uuid[]
language plpgsql stable
as $$
declare
    v_chain uuid[] := '{}';
    v_next uuid := p_order_id;
begin
    loop
        select o.replaced_by into v_next from public.orders as o where o.order_id = v_next and o.status = 'replaced';
        exit when v_next is null;
        v_chain := v_chain || v_next;
    end loop;
    return v_chain;
end
$$;

-- The first rule that a replacement's own words break.
create or replace function fb_private.replace_problem(
    p_key text, p_order_id uuid, p_client_order_id text, p_quantity numeric, p_time_in_force text,
    p_limit_price numeric, p_stop_price numeric
) returns text
language sql immutable parallel safe
return case
    when p_key is null then 'required:key'
    when length(p_key) not between 1 and 255 then 'out_of_range:key'
    when p_order_id is null then 'required:order_id'
    when p_client_order_id is null then 'required:client_order_id'
    when length(p_client_order_id) not between 1 and 48 then 'out_of_range:client_order_id'
    when coalesce(p_quantity, p_limit_price, p_stop_price) is null and p_time_in_force is null then 'required:qty'
    when not fb_private.is_finite(p_quantity) then 'invalid_value:qty'
    when not fb_private.is_finite(p_limit_price) then 'invalid_value:limit_price'
    when not fb_private.is_finite(p_stop_price) then 'invalid_value:stop_price'
end;

create or replace function fb.replace_order(
    p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_order_ids uuid[],
    p_client_order_ids text[], p_quantities numeric[], p_times_in_force text[], p_limit_prices numeric[],
    p_stop_prices numeric[], p_skip_locked boolean default false
)
returns table (
    ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb
)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    v_count integer := coalesce(cardinality(p_identities), 0);
    v_account_ids uuid[];
    v_busy uuid[];
    v_identity record;
    v_hashes bytea[];
    v_ids uuid[];
    v_states text[];
    v_codes text[];
    v_waves integer[];
begin
    perform fb_private.begin_command(array[
        cardinality(p_identities), cardinality(p_keys), cardinality(p_request_ids), cardinality(p_origins),
        cardinality(p_order_ids), cardinality(p_client_order_ids), cardinality(p_quantities),
        cardinality(p_times_in_force), cardinality(p_limit_prices), cardinality(p_stop_prices)
    ]);
    if v_count = 0 then
        return;
    end if;
    v_account_ids := fb_private.accounts_of_orders(p_order_ids);
    v_busy := fb_private.lock_accounts(v_account_ids, p_skip_locked);
    v_identity := fb_private.verified_identities(p_identities);

    select
        array_agg(
            case
                when i.account_id = any (v_busy) then 'account_busy'
                when i.problem is not null then i.problem
                else fb_private.replace_problem(
                    i.key, i.order_id, i.client_order_id, i.quantity, i.time_in_force, i.limit_price, i.stop_price
                )
            end
            order by i.ordinal
        ),
        array_agg(
            sha256(convert_to(
                row(
                    i.order_id, i.client_order_id, trim_scale(i.quantity), i.time_in_force, trim_scale(i.limit_price),
                    trim_scale(i.stop_price)
                )::text, 'UTF8'
            ))
            order by i.ordinal
        ),
        array_agg(i.wave order by i.ordinal)
    into v_codes, v_hashes, v_waves
    from (
        select n.*, row_number() over (partition by n.account_id order by n.ordinal)::integer as wave
        from unnest(
            v_identity.problems, p_keys, v_account_ids, p_order_ids, p_client_order_ids, p_quantities,
            p_times_in_force, p_limit_prices, p_stop_prices
        ) with ordinality as n (
            problem, key, account_id, order_id, client_order_id, quantity, time_in_force, limit_price, stop_price,
            ordinal
        )
    ) as i;
    v_hashes := fb_private.hashes_to_claim(v_codes, v_hashes);
    select c.p_ids, c.states into v_ids, v_states
    from fb_private.claim('replace_order', v_identity.actors, p_keys, v_hashes, fb_private.new_ids(v_count)) as c;

    for v_wave in 1..coalesce((select max(w) from unnest(v_waves) as w), 0) loop
        v_codes := fb_private.replace_order_wave(
            v_wave, v_waves, v_ids, v_states, v_codes, v_identity.actors, v_identity.user_ids, v_identity.key_ids,
            v_identity.scopes, v_identity.account_ids, p_request_ids, p_origins, p_order_ids, p_client_order_ids,
            p_quantities, p_times_in_force, p_limit_prices, p_stop_prices
        );
    end loop;

    perform fb_private.record_refusals(
        v_ids, fb_private.codes_of(v_codes, v_states), fb_private.fields_of(v_codes)
    );
    return query
    select
        v.ordinal, v.outcome, v.replayed, v.command_id, v.code, v.field,
        o.placed
    from fb_private.verdicts(
        v_ids, fb_private.final_states(v_codes, v_states), fb_private.codes_of(v_codes, null),
        fb_private.fields_of(v_codes)
    ) as v
    left join lateral (
        select fb_private.placed_order(n, u.scale) as placed from public.orders as n
        inner join public.assets as u on u.asset_id = n.security_id
        where v.outcome = 'accepted' and n.order_id = v.command_id
        limit 1
    ) as o on true
    order by v.ordinal;
end
$$;

-- One replacement an account, set-wise. Returns the codes with this wave's refusals added.
create or replace function fb_private.replace_order_wave(
    p_wave integer, p_waves integer[], p_ids uuid[], p_states text[], p_codes text[], p_actors text[],
    p_user_ids uuid[], p_key_ids text[], p_scopes text[], p_key_account_ids uuid[], p_request_ids text[],
    p_origins text[], p_order_ids uuid[], p_client_order_ids text[], p_quantities numeric[],
    p_times_in_force text[], p_limit_prices numeric[], p_stop_prices numeric[]
) returns text[]
language plpgsql
as $$
declare
    v_now timestamptz := clock_timestamp();
    v_market_time timestamptz := fb_private.market_time();
    v_clock public.market_clock;
    v_collar numeric := fb_private.setting('collar')::numeric;
    v_refused integer[];
    v_verdicts text[];
begin
    select c.* into v_clock from public.market_clock as c;

    with input as materialized (
        select i.*
        from unnest(
            p_waves, p_ids, p_states, p_actors, p_user_ids, p_key_ids, p_scopes, p_key_account_ids, p_request_ids,
            p_origins, p_order_ids, p_client_order_ids, p_quantities, p_times_in_force, p_limit_prices, p_stop_prices
        ) with ordinality as i (
            wave, new_order_id, state, actor, user_id, key_id, scopes, key_account_id, request_id,
            origin, order_id, client_order_id, new_quantity, new_time_in_force, new_limit_price, new_stop_price, ordinal
        )
        where i.wave = p_wave and i.state = 'claimed'
    ),

    joined as (
        select
            i.new_order_id, i.actor, i.key_id, i.request_id, i.origin, i.order_id, i.client_order_id, i.ordinal,
            o.account_id, o.security_id, o.side, o.order_type, o.notional, o.status, o.held, o.filled_quantity,
            o.lot_method, o.filled_quantity + o.carried_quantity as chain_filled, o.filled_gross + o.carried_gross as chain_gross,
            o.fees + o.carried_fees as chain_fees, n.*, r.status as replaces_status, o.triggered_at,
            i.new_limit_price is not null and o.limit_price is null as adds_limit,
            i.new_stop_price is not null and o.stop_price is null as adds_stop,
            i.new_stop_price <> o.stop_price as moves_stop,
            case when o.side = 'buy' then a.balance - a.held else coalesce(h.quantity - h.held, 0) end as available,
            a.event_seq as last_event_seq, greatest(v_now, a.last_recorded_at) as recorded_at,
            money.scale as money_scale, units.scale as unit_scale, s.price_scale, s.fractionable,
            s.tradable and s.status = 'active' as tradable, u.kyc_status,
            fb_private.why_not(
                'trade', i.scopes, o.account_id, i.key_account_id, w.role, u.is_active, a.status
            ) as permission,
            fb_private.hold_price(
                o.side, n.limit_price, n.stop_price, fb_private.fresh_quote(o.side, p, v_clock), v_collar, s.price_scale
            ) as hold_price,
            exists(
                select 1 from public.orders as d
                where d.account_id = o.account_id and d.client_order_id = i.client_order_id
            ) as duplicate
        from input as i
        left join public.orders as o on o.order_id = i.order_id
        left join public.orders as r on r.order_id = o.replaces
        cross join lateral (
            select
                coalesce(i.new_quantity, o.quantity) as quantity,
                coalesce(i.new_time_in_force, o.time_in_force) as time_in_force,
                coalesce(i.new_limit_price, o.limit_price) as limit_price,
                coalesce(i.new_stop_price, o.stop_price) as stop_price
        ) as n
        left join public.accounts as a on a.account_id = o.account_id
        left join public.account_owners as w on w.account_id = o.account_id and w.user_id = i.user_id
        left join public.users as u on u.user_id = i.user_id
        left join public.securities as s on s.security_id = o.security_id
        left join public.assets as money on money.kind = 'currency' and money.code = a.currency
        left join public.assets as units on units.asset_id = o.security_id
        left join public.security_prices as p on p.security_id = o.security_id
        left join public.holdings as h on h.account_id = o.account_id and h.security_id = o.security_id
    ),

    checked as (
        select
            j.*,
            case
                when j.account_id is null or j.permission = 'account_not_found' then 'order_not_found:order_id'
                when j.permission is not null then j.permission
                when j.kyc_status <> 'approved' then 'kyc_required'
                when j.status = 'pending_replace' or j.replaces_status = 'pending_replace' then 'replace_pending:order_id'
                when j.status not in ('accepted', 'new', 'partially_filled') then 'order_not_open:order_id'
                -- What it buys depends on the price: there is no quantity to compare with.
                when j.notional is not null then 'not_allowed:order_id'
                when j.adds_limit then 'not_allowed:limit_price'
                when j.adds_stop then 'not_allowed:stop_price'
                -- The stop that it had has been reached: it is a market or limit order now.
                when j.moves_stop and j.triggered_at is not null then 'not_allowed:stop_price'
                when b.broken is not null then b.broken
                when not j.tradable then 'not_tradable:symbol'
                when min_scale(j.quantity) > j.unit_scale then 'excess_scale:qty'
                when not j.fractionable and min_scale(j.quantity) > 0 then 'excess_scale:qty'
                when min_scale(j.limit_price) > j.price_scale then 'excess_scale:limit_price'
                when min_scale(j.stop_price) > j.price_scale then 'excess_scale:stop_price'
                when j.quantity <= j.chain_filled then 'out_of_range:qty'
                when fb_private.session_problem(j.time_in_force, v_clock) is not null
                    then fb_private.session_problem(j.time_in_force, v_clock)
                when j.hold_price is null or j.hold_price <= 0 then 'price_not_fresh'
                when j.duplicate then 'duplicate_client_order_id:client_order_id'
            end as problem
        from joined as j
        cross join lateral (
            select fb_private.order_problem(
                'key', j.client_order_id, j.side, j.order_type, j.time_in_force, j.quantity, j.notional, j.limit_price,
                j.stop_price
            ) as broken
        ) as b
    ),

    priced as (
        select
            c.*,
            case
                when c.problem is null then fb_private.hold(
                    c.side, c.quantity, null, c.hold_price, c.chain_filled, c.chain_gross, c.chain_fees, v_market_time,
                    c.money_scale, c.unit_scale
                )
            end as wanted
        from checked as c
    ),

    judged as materialized (
        select
            p.*, greatest(p.wanted - p.held, 0) as extra,
            coalesce(
                p.problem,
                case
                    when p.wanted - p.held > greatest(p.available, 0) then case p.side
                        when 'buy' then 'insufficient_buying_power' else 'insufficient_quantity'
                    end
                end
            ) as verdict
        from priced as p
    ),

    accepted as materialized (
        select j.*, j.last_event_seq + 1 as new_event_seq
        from judged as j
        where j.verdict is null
    ),

    new_orders as (
        insert into public.orders (
            order_id, account_id, security_id, client_order_id, side, order_type, time_in_force, quantity, limit_price,
            stop_price, hold_price, hold_fee, held, status, replaces, expires_on, effective_at, placed_at, updated_at,
            event_seq, command_id, actor, lot_method
        )
        select
            a.new_order_id, a.account_id, a.security_id, a.client_order_id, a.side, a.order_type, a.time_in_force,
            a.quantity, a.limit_price, a.stop_price, a.hold_price, 0, 0, 'accepted', a.order_id,
            fb_private.last_session(a.time_in_force, v_clock), v_market_time, a.recorded_at, a.recorded_at,
            a.new_event_seq + 1, a.new_order_id, a.actor, a.lot_method
        from accepted as a
    ),

    old_orders as (
        update public.orders as o
        set
            status = 'pending_replace', replaced_by = a.new_order_id, held = o.held + a.extra,
            updated_at = a.recorded_at
        from accepted as a
        where o.order_id = a.order_id
    ),

    new_events as (
        insert into public.order_events (
            order_id, account_id, event_seq, event, from_status, to_status, filled_quantity, effective_at, recorded_at,
            command_id, actor, key_id, request_id, origin
        )
        select
            e.order_id, a.account_id, e.event_seq, e.event, e.from_status, e.to_status, e.filled_quantity,
            v_market_time, a.recorded_at, a.new_order_id, a.actor, a.key_id, a.request_id, a.origin
        from accepted as a
        cross join lateral (
            values
            (a.order_id, a.new_event_seq, 'replace_requested', a.status, 'pending_replace', a.filled_quantity),
            (a.new_order_id, a.new_event_seq + 1, 'placed', null, 'accepted', 0)
        ) as e (order_id, event_seq, event, from_status, to_status, filled_quantity)
    ),

    outgoing as (
        insert into public.outbox (account_id, event_seq, kind, payload, command_id, recorded_at, effective_at)
        select a.account_id, e.event_seq, e.kind, e.payload, a.new_order_id, a.recorded_at, v_market_time
        from accepted as a
        cross join lateral (
            values
            (
                a.new_event_seq, 'order.replace_requested',
                jsonb_build_object('order_id', a.order_id, 'replaced_by', a.new_order_id)
            ),
            (
                a.new_event_seq + 1, 'order.placed',
                jsonb_build_object('order_id', a.new_order_id, 'replaces', a.order_id)
            )
        ) as e (event_seq, kind, payload)
    ),

    held_shares as (
        update public.holdings as h
        set held = h.held + a.extra, updated_at = a.recorded_at
        from accepted as a
        where h.account_id = a.account_id and h.security_id = a.security_id and a.side = 'sell' and a.extra > 0
    ),

    held_cash as (
        update public.accounts as c
        set
            held = c.held + case when a.side = 'buy' then a.extra else 0 end,
            event_seq = a.new_event_seq + 1,
            last_recorded_at = a.recorded_at,
            updated_at = a.recorded_at
        from accepted as a
        where c.account_id = a.account_id
    )

    select array_agg(j.ordinal), array_agg(j.verdict) into v_refused, v_verdicts
    from judged as j
    where j.verdict is not null;
    return fb_private.with_verdicts(p_codes, v_refused, v_verdicts);
end
$$;

-- The venue's answer to a replacement, one an account, set-wise: the old order's end and the new one's beginning, or
-- the other way round.
create or replace function fb_private.replace_fact_wave(
    p_fact text, p_wave integer, p_waves integer[], p_ids uuid[], p_states text[], p_actors text[],
    p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_notes text[],
    p_effective_at timestamptz[]
) returns void
language plpgsql
as $$
declare
    v_now timestamptz := clock_timestamp();
    v_market_time timestamptz := fb_private.market_time();
begin
    with input as (
        select
            i.*, o.account_id, o.security_id, o.side, o.status, o.held, o.quantity, o.filled_quantity, o.venue_order_id,
            o.hold_price, o.stop_price, o.triggered_at,
            o.carried_quantity + o.filled_quantity as chain_filled, o.carried_gross + o.filled_gross as chain_gross,
            o.carried_fees + o.fees as chain_fees,
            n.order_id as new_order_id, n.quantity as new_quantity, n.hold_price as new_hold_price,
            n.stop_price as new_stop_price, money.scale as money_scale, units.scale as unit_scale,
            greatest(v_now, a.last_recorded_at) as recorded_at, a.event_seq + 1 as new_event_seq,
            coalesce(i.effective_at_given, v_market_time) as effective_at
        from unnest(
            p_waves, p_ids, p_states, p_actors, p_request_ids, p_origins, p_venues, p_order_ids, p_notes, p_effective_at
        ) with ordinality as i (
            wave, command_id, state, actor, request_id, origin, venue, order_id, note, effective_at_given, ordinal
        )
        left join public.orders as o on o.order_id = i.order_id
        left join public.orders as n on n.order_id = o.replaced_by and o.status = 'pending_replace'
        left join public.accounts as a on a.account_id = o.account_id
        left join public.assets as money on money.kind = 'currency' and money.code = a.currency
        left join public.assets as units on units.asset_id = o.security_id
        where i.wave = p_wave and i.state = 'claimed'
    ),

    facts as materialized (
        select
            i.*,
            case
                when p_fact = 'order_replaced' then 'replaced'
                when i.chain_filled >= i.quantity then 'filled'
                when i.filled_quantity > 0 then 'partially_filled'
                when i.venue_order_id is not null then 'new'
                else 'accepted'
            end as new_status,
            case
                when p_fact = 'replace_rejected' then 'rejected'
                -- Fills that overtook the request leave nothing of the new order.
                when i.chain_filled >= i.new_quantity then 'filled'
                else 'new'
            end as new_order_status,
            p_fact = 'order_replaced' or i.chain_filled >= i.quantity as ends,
            p_fact = 'replace_rejected' or i.chain_filled >= i.new_quantity as new_order_ends,
            case
                when p_fact = 'replace_rejected' then fb_private.hold(
                    i.side, i.quantity, null, i.hold_price, i.chain_filled, i.chain_gross, i.chain_fees, i.effective_at,
                    i.money_scale, i.unit_scale
                )
                else fb_private.hold(
                    i.side, i.new_quantity, null, i.new_hold_price, i.chain_filled, i.chain_gross, i.chain_fees,
                    i.effective_at, i.money_scale, i.unit_scale
                )
            end as needed
        from input as i
        where i.new_order_id is not null
    ),

    old_orders as (
        update public.orders as o
        set
            status = f.new_status,
            replaced_by = case when p_fact = 'order_replaced' then o.replaced_by end,
            held = case when f.ends then 0 else f.needed end,
            terminal_at = case when f.ends then f.recorded_at end,
            updated_at = f.recorded_at
        from facts as f
        where o.order_id = f.order_id
    ),

    new_orders as (
        update public.orders as o
        set
            status = f.new_order_status,
            quantity = case when p_fact = 'order_replaced' then greatest(o.quantity, f.chain_filled) else o.quantity end,
            -- A repeat of the request is answered with what it asked for.
            placed_as = case
                when p_fact = 'order_replaced' and f.chain_filled > o.quantity
                    then coalesce(o.placed_as, fb_private.placed_order(o, f.unit_scale))
                else o.placed_as
            end,
            carried_quantity = case when p_fact = 'order_replaced' then f.chain_filled else 0 end,
            carried_gross = case when p_fact = 'order_replaced' then f.chain_gross else 0 end,
            carried_fees = case when p_fact = 'order_replaced' then f.chain_fees else 0 end,
            held = case when f.new_order_ends then 0 else f.needed end,
            venue = coalesce(f.venue, o.venue),
            venue_order_id = case when p_fact = 'order_replaced' then f.note end,
            triggered_at = case
                when p_fact = 'order_replaced' and f.new_stop_price = f.stop_price then f.triggered_at
            end,
            reject_reason = case when p_fact = 'replace_rejected' then f.note end,
            terminal_at = case when f.new_order_ends then f.recorded_at end,
            updated_at = f.recorded_at
        from facts as f
        where o.order_id = f.new_order_id
    ),

    -- What the owner chose for the old order and is not sold yet is chosen for the new one.
    chosen_lots as (
        insert into public.order_lots (order_id, lot_id, account_id, position, quantity)
        select f.new_order_id, l.lot_id, l.account_id, l.position, l.quantity - l.closed_quantity
        from facts as f
        inner join public.order_lots as l on l.order_id = f.order_id
        where p_fact = 'order_replaced' and l.closed_quantity < l.quantity
    ),

    changed_shares as (
        update public.holdings as h
        set held = h.held - f.held + f.needed, updated_at = f.recorded_at
        from facts as f
        where h.account_id = f.account_id and h.security_id = f.security_id and f.side = 'sell' and f.held <> f.needed
    ),

    steps as materialized (
        select f.account_id, f.effective_at, f.recorded_at, f.command_id, f.actor, f.request_id, f.origin, f.note, e.*
        from facts as f
        cross join lateral (
            values
            (
                f.order_id, f.new_event_seq, fb_private.event_of(p_fact), 'pending_replace', f.new_status,
                f.filled_quantity, jsonb_build_object('order_id', f.order_id, 'replaced_by', f.new_order_id)
            ),
            (
                f.new_order_id, f.new_event_seq + 1,
                case p_fact when 'order_replaced' then 'acknowledged' else 'rejected' end, 'accepted',
                f.new_order_status, 0, jsonb_build_object('order_id', f.new_order_id)
            )
        ) as e (order_id, event_seq, event, from_status, to_status, filled_quantity, payload)
    ),

    new_events as (
        insert into public.order_events (
            order_id, account_id, event_seq, event, from_status, to_status, filled_quantity, reason, effective_at,
            recorded_at, command_id, actor, request_id, origin
        )
        select
            s.order_id, s.account_id, s.event_seq, s.event, s.from_status, s.to_status, s.filled_quantity, s.note,
            s.effective_at, s.recorded_at, s.command_id, s.actor, s.request_id, s.origin
        from steps as s
    ),

    outgoing as (
        insert into public.outbox (account_id, event_seq, kind, payload, command_id, recorded_at, effective_at)
        select
            s.account_id, s.event_seq, 'order.' || s.event, s.payload || jsonb_build_object('reason', s.note),
            s.command_id, s.recorded_at, s.effective_at
        from steps as s
    ),

    needing_a_person as (
        insert into public.exceptions (
            exception_id, kind, account_id, order_id, command_id, detail, created_at, updated_at
        )
        select
            fb_private.uuid7(), case when i.account_id is null then 'unknown_order' else 'unexpected_state' end,
            i.account_id, i.order_id, i.command_id,
            jsonb_build_object('fact', p_fact, 'venue', i.venue, 'status', i.status, 'note', i.note),
            coalesce(i.recorded_at, v_now), coalesce(i.recorded_at, v_now)
        from input as i
        where
            i.account_id is null
            or (p_fact = 'order_replaced' and i.new_order_id is null and i.status <> 'replaced')
            or (p_fact = 'order_replaced' and i.chain_filled > i.new_quantity)
    )

    update public.accounts as a
    set
        held = a.held - case when f.side = 'buy' then f.held - f.needed else 0 end,
        event_seq = f.new_event_seq + 1,
        last_recorded_at = f.recorded_at,
        updated_at = f.recorded_at
    from facts as f
    where a.account_id = f.account_id;
end
$$;

-- A fill of an order that still waits to replace another one says that the venue has replaced it.
create or replace function fb_private.imply_replaced(
    p_wave integer, p_waves integer[], p_ids uuid[], p_states text[], p_actors text[], p_request_ids text[],
    p_origins text[], p_venues text[], p_order_ids uuid[], p_effective_at timestamptz[]
) returns void
language plpgsql
as $$
declare
    v_replaced uuid[];
begin
    select array_agg(r.order_id order by i.ordinal) into v_replaced
    from unnest(p_order_ids, p_waves, p_states) with ordinality as i (order_id, wave, state, ordinal)
    left join public.orders as o on o.order_id = i.order_id and i.wave = p_wave and i.state = 'claimed'
    left join public.orders as r on r.order_id = o.replaces and r.status = 'pending_replace';
    if cardinality(array_remove(v_replaced, null)) = 0 then
        return;
    end if;
    perform fb_private.replace_fact_wave(
        'order_replaced', p_wave, p_waves, p_ids,
        array(
            select case when i.order_id is not null then i.state end
            from unnest(v_replaced, p_states) with ordinality as i (order_id, state, ordinal)
            order by i.ordinal
        ),
        p_actors, p_request_ids, p_origins, p_venues, v_replaced,
        array_fill(null::text, array[cardinality(p_ids)]), p_effective_at
    );
end
$$;
