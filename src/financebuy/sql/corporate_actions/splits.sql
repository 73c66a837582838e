-- Splits and reverse splits: lots, holdings and open orders, with money for the fractions where the terms say so.

-- What becomes of each open lot of these accounts. Cumulative over the oldest first, so that the parts add up to the
-- whole. A fraction that is paid out comes out of the oldest lots; shares that are owed have none. A lot too small to
-- survive leaves its cost to the newest that does; if none does, the cost is lost: a realized loss.
create or replace function fb_private.split_plan(p_action public.corporate_actions, p_account_ids uuid[])
returns table (
    account_id uuid, lot_id uuid, execution_id uuid, acquired_at timestamptz, nth bigint, open_quantity numeric,
    open_cost numeric, full_quantity numeric, new_quantity numeric, new_cost numeric, carried_cost numeric,
    lost_quantity numeric, lost_cost numeric, lost_cash numeric
)
language sql stable
as $$
    with open_lots as (
        select
            l.account_id, l.lot_id, l.execution_id, l.acquired_at, l.quantity - l.closed_quantity as open_quantity,
            l.cost - l.closed_cost as open_cost, u.scale, m.scale as money_scale,
            row_number() over oldest_first as nth,
            fb_private.round_ratio(
                sum(l.quantity - l.closed_quantity) over oldest_first * (p_action).new_shares,
                (p_action).old_shares, u.scale
            ) as cumulative,
            min(l.quantity) over (partition by l.account_id) > 0 as owes_none
        from public.lots as l
        inner join public.accounts as a on a.account_id = l.account_id
        inner join public.assets as u on u.asset_id = l.security_id
        inner join public.assets as m on m.kind = 'currency' and m.code = a.currency
        where l.security_id = (p_action).security_id and l.account_id = any (p_account_ids)
            and l.closed_quantity <> l.quantity
        window oldest_first as (partition by l.account_id order by l.acquired_at, l.lot_seq)
    ),

    resized as (
        select
            o.*,
            o.cumulative - coalesce(lag(o.cumulative) over (partition by o.account_id order by o.nth), 0)
                as full_quantity,
            case
                when (p_action).cash_per_share is not null and o.owes_none
                    then mod(max(o.cumulative) over (partition by o.account_id), 1)
                else 0
            end as fraction
        from open_lots as o
    ),

    losing as (
        select
            r.*,
            case
                when r.fraction = 0 then 0
                else least(r.cumulative, r.fraction) - least(r.cumulative - r.full_quantity, r.fraction)
            end as lost_new,
            least(r.cumulative, r.fraction) as lost_until,
            fb_private.round_half_even(r.fraction * (p_action).cash_per_share, r.money_scale) as cash
        from resized as r
    ),

    kept as (
        select
            l.*, l.full_quantity - l.lost_new as kept_quantity,
            case
                when l.full_quantity = 0 then l.open_cost
                else fb_private.round_ratio(
                    l.open_cost * (l.full_quantity - l.lost_new), l.full_quantity, l.money_scale
                )
            end as kept_cost,
            case
                when l.fraction = 0 then 0
                else fb_private.round_ratio(l.cash * l.lost_until, l.fraction, l.money_scale)
                    - fb_private.round_ratio(l.cash * (l.lost_until - l.lost_new), l.fraction, l.money_scale)
            end as lost_cash
        from losing as l
    ),

    survivors as (
        select
            k.*, max(k.nth) filter (where k.kept_quantity <> 0) over theirs as newest,
            coalesce(sum(k.open_cost) filter (where k.full_quantity = 0) over theirs, 0) as orphaned_cost
        from kept as k
        window theirs as (partition by k.account_id)
    )

    select
        s.account_id, s.lot_id, s.execution_id, s.acquired_at, s.nth, s.open_quantity, s.open_cost, s.full_quantity,
        s.kept_quantity, s.kept_cost + case when s.nth = s.newest then s.orphaned_cost else 0 end,
        case when s.full_quantity = 0 and s.newest is null then 0 else s.kept_cost end,
        -- In old shares. What lives on in part was sold and carried in parts that are there: one step at the least.
        case
            when s.lost_new = 0 then 0
            when s.kept_quantity = 0 then s.open_quantity
            else least(
                greatest(
                    fb_private.round_ratio(s.open_quantity * s.lost_new, s.full_quantity, s.scale),
                    10::numeric ^ -s.scale
                ),
                greatest(s.open_quantity - 10::numeric ^ -s.scale, 10::numeric ^ -s.scale)
            )
        end,
        s.open_cost - s.kept_cost, s.lost_cash
    from survivors as s
