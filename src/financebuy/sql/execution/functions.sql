-- What the venue says. A fact is never refused: what does not fit leaves an exception row.

-- An order's next state under a fact; NULL when the fact changes nothing.
create or replace function fb_private.state_after(
    p_fact text, p_status text, p_filled_quantity numeric, p_venue_order_id text
) returns text
language sql immutable parallel safe
return case p_fact
    -- A fill or a cancel may overtake the acknowledgement: the venue's id is worth keeping all the same.
    when 'order_acknowledged' then case
        when p_venue_order_id is not null then null
        when p_status = 'accepted' then 'new'
        when p_status in ('partially_filled', 'pending_cancel', 'pending_replace') then p_status
    end
    -- A fill may overtake it.
    when 'order_triggered' then case
        when p_status in ('accepted', 'new', 'partially_filled', 'pending_cancel', 'pending_replace') then p_status
    end
    -- What has been filled in part cannot have been rejected.
    when 'order_rejected' then case
        when p_status in ('accepted', 'new', 'pending_cancel', 'pending_replace') and p_filled_quantity = 0
            then 'rejected'
    end
    when 'order_canceled' then case
        when p_status in ('accepted', 'new', 'partially_filled', 'pending_cancel', 'pending_replace') then 'canceled'
    end
    when 'order_expired' then case
        when p_status in ('accepted', 'new', 'partially_filled', 'pending_cancel', 'pending_replace') then 'expired'
    end
    -- What the order was before something was asked of it.
    when 'cancel_rejected' then case
        when p_status is distinct from 'pending_cancel' then null
        when p_filled_quantity > 0 then 'partially_filled'
        when p_venue_order_id is not null then 'new'
        else 'accepted'
    end
end;

create or replace function fb_private.event_of(p_fact text) returns text
language sql immutable parallel safe
return case p_fact
    when 'order_acknowledged' then 'acknowledged'
    when 'order_rejected' then 'rejected'
    when 'order_canceled' then 'canceled'
    when 'order_expired' then 'expired'
    when 'cancel_rejected' then 'cancel_rejected'
    when 'order_triggered' then 'triggered'
    when 'order_replaced' then 'replaced'
    when 'replace_rejected' then 'replace_rejected'
end;

-- One fact an account, set-wise: the order's state, what it holds, its event.
create or replace function fb_private.order_fact_wave(
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
            i.*, o.account_id, o.security_id, o.side, o.status, o.held, o.filled_quantity,
            case when o.status = 'pending_replace' then o.replaced_by end as heir_id,
            coalesce(r.status = 'pending_replace', false) as waits,
            case
                -- The venue does not have it yet: it knows the order that this one is to replace.
                when r.status = 'pending_replace' then null
                when p_fact = 'order_triggered' and (o.stop_price is null or o.triggered_at is not null) then null
                when o.status = 'pending_replace' and o.carried_quantity + o.filled_quantity >= o.quantity
                    and s.status in ('canceled', 'expired')
                    then 'filled'
                else s.status
            end as new_status,
            greatest(v_now, a.last_recorded_at) as recorded_at, a.event_seq + 1 as new_event_seq,
            coalesce(i.effective_at_given, v_market_time) as effective_at
        from unnest(
            p_waves, p_ids, p_states, p_actors, p_request_ids, p_origins, p_venues, p_order_ids, p_notes, p_effective_at
        ) with ordinality as i (
            wave, command_id, state, actor, request_id, origin, venue, order_id, note, effective_at_given, ordinal
        )
        left join public.orders as o on o.order_id = i.order_id
        left join public.orders as r on r.order_id = o.replaces
        left join public.accounts as a on a.account_id = o.account_id
        cross join lateral (
            select fb_private.state_after(p_fact, o.status, o.filled_quantity, o.venue_order_id) as status
        ) as s
        where i.wave = p_wave and i.state = 'claimed'
    ),

    facts as materialized (
        select
            i.*,
            i.new_status in ('rejected', 'canceled', 'expired', 'filled') as ends,
            case when i.new_status in ('rejected', 'canceled', 'expired', 'filled') then i.held else 0 end as released
        from input as i
    ),

    -- What was to replace an order that has ended can only end with it. It holds nothing: the other held for both.
    heirs as materialized (
        select f.*, h.filled_quantity as heir_filled_quantity
        from facts as f
        inner join public.orders as h on h.order_id = f.heir_id
        where f.ends
    ),

    ended_heirs as (
        update public.orders as o
        set
            status = 'rejected', reject_reason = 'the order that it was to replace has ended',
            terminal_at = h.recorded_at, updated_at = h.recorded_at
        from heirs as h
        where o.order_id = h.heir_id
    ),

    changed as (
        update public.orders as o
        set
            status = f.new_status,
            held = o.held - f.released,
            venue = coalesce(f.venue, o.venue),
            venue_order_id = case when p_fact = 'order_acknowledged' then f.note else o.venue_order_id end,
            reject_reason = case when p_fact = 'order_rejected' then f.note else o.reject_reason end,
            replaced_by = case when f.ends then null else o.replaced_by end,
            triggered_at = case when p_fact = 'order_triggered' then f.effective_at else o.triggered_at end,
            terminal_at = case when f.ends then f.recorded_at end,
            updated_at = f.recorded_at
        from facts as f
        where o.order_id = f.order_id and f.new_status is not null
    ),

    released_shares as (
        update public.holdings as h
        set held = h.held - f.released, updated_at = f.recorded_at
        from facts as f
        where h.account_id = f.account_id and h.security_id = f.security_id and f.side = 'sell' and f.released > 0
    ),

    new_events as (
        insert into public.order_events (
            order_id, account_id, event_seq, event, from_status, to_status, filled_quantity, reason, effective_at,
            recorded_at, command_id, actor, request_id, origin
        )
        select
            f.order_id, f.account_id, f.new_event_seq, fb_private.event_of(p_fact), f.status, f.new_status,
            f.filled_quantity, f.note, f.effective_at, f.recorded_at, f.command_id, f.actor, f.request_id, f.origin
        from facts as f
        where f.new_status is not null
        union all
        select
            h.heir_id, h.account_id, h.new_event_seq + 1, 'rejected', 'accepted', 'rejected', h.heir_filled_quantity,
            'the order that it was to replace has ended', h.effective_at, h.recorded_at, h.command_id, h.actor,
            h.request_id, h.origin
        from heirs as h
    ),

    outgoing as (
        insert into public.outbox (account_id, event_seq, kind, payload, command_id, recorded_at, effective_at)
        select
            f.account_id, f.new_event_seq, 'order.' || fb_private.event_of(p_fact),
            jsonb_build_object('order_id', f.order_id, 'reason', f.note), f.command_id, f.recorded_at, f.effective_at
        from facts as f
        where f.new_status is not null
        union all
        select
            h.account_id, h.new_event_seq + 1, 'order.rejected',
            jsonb_build_object('order_id', h.heir_id, 'reason', 'the order that it was to replace has ended'),
            h.command_id, h.recorded_at, h.effective_at
        from heirs as h
    ),

    needing_a_person as (
        insert into public.exceptions (
            exception_id, kind, account_id, order_id, command_id, detail, created_at, updated_at
        )
        select
            fb_private.uuid7(), case when f.account_id is null then 'unknown_order' else 'unexpected_state' end,
            f.account_id, f.order_id, f.command_id,
            jsonb_build_object('fact', p_fact, 'venue', f.venue, 'status', f.status, 'note', f.note),
            coalesce(f.recorded_at, v_now), coalesce(f.recorded_at, v_now)
        from facts as f
        where
            f.account_id is null
            or f.waits
            or (p_fact = 'order_canceled' and f.status = 'filled')
            or (p_fact = 'order_rejected' and f.filled_quantity > 0)
    )

    update public.accounts as a
    set
        held = a.held - case when f.side = 'buy' then f.released else 0 end,
        event_seq = f.new_event_seq + (f.ends and f.heir_id is not null)::integer,
        last_recorded_at = f.recorded_at,
        updated_at = f.recorded_at
    from facts as f
    where a.account_id = f.account_id and f.new_status is not null;
