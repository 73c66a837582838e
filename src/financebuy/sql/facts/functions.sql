-- Trades that the venue takes back (bust) or corrects. They are rare, so they are booked row by row. Nothing is erased:
-- each row of what the execution did gets its contrary.

-- The contrary of a transaction: its entries negated, balances and holdings moved with them.
create or replace function fb_private.post_contrary(
    p_transaction public.transactions, p_type text, p_cause uuid, p_execution_id uuid, p_actor text, p_request_id text,
    p_origin text, p_effective_at timestamptz, p_recorded_at timestamptz, p_key_id text default null
) returns uuid
language plpgsql
as $$
declare
    v_id uuid := fb_private.uuid7();
    v_entry public.entries;
    v_version bigint;
begin
    insert into public.transactions (
        transaction_id, recorded_at, effective_at, account_id, transaction_type, amount, currency, description,
        reference_number, event_id, order_id, execution_id, transfer_id, command_id, actor, key_id, request_id,
        origin
    )
    values (
        v_id, p_recorded_at, p_effective_at, p_transaction.account_id, p_type, p_transaction.amount,
        p_transaction.currency, null, p_transaction.reference_number, p_cause, p_transaction.order_id, p_execution_id,
        case when p_type = 'deposit_return' then p_transaction.transfer_id end, p_cause, p_actor, p_key_id, p_request_id,
        p_origin
    );
    for v_entry in
        select e.* from public.entries as e
        where e.transaction_id = p_transaction.transaction_id and e.recorded_at = p_transaction.recorded_at
        order by e.leg
    loop
        v_version := null;
        if v_entry.version is not null then
            update public.holdings as h
            set quantity = h.quantity - v_entry.amount, version = h.version + 1, updated_at = p_recorded_at
            where h.account_id = v_entry.account_id and h.security_id = v_entry.asset_id
            returning h.version into v_version;
            if v_version is null then
                update public.accounts as a
                set balance = a.balance - v_entry.amount, version = a.version + 1
                where a.account_id = v_entry.account_id
                returning a.version into v_version;
            end if;
        end if;
        insert into public.entries (
            transaction_id, leg, account_id, asset_id, amount, version, recorded_at, effective_at
        )
        values (
            v_id, v_entry.leg, v_entry.account_id, v_entry.asset_id, -v_entry.amount, v_version, p_recorded_at,
            p_effective_at
        );
    end loop;
    if p_type = 'reversal' then
        insert into public.reversals (reversed_id, reversing_id, command_id, recorded_at)
        values (p_transaction.transaction_id, v_id, p_cause, p_recorded_at);
    end if;
    return v_id;
end
$$;

-- What waits to settle ends; what has settled is undone by a settlement of the contrary amount, one session on.
create or replace function fb_private.undo_settlements(
    p_account_id uuid, p_execution_id uuid, p_transfer_id uuid, p_cause uuid, p_recorded_at timestamptz
) returns void
language plpgsql
as $$
declare
    v_today date := (fb_private.market_time() at time zone 'America/New_York')::date;
    v_settle_on date := coalesce(
        (select c.settles_on from public.market_sessions as c where c.exchange = 'XNYS' and c.session_date = v_today),
        fb_private.next_weekday(v_today)
    );
begin
    with theirs as materialized (
        select s.* from public.settlements as s
        where s.account_id = p_account_id and s.state <> 'canceled'
            and (s.execution_id = p_execution_id or s.transfer_id = p_transfer_id)
    ),

    ended as (
        update public.settlements as s
        set state = 'canceled', closed_at = p_recorded_at
        from theirs as t
        where s.settlement_id = t.settlement_id and t.state = 'open'
    ),

    contrary as (
        insert into public.settlements (
            settlement_id, account_id, asset_id, execution_id, amount, settle_on, state, created_at
        )
        select fb_private.uuid7(), t.account_id, t.asset_id, p_cause, -t.amount, v_settle_on, 'open', p_recorded_at
        from theirs as t
        where t.state = 'settled' and t.execution_id is not null
    )

    update public.accounts as a
    set unsettled = a.unsettled + coalesce(
        (
            select sum(case t.state when 'open' then -greatest(t.amount, 0) else greatest(-t.amount, 0) end)
            from theirs as t
            inner join public.assets as m on m.asset_id = t.asset_id and m.kind = 'currency'
            where t.state = 'open' or t.execution_id is not null
        ), 0
    )
    where a.account_id = p_account_id;
end
$$;

-- One closure of a lot; the cost is what the lot still has, in proportion. Without proceeds it ends at its cost: nobody
-- sold it.
create or replace function fb_private.close_lot(
    p_lot_id uuid, p_execution_id uuid, p_cause uuid, p_quantity numeric, p_proceeds numeric, p_scale integer,
    p_effective_at timestamptz, p_recorded_at timestamptz
) returns void
language plpgsql
as $$
declare
    v_lot public.lots;
    v_cost numeric;