$$;

-- Each open lot ends and a new one begins with the new number of shares, its cost and its date. What is paid out is a
-- movement of its own. An account whose number of shares stays what it is keeps its lots as they are.
create or replace function fb_private.split_holdings(p_action public.corporate_actions, p_account_ids uuid[])
returns void
language plpgsql
as $$
declare
    v_totals record;
    v_none numeric[] := array_fill(0::numeric, array[cardinality(p_account_ids)]);
    v_split record;
    v_cash record;
begin
    select
        array_agg(t.account_id) as ids, array_agg(t.before) as before, array_agg(t.grown) as grown,
        array_agg(case when t.grown = 0 then 0 else t.lost end) as lost,
        array_agg(case when t.grown = 0 then 0 else t.cash end) as cash,
        array_agg(t.lost_cost) as lost_costs, array_agg(t.dust) as dust,
        array_agg(
            jsonb_build_object('before', t.before::text, 'after', (t.before + t.grown)::text, 'cash', t.cash::text)
        ) as details
    into v_totals
    from (
        select
            a.account_id, coalesce(h.quantity, 0) as before,
            coalesce(sum(p.full_quantity), 0) - coalesce(h.quantity, 0) as grown,
            coalesce(sum(p.full_quantity - p.new_quantity), 0) as lost, coalesce(sum(p.lost_cash), 0) as cash,
            coalesce(sum(p.lost_cost), 0) as lost_cost,
            coalesce(sum(p.open_cost - p.carried_cost - p.lost_cost), 0) as dust
        from unnest(p_account_ids) as a (account_id)
        left join public.holdings as h on h.account_id = a.account_id and h.security_id = p_action.security_id
        left join fb_private.split_plan(p_action, p_account_ids) as p on p.account_id = a.account_id
        group by a.account_id, h.quantity
    ) as t;

    select
        array_agg(m.account_id) as ids, array_agg(m.transaction_id) as transaction_ids,
        array_agg(m.recorded_at) as times, array_agg(m.share_version) as versions
    into v_split
    from fb_private.post_action(
        p_action, 'split', 'position.split', v_totals.ids, v_none, v_totals.grown,
        array(select -d from unnest(v_totals.dust) with ordinality as i (d, n) order by i.n),
        array(select -d from unnest(v_totals.dust) with ordinality as i (d, n) order by i.n), v_totals.details, v_none
    ) as m;
    select array_agg(m.account_id) as ids, array_agg(m.transaction_id) as transaction_ids into v_cash
    from fb_private.post_action(
        p_action, 'action', 'position.cash_in_lieu', v_totals.ids, v_totals.cash,
        array(select -l from unnest(v_totals.lost) with ordinality as i (l, n) order by i.n),
        array(select -c from unnest(v_totals.lost_costs) with ordinality as i (c, n) order by i.n),
        array(
            select i.cash - i.cost from unnest(v_totals.cash, v_totals.lost_costs) with ordinality as i (cash, cost, n)
            order by i.n
        ),
        v_totals.details, v_none
    ) as m;

    insert into public.entitlements (
        action_id, account_id, quantity_before, quantity_after, cash, transaction_id, recorded_at
    )
    select
        p_action.action_id, t.account_id, t.before, t.before + t.grown - t.lost, t.cash, s.transaction_id,
        coalesce(s.recorded_at, clock_timestamp())
    from unnest(v_totals.ids, v_totals.before, v_totals.grown, v_totals.lost, v_totals.cash)
        as t (account_id, before, grown, lost, cash)
    left join unnest(v_split.ids, v_split.transaction_ids, v_split.times)
        as s (account_id, transaction_id, recorded_at) on s.account_id = t.account_id;

    with plan as materialized (
        select
            p.*, s.transaction_id, s.recorded_at, s.version, c.transaction_id as cash_transaction_id,
            case when p.new_quantity <> 0 then fb_private.uuid7() end as new_lot_id
        from unnest(v_split.ids, v_split.transaction_ids, v_split.times, v_split.versions)
            as s (account_id, transaction_id, recorded_at, version)
        inner join fb_private.split_plan(p_action, v_split.ids) as p on p.account_id = s.account_id
        left join unnest(v_cash.ids, v_cash.transaction_ids) as c (account_id, transaction_id)
            on c.account_id = s.account_id
    ),

    ended as (
        update public.lots as l
        set closed_quantity = l.quantity, closed_cost = l.cost
        from plan as p
        where l.lot_id = p.lot_id
    ),

    closures as (
        insert into public.lot_closures (
            lot_id, execution_id, account_id, security_id, quantity, cost, proceeds, gain, effective_at, recorded_at,
            kind
        )
        select
            p.lot_id, c.execution_id, p.account_id, p_action.security_id, c.quantity, c.cost, c.proceeds,
            c.proceeds - c.cost, p_action.effective_at, p.recorded_at, c.kind
        from plan as p
        cross join lateral (
            values
            (
                'carried', p.transaction_id, p.open_quantity - p.lost_quantity, p.open_cost - p.lost_cost,
                p.carried_cost
            ),
            ('cash_in_lieu', p.cash_transaction_id, p.lost_quantity, p.lost_cost, p.lost_cash)
        ) as c (kind, execution_id, quantity, cost, proceeds)
        where c.quantity <> 0
    ),

    begun as (
        insert into public.lots (
            lot_id, account_id, security_id, lot_seq, execution_id, quantity, cost, acquired_at, recorded_at
        )
        select
            p.new_lot_id, p.account_id, p_action.security_id, (p.version << 20) + p.nth, p.execution_id, p.new_quantity,
            p.new_cost, p.acquired_at, p.recorded_at
        from plan as p
        where p.new_lot_id is not null
    ),

    forgotten as (
        delete from public.order_lots as c
        using plan as p
        where c.lot_id = p.lot_id
        returning c.*
    )

    -- What was chosen for an open sell is chosen in the new lots.
    insert into public.order_lots (order_id, lot_id, account_id, position, quantity)
    select f.order_id, p.new_lot_id, f.account_id, f.position, q.quantity
    from forgotten as f
    inner join plan as p on p.lot_id = f.lot_id
    inner join public.orders as o on o.order_id = f.order_id and o.terminal_at is null
    inner join public.assets as u on u.asset_id = p_action.security_id
    cross join lateral (
        select fb_private.floor_ratio(
            (f.quantity - f.closed_quantity) * p_action.new_shares, p_action.old_shares, u.scale
        ) as quantity
    ) as q
    where p.new_lot_id is not null and q.quantity > 0;