end
$$;

create or replace function fb_private.order_fact(
    p_fact text, p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[],
    p_notes text[], p_effective_at timestamptz[], p_skip_locked boolean
)
returns table (
    ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb
)
language plpgsql
as $$
#variable_conflict use_column
declare
    v_count integer := coalesce(cardinality(p_keys), 0);
    v_account_ids uuid[];
    v_busy uuid[];
    v_actors text[];
    v_hashes bytea[];
    v_claim record;
    v_ids uuid[];
    v_states text[];
    v_codes text[];
    v_waves integer[];
    v_last_wave integer;
begin
    perform fb_private.begin_command(array[
        cardinality(p_keys), cardinality(p_request_ids), cardinality(p_origins), cardinality(p_venues),
        cardinality(p_order_ids), cardinality(p_notes), cardinality(p_effective_at)
    ]);
    if v_count = 0 then
        return;
    end if;
    v_account_ids := fb_private.accounts_of_orders(p_order_ids);
    v_busy := fb_private.lock_accounts(v_account_ids, p_skip_locked);

    select
        array_agg('venue:' || i.venue order by i.ordinal),
        array_agg(
            case
                when i.account_id = any (v_busy) then 'account_busy'
                when i.venue is null then 'required:venue'
                when length(i.venue) not between 1 and 64 then 'out_of_range:venue'
                when i.key is null then 'required:key'
                when length(i.key) not between 1 and 240 then 'out_of_range:key'
                when i.order_id is null then 'required:order_id'
                when length(i.note) > 500 then 'out_of_range:'
                    || case when p_fact in ('order_acknowledged', 'order_replaced') then 'venue_order_id' else 'reason' end
                when not isfinite(i.effective_at) then 'invalid_value:effective_at'
            end
            order by i.ordinal
        ),
        array_agg(sha256(convert_to(row(i.order_id, i.note)::text, 'UTF8')) order by i.ordinal),
        array_agg(i.wave order by i.ordinal), max(i.wave)
    into v_actors, v_codes, v_hashes, v_waves, v_last_wave
    from (
        select n.*, row_number() over (partition by n.account_id order by n.ordinal)::integer as wave
        from unnest(p_keys, p_venues, p_order_ids, p_notes, p_effective_at, v_account_ids)
            with ordinality as n (key, venue, order_id, note, effective_at, account_id, ordinal)
    ) as i;
    v_hashes := fb_private.hashes_to_claim(v_codes, v_hashes);
    v_claim := fb_private.claim(p_fact, v_actors, p_keys, v_hashes, fb_private.new_ids(v_count));
    v_ids := v_claim.p_ids;
    v_states := v_claim.states;

    for v_wave in 1..v_last_wave loop
        if p_fact in ('order_replaced', 'replace_rejected') then
            perform fb_private.replace_fact_wave(
                p_fact, v_wave, v_waves, v_ids, v_states, v_actors, p_request_ids, p_origins, p_venues, p_order_ids,
                p_notes, p_effective_at
            );
        else
            perform fb_private.order_fact_wave(
                p_fact, v_wave, v_waves, v_ids, v_states, v_actors, p_request_ids, p_origins, p_venues, p_order_ids,
                p_notes, p_effective_at
            );
        end if;
    end loop;

    return query
    select
        v.ordinal, v.outcome, v.replayed, v.command_id, v.code, v.field,
        case
            when v.outcome = 'accepted' then jsonb_build_object(
                'order_id', p_order_ids[v.ordinal], 'account_id', v_account_ids[v.ordinal]
            )
        end
    from fb_private.verdicts(
        v_ids, fb_private.final_states(v_codes, v_states), fb_private.codes_of(v_codes, null),
        fb_private.fields_of(v_codes)
    ) as v
    order by v.ordinal;
