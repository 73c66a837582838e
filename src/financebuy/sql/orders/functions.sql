-- A schedule's fee for all of an order so far, unrounded; without a schedule trading is free.
create or replace function fb_private.fee_by(
    p_flat numeric, p_per_share numeric, p_basis_points numeric, p_minimum numeric, p_maximum numeric,
    p_quantity numeric, p_gross numeric
) returns numeric
language sql immutable parallel safe
return case
    when p_flat is null or p_quantity <= 0 then 0
    else least(
        greatest(p_flat + p_per_share * p_quantity + p_basis_points * p_gross * 0.0001, p_minimum), p_maximum
    )
end;

-- The same, by the schedule of a moment.
create or replace function fb_private.fee(p_side text, p_quantity numeric, p_gross numeric, p_at timestamptz)
returns numeric
language plpgsql stable
as $$
declare
    v_schedule public.fee_schedules;
begin
    select s.* into v_schedule from public.fee_schedules as s
    where s.side = p_side and s.effective_from <= p_at
    order by s.effective_from desc
    limit 1;
    return fb_private.fee_by(
        v_schedule.flat, v_schedule.per_share, v_schedule.basis_points, v_schedule.minimum, v_schedule.maximum,
        p_quantity, p_gross
    );
end
$$;

-- The first rule that a choice of lots breaks by itself. Only a sell closes lots.
create or replace function fb_private.lot_choice_problem(p_side text, p_lot_method text, p_lots jsonb) returns text
language sql immutable parallel safe
return case
    when p_lot_method not in ('fifo', 'lifo', 'highest_cost') then 'invalid_value:lot_method'
    when p_side <> 'sell' and p_lot_method is not null then 'not_allowed:lot_method'
    when p_side <> 'sell' and p_lots is not null then 'not_allowed:lots'
end;

-- The first rule that an order's own words break: '<code>:<field>'. Pure: it knows neither account nor market.
create or replace function fb_private.order_problem(
    p_key text, p_client_order_id text, p_side text, p_order_type text, p_time_in_force text,
    p_quantity numeric, p_notional numeric, p_limit_price numeric, p_stop_price numeric
) returns text
language sql immutable parallel safe
return case
    when p_key is null then 'required:key'
    when length(p_key) not between 1 and 255 then 'out_of_range:key'
    when p_client_order_id is null then 'required:client_order_id'
    when length(p_client_order_id) not between 1 and 48 then 'out_of_range:client_order_id'
    when p_side is null then 'required:side'
    when p_side not in ('buy', 'sell') then 'invalid_value:side'
    when p_order_type is null then 'required:type'
    when p_order_type not in ('market', 'limit', 'stop', 'stop_limit') then 'invalid_value:type'
    when p_time_in_force is null then 'required:time_in_force'
    when p_time_in_force not in ('day', 'gtc', 'ioc', 'fok', 'opg', 'cls') then 'invalid_value:time_in_force'
    -- A stop waits; at once, at the open and at the close there is nothing to wait for.
    when p_order_type in ('stop', 'stop_limit') and p_time_in_force not in ('day', 'gtc')
        then 'not_allowed:time_in_force'
    when p_quantity is null and p_notional is null then 'required:qty'
    when p_quantity is not null and p_notional is not null then 'not_allowed:notional'
    when p_notional is not null and p_order_type <> 'market' then 'not_allowed:notional'
    -- What an amount buys depends on the price of the day.
    when p_notional is not null and p_time_in_force <> 'day' then 'not_allowed:time_in_force'
    when p_order_type in ('limit', 'stop_limit') and p_limit_price is null then 'required:limit_price'
    when p_order_type in ('market', 'stop') and p_limit_price is not null then 'not_allowed:limit_price'
    when p_order_type in ('stop', 'stop_limit') and p_stop_price is null then 'required:stop_price'
    when p_order_type in ('market', 'limit') and p_stop_price is not null then 'not_allowed:stop_price'
    when not fb_private.is_finite(p_quantity) then 'invalid_value:qty'
    when not fb_private.is_finite(p_notional) then 'invalid_value:notional'
    when not fb_private.is_finite(p_limit_price) then 'invalid_value:limit_price'
    when not fb_private.is_finite(p_stop_price) then 'invalid_value:stop_price'
    when p_quantity <= 0 or p_quantity > 1000000000 then 'out_of_range:qty'
    when p_notional <= 0 or p_notional > 1000000000 then 'out_of_range:notional'
    when p_limit_price <= 0 or p_limit_price > 1000000 then 'out_of_range:limit_price'
    when p_stop_price <= 0 or p_stop_price > 1000000 then 'out_of_range:stop_price'