begin
    select l.* into v_lot from public.lots as l where l.lot_id = p_lot_id;
    v_cost := fb_private.round_ratio(
        v_lot.cost * (v_lot.closed_quantity + p_quantity), v_lot.quantity, p_scale
    ) - v_lot.closed_cost;
    update public.lots as l
    set closed_quantity = l.closed_quantity + p_quantity, closed_cost = l.closed_cost + v_cost
    where l.lot_id = p_lot_id;
    perform fb_private.add_closure(
        v_lot, p_execution_id, p_cause, case when p_proceeds is null then 'carried' else 'sale' end, p_quantity, v_cost,
        coalesce(p_proceeds, v_cost), p_effective_at, p_recorded_at
    );
end
$$;

create or replace function fb_private.add_closure(
    p_lot public.lots, p_execution_id uuid, p_cause uuid, p_kind text, p_quantity numeric, p_cost numeric,
    p_proceeds numeric, p_effective_at timestamptz, p_recorded_at timestamptz
) returns void
language sql
as $$
    insert into public.lot_closures (
        lot_id, execution_id, closure_no, cause_id, kind, account_id, security_id, quantity, cost, proceeds, gain,
        effective_at, recorded_at
    )
    select
        p_lot.lot_id, p_execution_id, coalesce(max(c.closure_no) + 1, 1), p_cause, p_kind, p_lot.account_id, p_lot.security_id,
        p_quantity, p_cost, p_proceeds, p_proceeds - p_cost, p_effective_at, p_recorded_at
    from public.lot_closures as c
    where c.lot_id = p_lot.lot_id and c.execution_id = p_execution_id
$$;

-- A lot that a bust leaves behind: shares sold that are no longer there, or bought for a deficit that is no more.
create or replace function fb_private.open_lot(
    p_account_id uuid, p_security_id uuid, p_execution_id uuid, p_quantity numeric, p_cost numeric,
    p_acquired_at timestamptz, p_recorded_at timestamptz
) returns void
language sql
as $$
    insert into public.lots (
        lot_id, account_id, security_id, lot_seq, execution_id, quantity, cost, acquired_at, recorded_at
    )
    select
        fb_private.uuid7(), p_account_id, p_security_id, greatest(max(l.lot_seq), h.version << 20) + 1, p_execution_id,
        p_quantity, p_cost, p_acquired_at, p_recorded_at
    from public.holdings as h
    left join public.lots as l on l.account_id = h.account_id and l.security_id = h.security_id
    where h.account_id = p_account_id and h.security_id = p_security_id
    group by h.version
$$;

-- Takes back what an execution did to lots. Who had closed a lot of it is left with a lot of the other sign; what it
-- had closed itself is open again; a lot of its own ends at its cost. A buy's own lots are positive, a sale's negative.
-- Of trades of one moment the one that was booked first is left with the first lot.
-- What a correction had undone as a trade bears its id too, with the other sign: the old trade stays undone.
create or replace function fb_private.undo_lots(
    p_ref public.executions, p_cause uuid, p_scale integer, p_effective_at timestamptz, p_recorded_at timestamptz
) returns void
language plpgsql
as $$
declare
    v record;
    v_lot public.lots;
    v_sign integer := case p_ref.side when 'buy' then 1 else -1 end;
    v_chain uuid[] := fb_private.chain_after(p_ref.order_id);
    v_order_id uuid := coalesce(v_chain[cardinality(v_chain)], p_ref.order_id);