end
$$;

create or replace function fb.order_acknowledged(
    p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[],
    p_venue_order_ids text[], p_effective_at timestamptz[], p_skip_locked boolean default false
)
returns table (
    ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb
)
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    select f.* from fb_private.order_fact(
        'order_acknowledged', p_keys, p_request_ids, p_origins, p_venues, p_order_ids, p_venue_order_ids,
        p_effective_at, p_skip_locked
    ) as f
$$;

create or replace function fb.order_rejected(
    p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[],
    p_effective_at timestamptz[], p_skip_locked boolean default false
)
returns table (
    ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb
)
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    select f.* from fb_private.order_fact(
        'order_rejected', p_keys, p_request_ids, p_origins, p_venues, p_order_ids, p_reasons, p_effective_at,
        p_skip_locked
    ) as f
$$;

create or replace function fb.order_canceled(
    p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[],
    p_effective_at timestamptz[], p_skip_locked boolean default false
)
returns table (
    ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb
)
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    select f.* from fb_private.order_fact(
        'order_canceled', p_keys, p_request_ids, p_origins, p_venues, p_order_ids, p_reasons, p_effective_at,
        p_skip_locked
    ) as f
$$;

create or replace function fb.cancel_rejected(
    p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[],
    p_effective_at timestamptz[], p_skip_locked boolean default false
)
returns table (
    ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb
)
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    select f.* from fb_private.order_fact(
        'cancel_rejected', p_keys, p_request_ids, p_origins, p_venues, p_order_ids, p_reasons, p_effective_at,
        p_skip_locked
    ) as f
$$;

create or replace function fb.order_expired(
    p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[],
    p_effective_at timestamptz[], p_skip_locked boolean default false
)
returns table (
    ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb
)
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    select f.* from fb_private.order_fact(
        'order_expired', p_keys, p_request_ids, p_origins, p_venues, p_order_ids, p_reasons, p_effective_at,
        p_skip_locked
    ) as f
$$;

-- The last price has reached an order's stop: from now on it is a market or limit order.
create or replace function fb.order_triggered(
    p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[],
    p_effective_at timestamptz[], p_skip_locked boolean default false
)
returns table (
    ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb
)
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    select f.* from fb_private.order_fact(
        'order_triggered', p_keys, p_request_ids, p_origins, p_venues, p_order_ids, p_reasons, p_effective_at,
        p_skip_locked
    ) as f
$$;

-- The venue has put the new order in the place of this one, and names the new one.
create or replace function fb.order_replaced(
    p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[],
    p_venue_order_ids text[], p_effective_at timestamptz[], p_skip_locked boolean default false
)
returns table (
    ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb
)
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    select f.* from fb_private.order_fact(
        'order_replaced', p_keys, p_request_ids, p_origins, p_venues, p_order_ids, p_venue_order_ids, p_effective_at,
        p_skip_locked
    ) as f
$$;

-- The venue goes on with this order as it was.
create or replace function fb.replace_rejected(
    p_keys text[], p_request_ids text[], p_origins text[], p_venues text[], p_order_ids uuid[], p_reasons text[],
    p_effective_at timestamptz[], p_skip_locked boolean default false
)
returns table (
    ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb
)
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    select f.* from fb_private.order_fact(
        'replace_rejected', p_keys, p_request_ids, p_origins, p_venues, p_order_ids, p_reasons, p_effective_at,
        p_skip_locked
    ) as f
$$;

-- Ends day orders whose session is over and that the venue has not ended. Returns how many; 0 says there are no more.
create or replace function fb.expire_orders(p_session date, p_limit integer) returns integer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_order_ids uuid[];
begin
    perform fb_private.begin_command(array[1]);
    v_order_ids := array(
        select o.order_id from public.orders as o
        where o.terminal_at is null and o.expires_on <= p_session
            -- What waits to replace another order ends with that one, or lives when the venue has said so.
            and not exists (
                select 1 from public.orders as r where r.order_id = o.replaces and r.status = 'pending_replace'
            )
        order by o.placed_at, o.order_id
        limit p_limit
    );
    return fb_private.end_orders('order_expired', v_order_ids, 'job:expire_orders', 'session closed');
end
$$;

-- Ends orders by a job of ours, under their accounts' locks. Those that ended meanwhile are left as they are.
create or replace function fb_private.end_orders(p_fact text, p_order_ids uuid[], p_actor text, p_reason text)
returns integer
language plpgsql
as $$
declare
    v_count integer := coalesce(cardinality(p_order_ids), 0);
    v_account_ids uuid[];
    v_waves integer[];
begin
    if v_count = 0 then
        return 0;
    end if;
    v_account_ids := fb_private.accounts_of_orders(p_order_ids);
    perform fb_private.lock_accounts(v_account_ids, false);
    v_waves := array(
        select row_number() over (partition by i.account_id order by i.ordinal)::integer
        from unnest(v_account_ids) with ordinality as i (account_id, ordinal)
        order by i.ordinal
    );
    for v_wave in 1..(select max(w) from unnest(v_waves) as w) loop
        perform fb_private.order_fact_wave(
            p_fact, v_wave, v_waves, fb_private.new_ids(v_count), array_fill('claimed'::text, array[v_count]),
            array_fill(p_actor, array[v_count]), array_fill(null::text, array[v_count]),
            array_fill('worker'::text, array[v_count]), array_fill(null::text, array[v_count]), p_order_ids,
            array_fill(p_reason, array[v_count]), array_fill(null::timestamptz, array[v_count])
        );
    end loop;
    return v_count;
end
$$;

create or replace function fb.execution(
    p_request_ids text[], p_origins text[], p_venues text[], p_venue_execution_ids text[], p_order_ids uuid[],
    p_quantities numeric[], p_prices numeric[], p_effective_at timestamptz[], p_skip_locked boolean default false
)
returns table (
    ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb
)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    v_count integer := coalesce(cardinality(p_order_ids), 0);
    v_account_ids uuid[];
    v_busy uuid[];
    v_actors text[];
    v_keys text[];
    v_hashes bytea[];
    v_new_ids uuid[];
    v_claim record;
    v_ids uuid[];
    v_states text[];
    v_codes text[];
    v_waves integer[];
    v_last_wave integer;
    v_replacing boolean;
