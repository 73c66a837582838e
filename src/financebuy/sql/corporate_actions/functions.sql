create or replace function fb.announce_split(
    p_provider text, p_provider_action_id text, p_security_id uuid, p_ex_date date, p_new integer, p_old integer,
    p_effective_at timestamptz
) returns uuid
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_id uuid := fb_private.uuid7();
    v_action public.corporate_actions;
begin
    perform fb_private.begin_command(array[1]);
    insert into public.corporate_actions (
        action_id, provider, provider_action_id, kind, security_id, ex_date, new_shares, old_shares, state, effective_at,
        announced_at, command_id
    )
    values (
        v_id, p_provider, p_provider_action_id, case when p_new > p_old then 'split' else 'reverse_split' end,
        p_security_id, p_ex_date, p_new, p_old, 'announced', p_effective_at, clock_timestamp(), v_id
    )
    on conflict (provider, provider_action_id) do nothing;
    select c.* into strict v_action from public.corporate_actions as c
    where c.provider = p_provider and c.provider_action_id = p_provider_action_id;
    if (v_action.security_id, v_action.ex_date, v_action.new_shares, v_action.old_shares)
        is distinct from (p_security_id, p_ex_date, p_new, p_old) then
        raise exception 'corporate action % of % is known with other terms', p_provider_action_id, p_provider
            using errcode = 'unique_violation';
    end if;
    perform pg_logical_emit_message(true, 'financebuy', 'replay');
    return v_action.action_id;
end
$$;
comment on function fb.announce_split(text, text, uuid, date, integer, integer, timestamptz) is
'Records a split by its provider''s id; repeating it returns the same id. New shares for old ones, e.g. 2 for 1.';

-- Takes the next accounts that hold the security or have orders in it. Returns how many; 0 says all are done.
create or replace function fb.apply_split(p_action_id uuid, p_limit integer) returns integer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_action public.corporate_actions;
    v_account_ids uuid[];
    v_now timestamptz;
begin
    perform fb_private.begin_command(array[1]);
    -- One worker at a time; and whoever bought after the split already has the new shares.
    select c.* into strict v_action from public.corporate_actions as c where c.action_id = p_action_id
    for no key update;
    if v_action.state = 'applied' then
        return 0;
    end if;
    v_account_ids := array(
        select c.account_id
        from (
            select h.account_id from public.holdings as h
            where h.security_id = v_action.security_id and h.quantity <> 0
            union
            select o.account_id from public.orders as o
            where o.security_id = v_action.security_id and o.terminal_at is null
        ) as c
        where not exists (
            select 1 from public.entitlements as e
            where e.action_id = p_action_id and e.account_id = c.account_id
        )
        order by c.account_id
        limit p_limit
    );
    if cardinality(v_account_ids) = 0 then
        update public.corporate_actions as c
        set state = 'applied', applied_at = clock_timestamp()
        where c.action_id = p_action_id and c.state = 'announced';
        if found then
            perform fb_private.split_price(v_action);
        end if;
        return 0;
    end if;
    perform fb_private.lock_accounts(v_account_ids, false);
    -- An order's price and quantity mean the shares of before: it ends, and its owner decides anew.
    perform fb_private.end_orders(
        'order_canceled',
        array(
            select o.order_id from public.orders as o
            where o.security_id = v_action.security_id and o.account_id = any (v_account_ids) and o.terminal_at is null
            order by o.placed_at, o.order_id
        ),
        'job:apply_split', 'corporate_action'
    );
    v_now := clock_timestamp();
    perform fb_private.split_holdings(v_action, v_account_ids, v_now);
    return cardinality(v_account_ids);
end
$$;