end;

-- The worst price at which an order may trade, for what it holds: its limit, else the collar around the last quote, or
-- around the stop where that is worse. NULL without a quote.
create or replace function fb_private.hold_price(
    p_side text, p_limit_price numeric, p_stop_price numeric, p_quote numeric, p_collar numeric, p_scale integer
) returns numeric
language plpgsql immutable parallel safe
as $$
begin
    if p_limit_price is not null or p_quote is null then
        return p_limit_price;
    end if;
    if p_side = 'buy' then
        return fb_private.round_up(greatest(p_quote, p_stop_price) * (1 + p_collar), p_scale);
    end if;
    return trunc(least(p_quote, p_stop_price) * (1 - p_collar), p_scale);
end
$$;

-- What an order of this side trades at now. NULL unless it is of the session that is open, or was last.
create or replace function fb_private.fresh_quote(
    p_side text, p_price public.security_prices, p_clock public.market_clock
) returns numeric
language sql immutable parallel safe
return case
    when coalesce(p_price.session_date < p_clock.session_date, true) then null
    when p_clock.phase <> 'open' then p_price.last
    when p_side = 'buy' then coalesce(p_price.ask, p_price.last)
    else coalesce(p_price.bid, p_price.last)
end;

-- The session at whose close an order dies; NULL where it does not, or where no such session is known. An order for the
-- open that comes after it is one for the next open.
create or replace function fb_private.last_session(p_time_in_force text, p_clock public.market_clock) returns date
language sql immutable parallel safe
return case
    when p_time_in_force = 'gtc' then null
    when p_time_in_force <> 'opg' and p_clock.phase = 'open' then p_clock.session_date
    else p_clock.next_session_date
end;

-- Why the market's hours do not allow an order.
create or replace function fb_private.session_problem(p_time_in_force text, p_clock public.market_clock) returns text
language sql immutable parallel safe
return case
    when p_time_in_force in ('ioc', 'fok') and p_clock.phase is distinct from 'open' then 'market_closed:time_in_force'
    when p_time_in_force <> 'gtc' and fb_private.last_session(p_time_in_force, p_clock) is null then 'session_unknown'
end;

-- What an order reserves in cash (buys): what is left at the hold price, and the fees to come by a schedule.
create or replace function fb_private.buy_hold_by(
    p_quantity numeric, p_notional numeric, p_hold_price numeric, p_filled_quantity numeric, p_filled_gross numeric,
    p_fees numeric, p_scale integer, p_flat numeric, p_per_share numeric, p_basis_points numeric, p_minimum numeric,
    p_maximum numeric
) returns numeric
language plpgsql immutable parallel safe
as $$
declare
    v_gross_left numeric := coalesce(
        (p_quantity - p_filled_quantity) * p_hold_price, greatest(p_notional - p_filled_gross, 0)
    );
    -- A notional order may buy more shares than at its hold price; twice as many bounds a fee a share.
    v_quantity numeric := coalesce(p_quantity, p_filled_quantity + fb_private.ceil_ratio(v_gross_left * 2, p_hold_price, 9));
    v_fee numeric := fb_private.fee_by(
        p_flat, p_per_share, p_basis_points, p_minimum, p_maximum, v_quantity, p_filled_gross + v_gross_left
    );
begin
    return fb_private.round_up(v_gross_left + greatest(v_fee - p_fees, 0), p_scale);
end
$$;

-- The schedule of buys at a moment; nothing but NULL where there is none.
create or replace function fb_private.buy_schedule(p_at timestamptz) returns public.fee_schedules
language plpgsql stable
as $$
declare
    v_schedule public.fee_schedules;
begin
    select s.* into v_schedule from public.fee_schedules as s
    where s.side = 'buy' and s.effective_from <= p_at
    order by s.effective_from desc
    limit 1;
    return v_schedule;