begin
    perform fb_private.begin_command(array[
        cardinality(p_request_ids), cardinality(p_origins), cardinality(p_venues), cardinality(p_venue_execution_ids),
        cardinality(p_order_ids), cardinality(p_quantities), cardinality(p_prices), cardinality(p_effective_at)
    ]);
    if v_count = 0 then
        return;
    end if;
    v_account_ids := fb_private.accounts_of_orders(p_order_ids);
    v_busy := fb_private.lock_accounts(v_account_ids, p_skip_locked);

    select
        array_agg('venue:' || i.venue order by i.ordinal),
        array_agg('execution:' || i.venue_execution_id order by i.ordinal),
        array_agg(
            case
                when i.account_id = any (v_busy) then 'account_busy'
                when i.venue is null then 'required:venue'
                when length(i.venue) not between 1 and 64 then 'out_of_range:venue'
                when i.venue_execution_id is null then 'required:venue_execution_id'
                when length(i.venue_execution_id) not between 1 and 128 then 'out_of_range:venue_execution_id'
                when i.order_id is null then 'required:order_id'
                when i.quantity is null then 'required:quantity'
                when i.price is null then 'required:price'
                when not fb_private.is_finite(i.quantity) then 'invalid_value:quantity'
                when not fb_private.is_finite(i.price) then 'invalid_value:price'
                when i.quantity <= 0 or i.quantity > 1000000000000 then 'out_of_range:quantity'
                when i.price <= 0 or i.price > 1000000000 then 'out_of_range:price'
                when min_scale(i.quantity) > u.scale then 'excess_scale:quantity'
                when min_scale(i.price) > 9 then 'excess_scale:price'
                when not isfinite(i.effective_at) then 'invalid_value:effective_at'
            end
            order by i.ordinal
        ),
        array_agg(
            sha256(convert_to(
                row(i.order_id, trim_scale(i.quantity), trim_scale(i.price))::text, 'UTF8'
            ))
            order by i.ordinal
        ),
        array_agg(i.wave order by i.ordinal), max(i.wave), bool_or(o.replaces is not null)
    into v_actors, v_keys, v_codes, v_hashes, v_waves, v_last_wave, v_replacing
    from (
        select n.*, row_number() over (partition by n.account_id order by n.ordinal)::integer as wave
        from unnest(
            p_venues, p_venue_execution_ids, p_order_ids, p_quantities, p_prices, p_effective_at, v_account_ids
        ) with ordinality as n (
            venue, venue_execution_id, order_id, quantity, price, effective_at, account_id, ordinal
        )
    ) as i
    left join public.orders as o on o.order_id = i.order_id
    left join public.assets as u on u.asset_id = o.security_id;
    v_hashes := fb_private.hashes_to_claim(v_codes, v_hashes);
    v_new_ids := fb_private.new_ids(v_count);
    v_claim := fb_private.claim('execution', v_actors, v_keys, v_hashes, v_new_ids);
    v_ids := v_claim.p_ids;
    v_states := v_claim.states;
    -- A key that had been pruned was claimed anew just now; the execution stands for ever.
    if exists (
        select 1 from unnest(v_states, p_venues, p_venue_execution_ids) as i (state, venue, venue_execution_id)
        -- By the key, whatever the statistics: a plan of an empty table would read every execution for each fact.
        cross join lateral (
            select n.execution_id from public.executions as n
            where n.venue = i.venue and n.venue_execution_id = i.venue_execution_id
            limit 1
        ) as e
        where i.state = 'claimed'
    ) then
        select
            array_agg(coalesce(e.command_id, i.command_id) order by i.ordinal),
            array_agg(
                case
                    when e.execution_id is null then i.state
                    when e.kind = 'fill' and e.order_id = i.order_id and e.reported_quantity = i.quantity and e.price = i.price then 'replay'
                    else 'conflict'
                end
                order by i.ordinal
            )
        into v_ids, v_states
        from unnest(v_claim.p_ids, v_claim.states, p_venues, p_venue_execution_ids, p_order_ids, p_quantities, p_prices)
            with ordinality as i (command_id, state, venue, venue_execution_id, order_id, quantity, price, ordinal)
        left join lateral (
            select n.execution_id, n.command_id, n.kind, n.order_id, n.reported_quantity, n.price
            from public.executions as n
            where (i.state = 'claimed' or (i.state in ('replay', 'conflict') and i.command_id = any (v_new_ids)))
                and n.venue = i.venue and n.venue_execution_id = i.venue_execution_id
            limit 1
        ) as e on true;
        if v_ids <> v_claim.p_ids then
            perform fb_private.restore_keys(v_actors, v_keys, v_new_ids, v_ids, v_states);
        end if;
    end if;

    for v_wave in 1..v_last_wave loop
        if v_replacing then
            perform fb_private.imply_replaced(
                v_wave, v_waves, v_ids, v_states, v_actors, p_request_ids, p_origins, p_venues, p_order_ids,
                p_effective_at
            );
        end if;
        perform fb_private.execution_wave(
            v_wave, v_waves, v_ids, v_states, v_actors, p_request_ids, p_origins, p_venues, p_venue_execution_ids,
            p_order_ids, p_quantities, p_prices, p_effective_at
        );
    end loop;

    return query
    select
        v.ordinal, v.outcome, v.replayed, v.command_id, v.code, v.field,
        case
            when e.execution_id is not null then jsonb_build_object(
                'execution_id', e.execution_id, 'order_id', e.order_id, 'account_id', e.account_id,
                'quantity', e.quantity::text, 'amount', e.amount::text, 'fee', e.fee::text, 'late', e.late
            )
        end
    from fb_private.verdicts(
        v_ids, fb_private.final_states(v_codes, v_states), fb_private.codes_of(v_codes, null),
        fb_private.fields_of(v_codes)
    ) as v
    left join lateral (
        select n.* from public.executions as n
        where v.outcome = 'accepted' and n.execution_id = v.command_id
        limit 1
    ) as e on true
    order by v.ordinal;