begin
    for v in
        select
            c.lot_id, c.execution_id, c.kind, min(c.effective_at) as effective_at, sum(c.quantity) as quantity,
            sum(c.cost) as cost, sum(c.proceeds) as proceeds
        from public.lot_closures as c
        inner join public.lots as l on l.lot_id = c.lot_id
        left join public.executions as e on e.execution_id = c.execution_id
        where c.account_id = p_ref.account_id and c.security_id = p_ref.security_id
            and (
                (l.execution_id = p_ref.execution_id and sign(l.quantity) = v_sign)
                or (c.execution_id = p_ref.execution_id and sign(l.quantity) = -v_sign and c.kind = 'sale')
            )
        group by c.lot_id, c.execution_id, c.kind, l.lot_seq, e.recorded_at
        having sum(c.quantity) <> 0
        order by l.lot_seq, effective_at, e.recorded_at, c.execution_id, c.kind
    loop
        select l.* into v_lot from public.lots as l where l.lot_id = v.lot_id;
        perform fb_private.add_closure(
            v_lot, v.execution_id, p_cause, v.kind, -v.quantity, -v.cost, -v.proceeds, p_effective_at, p_recorded_at
        );
        update public.lots as l
        set closed_quantity = l.closed_quantity - v.quantity, closed_cost = l.closed_cost - v.cost
        where l.lot_id = v.lot_id;
        update public.order_lots as c
        set closed_quantity = greatest(c.closed_quantity - v.quantity, 0)
        where c.order_id = v_order_id and c.lot_id = v.lot_id and v.execution_id = p_ref.execution_id;
        -- Of its own lots it has itself closed what it matched anew; a sale under its id is what it had undone.
        if v.execution_id <> p_ref.execution_id or (sign(v_lot.quantity) = v_sign and v.kind = 'sale') then
            perform fb_private.open_lot(
                v_lot.account_id, v_lot.security_id, v.execution_id, -v.quantity, -v.proceeds, v.effective_at, p_recorded_at
            );
        end if;
    end loop;
    perform fb_private.close_lot(
        l.lot_id, p_cause, p_cause, l.quantity - l.closed_quantity, null, p_scale, p_effective_at, p_recorded_at
    )
    from public.lots as l
    where l.account_id = p_ref.account_id and l.security_id = p_ref.security_id
        and l.execution_id = p_ref.execution_id and sign(l.quantity) = v_sign and l.closed_quantity <> l.quantity;
end
$$;

-- Shares have been split, joined or bought out since: the lots no longer are the execution's. What it did is undone as
-- a trade the other way round would be, and a person is told.
create or replace function fb_private.undo_lots_as_trade(
    p_ref public.executions, p_cause uuid, p_scale integer, p_effective_at timestamptz, p_recorded_at timestamptz
) returns void
language plpgsql
as $$
declare
    v_sign integer := case p_ref.side when 'buy' then -1 else 1 end;
    v_cash numeric := case p_ref.side when 'buy' then p_ref.amount + p_ref.fee else p_ref.fee - p_ref.amount end;
    v_left numeric := p_ref.quantity;
    v_cash_left numeric := v_cash;
    v_taken numeric;
    v_proceeds numeric;
    v_lot public.lots;
begin
    for v_lot in
        select l.* from public.lots as l
        where l.account_id = p_ref.account_id and l.security_id = p_ref.security_id
            and l.closed_quantity <> l.quantity and sign(l.quantity) = -v_sign
        order by l.acquired_at, l.lot_seq
    loop
        exit when v_left = 0;
        v_taken := least(abs(v_lot.quantity - v_lot.closed_quantity), v_left);
        -- Cumulative, as those of a trade: the parts add up to the rounded whole.
        v_proceeds := fb_private.round_ratio(v_cash * (p_ref.quantity - v_left + v_taken), p_ref.quantity, p_scale)
            - (v_cash - v_cash_left);
        perform fb_private.close_lot(
            v_lot.lot_id, p_cause, p_cause, -v_sign * v_taken, v_proceeds, p_scale, p_effective_at, p_recorded_at
        );
        v_left := v_left - v_taken;
        v_cash_left := v_cash_left - v_proceeds;
    end loop;
    if v_left > 0 then
        perform fb_private.open_lot(
            p_ref.account_id, p_ref.security_id, p_cause, v_sign * v_left, -v_cash_left, p_effective_at, p_recorded_at
        );
    end if;
end
$$;

-- Shares that are missing are taken from those that are there: sales matched anew, the oldest first, each with the lots
-- that its account's or order's method says.
create or replace function fb_private.match_lots(
    p_account_id uuid, p_security_id uuid, p_cause uuid, p_scale integer, p_effective_at timestamptz,
    p_recorded_at timestamptz
) returns void
language plpgsql
as $$
declare
    v_short public.lots;
    v_long public.lots;
    v_quantity numeric;
    v_proceeds numeric;
    v_sold_at timestamptz;
    v_method text;
