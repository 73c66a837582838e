-- Cash dividends: who is entitled is fixed at the ex-date, in market time; on the pay date the money comes.

create or replace function fb_private.entitle(p_action public.corporate_actions, p_account_ids uuid[]) returns void
language sql
as $$
    insert into public.entitlements (
        action_id, account_id, quantity_before, quantity_after, recorded_at, state, gross, withheld, cash
    )
    select
        p_action.action_id, t.account_id, t.quantity, t.quantity, t.recorded_at, 'pending', t.gross, w.withheld,
        t.gross - w.withheld
    from (
        select
            a.account_id, q.quantity, m.scale, greatest(clock_timestamp(), a.last_recorded_at) as recorded_at,
            fb_private.round_half_even(q.quantity * p_action.cash_per_share, m.scale) as gross
        from public.accounts as a
        inner join public.holdings as h on h.account_id = a.account_id and h.security_id = p_action.security_id
        inner join public.assets as m on m.kind = 'currency' and m.code = a.currency
        cross join lateral (
            select fb_private.quantity_before(h.account_id, h.security_id, h.quantity, p_action.ex_date) as quantity
        ) as q
        where a.account_id = any (p_account_ids)
    ) as t
    -- Who owes shares owes the whole dividend, and nobody withholds anything of it.
    cross join lateral (
        select case
            when t.gross > 0 then fb_private.round_half_even(t.gross * p_action.withholding_rate, t.scale) else 0
        end as withheld
    ) as w
$$;

-- Pays the next entitled accounts, and buys shares for those that reinvest. Returns how many.
create or replace function fb_private.pay_dividends(p_action public.corporate_actions, p_limit integer) returns integer
language plpgsql
as $$
declare
    v_ids uuid[];
    v_cash numeric[];
    v_withheld numeric[];
    v_details jsonb[];
    v_none numeric[];
begin
    v_ids := array(
        select e.account_id from public.entitlements as e
        where e.action_id = p_action.action_id and e.state = 'pending'
        order by e.account_id
        limit p_limit
    );
    if cardinality(v_ids) = 0 then
        update public.corporate_actions as c set state = 'applied', applied_at = clock_timestamp()
        where c.action_id = p_action.action_id;
        return 0;
    end if;
    perform fb_private.lock_accounts(v_ids, false);
    select
        array_agg(e.cash order by e.account_id),
        array_agg(e.withheld order by e.account_id),
        array_agg(
            jsonb_build_object(
                'quantity', e.quantity_before::text, 'gross', e.gross::text, 'withheld', e.withheld::text,
                'cash', e.cash::text
            )
            order by e.account_id
        )
    into v_cash, v_withheld, v_details
    from public.entitlements as e
    where e.action_id = p_action.action_id and e.account_id = any (v_ids);
    v_none := array_fill(0::numeric, array[cardinality(v_ids)]);

    with paid as materialized (
        select m.account_id, m.transaction_id, m.recorded_at
        from fb_private.post_action(
            p_action, 'dividend', 'dividend.paid', v_ids, v_cash, v_none, v_none, v_none, v_details, v_withheld
        ) as m
    )

    update public.entitlements as e
    set state = 'applied', transaction_id = p.transaction_id, paid_at = coalesce(p.recorded_at, clock_timestamp())
    from unnest(v_ids) as i (account_id)
    left join paid as p on p.account_id = i.account_id
    where e.action_id = p_action.action_id and e.account_id = i.account_id;
    perform fb_private.reinvest(p_action, v_ids);
    return cardinality(v_ids);
end
$$;

-- The dividend's money buys as many shares as it can at the action's price: a lot like any other, of that day.
create or replace function fb_private.reinvest(p_action public.corporate_actions, p_account_ids uuid[]) returns void
language plpgsql
as $$
declare
    v record;
begin
    select
        array_agg(b.account_id) as ids, array_agg(b.quantity) as quantities, array_agg(b.amount) as amounts,
        array_agg(-b.amount) as cash, array_agg(0::numeric) as nothing,
        array_agg(
            jsonb_build_object(
                'quantity', trim_scale(b.quantity)::text, 'price', p_action.reinvest_price::text,
                'amount', b.amount::text
            )
        ) as details
    into v
    from (
        select
            e.account_id, q.quantity,
            least(e.cash, fb_private.round_half_even(q.quantity * p_action.reinvest_price, m.scale)) as amount
        from public.entitlements as e
        inner join public.accounts as a on a.account_id = e.account_id
        inner join public.assets as m on m.kind = 'currency' and m.code = a.currency
        inner join public.assets as u on u.asset_id = p_action.security_id
        inner join public.securities as s on s.security_id = p_action.security_id
        cross join lateral (
            select fb_private.floor_ratio(
                e.cash, p_action.reinvest_price, case when s.fractionable then u.scale::integer else 0 end
            ) as quantity
        ) as q
        where e.action_id = p_action.action_id and e.account_id = any (p_account_ids) and e.cash > 0
            and a.reinvest_dividends and a.status = 'active' and q.quantity > 0
    ) as b
    where b.amount > 0;
    if v.ids is null then
        return;
    end if;

    with bought as materialized (
        select m.account_id, m.transaction_id, m.recorded_at, m.share_version, b.quantity, b.amount
        from fb_private.post_action(
            p_action, 'action', 'dividend.reinvested', v.ids, v.cash, v.quantities, v.amounts, v.nothing, v.details,
            v.nothing
        ) as m
        inner join unnest(v.ids, v.quantities, v.amounts) as b (account_id, quantity, amount)
            on b.account_id = m.account_id
    ),

    opened as (
        insert into public.lots (
            lot_id, account_id, security_id, lot_seq, execution_id, quantity, cost, acquired_at, recorded_at
        )
        select
            fb_private.uuid7(), b.account_id, p_action.security_id, b.share_version << 20, b.transaction_id, b.quantity,
            b.amount, p_action.effective_at, b.recorded_at
        from bought as b
    )

    update public.entitlements as e
    set reinvested_quantity = b.quantity, reinvested_amount = b.amount
    from bought as b
    where e.action_id = p_action.action_id and e.account_id = b.account_id;
    -- Shares that are missing since the ex-date are bought back first.
    perform fb_private.cover_deficits(
        a.account_id, p_action.security_id, p_action.action_id, p_action.effective_at, a.last_recorded_at
    )
    from public.accounts as a
    where a.account_id = any (v.ids);
end
$$;
