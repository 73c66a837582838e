-- What ends a security or its name: cash mergers and symbol changes.

-- Every share becomes money: orders end, lots close with their gain.
create or replace function fb_private.pay_out(p_action public.corporate_actions, p_account_ids uuid[]) returns void
language plpgsql
as $$
declare
    v record;
begin
    perform fb_private.end_orders(
        'order_canceled',
        array(
            select o.order_id from public.orders as o
            where o.security_id = p_action.security_id and o.account_id = any (p_account_ids) and o.terminal_at is null
            order by o.placed_at, o.order_id
        ),
        'job:apply_corporate_action', 'corporate_action'
    );
    select
        array_agg(h.account_id) as ids, array_agg(h.quantity) as before, array_agg(-h.quantity) as shares,
        array_agg(h.cash) as cash, array_agg(-h.total_cost) as costs, array_agg(h.cash - h.total_cost) as gains,
        array_agg(jsonb_build_object('quantity', h.quantity::text, 'cash', h.cash::text)) as details
    into v
    from (
        select
            a.account_id, coalesce(n.quantity, 0) as quantity, coalesce(n.total_cost, 0) as total_cost,
            fb_private.round_half_even(coalesce(n.quantity, 0) * p_action.cash_per_share, m.scale) as cash
        from public.accounts as a
        inner join public.assets as m on m.kind = 'currency' and m.code = a.currency
        left join public.holdings as n on n.account_id = a.account_id and n.security_id = p_action.security_id
        where a.account_id = any (p_account_ids)
    ) as h;

    with posted as materialized (
        select m.*
        from fb_private.post_action(
            p_action, 'action', 'position.merged', v.ids, v.cash, v.shares, v.costs, v.gains, v.details,
            array_fill(0::numeric, array[cardinality(v.ids)])
        ) as m
    ),

    entitled as (
        insert into public.entitlements (
            action_id, account_id, quantity_before, quantity_after, gross, cash, transaction_id, recorded_at
        )
        select
            p_action.action_id, i.account_id, i.before, 0, i.cash, i.cash, p.transaction_id,
            coalesce(p.recorded_at, clock_timestamp())
        from unnest(v.ids, v.before, v.cash) as i (account_id, before, cash)
        left join posted as p on p.account_id = i.account_id
    ),

    open_lots as (
        select
            l.lot_id, l.account_id, l.quantity - l.closed_quantity as quantity, l.cost - l.closed_cost as cost,
            p.transaction_id, p.recorded_at, i.cash, i.before, m.scale,
            sum(l.quantity - l.closed_quantity) over (partition by l.account_id order by l.acquired_at, l.lot_seq)
                as until
        from posted as p
        inner join public.lots as l on l.account_id = p.account_id and l.security_id = p_action.security_id
        inner join unnest(v.ids, v.before, v.cash) as i (account_id, before, cash) on i.account_id = p.account_id
        inner join public.accounts as a on a.account_id = p.account_id
        inner join public.assets as m on m.kind = 'currency' and m.code = a.currency
        where l.closed_quantity <> l.quantity
    ),

    closures as (
        insert into public.lot_closures (
            lot_id, execution_id, account_id, security_id, quantity, cost, proceeds, gain, effective_at, recorded_at,
            kind
        )
        select
            l.lot_id, l.transaction_id, l.account_id, p_action.security_id, l.quantity, l.cost, s.proceeds,
            s.proceeds - l.cost, p_action.effective_at, l.recorded_at, 'merger'
        from open_lots as l
        -- Cumulative, so that the lots' proceeds add up to what the account gets.
        cross join lateral (
            select
                fb_private.round_ratio(l.cash * l.until, l.before, l.scale)
                - fb_private.round_ratio(l.cash * (l.until - l.quantity), l.before, l.scale) as proceeds
        ) as s
    )

    update public.lots as l
    set closed_quantity = l.quantity, closed_cost = l.cost
    from open_lots as o
    where l.lot_id = o.lot_id;
end
$$;

-- Nothing moves; holders are told.
create or replace function fb_private.tell_of_symbol(p_action public.corporate_actions, p_account_ids uuid[])
returns void
language sql
as $$
    with told as materialized (
        select
            a.account_id, a.event_seq + 1 as new_event_seq, coalesce(h.quantity, 0) as quantity,
            greatest(clock_timestamp(), a.last_recorded_at) as recorded_at, fb_private.uuid7() as command_id
        from public.accounts as a
        left join public.holdings as h on h.account_id = a.account_id and h.security_id = p_action.security_id
        where a.account_id = any (p_account_ids)
    ),

    entitled as (
        insert into public.entitlements (action_id, account_id, quantity_before, quantity_after, recorded_at)
        select p_action.action_id, t.account_id, t.quantity, t.quantity, t.recorded_at
        from told as t
    ),

    outgoing as (
        insert into public.outbox (account_id, event_seq, kind, payload, command_id, recorded_at, effective_at)
        select
            t.account_id, t.new_event_seq, 'position.symbol_changed',
            jsonb_build_object(
                'action_id', p_action.action_id, 'security_id', p_action.security_id, 'symbol', p_action.new_symbol
            ),
            t.command_id, t.recorded_at, p_action.effective_at
        from told as t
    )

    update public.accounts as a
    set event_seq = t.new_event_seq, last_recorded_at = t.recorded_at, updated_at = t.recorded_at
    from told as t
    where a.account_id = t.account_id
$$;