-- Each open lot ends at its cost and a new one begins with the new number of shares, the same cost and the same date.
-- A lot too small to survive leaves its cost to the newest that does; if none does, the cost is lost: a realized loss.
-- An account whose number of shares stays what it is keeps its lots as they are.
create or replace function fb_private.split_holdings(
    p_action public.corporate_actions, p_account_ids uuid[], p_now timestamptz
) returns void
language plpgsql
as $$
begin
    with accounts as (
        select
            a.account_id, a.currency, a.event_seq + 1 as new_event_seq, greatest(p_now, a.last_recorded_at) as recorded_at,
            coalesce(h.quantity, 0) as quantity, h.version + 1 as new_version, fb_private.uuid7() as transaction_id,
            fb_private.uuid7() as command_id, u.scale
        from public.accounts as a
        cross join public.assets as u
        left join public.holdings as h on h.account_id = a.account_id and h.security_id = p_action.security_id
        where a.account_id = any (p_account_ids) and u.asset_id = p_action.security_id
    ),

    open_lots as (
        select
            l.*, a.new_version, a.transaction_id, a.recorded_at as split_at,
            row_number() over (partition by l.account_id order by l.acquired_at, l.lot_seq) as nth,
            -- Cumulative, so that the parts add up to the whole.
            fb_private.round_ratio(
                sum(l.quantity - l.closed_quantity) over oldest_first * p_action.new_shares, p_action.old_shares, a.scale
            ) as cumulative
        from public.lots as l
        inner join accounts as a on a.account_id = l.account_id
        where l.security_id = p_action.security_id and l.closed_quantity <> l.quantity
        window oldest_first as (partition by l.account_id order by l.acquired_at, l.lot_seq)
    ),

    resized as (
        select
            o.*, o.cost - o.closed_cost as open_cost,
            o.cumulative - coalesce(lag(o.cumulative) over (partition by o.account_id order by o.nth), 0) as new_quantity
        from open_lots as o
    ),

    totals as materialized (
        select
            r.account_id, sum(r.new_quantity) as quantity, max(r.nth) filter (where r.new_quantity <> 0) as newest,
            coalesce(sum(r.open_cost) filter (where r.new_quantity = 0), 0) as orphaned_cost
        from resized as r
        group by r.account_id
    ),

    changed as materialized (
        select
            a.*, coalesce(t.quantity, 0) as new_quantity, coalesce(t.quantity, 0) - a.quantity as delta,
            case when t.newest is null then t.orphaned_cost else 0 end as lost_cost
        from accounts as a
        left join totals as t on t.account_id = a.account_id
    ),

    new_lots as materialized (
        select
            r.*, t.newest is null as is_lost,
            r.open_cost + case when r.nth = t.newest then t.orphaned_cost else 0 end as new_cost
        from resized as r
        inner join totals as t on t.account_id = r.account_id
        inner join changed as c on c.account_id = r.account_id
        where c.delta <> 0
    ),

    ended as (
        update public.lots as l
        set closed_quantity = n.quantity, closed_cost = n.cost
        from new_lots as n
        where l.lot_id = n.lot_id
    ),

    closures as (
        insert into public.lot_closures (
            lot_id, execution_id, account_id, security_id, quantity, cost, proceeds, gain, effective_at, recorded_at
        )
        select
            n.lot_id, n.transaction_id, n.account_id, n.security_id, n.quantity - n.closed_quantity,
            n.open_cost, case when n.is_lost then 0 else n.open_cost end,
            case when n.is_lost then -n.open_cost else 0 end, p_action.effective_at, n.split_at
        from new_lots as n
    ),

    begun as (
        insert into public.lots (
            lot_id, account_id, security_id, lot_seq, execution_id, quantity, cost, acquired_at, recorded_at
        )
        select
            fb_private.uuid7(), n.account_id, n.security_id, (n.new_version << 20) + n.nth, n.execution_id,
            n.new_quantity, n.new_cost, n.acquired_at, n.split_at
        from new_lots as n
        where n.new_quantity <> 0
    ),

    new_transactions as (
        insert into public.transactions (
            transaction_id, recorded_at, effective_at, account_id, transaction_type, amount, currency, reference_number,
            event_id, action_id, command_id, actor, origin
        )
        select
            c.transaction_id, c.recorded_at, p_action.effective_at, c.account_id, 'split', 0, c.currency,
            left(p_action.provider_action_id, 100), p_action.action_id, p_action.action_id, c.command_id,
            'job:apply_split', 'worker'
        from changed as c
        where c.delta <> 0
    ),

    new_entries as (
        insert into public.entries (
            transaction_id, leg, account_id, asset_id, amount, version, recorded_at, effective_at
        )
        select
            c.transaction_id, 1, c.account_id, p_action.security_id, c.delta, c.new_version, c.recorded_at,
            p_action.effective_at
        from changed as c
        where c.delta <> 0
        union all
        select
            c.transaction_id, 2, fb_private.house('actions', c.currency), p_action.security_id, -c.delta, null,
            c.recorded_at, p_action.effective_at
        from changed as c
        where c.delta <> 0
    ),

    entitled as (
        insert into public.entitlements (
            action_id, account_id, quantity_before, quantity_after, transaction_id, recorded_at
        )
        select
            p_action.action_id, c.account_id, c.quantity, c.new_quantity, case when c.delta <> 0 then c.transaction_id end,
            c.recorded_at
        from changed as c
    ),

    outgoing as (
        insert into public.outbox (account_id, event_seq, kind, payload, command_id, recorded_at, effective_at)
        select
            c.account_id, c.new_event_seq, 'position.split',
            jsonb_build_object(
                'security_id', p_action.security_id, 'before', c.quantity::text, 'after', c.new_quantity::text
            ),
            c.command_id, c.recorded_at, p_action.effective_at
        from changed as c
        where c.delta <> 0
    ),

    holdings_after as (
        update public.holdings as h
        set
            quantity = c.new_quantity,
            total_cost = h.total_cost - c.lost_cost,
            realized_gain = h.realized_gain - c.lost_cost,
            version = c.new_version,
            updated_at = c.recorded_at
        from changed as c
        where h.account_id = c.account_id and h.security_id = p_action.security_id and c.delta <> 0
    )

    update public.accounts as a
    set event_seq = c.new_event_seq, last_recorded_at = c.recorded_at, updated_at = c.recorded_at
    from changed as c
    where a.account_id = c.account_id and c.delta <> 0;
end
$$;

-- Until the next quote the last price is one of the old shares; holders of the new ones would look twice as rich.
create or replace function fb_private.split_price(p_action public.corporate_actions) returns void
language sql
as $$
    update public.security_prices as p
    set
        bid = round(p.bid * p_action.old_shares / p_action.new_shares, s.price_scale),
        ask = round(p.ask * p_action.old_shares / p_action.new_shares, s.price_scale),
        last = round(p.last * p_action.old_shares / p_action.new_shares, s.price_scale),
        previous_close = round(p.previous_close * p_action.old_shares / p_action.new_shares, s.price_scale),
        recorded_at = clock_timestamp()
    from public.securities as s
    where p.security_id = p_action.security_id and s.security_id = p.security_id
        and p.session_date < p_action.ex_date
$$;