begin
    loop
        select l.* into v_short from public.lots as l
        where l.account_id = p_account_id and l.security_id = p_security_id and l.quantity < l.closed_quantity
        order by l.acquired_at, l.lot_seq
        limit 1;
        exit when not found;
        v_method := (
            select coalesce(o.lot_method, a.lot_method) from public.accounts as a
            left join public.executions as e on e.execution_id = v_short.execution_id
            left join public.orders as o on o.order_id = e.order_id
            where a.account_id = p_account_id
        );
        select l.* into v_long from public.lots as l
        where l.account_id = p_account_id and l.security_id = p_security_id and l.quantity > l.closed_quantity
        order by
            case when v_method = 'highest_cost' then l.cost / l.quantity end desc,
            case when v_method = 'lifo' then l.acquired_at end desc, case when v_method = 'lifo' then l.lot_seq end desc,
            l.acquired_at, l.lot_seq
        limit 1;
        exit when not found;
        v_quantity := least(v_short.closed_quantity - v_short.quantity, v_long.quantity - v_long.closed_quantity);
        v_sold_at := v_short.acquired_at;
        perform fb_private.close_lot(
            v_short.lot_id, coalesce(v_short.execution_id, p_cause), p_cause, -v_quantity, null, p_scale, v_sold_at,
            p_recorded_at
        );
        select -(l.closed_cost - v_short.closed_cost) into v_proceeds
        from public.lots as l where l.lot_id = v_short.lot_id;
        perform fb_private.close_lot(
            v_long.lot_id, coalesce(v_short.execution_id, p_cause), p_cause, v_quantity, v_proceeds, p_scale, v_sold_at,
            p_recorded_at
        );
    end loop;
end
$$;

-- Shares have come where some were missing: what was sold without them is matched with them. Under the account's lock.
create or replace function fb_private.cover_deficits(
    p_account_id uuid, p_security_id uuid, p_cause uuid, p_effective_at timestamptz, p_recorded_at timestamptz
) returns void
language plpgsql
as $$
begin
    if not exists (
        select 1 from public.lots as l
        where l.account_id = p_account_id and l.security_id = p_security_id and l.quantity < l.closed_quantity
    ) then
        return;
    end if;
    perform fb_private.match_lots(
        p_account_id, p_security_id, p_cause, m.scale::integer, p_effective_at, p_recorded_at
    )
    from public.securities as s
    inner join public.assets as m on m.kind = 'currency' and m.code = s.currency
    where s.security_id = p_security_id;
    perform fb_private.holding_from_lots(p_account_id, p_security_id);
end
$$;

-- A holding's cost and gain after its lots have changed.
create or replace function fb_private.holding_from_lots(p_account_id uuid, p_security_id uuid) returns void
language sql
as $$
    update public.holdings as h
    set
        total_cost = coalesce(
            (
                select sum(l.cost - l.closed_cost) from public.lots as l
                where l.account_id = h.account_id and l.security_id = h.security_id
            ), 0
        ),
        realized_gain = coalesce(
            (
                select sum(c.gain) from public.lot_closures as c
                where c.account_id = h.account_id and c.security_id = h.security_id
            ), 0
        )
    where h.account_id = p_account_id and h.security_id = p_security_id
$$;

-- Whether the shares of this execution have become others since.
create or replace function fb_private.shares_have_changed(p_ref public.executions) returns boolean
language sql stable
as $$
    select exists (
        select 1 from public.corporate_actions as c
        where c.security_id = p_ref.security_id and c.kind in ('split', 'reverse_split', 'cash_merger')
            and (
                (
                    c.ex_date > (p_ref.effective_at at time zone 'America/New_York')::date
                    and (
                        c.state = 'applied' or exists (
                            select 1 from public.entitlements as n
                            where n.action_id = c.action_id and n.account_id = p_ref.account_id
                        )
                    )
                )
                -- One that was announced late has changed what was bought after its date too.
                or exists (
                    select 1 from public.entitlements as n
                    where n.action_id = c.action_id and n.account_id = p_ref.account_id
                        and n.recorded_at >= p_ref.recorded_at
                )
            )
    )
$$;

-- What an order has filled, and what the orders after it in its chain count of that. What is open again is held again,
-- by the order that still works: the last one. Returns by how much more is held.
create or replace function fb_private.undo_fill_of_order(
    p_ref public.executions, p_order public.orders, p_money_scale integer, p_unit_scale integer,
    p_effective_at timestamptz, p_recorded_at timestamptz
) returns numeric
language plpgsql
as $$
declare
    v_chain uuid[] := case when p_order.status = 'replaced' then fb_private.chain_after(p_order.order_id) end;
    v_last public.orders;
    v_heir public.orders;
    v_needed numeric := 0;
    v_before numeric;