end
$$;

-- An open order's terms after a split, and whether they can be said in whole units of quantity and price. Prices move
-- to the owner's side: a buy never pays more, a sell never takes less. What was filled stays as it was filled: the
-- quantity is that and what is left, in new shares.
create or replace function fb_private.adjusted_orders(p_action public.corporate_actions, p_account_ids uuid[])
returns table (
    order_id uuid, account_id uuid, placed_at timestamptz, side text, status text, filled_quantity numeric,
    quantity numeric,
    limit_price numeric, stop_price numeric, hold_price numeric, held numeric, released numeric, fits boolean
)
language sql stable
as $$
    with terms as (
        select
            o.*, u.scale as unit_scale, m.scale as money_scale, s.price_scale,
            case when s.fractionable and (p_action).cash_per_share is null then u.scale else 0 end as order_scale,
            (o.quantity - o.carried_quantity - o.filled_quantity) * (p_action).new_shares / (p_action).old_shares
                as left_over,
            o.carried_quantity + o.filled_quantity as done,
            (p_action).old_shares::numeric as old_shares, (p_action).new_shares::numeric as new_shares
        from public.orders as o
        inner join public.securities as s on s.security_id = o.security_id
        inner join public.assets as u on u.asset_id = o.security_id
        inner join public.assets as m on m.kind = 'currency' and m.code = s.currency
        where o.security_id = (p_action).security_id and o.account_id = any (p_account_ids) and o.terminal_at is null
            -- What waits to replace an order ends with it.
            and not exists (
                select 1 from public.orders as r where r.order_id = o.replaces and r.status = 'pending_replace'
            )
    ),

    priced as (
        select
            t.*,
            case
                when t.side = 'buy' then trunc(t.limit_price * t.old_shares / t.new_shares, t.price_scale)
                else fb_private.round_up(t.limit_price * t.old_shares / t.new_shares, t.price_scale)
            end as new_limit,
            fb_private.round_half_even(t.stop_price * t.old_shares / t.new_shares, t.price_scale) as new_stop,
            case
                when t.side = 'buy' then trunc(t.hold_price * t.old_shares / t.new_shares, t.price_scale)
                else fb_private.round_up(t.hold_price * t.old_shares / t.new_shares, t.price_scale)
            end as new_hold_price
        from terms as t
    ),

    reserved as (
        select
            p.*,
            case
                when p.new_hold_price <= 0 then null
                when p.side = 'buy' then fb_private.buy_hold(
                    p.done + p.left_over, p.notional, p.new_hold_price, p.done, p.carried_gross + p.filled_gross,
                    p.carried_fees + p.fees, fb_private.market_time(), p.money_scale
                )
                when p.notional is not null then trunc(p.held * p.new_shares / p.old_shares, p.unit_scale)
                else p.left_over
            end as new_held
        from priced as p
    )

    select
        r.order_id, r.account_id, r.placed_at, r.side, r.status, r.filled_quantity, r.done + r.left_over, r.new_limit,
        r.new_stop, r.new_hold_price, r.new_held, r.held - r.new_held,
        coalesce(
            r.status in ('accepted', 'new', 'partially_filled', 'pending_cancel')
            and (r.left_over is null or trunc(r.left_over, r.order_scale) = r.left_over)
            and (r.notional is null or (p_action).cash_per_share is null or r.side = 'buy')
            and coalesce(r.new_limit, 1) > 0 and coalesce(r.new_stop, 1) > 0 and r.new_hold_price > 0
            and (r.side = 'sell' or r.new_held <= r.held),
            false
        )
    from reserved as r
