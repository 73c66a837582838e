-- The whole fill of a buy, a call: the rows that fb.execution writes for one that completes its order and closes
-- nothing that was sold short. It knows no partial fills, no chains of replaced orders, no surplus and no deficit.
create or replace function fb_bench.fill(
    p_venue text, p_venue_execution_id text, p_order_id uuid, p_price numeric
) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account public.accounts;
    v_order public.orders;
    v_clock public.market_clock;
    v_id uuid := fb_private.uuid7();
    v_transaction_id uuid := fb_private.uuid7();
    v_actor text := 'venue:' || p_venue;
    v_now timestamptz;
    v_amount numeric;
    v_fee numeric;
    v_money_id uuid;
    v_version bigint;
    v_seq bigint;
begin
    select a.* into v_account from public.accounts as a
    where a.account_id = (select o.account_id from public.orders as o where o.order_id = p_order_id)
    for no key update;
    select o.* into v_order from public.orders as o where o.order_id = p_order_id;
    if not found or v_order.side <> 'buy' or v_order.terminal_at is not null then
        raise exception 'no open order to buy: %', p_order_id;
    end if;
    select c.* into v_clock from public.market_clock as c;
    v_now := greatest(clock_timestamp(), v_account.last_recorded_at);
    v_seq := v_account.event_seq + 1;
    v_money_id := fb_private.currency_asset(v_account.currency);
    v_amount := fb_private.round_half_even(v_order.quantity * p_price, 2);
    v_fee := fb_private.round_half_even(
        fb_private.fee('buy', v_order.quantity, v_order.quantity * p_price, v_clock.market_time), 2
    );

    insert into public.idempotency_keys (actor, key, command, request_hash, command_id, created_at)
    values (
        v_actor, 'execution:' || p_venue_execution_id, 'execution',
        sha256(convert_to(row(p_order_id, trim_scale(v_order.quantity), trim_scale(p_price))::text, 'UTF8')), v_id, v_now
    )
    on conflict do nothing;
    if not found then
        return 'replay';
    end if;
    insert into public.executions (
        execution_id, order_id, account_id, security_id, venue, venue_execution_id, side, quantity, reported_quantity,
        price, amount, fee, late, effective_at, recorded_at, command_id
    )
    values (
        v_id, p_order_id, v_order.account_id, v_order.security_id, p_venue, p_venue_execution_id, 'buy', v_order.quantity,
        v_order.quantity, p_price, v_amount, v_fee, false, v_clock.market_time, v_now, v_id
    );
    update public.orders as o
    set
        filled_quantity = o.quantity, filled_gross = o.quantity * p_price, filled_amount = v_amount, fees = v_fee,
        held = 0, status = 'filled', venue = coalesce(o.venue, p_venue), terminal_at = v_now, updated_at = v_now
    where o.order_id = p_order_id;
    insert into public.holdings as h (
        account_id, security_id, quantity, held, total_cost, realized_gain, version, updated_at
    )
    values (
        v_order.account_id, v_order.security_id, v_order.quantity, 0, v_amount + v_fee, 0, 1, v_now
    )
    on conflict (account_id, security_id) do update
        set
            quantity = h.quantity + excluded.quantity, total_cost = h.total_cost + excluded.total_cost,
            version = h.version + 1, updated_at = excluded.updated_at
    returning h.version into v_version;
    insert into public.lots (
        lot_id, account_id, security_id, lot_seq, execution_id, quantity, cost, acquired_at, recorded_at
    )
    values (
        fb_private.uuid7(), v_order.account_id, v_order.security_id, v_version << 20, v_id, v_order.quantity,
        v_amount + v_fee, v_clock.market_time, v_now
    );
    insert into public.settlements (
        settlement_id, account_id, asset_id, execution_id, amount, settle_on, state, created_at
    )
    select
        fb_private.uuid7(), v_order.account_id, l.asset_id, v_id, l.amount,
        coalesce(
            c.settles_on,
            fb_private.next_weekday((v_clock.market_time at time zone 'America/New_York')::date)
        ),
        'open', v_now
    from (values (v_money_id, -v_amount - v_fee), (v_order.security_id, v_order.quantity)) as l (asset_id, amount)
    left join public.market_sessions as c
        on c.exchange = 'XNYS'
            and c.session_date = (v_clock.market_time at time zone 'America/New_York')::date;
    insert into public.transactions (
        transaction_id, recorded_at, effective_at, account_id, transaction_type, amount, currency, reference_number,
        event_id, order_id, execution_id, command_id, actor, origin
    )
    values (
        v_transaction_id, v_now, v_clock.market_time, v_order.account_id, 'buy', v_amount, v_account.currency,
        left(p_venue_execution_id, 100), v_id, p_order_id, v_id, v_id, v_actor, 'bench'
    );
    insert into public.entries (
        transaction_id, leg, account_id, asset_id, amount, version, recorded_at, effective_at
    )
    select v_transaction_id, l.leg, l.account_id, l.asset_id, l.amount, l.version, v_now, v_clock.market_time
    from (
        values
        (1, v_order.account_id, v_money_id, -v_amount - v_fee, v_account.version + 1),
        (2, fb_private.house('venue', v_account.currency), v_money_id, v_amount, null),
        (3, v_order.account_id, v_order.security_id, v_order.quantity, v_version),
        (4, fb_private.house('venue', v_account.currency), v_order.security_id, -v_order.quantity, null),
        (5, fb_private.house('fees', v_account.currency), v_money_id, v_fee, null)
    ) as l (leg, account_id, asset_id, amount, version)
    where l.amount <> 0;
    insert into public.order_events (
        order_id, account_id, event_seq, event, from_status, to_status, filled_quantity, execution_id, effective_at,
        recorded_at, command_id, actor, origin
    )
    values (
        p_order_id, v_order.account_id, v_seq, 'fill', v_order.status, 'filled', v_order.quantity, v_id,
        v_clock.market_time, v_now, v_id, v_actor, 'bench'
    );
    insert into public.outbox (account_id, event_seq, kind, payload, command_id, recorded_at, effective_at)
    values (
        v_order.account_id, v_seq, 'order.fill',
        jsonb_build_object(
            'order_id', p_order_id, 'execution_id', v_id, 'quantity', v_order.quantity::text, 'price', p_price::text,
            'late', false
        ),
        v_id, v_now, v_clock.market_time
    );
    update public.accounts as a
    set
        balance = a.balance - v_amount - v_fee, held = a.held - v_order.held, version = a.version + 1, event_seq = v_seq,
        last_recorded_at = v_now, updated_at = v_now
    where a.account_id = v_order.account_id;
    return 'accepted';
end
$$;