begin
    update public.orders as o
    set
        filled_quantity = o.filled_quantity - p_ref.quantity,
        filled_gross = o.filled_gross - p_ref.quantity * p_ref.price,
        filled_amount = o.filled_amount - p_ref.amount,
        fees = o.fees - p_ref.fee,
        updated_at = p_recorded_at
    where o.order_id = p_order.order_id;
    update public.orders as o
    set
        carried_quantity = o.carried_quantity - p_ref.quantity,
        carried_gross = o.carried_gross - p_ref.quantity * p_ref.price,
        carried_fees = o.carried_fees - p_ref.fee,
        updated_at = p_recorded_at
    where o.order_id = any (v_chain);

    select o.* into v_last from public.orders as o
    where o.order_id = coalesce(v_chain[cardinality(v_chain)], p_order.order_id);
    if v_last.terminal_at is not null then
        return 0;
    end if;
    select o.* into v_heir from public.orders as o
    where o.order_id = v_last.replaced_by and v_last.status = 'pending_replace';
    select max(fb_private.hold(
        w.side, w.quantity, w.notional, w.hold_price, v_last.carried_quantity + v_last.filled_quantity,
        v_last.carried_gross + v_last.filled_gross, v_last.carried_fees + v_last.fees, p_effective_at, p_money_scale,
        p_unit_scale
    )) into v_needed
    from (values
        (v_last.side, v_last.quantity, v_last.notional, v_last.hold_price),
        (v_heir.side, v_heir.quantity, v_heir.notional, v_heir.hold_price)
    ) as w (side, quantity, notional, hold_price)
    where w.side is not null;
    v_before := v_last.held;
    update public.orders as o set held = greatest(o.held, v_needed) where o.order_id = v_last.order_id;
    return greatest(v_needed - v_before, 0);
end
$$;

-- Takes an execution back: the order, cash, shares, fee, settlement, lots, the house's surplus; then says so. An order
-- that has ended does not begin again: the venue works it no longer.
create or replace function fb_private.undo_execution(
    p_ref public.executions, p_cause uuid, p_event text, p_actor text, p_request_id text, p_origin text, p_venue text,
    p_effective_at timestamptz, p_recorded_at timestamptz
) returns void
language plpgsql
as $$
declare
    v_order public.orders;
    v_transaction public.transactions;
    v_currency text;
    v_money_scale integer;
    v_unit_scale integer;
    v_more numeric;
    v_event_seq bigint;
begin
    select o.* into v_order from public.orders as o where o.order_id = p_ref.order_id;
    select s.currency, m.scale, u.scale into v_currency, v_money_scale, v_unit_scale
    from public.securities as s
    inner join public.assets as u on u.asset_id = s.security_id
    inner join public.assets as m on m.kind = 'currency' and m.code = s.currency
    where s.security_id = p_ref.security_id;

    for v_transaction in
        select t.* from public.transactions as t
        where t.account_id in (p_ref.account_id, fb_private.house('error', v_currency))
            and t.recorded_at = p_ref.recorded_at and t.execution_id = p_ref.execution_id
            and t.transaction_type = p_ref.side
        order by t.transaction_id
    loop
        perform fb_private.post_contrary(
            v_transaction, 'reversal', p_cause, p_cause, p_actor, p_request_id, p_origin, p_effective_at, p_recorded_at
        );
    end loop;
    if p_ref.quantity = 0 then
        return;
    end if;

    perform fb_private.undo_settlements(p_ref.account_id, p_ref.execution_id, null, p_cause, p_recorded_at);
    if fb_private.shares_have_changed(p_ref) then
        perform fb_private.undo_lots_as_trade(p_ref, p_cause, v_money_scale, p_effective_at, p_recorded_at);
    else
        perform fb_private.undo_lots(p_ref, p_cause, v_money_scale, p_effective_at, p_recorded_at);
    end if;
    perform fb_private.holding_from_lots(p_ref.account_id, p_ref.security_id);

    v_more := fb_private.undo_fill_of_order(p_ref, v_order, v_money_scale, v_unit_scale, p_effective_at, p_recorded_at);
    update public.holdings as h
    set held = h.held + v_more
    where v_order.side = 'sell' and h.account_id = p_ref.account_id and h.security_id = p_ref.security_id;
    update public.accounts as a
    set
        held = a.held + case v_order.side when 'buy' then v_more else 0 end,
        event_seq = a.event_seq + 1,
        last_recorded_at = p_recorded_at,
        updated_at = p_recorded_at
    where a.account_id = p_ref.account_id
    returning a.event_seq into v_event_seq;

    insert into public.order_events (
        order_id, account_id, event_seq, event, from_status, to_status, filled_quantity, execution_id, effective_at,
        recorded_at, command_id, actor, request_id, origin
    )
    values (
        p_ref.order_id, p_ref.account_id, v_event_seq, p_event, v_order.status, v_order.status,
        v_order.filled_quantity - p_ref.quantity, p_cause, p_effective_at, p_recorded_at, p_cause, p_actor,
        p_request_id, p_origin
    );
    insert into public.outbox (account_id, event_seq, kind, payload, command_id, recorded_at, effective_at)
    values (
        p_ref.account_id, v_event_seq, 'order.' || p_event,
        jsonb_build_object(
            'order_id', p_ref.order_id, 'execution_id', p_cause, 'ref_execution_id', p_ref.execution_id,
            'quantity', p_ref.quantity::text, 'price', p_ref.price::text
        ),
        p_cause, p_recorded_at, p_effective_at
    );