$$;

create or replace function fb_private.adjust_orders(p_action public.corporate_actions, p_account_ids uuid[])
returns void
language plpgsql
as $$
declare
    v_now timestamptz := clock_timestamp();
begin
    perform fb_private.end_orders(
        'order_canceled',
        array(
            select o.order_id
            from fb_private.adjusted_orders(p_action, p_account_ids) as o
            where not o.fits
            order by o.placed_at, o.order_id
        ),
        'job:apply_corporate_action', 'corporate_action'
    );

    with changes as materialized (
        select
            o.*,
            a.event_seq + row_number() over (partition by o.account_id order by o.placed_at, o.order_id)
                as new_event_seq,
            greatest(v_now, a.last_recorded_at) as recorded_at, fb_private.uuid7() as command_id
        from fb_private.adjusted_orders(p_action, p_account_ids) as o
        inner join public.accounts as a on a.account_id = o.account_id
        where o.fits
    ),

    changed as (
        update public.orders as o
        set
            quantity = trim_scale(c.quantity),
            limit_price = trim_scale(c.limit_price),
            stop_price = trim_scale(c.stop_price),
            hold_price = trim_scale(c.hold_price),
            held = trim_scale(c.held),
            placed_as = coalesce(o.placed_as, fb_private.placed_order(o, u.scale)),
            updated_at = c.recorded_at
        from changes as c
        cross join public.assets as u
        where o.order_id = c.order_id and u.asset_id = p_action.security_id
    ),

    new_events as (
        insert into public.order_events (
            order_id, account_id, event_seq, event, from_status, to_status, filled_quantity, reason, effective_at,
            recorded_at, command_id, actor, origin
        )
        select
            c.order_id, c.account_id, c.new_event_seq, 'corporate_action', c.status, c.status, c.filled_quantity,
            p_action.kind, p_action.effective_at, c.recorded_at, c.command_id, 'job:apply_corporate_action', 'worker'
        from changes as c
    ),

    outgoing as (
        insert into public.outbox (account_id, event_seq, kind, payload, command_id, recorded_at, effective_at)
        select
            c.account_id, c.new_event_seq, 'order.corporate_action',
            jsonb_build_object(
                'order_id', c.order_id, 'action_id', p_action.action_id, 'quantity', trim_scale(c.quantity)::text,
                'limit_price', trim_scale(c.limit_price)::text
            ),
            c.command_id, c.recorded_at, p_action.effective_at
        from changes as c
    ),

    released_shares as (
        update public.holdings as h
        set held = h.held - r.released, updated_at = r.recorded_at
        from (
            select c.account_id, sum(c.released) as released, max(c.recorded_at) as recorded_at
            from changes as c
            where c.side = 'sell'
            group by c.account_id
        ) as r
        where h.account_id = r.account_id and h.security_id = p_action.security_id
    )

    update public.accounts as a
    set
        held = a.held - t.released,
        event_seq = a.event_seq + t.events,
        last_recorded_at = t.recorded_at,
        updated_at = t.recorded_at
    from (
        select
            c.account_id, count(*) as events, max(c.recorded_at) as recorded_at,
            coalesce(sum(c.released) filter (where c.side = 'buy'), 0) as released
        from changes as c
        group by c.account_id
    ) as t
    where a.account_id = t.account_id;
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
