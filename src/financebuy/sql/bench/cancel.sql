-- A customer's wish to take an order back, and the venue's word that it is canceled: the rows that fb.cancel_order and
-- fb.order_canceled write for an open order to buy that replaces none.
create or replace function fb_bench.cancel(p_user_id uuid, p_key_id text, p_key text, p_order_id uuid) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account public.accounts;
    v_order public.orders;
    v_id uuid := fb_private.uuid7();
    v_actor text := 'user:' || p_user_id;
    v_effective_at timestamptz := fb_private.market_time();
    v_now timestamptz;
begin
    select a.* into v_account from public.accounts as a
    where a.account_id = (select o.account_id from public.orders as o where o.order_id = p_order_id)
    for no key update;
    select o.* into v_order from public.orders as o where o.order_id = p_order_id;
    if not found or v_order.status not in ('accepted', 'new', 'partially_filled') or not exists (
        select 1 from public.account_owners as o
        inner join public.users as u on u.user_id = o.user_id
        where o.account_id = v_order.account_id and o.user_id = p_user_id and o.role <> 'viewer' and u.is_active
    ) then
        raise exception 'no open order of theirs: %', p_order_id;
    end if;
    v_now := greatest(clock_timestamp(), v_account.last_recorded_at);

    insert into public.idempotency_keys (actor, key, command, request_hash, command_id, created_at)
    values (v_actor, p_key, 'cancel_order', sha256(convert_to(row(p_order_id)::text, 'UTF8')), v_id, v_now)
    on conflict do nothing;
    if not found then
        return 'replay';
    end if;
    update public.orders as o
    set status = 'pending_cancel', updated_at = v_now
    where o.order_id = p_order_id;
    insert into public.order_events (
        order_id, account_id, event_seq, event, from_status, to_status, filled_quantity, effective_at, recorded_at,
        command_id, actor, key_id, origin
    )
    values (
        p_order_id, v_order.account_id, v_account.event_seq + 1, 'cancel_requested', v_order.status, 'pending_cancel',
        v_order.filled_quantity, v_effective_at, v_now, v_id, v_actor, p_key_id, 'bench'
    );
    insert into public.outbox (account_id, event_seq, kind, payload, command_id, recorded_at, effective_at)
    values (
        v_order.account_id, v_account.event_seq + 1, 'order.cancel_requested',
        jsonb_build_object('order_id', p_order_id), v_id, v_now, v_effective_at
    );
    update public.accounts as a
    set event_seq = a.event_seq + 1, last_recorded_at = v_now, updated_at = v_now
    where a.account_id = v_order.account_id;
    return 'accepted';
end
$$;

create or replace function fb_bench.canceled(p_venue text, p_key text, p_order_id uuid) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account public.accounts;
    v_order public.orders;
    v_id uuid := fb_private.uuid7();
    v_actor text := 'venue:' || p_venue;
    v_effective_at timestamptz := fb_private.market_time();
    v_now timestamptz;
begin
    select a.* into v_account from public.accounts as a
    where a.account_id = (select o.account_id from public.orders as o where o.order_id = p_order_id)
    for no key update;
    select o.* into v_order from public.orders as o where o.order_id = p_order_id;
    if not found or v_order.side <> 'buy' or v_order.terminal_at is not null then
        raise exception 'no open order to buy: %', p_order_id;
    end if;
    v_now := greatest(clock_timestamp(), v_account.last_recorded_at);

    insert into public.idempotency_keys (actor, key, command, request_hash, command_id, created_at)
    values (
        v_actor, p_key, 'order_canceled', sha256(convert_to(row(p_order_id, null::text)::text, 'UTF8')), v_id, v_now
    )
    on conflict do nothing;
    if not found then
        return 'replay';
    end if;
    update public.orders as o
    set status = 'canceled', held = 0, venue = coalesce(p_venue, o.venue), terminal_at = v_now, updated_at = v_now
    where o.order_id = p_order_id;
    insert into public.order_events (
        order_id, account_id, event_seq, event, from_status, to_status, filled_quantity, effective_at, recorded_at,
        command_id, actor, origin
    )
    values (
        p_order_id, v_order.account_id, v_account.event_seq + 1, 'canceled', v_order.status, 'canceled',
        v_order.filled_quantity, v_effective_at, v_now, v_id, v_actor, 'bench'
    );
    insert into public.outbox (account_id, event_seq, kind, payload, command_id, recorded_at, effective_at)
    values (
        v_order.account_id, v_account.event_seq + 1, 'order.canceled',
        jsonb_build_object('order_id', p_order_id, 'reason', null), v_id, v_now, v_effective_at
    );
    update public.accounts as a
    set
        held = a.held - v_order.held, event_seq = a.event_seq + 1, last_recorded_at = v_now, updated_at = v_now
    where a.account_id = v_order.account_id;
    return 'accepted';
end
$$;