end
$$;

create or replace function fb_private.raise_exception_row(
    p_kind text, p_account_id uuid, p_order_id uuid, p_command_id uuid, p_detail jsonb, p_at timestamptz
) returns void
language sql
as $$
    insert into public.exceptions (exception_id, kind, account_id, order_id, command_id, detail, created_at, updated_at)
    select fb_private.uuid7(), p_kind, p_account_id, p_order_id, p_command_id, p_detail, p_at, p_at
    where not exists (
        select 1 from public.exceptions as x
        where x.account_id = p_account_id and x.command_id = p_command_id and x.kind = p_kind
    )
$$;

-- Says where a fact left less than nothing: in cash, and in shares of one security.
create or replace function fb_private.tell_of_deficits(
    p_account_id uuid, p_security_id uuid, p_order_id uuid, p_command_id uuid, p_detail jsonb, p_at timestamptz
) returns void
language sql
as $$
    select fb_private.raise_exception_row(d.kind, p_account_id, p_order_id, p_command_id, p_detail, p_at)
    from (
        select 'overdrawn' as kind from public.accounts as a
        where a.account_id = p_account_id and a.balance is not null and a.balance < a.held
        union all
        select 'deficit' from public.holdings as h
        where h.account_id = p_account_id and h.security_id = p_security_id and h.quantity < h.held
    ) as d
$$;

-- One bust or correction, on an account that is locked.
create or replace function fb_private.change_execution(
    p_kind text, p_id uuid, p_ref_id uuid, p_actor text, p_request_id text, p_origin text, p_venue text,
    p_venue_execution_id text, p_ref_venue_execution_id text, p_quantity numeric, p_price numeric,
    p_effective_at timestamptz
) returns void
language plpgsql
as $$
declare
    v_ref public.executions;
    v_fact text := case p_kind when 'bust' then 'execution_busted' else 'execution_corrected' end;
    v_detail jsonb := jsonb_build_object(
        'fact', v_fact, 'venue', p_venue, 'venue_execution_id', p_venue_execution_id,
        'ref_venue_execution_id', p_ref_venue_execution_id, 'quantity', p_quantity::text, 'price', p_price::text
    );
    v_problem text;
    v_effective_at timestamptz;
    v_recorded_at timestamptz;
    v_scale integer;
begin
    select e.* into v_ref from public.executions as e where e.execution_id = p_ref_id;
    v_recorded_at := greatest(
        clock_timestamp(), (select a.last_recorded_at from public.accounts as a where a.account_id = v_ref.account_id)
    );
    v_problem := case
        when v_ref.execution_id is null then 'unknown'
        when v_ref.kind = 'bust' then 'it is a bust itself'
        when exists (select 1 from public.executions as e where e.ref_execution_id = v_ref.execution_id)
            then 'it was taken back before'
        when not exists (
            select 1 from public.transactions as t
            -- Of what no order could take the house has it all.
            where t.account_id in (
                v_ref.account_id,
                (
                    select fb_private.house('error', s.currency) from public.securities as s
                    where s.security_id = v_ref.security_id
                )
            )
                and t.recorded_at = v_ref.recorded_at and t.execution_id = v_ref.execution_id
        ) then 'its month is no longer here'
    end;
    if v_problem is not null then
        perform fb_private.raise_exception_row(
            case v_problem when 'unknown' then 'unknown_execution' else 'unexpected_state' end, v_ref.account_id,
            v_ref.order_id, p_id, v_detail || jsonb_build_object('problem', v_problem), v_recorded_at
        );
        return;
    end if;
    -- As if the trade had been right from the start: the books by market time tell it so, by time of recording not.
    v_effective_at := coalesce(p_effective_at, v_ref.effective_at);
    select m.scale into v_scale from public.securities as s
    inner join public.assets as m on m.kind = 'currency' and m.code = s.currency
    where s.security_id = v_ref.security_id;

    perform fb_private.undo_execution(
        v_ref, p_id, case p_kind when 'bust' then 'busted' else 'corrected' end, p_actor, p_request_id, p_origin,
        p_venue, v_effective_at, v_recorded_at
    );
    if p_kind = 'bust' then
        insert into public.executions (
            execution_id, order_id, account_id, security_id, venue, venue_execution_id, side, quantity,
            reported_quantity, price, amount, fee, late, effective_at, recorded_at, command_id, kind, ref_execution_id
        )
        select
            p_id, v_ref.order_id, v_ref.account_id, v_ref.security_id, p_venue, p_venue_execution_id, v_ref.side,
            v_ref.quantity, v_ref.reported_quantity, v_ref.price, v_ref.amount, v_ref.fee, o.terminal_at is not null,
            v_effective_at, v_recorded_at, p_id, p_kind, v_ref.execution_id
        from public.orders as o
        where o.order_id = v_ref.order_id;
    else
        perform fb_private.execution_wave(
            1, array[1], array[p_id], array['claimed'], array[p_actor], array[p_request_id], array[p_origin],
            array[p_venue], array[p_venue_execution_id], array[v_ref.order_id], array[p_quantity], array[p_price],
            array[v_effective_at], array[v_ref.execution_id]
        );
    end if;
    perform fb_private.match_lots(
        v_ref.account_id, v_ref.security_id, p_id, v_scale, v_effective_at, v_recorded_at
    );
    perform fb_private.holding_from_lots(v_ref.account_id, v_ref.security_id);
    perform fb_private.tell_of_deficits(
        v_ref.account_id, v_ref.security_id, v_ref.order_id, p_id, v_detail, v_recorded_at
    );
    if fb_private.shares_have_changed(v_ref) then
        perform fb_private.raise_exception_row(
            'unexpected_state', v_ref.account_id, v_ref.order_id, p_id,
            v_detail || jsonb_build_object('problem', 'a corporate action has changed the shares since'), v_recorded_at
        );
    end if;