end
$$;

create or replace function fb_private.buy_hold(
    p_quantity numeric, p_notional numeric, p_hold_price numeric, p_filled_quantity numeric, p_filled_gross numeric,
    p_fees numeric, p_at timestamptz, p_scale integer
) returns numeric
language plpgsql stable
as $$
declare
    v_schedule public.fee_schedules := fb_private.buy_schedule(p_at);
begin
    return fb_private.buy_hold_by(
        p_quantity, p_notional, p_hold_price, p_filled_quantity, p_filled_gross, p_fees, p_scale, v_schedule.flat,
        v_schedule.per_share, v_schedule.basis_points, v_schedule.minimum, v_schedule.maximum
    );
end
$$;

-- What an order reserves in shares (sells).
create or replace function fb_private.sell_hold(
    p_quantity numeric, p_notional numeric, p_hold_price numeric, p_filled_quantity numeric, p_filled_gross numeric,
    p_scale integer
) returns numeric
language sql immutable parallel safe
return coalesce(
    p_quantity - p_filled_quantity,
    fb_private.ceil_ratio(greatest(p_notional - p_filled_gross, 0), p_hold_price, p_scale)
);

-- What an order reserves for what is left of it, in cash or in shares. What was filled counts along its chain.
create or replace function fb_private.hold(
    p_side text, p_quantity numeric, p_notional numeric, p_hold_price numeric, p_filled_quantity numeric,
    p_filled_gross numeric, p_fees numeric, p_at timestamptz, p_money_scale integer, p_unit_scale integer
) returns numeric
language plpgsql stable
as $$
begin
    if p_filled_quantity >= p_quantity then
        return 0;
    end if;
    if p_side = 'buy' then
        return fb_private.buy_hold(
            p_quantity, p_notional, p_hold_price, p_filled_quantity, p_filled_gross, p_fees, p_at, p_money_scale
        );
    end if;
    return fb_private.sell_hold(
        p_quantity, p_notional, p_hold_price, p_filled_quantity, p_filled_gross, p_unit_scale
    );
end
$$;

-- An order as it was when it was placed: the same answer to the first request and to every repeat, though a split or
-- another choice of lots may have changed its terms since.
create or replace function fb_private.placed_order(p_order public.orders, p_unit_scale integer) returns jsonb
language sql stable
return coalesce(p_order.placed_as, jsonb_build_object(
    'order_id', p_order.order_id, 'account_id', p_order.account_id, 'security_id', p_order.security_id,
    'client_order_id', p_order.client_order_id, 'side', p_order.side, 'order_type', p_order.order_type,
    'time_in_force', p_order.time_in_force, 'quantity', p_order.quantity::text, 'notional', p_order.notional::text,
    'limit_price', p_order.limit_price::text, 'stop_price', p_order.stop_price::text,
    'hold_price', p_order.hold_price::text, 'status', 'accepted', 'replaces', p_order.replaces,
    'lot_method', p_order.lot_method,
    'held', case
        -- Until the venue has replaced the other order, that one holds for both.
        when p_order.replaces is not null then 0
        when p_order.side = 'buy'
            then coalesce(p_order.quantity * p_order.hold_price, p_order.notional) + p_order.hold_fee
        else fb_private.sell_hold(p_order.quantity, p_order.notional, p_order.hold_price, 0, 0, p_unit_scale)
    end::text,
    'filled_quantity', '0', 'expires_on', p_order.expires_on, 'effective_at', p_order.effective_at,
    'placed_at', p_order.placed_at, 'event_seq', p_order.event_seq
));

