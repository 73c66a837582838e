-- One limit order to buy, for the day, a call: the rows that fb.place_order writes for one that is accepted. It
-- believes the caller who asks; the product checks a signature.
create or replace function fb_bench.buy(
    p_user_id uuid, p_key_id text, p_key text, p_account_id uuid, p_security_id uuid, p_client_order_id text,
    p_quantity numeric, p_limit_price numeric
) returns uuid
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account public.accounts;
    v_security public.securities;
    v_clock public.market_clock;
    v_id uuid := fb_private.uuid7();
    v_actor text := 'user:' || p_user_id;
    v_now timestamptz;
    v_held numeric;
begin
    select a.* into v_account from public.accounts as a
    where a.account_id = p_account_id and a.house_code is null
    for no key update;
    if not found or v_account.status <> 'active' or not exists (
        select 1 from public.account_owners as o
        inner join public.users as u on u.user_id = o.user_id
        where o.account_id = p_account_id and o.user_id = p_user_id and o.role <> 'viewer' and u.is_active
            and u.kyc_status = 'approved'
    ) then
        raise exception 'not allowed';
    end if;
    select s.* into v_security from public.securities as s
    where s.security_id = p_security_id and s.tradable and s.status = 'active' and s.currency = v_account.currency;
    if not found then
        raise exception 'not tradable';
    end if;
    select c.* into v_clock from public.market_clock as c;
    v_now := greatest(clock_timestamp(), v_account.last_recorded_at);
    v_held := fb_private.buy_hold(p_quantity, null, p_limit_price, 0, 0, 0, v_clock.market_time, 2);
    if v_held > v_account.balance - v_account.held then
        raise exception 'insufficient buying power';
    end if;

    insert into public.idempotency_keys (actor, key, command, request_hash, command_id, created_at)
    values (
        v_actor, p_key, 'place_order',
        sha256(convert_to(
            row(
                p_account_id, p_security_id, p_client_order_id, 'buy', 'limit', 'day', trim_scale(p_quantity),
                null::numeric, trim_scale(p_limit_price)
            )::text, 'UTF8'
        )),
        v_id, v_now
    )
    on conflict do nothing;
    if not found then
        return (
            select k.command_id from public.idempotency_keys as k
            where fb_private.digest(k.actor, k.key) = fb_private.digest(v_actor, p_key)
                and k.actor = v_actor and k.key = p_key
        );
    end if;
    insert into public.orders (
        order_id, account_id, security_id, client_order_id, side, order_type, time_in_force, quantity, limit_price,
        hold_price, hold_fee, held, status, expires_on, effective_at, placed_at, updated_at, event_seq, command_id, actor
    )
    values (
        v_id, p_account_id, p_security_id, p_client_order_id, 'buy', 'limit', 'day', p_quantity, p_limit_price,
        p_limit_price, greatest(v_held - p_quantity * p_limit_price, 0), v_held, 'accepted',
        fb_private.last_session('day', v_clock), v_clock.market_time, v_now, v_now, v_account.event_seq + 1, v_id, v_actor
    );
    insert into public.order_events (
        order_id, account_id, event_seq, event, to_status, filled_quantity, effective_at, recorded_at, command_id, actor,
        key_id, origin
    )
    values (
        v_id, p_account_id, v_account.event_seq + 1, 'placed', 'accepted', 0, v_clock.market_time, v_now, v_id, v_actor,
        p_key_id, 'bench'
    );
    insert into public.outbox (account_id, event_seq, kind, payload, command_id, recorded_at, effective_at)
    values (
        p_account_id, v_account.event_seq + 1, 'order.placed', jsonb_build_object('order_id', v_id), v_id, v_now,
        v_clock.market_time
    );
    update public.accounts as a
    set held = a.held + v_held, event_seq = a.event_seq + 1, last_recorded_at = v_now, updated_at = v_now
    where a.account_id = p_account_id;
    return v_id;
end
$$;