end
$$;

create or replace function fb_private.execution_changes(
    p_kind text, p_request_ids text[], p_origins text[], p_venues text[], p_venue_execution_ids text[],
    p_ref_venue_execution_ids text[], p_quantities numeric[], p_prices numeric[], p_effective_at timestamptz[],
    p_skip_locked boolean
)
returns table (
    ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb
)
language plpgsql
as $$
#variable_conflict use_column
declare
    v_count integer := coalesce(cardinality(p_venue_execution_ids), 0);
    v_fact text := case p_kind when 'bust' then 'execution_busted' else 'execution_corrected' end;
    v_ref_ids uuid[];
    v_busy uuid[];
    v_actors text[];
    v_keys text[];
    v_hashes bytea[];
    v_new_ids uuid[];
    v_claimed_ids uuid[];
    v_ids uuid[];
    v_states text[];
    v_codes text[];
begin
    perform fb_private.begin_command(array[
        cardinality(p_request_ids), cardinality(p_origins), cardinality(p_venues), cardinality(p_venue_execution_ids),
        cardinality(p_ref_venue_execution_ids), cardinality(p_quantities), cardinality(p_prices),
        cardinality(p_effective_at)
    ]);
    if v_count = 0 then
        return;
    end if;
    -- What is not known before the lock is not known to this call: its account would not be locked.
    v_ref_ids := array(
        select e.execution_id
        from unnest(p_venues, p_ref_venue_execution_ids) with ordinality as i (venue, ref, ordinal)
        left join public.executions as e on e.venue = i.venue and e.venue_execution_id = i.ref
        order by i.ordinal
    );
    v_busy := fb_private.lock_accounts(
        array(select e.account_id from public.executions as e where e.execution_id = any (v_ref_ids)), p_skip_locked
    );
    select
        array_agg('venue:' || i.venue order by i.ordinal),
        array_agg('execution:' || i.venue_execution_id order by i.ordinal),
        array_agg(
            case
                when e.account_id = any (v_busy) then 'account_busy'
                when i.venue is null then 'required:venue'
                when length(i.venue) not between 1 and 64 then 'out_of_range:venue'
                when i.venue_execution_id is null then 'required:venue_execution_id'
                when length(i.venue_execution_id) not between 1 and 128 then 'out_of_range:venue_execution_id'
                when i.ref is null then 'required:ref_venue_execution_id'
                when length(i.ref) not between 1 and 128 then 'out_of_range:ref_venue_execution_id'
                when i.ref = i.venue_execution_id then 'not_allowed:ref_venue_execution_id'
                when p_kind = 'bust' then null
                when i.quantity is null then 'required:quantity'
                when i.price is null then 'required:price'
                when not fb_private.is_finite(i.quantity) then 'invalid_value:quantity'
                when not fb_private.is_finite(i.price) then 'invalid_value:price'
                when i.quantity <= 0 or i.quantity > 1000000000000 then 'out_of_range:quantity'
                when i.price <= 0 or i.price > 1000000000 then 'out_of_range:price'
                when min_scale(i.quantity) > u.scale then 'excess_scale:quantity'
                when min_scale(i.price) > 9 then 'excess_scale:price'
            end
            order by i.ordinal
        ),
        array_agg(
            sha256(convert_to(row(i.ref, trim_scale(i.quantity), trim_scale(i.price))::text, 'UTF8')) order by i.ordinal
        )
    into v_actors, v_keys, v_codes, v_hashes
    from unnest(p_venues, p_venue_execution_ids, p_ref_venue_execution_ids, p_quantities, p_prices, v_ref_ids)
        with ordinality as i (venue, venue_execution_id, ref, quantity, price, ref_id, ordinal)
    left join public.executions as e on e.execution_id = i.ref_id
    left join public.assets as u on u.asset_id = e.security_id;
    v_hashes := fb_private.hashes_to_claim(v_codes, v_hashes);
    v_new_ids := fb_private.new_ids(v_count);
    select c.p_ids, c.states into v_claimed_ids, v_states
    from fb_private.claim(v_fact, v_actors, v_keys, v_hashes, v_new_ids) as c;
    -- A key that had been pruned was claimed anew just now; the row of the venue's id stands for ever.
    select
        array_agg(coalesce(e.command_id, i.command_id) order by i.ordinal),
        array_agg(
            case
                when e.execution_id is null then i.state
                when e.kind = p_kind and e.ref_execution_id = i.ref_id
                    and (p_kind = 'bust' or (e.reported_quantity = i.quantity and e.price = i.price)) then 'replay'
                else 'conflict'
            end
            order by i.ordinal
        )
    into v_ids, v_states
    from unnest(v_claimed_ids, v_states, p_venues, p_venue_execution_ids, v_ref_ids, p_quantities, p_prices)
        with ordinality as i (command_id, state, venue, venue_execution_id, ref_id, quantity, price, ordinal)
    left join public.executions as e
        on e.venue = i.venue and e.venue_execution_id = i.venue_execution_id
            and (i.state = 'claimed' or (i.state in ('replay', 'conflict') and i.command_id = any (v_new_ids)));
    if v_ids <> v_claimed_ids then
        perform fb_private.restore_keys(v_actors, v_keys, v_new_ids, v_ids, v_states);
    end if;

    for n in 1..v_count loop
        continue when v_states[n] is distinct from 'claimed';
        perform fb_private.change_execution(
            p_kind, v_ids[n], v_ref_ids[n], v_actors[n], p_request_ids[n], p_origins[n], p_venues[n],
            p_venue_execution_ids[n], p_ref_venue_execution_ids[n], p_quantities[n], p_prices[n], p_effective_at[n]
        );
    end loop;

    return query
    select
        v.ordinal, v.outcome, v.replayed, v.command_id, v.code, v.field,
        case
            when e.execution_id is not null then jsonb_build_object(
                'execution_id', e.execution_id, 'order_id', e.order_id, 'account_id', e.account_id, 'kind', e.kind,
                'ref_execution_id', e.ref_execution_id, 'quantity', e.quantity::text, 'amount', e.amount::text,
                'fee', e.fee::text, 'late', e.late
            )
        end
    from fb_private.verdicts(
        v_ids, fb_private.final_states(v_codes, v_states), fb_private.codes_of(v_codes, null),
        fb_private.fields_of(v_codes)
    ) as v
    left join public.executions as e on e.execution_id = v.command_id and v.outcome = 'accepted'
    order by v.ordinal;