create or replace function fb.place_order(
    p_identities text[], p_keys text[], p_request_ids text[], p_origins text[],
    p_account_ids uuid[], p_security_ids uuid[], p_client_order_ids text[], p_sides text[], p_order_types text[],
    p_times_in_force text[], p_quantities numeric[], p_notionals numeric[], p_limit_prices numeric[],
    p_stop_prices numeric[], p_lot_methods text[], p_lots jsonb[], p_skip_locked boolean default false
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
    v_busy uuid[];
    v_identity record;
    v_problems text[];
    v_hashes bytea[];
    v_claim record;
    v_ids uuid[];
    v_states text[];
    v_codes text[];
    v_waves integer[];
    v_last_wave integer;
begin
    perform fb_private.begin_command(array[
        cardinality(p_identities), cardinality(p_keys), cardinality(p_request_ids), cardinality(p_origins),
        cardinality(p_account_ids), cardinality(p_security_ids), cardinality(p_client_order_ids),
        cardinality(p_sides), cardinality(p_order_types), cardinality(p_times_in_force),
        cardinality(p_quantities), cardinality(p_notionals), cardinality(p_limit_prices),
        cardinality(p_stop_prices), cardinality(p_lot_methods), cardinality(p_lots)
    ]);
    if v_count = 0 then
        return;
    end if;
    v_busy := fb_private.lock_accounts(p_account_ids, p_skip_locked);
    v_identity := fb_private.verified_identities(p_identities);

    select
        array_agg(
            case
                when i.account_id = any (v_busy) then 'account_busy'
                when i.problem is not null then i.problem
                when i.account_id is null then 'required:account_id'
                when i.security_id is null then 'required:symbol'
                else coalesce(
                    fb_private.order_problem(
                        i.key, i.client_order_id, i.side, i.order_type, i.time_in_force, i.quantity, i.notional,
                        i.limit_price, i.stop_price
                    ),
                    fb_private.lot_choice_problem(i.side, i.lot_method, i.lots)
                )
            end
            order by i.ordinal
        ),
        array_agg(
            sha256(convert_to(
                row(
                    i.account_id, i.security_id, i.client_order_id, i.side, i.order_type, i.time_in_force,
                    trim_scale(i.quantity), trim_scale(i.notional), trim_scale(i.limit_price)
                )::text
                -- Keys live on through an upgrade: what could be asked before there were stops, and before lots were
                -- chosen, hashes as it did.
                || coalesce(' stop ' || trim_scale(i.stop_price), '')
                || coalesce(' method ' || i.lot_method, '') || coalesce(' lots ' || i.lots::text, ''), 'UTF8'
            ))
            order by i.ordinal
        )
    into v_problems, v_hashes
    from unnest(
        v_identity.problems, p_keys, p_account_ids, p_security_ids, p_client_order_ids, p_sides, p_order_types,
        p_times_in_force, p_quantities, p_notionals, p_limit_prices, p_stop_prices, p_lot_methods, p_lots
    ) with ordinality as i (
        problem, key, account_id, security_id, client_order_id, side, order_type, time_in_force, quantity, notional,
        limit_price, stop_price, lot_method, lots, ordinal
    );
    v_hashes := fb_private.hashes_to_claim(v_problems, v_hashes);
    v_claim := fb_private.claim(
        'place_order', v_identity.actors, p_keys, v_hashes, fb_private.new_ids(v_count)
    );
    v_ids := v_claim.p_ids;
    v_states := v_claim.states;

    -- A client_order_id twice in one batch: the second can stand only if the first was refused, so it waits for a wave
    -- of its own, and what its account asked after it waits with it.
    select array_agg(w.wave order by w.ordinal), max(w.wave) into v_waves, v_last_wave
    from (
        select
            r.ordinal,
            max(r.rank) over (partition by r.account_id order by r.ordinal) as wave
        from (
            select
                i.ordinal, i.account_id,
                row_number() over (
                    partition by i.account_id, i.client_order_id, coalesce(i.state = 'claimed', false) order by i.ordinal
                ) * coalesce((i.state = 'claimed')::integer, 0) as rank
            from unnest(p_account_ids, p_client_order_ids, v_states)
                with ordinality as i (account_id, client_order_id, state, ordinal)
        ) as r
    ) as w;
    v_codes := v_problems;
    for v_wave in 1..v_last_wave loop
        v_codes := fb_private.place_order_wave(
            v_wave, v_waves, v_ids, v_states, v_codes, v_identity.actors, v_identity.user_ids, v_identity.key_ids,
            v_identity.scopes, v_identity.account_ids, p_request_ids, p_origins, p_account_ids, p_security_ids,
            p_client_order_ids, p_sides, p_order_types, p_times_in_force, p_quantities, p_notionals, p_limit_prices,
            p_stop_prices, p_lot_methods, p_lots
        );
    end loop;

    if not fb_private.has_none(v_codes) then
        perform fb_private.record_refusals(
            v_ids, fb_private.codes_of(v_codes, v_states), fb_private.fields_of(v_codes)
        );
    end if;
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

-- One wave of new orders, set-wise. Returns the codes with this wave's refusals added.
create or replace function fb_private.place_order_wave(
    p_wave integer, p_waves integer[], p_ids uuid[], p_states text[], p_codes text[], p_actors text[],
    p_user_ids uuid[], p_key_ids text[], p_scopes text[], p_key_account_ids uuid[], p_request_ids text[],
    p_origins text[], p_account_ids uuid[], p_security_ids uuid[], p_client_order_ids text[], p_sides text[],
    p_order_types text[], p_times_in_force text[], p_quantities numeric[], p_notionals numeric[],
    p_limit_prices numeric[], p_stop_prices numeric[], p_lot_methods text[], p_lots jsonb[]
) returns text[]
language plpgsql
as $$
declare
    v_now timestamptz := clock_timestamp();
    -- Fees are dated by the market's time, for what is held as for what is charged.
    v_market_time timestamptz := fb_private.market_time();
    v_clock public.market_clock;
    v_schedule public.fee_schedules;
    v_collar numeric := fb_private.setting('collar')::numeric;
    v_refused integer[];
    v_verdicts text[];
begin
    select c.* into v_clock from public.market_clock as c;
    -- Once a wave, not once an order.
    if 'buy' = any (p_sides) then
        v_schedule := fb_private.buy_schedule(v_market_time);
    end if;

    with input as materialized (
        select i.*
        from unnest(
            p_waves, p_ids, p_states, p_actors, p_user_ids, p_key_ids, p_scopes, p_key_account_ids, p_request_ids,
            p_origins, p_account_ids, p_security_ids, p_client_order_ids, p_sides, p_order_types, p_times_in_force,
            p_quantities, p_notionals, p_limit_prices, p_stop_prices, p_lot_methods, p_lots
        ) with ordinality as i (
            wave, order_id, state, actor, user_id, key_id, scopes, key_account_id, request_id,
            origin, account_id, security_id, client_order_id, side, order_type, time_in_force,
            quantity, notional, limit_price, stop_price, lot_method, lots, ordinal
        )
        where i.wave = p_wave and i.state = 'claimed'
    ),

    joined as (
        select
            i.*, a.balance - a.held as buying_power, a.event_seq as last_event_seq, money.scale as money_scale,
            greatest(v_now, a.last_recorded_at) as recorded_at, a.currency, s.currency as security_currency,
            s.tradable, s.status as security_status, s.fractionable, s.price_scale, units.scale as unit_scale,
            coalesce(h.quantity - h.held, 0) as shares,
            fb_private.hold_price(
                i.side, i.limit_price, i.stop_price, fb_private.fresh_quote(i.side, p, v_clock), v_collar, s.price_scale
            ) as hold_price,
            case
                when a.account_id is null then 'account_not_found'
                else fb_private.why_not(
                    'trade', i.scopes, i.account_id, i.key_account_id, w.role, u.is_active, a.status
                )
            end as permission,
            u.kyc_status, fb_private.session_problem(i.time_in_force, v_clock) as session_problem,
            exists(
                select 1 from public.orders as o
                where o.account_id = i.account_id and o.client_order_id = i.client_order_id
            ) as duplicate
        from input as i
        left join public.accounts as a on a.account_id = i.account_id and a.balance is not null
        left join public.assets as money on money.kind = 'currency' and money.code = a.currency
        left join public.account_owners as w on w.account_id = i.account_id and w.user_id = i.user_id
        left join public.users as u on u.user_id = i.user_id
        left join public.securities as s on s.security_id = i.security_id
        left join public.assets as units on units.asset_id = i.security_id
        left join public.security_prices as p on p.security_id = i.security_id
        -- One row by its key, whatever the statistics: a plan of an empty table would read all who hold the security.
        left join lateral (
            select n.quantity, n.held from public.holdings as n
            where n.account_id = i.account_id and n.security_id = i.security_id
            limit 1
        ) as h on true
    ),

    checked as materialized (
        select
            j.*,
            case
                when j.permission is not null then j.permission
                when j.kyc_status <> 'approved' then 'kyc_required'
                when j.security_currency is null then 'security_not_found:symbol'
                when j.security_currency <> j.currency then 'currency_mismatch:symbol'
                when not j.tradable or j.security_status <> 'active' then 'not_tradable:symbol'
                when min_scale(j.quantity) > j.unit_scale then 'excess_scale:qty'
                when not j.fractionable and min_scale(j.quantity) > 0 then 'excess_scale:qty'
                when not j.fractionable and j.notional is not null then 'not_allowed:notional'
                when min_scale(j.notional) > j.money_scale then 'excess_scale:notional'
                when min_scale(j.limit_price) > j.price_scale then 'excess_scale:limit_price'
                when min_scale(j.stop_price) > j.price_scale then 'excess_scale:stop_price'
                when j.lots is not null and not fb_private.lots_fit(j.account_id, j.security_id, j.quantity, j.lots)
                    then 'invalid_value:lots'
                when j.session_problem is not null then j.session_problem
                when j.hold_price is null or j.hold_price <= 0 then 'price_not_fresh'
                when j.duplicate then 'duplicate_client_order_id:client_order_id'
            end as problem
        from joined as j
    ),

    -- Once a row: what follows asks for it several times.
    priced as materialized (
        select
            c.*,
            case
                when c.problem is not null then null
                when c.side = 'buy' then fb_private.buy_hold_by(
                    c.quantity, c.notional, c.hold_price, 0, 0, 0, c.money_scale, v_schedule.flat, v_schedule.per_share,
                    v_schedule.basis_points, v_schedule.minimum, v_schedule.maximum
                )
                else fb_private.sell_hold(c.quantity, c.notional, c.hold_price, 0, 0, c.unit_scale)
            end as wanted
        from checked as c
    ),

    running as (
        select
            p.*,
            fb_private.left_after(
                case when p.side = 'buy' then p.buying_power else p.shares end, coalesce(p.wanted, 'Infinity')
            ) over fits as available_after,
            coalesce(p.wanted, 'Infinity') as need
        from priced as p
        window fits as (
            partition by p.account_id, p.side, case when p.side = 'sell' then p.security_id end
            order by p.ordinal
        )
    ),

    judged as materialized (
        select
            r.*,
            coalesce(
                r.problem,
                case
                    when r.need > coalesce(
                        lag(r.available_after) over fits, case when r.side = 'buy' then r.buying_power else r.shares end
                    ) then case r.side
                        when 'buy' then 'insufficient_buying_power' else 'insufficient_quantity'
                    end
                end
            ) as verdict
        from running as r
        window fits as (
            partition by r.account_id, r.side, case when r.side = 'sell' then r.security_id end
            order by r.ordinal
        )
    ),

    accepted as materialized (
        select
            j.*,
            j.last_event_seq + row_number() over (partition by j.account_id order by j.ordinal) as new_event_seq,
            v_market_time as effective_at
        from judged as j
        where j.verdict is null
    ),

    new_orders as (
        insert into public.orders (
            order_id, account_id, security_id, client_order_id, side, order_type, time_in_force, quantity, notional,
            limit_price, stop_price, hold_price, hold_fee, held, status, expires_on, effective_at, placed_at, updated_at,
            event_seq, command_id, actor, lot_method
        )
        select
            a.order_id, a.account_id, a.security_id, a.client_order_id, a.side, a.order_type, a.time_in_force,
            a.quantity, a.notional, a.limit_price, a.stop_price, a.hold_price,
            case
                when a.side = 'buy' then greatest(a.wanted - coalesce(a.quantity * a.hold_price, a.notional), 0) else 0
            end,
            a.wanted, 'accepted', fb_private.last_session(a.time_in_force, v_clock), a.effective_at, a.recorded_at,
            a.recorded_at, a.new_event_seq, a.order_id, a.actor, a.lot_method
        from accepted as a
    ),

    chosen_lots as (
        insert into public.order_lots (order_id, lot_id, account_id, position, quantity)
        select a.order_id, l.lot_id, a.account_id, l.rank, l.quantity
        from accepted as a
        cross join lateral fb_private.lots_of(a.lots) as l
        where a.lots is not null
    ),

    new_events as (
        insert into public.order_events (
            order_id, account_id, event_seq, event, to_status, filled_quantity, effective_at, recorded_at, command_id,
            actor, key_id, request_id, origin
        )
        select
            a.order_id, a.account_id, a.new_event_seq, 'placed', 'accepted', 0, a.effective_at, a.recorded_at,
            a.order_id, a.actor, a.key_id, a.request_id, a.origin
        from accepted as a
    ),

    outgoing as (
        insert into public.outbox (
            account_id, event_seq, kind, payload, command_id, recorded_at, effective_at
        )
        select
            a.account_id, a.new_event_seq, 'order.placed', jsonb_build_object('order_id', a.order_id), a.order_id,
            a.recorded_at, a.effective_at
        from accepted as a
    ),

    held_shares as (
        update public.holdings as h
        set held = h.held + s.wanted, updated_at = s.recorded_at
        from (
            select a.account_id, a.security_id, sum(a.wanted) as wanted, max(a.recorded_at) as recorded_at
            from accepted as a
            where a.side = 'sell'
            group by a.account_id, a.security_id
        ) as s
        where h.account_id = s.account_id and h.security_id = s.security_id
    ),

    held_cash as (
        update public.accounts as a
        set
            held = a.held + t.wanted,
            event_seq = a.event_seq + t.events,
            last_recorded_at = t.recorded_at,
            updated_at = t.recorded_at
        from (
            select
                n.account_id, count(*) as events, max(n.recorded_at) as recorded_at,
                coalesce(sum(n.wanted) filter (where n.side = 'buy'), 0) as wanted
            from accepted as n
            group by n.account_id
        ) as t
        where a.account_id = t.account_id
    )

    select array_agg(j.ordinal), array_agg(j.verdict) into v_refused, v_verdicts
    from judged as j
    where j.verdict is not null;
    return fb_private.with_verdicts(p_codes, v_refused, v_verdicts);
end
$$;

create or replace function fb.cancel_order(
    p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_order_ids uuid[],
    p_skip_locked boolean default false
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
    v_claim record;
    v_ids uuid[];
    v_states text[];
    v_codes text[];
    v_refused integer[];
    v_verdicts text[];
    v_now timestamptz;
    v_effective timestamptz;
begin
    perform fb_private.begin_command(array[
        cardinality(p_identities), cardinality(p_keys), cardinality(p_request_ids), cardinality(p_origins),
        cardinality(p_order_ids)
    ]);
    if v_count = 0 then
        return;
    end if;
    -- An order never changes its account, so this needs no lock of its own.
    v_account_ids := fb_private.accounts_of_orders(p_order_ids);
    v_busy := fb_private.lock_accounts(v_account_ids, p_skip_locked);
    v_now := clock_timestamp();
    v_effective := fb_private.market_time();
    v_identity := fb_private.verified_identities(p_identities);

    select
        array_agg(
            case
                when i.account_id = any (v_busy) then 'account_busy'
                when i.problem is not null then i.problem
                when i.key is null then 'required:key'
                when length(i.key) not between 1 and 255 then 'out_of_range:key'
                when i.order_id is null then 'required:order_id'
            end
            order by i.ordinal
        ),
        array_agg(sha256(convert_to(row(i.order_id)::text, 'UTF8')) order by i.ordinal)
    into v_codes, v_hashes
    from unnest(v_identity.problems, p_keys, v_account_ids, p_order_ids)
        with ordinality as i (problem, key, account_id, order_id, ordinal);
    v_hashes := fb_private.hashes_to_claim(v_codes, v_hashes);
    v_claim := fb_private.claim(
        'cancel_order', v_identity.actors, p_keys, v_hashes, fb_private.new_ids(v_count)
    );
    v_ids := v_claim.p_ids;
    v_states := v_claim.states;

    with input as (
        select i.*
        from unnest(
            v_ids, v_states, v_identity.actors, v_identity.user_ids, v_identity.key_ids, v_identity.scopes,
            v_identity.account_ids, p_request_ids, p_origins, v_account_ids, p_order_ids
        ) with ordinality as i (
            command_id, state, actor, user_id, key_id, scopes, key_account_id, request_id, origin, account_id, order_id,
            ordinal
        )
        where i.state = 'claimed'
    ),

    checked as (
        select
            i.*, o.status, o.filled_quantity, a.event_seq as last_event_seq,
            greatest(v_now, a.last_recorded_at) as recorded_at,
            case
                when o.order_id is null then 'order_not_found:order_id'
                when p.why = 'account_not_found' then 'order_not_found:order_id'
                -- An order may always be taken back, from a restricted account too.
                when p.why <> 'account_not_active' then p.why
                when o.status = 'pending_replace' or r.status = 'pending_replace' then 'replace_pending:order_id'
                when o.status not in ('accepted', 'new', 'partially_filled') then 'order_not_open:order_id'
            end as problem
        from input as i
        left join public.orders as o on o.order_id = i.order_id
        left join public.orders as r on r.order_id = o.replaces
        left join public.accounts as a on a.account_id = o.account_id
        left join public.account_owners as w on w.account_id = o.account_id and w.user_id = i.user_id
        left join public.users as u on u.user_id = i.user_id
        cross join lateral (
            select fb_private.why_not(
                'trade', i.scopes, o.account_id, i.key_account_id, w.role, u.is_active, a.status
            ) as why
        ) as p
    ),

    judged as materialized (
        select
            c.*,
            coalesce(
                c.problem,
                case
                    when row_number() over (partition by c.order_id, c.problem is null order by c.ordinal) > 1
                        then 'order_not_open:order_id'
                end
            ) as verdict
        from checked as c
    ),

    accepted as materialized (
        select j.*, j.last_event_seq + row_number() over (partition by j.account_id order by j.ordinal) as new_event_seq
        from judged as j
        where j.verdict is null
    ),

    changed as (
        update public.orders as o
        set status = 'pending_cancel', updated_at = a.recorded_at
        from accepted as a
        where o.order_id = a.order_id
    ),

    new_events as (
        insert into public.order_events (
            order_id, account_id, event_seq, event, from_status, to_status, filled_quantity, effective_at, recorded_at,
            command_id, actor, key_id, request_id, origin
        )
        select
            a.order_id, a.account_id, a.new_event_seq, 'cancel_requested', a.status, 'pending_cancel',
            a.filled_quantity, v_effective, a.recorded_at, a.command_id, a.actor, a.key_id, a.request_id, a.origin
        from accepted as a
    ),

    outgoing as (
        insert into public.outbox (account_id, event_seq, kind, payload, command_id, recorded_at, effective_at)
        select
            a.account_id, a.new_event_seq, 'order.cancel_requested', jsonb_build_object('order_id', a.order_id),
            a.command_id, a.recorded_at, v_effective
        from accepted as a
    ),

    counted as (
        update public.accounts as a
        set event_seq = a.event_seq + t.events, last_recorded_at = t.recorded_at, updated_at = t.recorded_at
        from (
            select n.account_id, count(*) as events, max(n.recorded_at) as recorded_at
            from accepted as n
            group by n.account_id
        ) as t
        where a.account_id = t.account_id
    )

    select array_agg(j.ordinal), array_agg(j.verdict) into v_refused, v_verdicts
    from judged as j
    where j.verdict is not null;
    v_codes := fb_private.with_verdicts(v_codes, v_refused, v_verdicts);

    if not fb_private.has_none(v_codes) then
        perform fb_private.record_refusals(
            v_ids, fb_private.codes_of(v_codes, v_states), fb_private.fields_of(v_codes)
        );
    end if;
    return query
    select
        v.ordinal, v.outcome, v.replayed, v.command_id, v.code, v.field,
        case
            when v.outcome = 'accepted' then jsonb_build_object(
                'order_id', p_order_ids[v.ordinal], 'account_id', v_account_ids[v.ordinal], 'status', 'pending_cancel'
            )
        end
    from fb_private.verdicts(
        v_ids, fb_private.final_states(v_codes, v_states), fb_private.codes_of(v_codes, null),
        fb_private.fields_of(v_codes)
    ) as v
    order by v.ordinal;
end
$$;

create or replace function fb_private.accounts_of_orders(p_order_ids uuid[]) returns uuid[]
language plpgsql stable
as $$
begin
    return array(
        select o.account_id from unnest(p_order_ids) with ordinality as i (order_id, ordinal)
        left join public.orders as o on o.order_id = i.order_id
        order by i.ordinal
    );
end
$$;