end
$$;

-- One fill an account, set-wise: the order, the holding, its lots, cash, fee, settlement, entries, event.
create or replace function fb_private.execution_wave(
    p_wave integer, p_waves integer[], p_ids uuid[], p_states text[], p_actors text[], p_request_ids text[],
    p_origins text[], p_venues text[], p_venue_execution_ids text[], p_order_ids uuid[], p_quantities numeric[],
    p_prices numeric[], p_effective_at timestamptz[], p_ref_execution_ids uuid[] default null
) returns void
language plpgsql
as $$
declare
    v_now timestamptz := clock_timestamp();
    v_market_time timestamptz := fb_private.market_time();
begin
    with input as (
        select
            i.*, o.account_id, o.security_id, o.side, o.status, o.quantity as ordered, o.notional, o.hold_price, o.held,
            o.filled_quantity, o.filled_gross, o.filled_amount, o.fees, o.terminal_at is not null as late,
            -- A chain of orders that replaced one another fills, pays and holds as the last of them.
            n.chain, t.order_id as tail_id, t.status as tail_status, t.filled_quantity as tail_filled_quantity,
            coalesce(t.quantity, o.quantity) as chain_ordered, coalesce(t.hold_price, o.hold_price) as chain_hold_price,
            coalesce(t.held, o.held) as chain_held,
            case when t.order_id is null then o.terminal_at else t.terminal_at end is null as chain_open,
            coalesce(t.carried_quantity + t.filled_quantity, o.carried_quantity + o.filled_quantity) as chain_filled,
            coalesce(t.carried_gross + t.filled_gross, o.carried_gross + o.filled_gross) as chain_gross,
            coalesce(t.carried_fees + t.fees, o.carried_fees + o.fees) as chain_fees,
            h.quantity as heir_quantity, h.hold_price as heir_hold_price,
            case o.side when 'buy' then 1 when 'sell' then -1 end as direction,
            coalesce(case when t.order_id is null then o.lot_method else t.lot_method end, a.lot_method) as lot_method,
            s.currency, money.asset_id as money_id, money.scale as money_scale, units.scale as unit_scale,
            a.balance, a.held as account_held, a.version + 1 as cash_version, a.event_seq + 1 as new_event_seq,
            greatest(v_now, a.last_recorded_at) as recorded_at,
            coalesce(i.effective_at_given, v_market_time) as effective_at,
            -- How much of it the order can take; the venue's surplus is the house's to undo.
            case
                when o.order_id is null then 0
                when o.quantity is not null then least(
                    i.reported, greatest(
                        coalesce(
                            t.quantity - t.carried_quantity - t.filled_quantity,
                            o.quantity - o.carried_quantity - o.filled_quantity
                        ), 0
                    )
                )
                else least(i.reported, fb_private.floor_ratio(greatest(o.notional - o.filled_gross, 0), i.price, units.scale))
            end as counted
        from unnest(
            p_waves, p_ids, p_states, p_actors, p_request_ids, p_origins, p_venues, p_venue_execution_ids, p_order_ids,
            p_quantities, p_prices, p_effective_at, p_ref_execution_ids
        ) with ordinality as i (
            wave, execution_id, state, actor, request_id, origin, venue, venue_execution_id, order_id,
            reported, price, effective_at_given, ref_execution_id, ordinal
        )
        left join public.orders as o on o.order_id = i.order_id
        cross join lateral (
            select case when o.status = 'replaced' then fb_private.chain_after(o.order_id) end as chain
        ) as n
        left join public.orders as t on t.order_id = n.chain[cardinality(n.chain)]
        left join public.orders as h
            on h.order_id = case when t.order_id is null then o.replaced_by else t.replaced_by end
                and coalesce(t.status, o.status) = 'pending_replace'
        left join public.accounts as a on a.account_id = o.account_id
        left join public.securities as s on s.security_id = o.security_id
        left join public.assets as units on units.asset_id = o.security_id
        left join public.assets as money on money.kind = 'currency' and money.code = s.currency
        where i.wave = p_wave and i.state = 'claimed'
    ),

    -- Rounded once an execution and cumulatively over the order, so that many small fills cost what one large one does.
    valued as materialized (
        select
            i.*, i.filled_quantity + i.counted as new_filled, i.filled_gross + i.counted * i.price as new_gross,
            -- After a bust the cents of the fills that stay may be one more than their sum rounds to.
            greatest(
                fb_private.round_half_even(i.filled_gross + i.counted * i.price, i.money_scale) - i.filled_amount, 0
            ) as amount,
            -- What the order could not take is charged nothing, whatever the schedule says by now.
            case
                when i.counted > 0 then greatest(
                    fb_private.round_half_even(
                        fb_private.fee_by(
                            s.flat, s.per_share, s.basis_points, s.minimum, s.maximum, i.chain_filled + i.counted,
                            i.chain_gross + i.counted * i.price
                        ), i.money_scale
                    ) - i.chain_fees, 0
                )
                else 0
            end as fee
        from input as i
        left join lateral (
            select n.flat, n.per_share, n.basis_points, n.minimum, n.maximum from public.fee_schedules as n
            where n.side = i.side and n.effective_from <= i.effective_at
            order by n.effective_from desc
            limit 1
        ) as s on true
    ),

    judged as (
        select
            v.*,
            -v.direction * v.amount - v.fee as cash,
            coalesce(
                v.chain_filled + v.counted >= v.chain_ordered,
                fb_private.floor_ratio(v.notional - v.new_gross, v.price, v.unit_scale) = 0
            ) as complete
        from valued as v
    ),

    fills as materialized (
        select
            j.*,
            case
                -- Replaced it stays; and while the venue has a replacement to answer, that answer ends it.
                when j.status in ('replaced', 'pending_replace') then j.status
                when j.complete then 'filled'
                when j.late then j.status
                when j.status = 'pending_cancel' then 'pending_cancel'
                else 'partially_filled'
            end as new_status,
            j.complete and j.status not in ('replaced', 'pending_replace') as ends,
            coalesce(j.complete and j.chain_open and j.tail_status <> 'pending_replace', false) as tail_ends,
            -- What a sell holds is never more after a fill than before it, however the rest is rounded.
            greatest(
                j.chain_held - case
                    when not j.chain_open then 0
                    else greatest(
                        case
                            when not j.complete then fb_private.hold(
                                j.side, j.chain_ordered, j.notional, j.chain_hold_price, j.chain_filled + j.counted,
                                j.chain_gross + j.counted * j.price, j.chain_fees + j.fee, j.effective_at, j.money_scale,
                                j.unit_scale
                            )
                            else 0
                        end,
                        case
                            when j.heir_quantity is not null then fb_private.hold(
                                j.side, j.heir_quantity, null, j.heir_hold_price, j.chain_filled + j.counted,
                                j.chain_gross + j.counted * j.price, j.chain_fees + j.fee, j.effective_at, j.money_scale,
                                j.unit_scale
                            )
                            else 0
                        end
                    )
                end,
                case j.side when 'sell' then 0 else '-Infinity'::numeric end
            ) as released,
            fb_private.uuid7() as transaction_id, v.account_id as venue_house, e.account_id as fee_house,
            coalesce(
                c.settles_on, fb_private.next_weekday((j.effective_at at time zone 'America/New_York')::date)
            ) as settle_on
        from judged as j
        left join public.accounts as v on v.house_code = 'venue' and v.currency = j.currency
        left join public.accounts as e on e.house_code = 'fees' and e.currency = j.currency
        left join public.market_sessions as c
            on c.exchange = 'XNYS' and c.session_date = (j.effective_at at time zone 'America/New_York')::date
        where j.counted > 0
    ),

    recorded as (
        insert into public.executions (
            execution_id, order_id, account_id, security_id, venue, venue_execution_id, side, quantity,
            reported_quantity, price, amount, fee, late, effective_at, recorded_at, command_id, kind, ref_execution_id
        )
        select
            j.execution_id, j.order_id, j.account_id, j.security_id, j.venue, j.venue_execution_id, j.side, j.counted,
            j.reported, j.price, j.amount, j.fee, j.late, j.effective_at, j.recorded_at, j.execution_id,
            case when j.ref_execution_id is null then 'fill' else 'correction' end, j.ref_execution_id
        from judged as j
        where j.account_id is not null
    ),

    filled_orders as (
        update public.orders as o
        set
            filled_quantity = f.new_filled,
            filled_gross = f.new_gross,
            filled_amount = o.filled_amount + f.amount,
            fees = o.fees + f.fee,
            held = o.held - case when f.tail_id is null then f.released else 0 end,
            status = f.new_status,
            venue = coalesce(o.venue, f.venue),
            terminal_at = case when f.ends then coalesce(o.terminal_at, f.recorded_at) else o.terminal_at end,
            updated_at = f.recorded_at
        from fills as f
        where o.order_id = f.order_id
    ),

    -- A late fill of a replaced order counts for every order after it; the last of them may be complete with it.
    chained_orders as (
        update public.orders as o
        set
            carried_quantity = o.carried_quantity + f.counted,
            carried_gross = o.carried_gross + f.counted * f.price,
            carried_fees = o.carried_fees + f.fee,
            held = o.held - case when o.order_id = f.tail_id then f.released else 0 end,
            status = case when o.order_id = f.tail_id and f.tail_ends then 'filled' else o.status end,
            terminal_at = case
                when o.order_id = f.tail_id and f.tail_ends then f.recorded_at else o.terminal_at
            end,
            updated_at = f.recorded_at
        from fills as f
        where o.order_id = any (f.chain)
    ),

    -- A buy first closes what was sold without being there, oldest first; a sell closes the lots that its owner chose,
    -- then as the method says. A lot may come twice: what was chosen of it, and the rest. What a late fill of a replaced
    -- order takes, the order that replaced it no longer sells.
    open_lots as (
        select
            f.ordinal, f.execution_id, m.order_id, f.account_id, f.security_id, f.counted, f.cash, f.money_scale,
            f.effective_at, f.recorded_at, l.lot_id, l.quantity, l.cost, l.closed_quantity, l.closed_cost, p.chosen,
            p.available,
            coalesce(
                sum(p.available) over (
                    partition by f.ordinal
                    order by
                        p.chosen desc, case when p.chosen then c.position end,
                        case when m.lot_method = 'highest_cost' then l.cost / l.quantity end desc,
                        case when m.lot_method = 'lifo' then l.acquired_at end desc,
                        case when m.lot_method = 'lifo' then l.lot_seq end desc,
                        l.acquired_at, l.lot_seq
                    rows between unbounded preceding and 1 preceding
                ), 0
            ) as before
        from fills as f
        -- Each holding's own, by the index of open lots, whatever the statistics.
        cross join lateral (
            select n.* from public.lots as n
            where n.account_id = f.account_id and n.security_id = f.security_id and n.closed_quantity <> n.quantity
                and sign(n.quantity) = -f.direction
            offset 0
        ) as l
        left join public.order_lots as c on c.order_id = coalesce(f.tail_id, f.order_id) and c.lot_id = l.lot_id
        cross join lateral (
            select
                coalesce(f.tail_id, f.order_id) as order_id,
                case when f.side = 'sell' then f.lot_method else 'fifo' end as lot_method,
                abs(l.quantity - l.closed_quantity) as open_quantity,
                least(abs(l.quantity - l.closed_quantity), coalesce(c.quantity - c.closed_quantity, 0)) as chosen
        ) as m
        cross join lateral (values (true, m.chosen), (false, m.open_quantity - m.chosen)) as p (chosen, available)
        where p.available > 0
    ),

    closed_lots as materialized (
        select
            t.*,
            t.closed_quantity + sign(t.quantity) * t.taken as new_closed_quantity,
            fb_private.round_ratio(
                t.cost * (t.closed_quantity + sign(t.quantity) * t.taken), t.quantity, t.money_scale
            ) as new_closed_cost
        from (
            select
                l.ordinal, l.execution_id, l.order_id, l.account_id, l.security_id, l.money_scale, l.effective_at,
                l.recorded_at, l.lot_id, l.quantity, l.cost, l.closed_quantity, l.closed_cost,
                sum(q.taken) as taken, coalesce(sum(q.taken) filter (where l.chosen), 0) as chosen_taken,
                sum(
                    fb_private.round_ratio(l.cash * (l.before + q.taken), l.counted, l.money_scale)
                    - fb_private.round_ratio(l.cash * l.before, l.counted, l.money_scale)
                ) as proceeds
            from open_lots as l
            cross join lateral (select least(l.available, l.counted - l.before) as taken) as q
            where l.before < l.counted
            group by
                l.ordinal, l.execution_id, l.order_id, l.account_id, l.security_id, l.money_scale, l.effective_at,
                l.recorded_at, l.lot_id, l.quantity, l.cost, l.closed_quantity, l.closed_cost
        ) as t
    ),

    used_choices as (
        update public.order_lots as o
        set closed_quantity = o.closed_quantity + c.chosen_taken
        from closed_lots as c
        where o.order_id = c.order_id and o.lot_id = c.lot_id and c.chosen_taken > 0
    ),

    changed_lots as (
        update public.lots as l
        set closed_quantity = c.new_closed_quantity, closed_cost = c.new_closed_cost
        from closed_lots as c
        -- Asked for twice, so that a plan of an empty table reads these lots alone and not all there are.
        where l.lot_id = c.lot_id and l.lot_id = any (array(select n.lot_id from closed_lots as n))
    ),

    closures as (
        insert into public.lot_closures (
            lot_id, execution_id, account_id, security_id, quantity, cost, proceeds, gain, effective_at, recorded_at
        )
        select
            c.lot_id, c.execution_id, c.account_id, c.security_id, sign(c.quantity) * c.taken,
            c.new_closed_cost - c.closed_cost, c.proceeds, c.proceeds - (c.new_closed_cost - c.closed_cost),
            c.effective_at, c.recorded_at
        from closed_lots as c
    ),

    positions as materialized (
        select
            f.*,
            f.counted - coalesce(c.taken, 0) as opened,
            -(f.cash - coalesce(c.proceeds, 0)) as opened_cost,
            coalesce(c.cost, 0) as closed_cost, coalesce(c.proceeds - c.cost, 0) as gain,
            coalesce(h.version, 0) + 1 as new_version,
            case when f.side = 'sell' and h.version is not null then f.released else 0 end as released_shares,
            coalesce(h.quantity, 0) + f.direction * f.counted as new_quantity,
            coalesce(h.held, 0) - case when f.side = 'sell' then f.released else 0 end as new_held
        from fills as f
        left join (
            select
                l.ordinal, sum(l.taken) as taken, sum(l.proceeds) as proceeds,
                sum(l.new_closed_cost - l.closed_cost) as cost
            from closed_lots as l
            group by l.ordinal
        ) as c on c.ordinal = f.ordinal
        -- As above: one row by its key.
        left join lateral (
            select n.quantity, n.held, n.version from public.holdings as n
            where n.account_id = f.account_id and n.security_id = f.security_id
            limit 1
        ) as h on true
    ),

    opened_lots as (
        insert into public.lots (
            lot_id, account_id, security_id, lot_seq, execution_id, quantity, cost, acquired_at, recorded_at
        )
        select
            fb_private.uuid7(), p.account_id, p.security_id, p.new_version << 20, p.execution_id, p.direction * p.opened,
            p.opened_cost, p.effective_at, p.recorded_at
        from positions as p
        where p.opened > 0
    ),

    held_positions as (
        insert into public.holdings as h (
            account_id, security_id, quantity, held, total_cost, realized_gain, version, updated_at
        )
        select
            -- A new row holds nothing; what an old one holds no longer travels in this column.
            p.account_id, p.security_id, p.direction * p.counted, p.released_shares,
            case when p.opened > 0 then p.opened_cost else 0 end - p.closed_cost, p.gain, p.new_version, p.recorded_at
        from positions as p
        on conflict (account_id, security_id) do update
            set
                quantity = h.quantity + excluded.quantity,
                total_cost = h.total_cost + excluded.total_cost,
                realized_gain = h.realized_gain + excluded.realized_gain,
                held = h.held - excluded.held,
                version = excluded.version,
                updated_at = excluded.updated_at
    ),

    waiting as (
        insert into public.settlements (
            settlement_id, account_id, asset_id, execution_id, amount, settle_on, state, created_at
        )
        select
            fb_private.uuid7(), f.account_id, l.asset_id, f.execution_id, l.amount, f.settle_on, 'open', f.recorded_at
        from fills as f
        cross join lateral (values (f.money_id, f.cash), (f.security_id, f.direction * f.counted)) as l (asset_id, amount)
        where l.amount <> 0
    ),

    -- The order's part on the customer's account, the surplus on the house's error account.
    booked as materialized (
        select
            f.transaction_id, f.account_id, f.security_id, f.side, f.direction, f.counted as quantity, f.amount, f.fee,
            f.cash, f.currency, f.money_id, case when f.cash <> 0 then f.cash_version end as cash_version,
            f.new_version as share_version, f.order_id, f.execution_id, f.actor, f.request_id, f.origin,
            f.recorded_at, f.effective_at, f.venue_execution_id, f.venue_house, f.fee_house
        from positions as f
        union all
        select
            fb_private.uuid7(), fb_private.house('error', j.currency), j.security_id, j.side, j.direction,
            j.reported - j.counted, s.amount, 0, -j.direction * s.amount, j.currency, j.money_id, null, null,
            j.order_id, j.execution_id, j.actor, j.request_id, j.origin, j.recorded_at, j.effective_at,
            j.venue_execution_id, fb_private.house('venue', j.currency), fb_private.house('fees', j.currency)
        from judged as j
        cross join lateral (
            select fb_private.round_half_even((j.reported - j.counted) * j.price, j.money_scale) as amount
        ) as s
        where j.account_id is not null and j.reported > j.counted
    ),

    new_transactions as (
        insert into public.transactions (
            transaction_id, recorded_at, effective_at, account_id, transaction_type, amount, currency, reference_number,
            event_id, order_id, execution_id, command_id, actor, request_id, origin
        )
        select
            b.transaction_id, b.recorded_at, b.effective_at, b.account_id, b.side, b.amount, b.currency,
            left(b.venue_execution_id, 100), b.execution_id, b.order_id, b.execution_id, b.execution_id, b.actor,
            b.request_id, b.origin
        from booked as b
    ),

    new_entries as (
        insert into public.entries (
            transaction_id, leg, account_id, asset_id, amount, version, recorded_at, effective_at
        )
        select b.transaction_id, l.leg, l.account_id, l.asset_id, l.amount, l.version, b.recorded_at, b.effective_at
        from booked as b
        cross join lateral (
            values
            (1, b.account_id, b.money_id, b.cash, b.cash_version),
            (2, b.venue_house, b.money_id, b.direction * b.amount, null),
            (3, b.account_id, b.security_id, b.direction * b.quantity, b.share_version),
            (4, b.venue_house, b.security_id, -b.direction * b.quantity, null),
            (5, b.fee_house, b.money_id, b.fee, null)
        ) as l (leg, account_id, asset_id, amount, version)
        where l.amount <> 0
    ),

    new_events as (
        insert into public.order_events (
            order_id, account_id, event_seq, event, from_status, to_status, filled_quantity, execution_id, effective_at,
            recorded_at, command_id, actor, request_id, origin
        )
        select
            f.order_id, f.account_id, f.new_event_seq, case when f.complete then 'fill' else 'partial_fill' end,
            f.status, f.new_status, f.new_filled, f.execution_id, f.effective_at, f.recorded_at, f.execution_id,
            f.actor, f.request_id, f.origin
        from fills as f
        union all
        select
            f.tail_id, f.account_id, f.new_event_seq + 1, 'fill', f.tail_status, 'filled', f.tail_filled_quantity,
            f.execution_id, f.effective_at, f.recorded_at, f.execution_id, f.actor, f.request_id, f.origin
        from fills as f
        where f.tail_ends
    ),

    outgoing as (
        insert into public.outbox (account_id, event_seq, kind, payload, command_id, recorded_at, effective_at)
        select
            f.account_id, f.new_event_seq, case when f.complete then 'order.fill' else 'order.partial_fill' end,
            jsonb_build_object(
                'order_id', f.order_id, 'execution_id', f.execution_id, 'quantity', f.counted::text,
                'price', f.price::text, 'late', f.late
            ),
            f.execution_id, f.recorded_at, f.effective_at
        from fills as f
        union all
        select
            f.account_id, f.new_event_seq + 1, 'order.fill',
            jsonb_build_object(
                'order_id', f.tail_id, 'execution_id', f.execution_id, 'quantity', '0', 'price', f.price::text,
                'late', false
            ),
            f.execution_id, f.recorded_at, f.effective_at
        from fills as f
        where f.tail_ends
    ),

    needing_a_person as (
        insert into public.exceptions (
            exception_id, kind, account_id, order_id, command_id, detail, created_at, updated_at
        )
        select
            fb_private.uuid7(), e.kind, j.account_id, j.order_id, j.execution_id,
            jsonb_build_object(
                'fact', 'execution', 'venue', j.venue, 'venue_execution_id', j.venue_execution_id,
                'quantity', j.reported::text, 'price', j.price::text, 'surplus', (j.reported - j.counted)::text
            ),
            coalesce(j.recorded_at, v_now), coalesce(j.recorded_at, v_now)
        from (
            select
                p.account_id, p.order_id, p.execution_id, p.venue, p.venue_execution_id, p.reported, p.price, p.counted,
                p.recorded_at,
                p.cash < 0 and p.balance + p.cash - (p.account_held - case when p.side = 'buy' then p.released else 0 end) < 0
                    as is_overdrawn,
                p.side = 'sell' and p.new_quantity - p.new_held < 0 as is_deficit
            from positions as p
            union all
            -- What no order could take at all.
            select
                n.account_id, n.order_id, n.execution_id, n.venue, n.venue_execution_id, n.reported, n.price, n.counted,
                n.recorded_at, false, false
            from judged as n
            where n.counted = 0
        ) as j
        cross join lateral (
            values
            ('unknown_order', j.account_id is null),
            ('overfill', j.account_id is not null and j.reported > j.counted),
            ('overdrawn', j.is_overdrawn),
            ('deficit', j.is_deficit)
        ) as e (kind, applies)
        where e.applies
    )

    update public.accounts as a
    set
        balance = a.balance + f.cash,
        held = a.held - case when f.side = 'buy' then f.released else 0 end,
        unsettled = a.unsettled + greatest(f.cash, 0),
        version = a.version + (f.cash <> 0)::integer,
        event_seq = f.new_event_seq + f.tail_ends::integer,
        last_recorded_at = f.recorded_at,
        updated_at = f.recorded_at
    from fills as f
    where a.account_id = f.account_id;
end
$$;

create or replace function fb_private.next_weekday(p_day date) returns date
language sql immutable parallel safe
return p_day + case extract(isodow from p_day)::integer when 5 then 3 when 6 then 2 else 1 end;