end
$$;

create or replace function fb.execution_busted(
    p_request_ids text[], p_origins text[], p_venues text[], p_venue_execution_ids text[],
    p_ref_venue_execution_ids text[], p_effective_at timestamptz[], p_skip_locked boolean default false
)
returns table (
    ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb
)
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    select f.* from fb_private.execution_changes(
        'bust', p_request_ids, p_origins, p_venues, p_venue_execution_ids, p_ref_venue_execution_ids,
        array_fill(null::numeric, array[cardinality(p_venues)]), array_fill(null::numeric, array[cardinality(p_venues)]),
        p_effective_at, p_skip_locked
    ) as f
$$;
comment on function fb.execution_busted(text[], text[], text[], text[], text[], timestamptz[], boolean) is
'The venue takes trades back. Under the venue''s own id of the bust; ref_venue_execution_id is the trade''s.';

create or replace function fb.execution_corrected(
    p_request_ids text[], p_origins text[], p_venues text[], p_venue_execution_ids text[],
    p_ref_venue_execution_ids text[], p_quantities numeric[], p_prices numeric[], p_effective_at timestamptz[],
    p_skip_locked boolean default false
)
returns table (
    ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb
)
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    select f.* from fb_private.execution_changes(
        'correction', p_request_ids, p_origins, p_venues, p_venue_execution_ids, p_ref_venue_execution_ids,
        p_quantities, p_prices, p_effective_at, p_skip_locked
    ) as f
$$;
comment on function fb.execution_corrected(
    text[], text[], text[], text[], text[], numeric[], numeric[], timestamptz[], boolean
) is 'The venue corrects trades: the old one is taken back and one with this quantity and price takes its place.';
