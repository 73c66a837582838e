-- Custody: what the bank and the venue should say of a day, what they do say, and each difference by its name.

-- The statement that our books expect of a source, at the end of a day in New York. Amounts are the source's view of
-- ours: what it keeps for us is positive.
create or replace function fb_private.expected_statement(p_source text, p_date date)
returns table (
    kind text, reference text, asset text, side text, quantity numeric, price numeric, account_id uuid, asset_id uuid
)
language sql stable
as $$
    with day as (
        select
            p_date::timestamp at time zone 'America/New_York' as begins_at,
            (p_date + 1)::timestamp at time zone 'America/New_York' as ends_at
    ),

    custodians as (
        select a.account_id from public.accounts as a
        where
            (p_source = 'bank' and a.house_code = 'bank')
            or (p_source = 'venue' and a.house_code in ('venue', 'actions'))
    ),

    transfers as (
        select
            t.reference_number as reference, s.code as asset, sign(-e.amount) as direction, e.asset_id,
            (array_agg(t.account_id order by t.account_id))[1] as account_id, sum(abs(e.amount)) as quantity
        from day as d
        inner join public.transactions as t on t.effective_at >= d.begins_at and t.effective_at < d.ends_at
        inner join public.entries as e on e.transaction_id = t.transaction_id and e.recorded_at = t.recorded_at
        inner join custodians as c on c.account_id = e.account_id
        inner join public.assets as s on s.asset_id = e.asset_id and s.kind = 'currency'
        where p_source = 'bank'
        group by t.reference_number, s.code, sign(-e.amount), e.asset_id
    ),

    -- Of trades the last word: neither a bust nor one that another row takes back.
    trades as (
        select e.*, i.symbol
        from day as d
        inner join public.executions as e on e.effective_at >= d.begins_at and e.effective_at < d.ends_at
        inner join public.securities as i on i.security_id = e.security_id
        where
            p_source = 'venue' and e.kind <> 'bust'
            and not exists (select 1 from public.executions as r where r.ref_execution_id = e.execution_id)
    ),

    -- Months that are detached end in closing balances; what is attached comes on top.
    kept as (
        select distinct on (b.account_id, b.asset_id) b.account_id, b.asset_id, b.balance
        from public.closing_balances as b
        inner join custodians as c on c.account_id = b.account_id
        inner join public.closed_months as m on m.month = b.month and m.detached_at is not null
        order by b.account_id, b.asset_id, b.month desc
    ),

    positions as (
        select p.asset_id, -sum(p.amount) as quantity
        from (
            select k.asset_id, k.balance as amount from kept as k
            union all
            select e.asset_id, e.amount
            from day as d
            inner join public.entries as e on e.effective_at < d.ends_at
            inner join custodians as c on c.account_id = e.account_id
        ) as p
        group by p.asset_id
        having sum(p.amount) <> 0
    )

    select
        'transfer', t.reference, t.asset, case when t.direction > 0 then 'incoming' else 'outgoing' end, t.quantity,
        null::numeric, t.account_id, t.asset_id
    from transfers as t
    union all
    select 'balance', null, s.code, null, p.quantity, null, null, p.asset_id
    from positions as p
    inner join public.assets as s on s.asset_id = p.asset_id and s.kind = 'currency'
    where p_source = 'bank'
    union all
    select
        'trade', t.venue_execution_id, t.symbol, t.side, t.reported_quantity, t.price, t.account_id, t.security_id
    from trades as t
    union all
    select 'position', null, s.symbol, null, p.quantity, null, null, p.asset_id
    from positions as p
    inner join public.securities as s on s.security_id = p.asset_id
    where p_source = 'venue'
$$;

create or replace function fb_private.require_attached(p_source text, p_date date) returns void
language plpgsql stable
as $$
begin
    if p_source is null or p_source not in ('bank', 'venue') or p_date is null then
        raise exception 'a statement is of the bank or the venue, and of a day' using errcode = 'invalid_parameter_value';
    end if;
    if exists (
        select 1 from public.closed_months as m
        where
            m.detached_at is not null
            and m.last_effective_at >= (p_date + 1)::timestamp at time zone 'America/New_York'
    ) then
        raise exception 'the books of % are in a month that is detached', p_date
        using errcode = 'object_not_in_prerequisite_state';
    end if;
end
$$;

create or replace function fb.custody_statement(p_source text, p_date date)
returns table (kind text, reference text, asset text, side text, quantity numeric, price numeric)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform fb_private.require_attached(p_source, p_date);
    return query
    select s.kind, s.reference, s.asset, s.side, s.quantity, s.price
    from fb_private.expected_statement(p_source, p_date) as s
    order by s.kind desc, s.reference, s.asset;
end
$$;
comment on function fb.custody_statement(text, date) is
'What the paper venue or the sandbox bank says of a day: it has no books but ours.';

create or replace function fb.reconcile(
    p_source text, p_date date, p_kinds text[], p_references text[], p_assets text[], p_sides text[],
    p_quantities numeric[], p_prices numeric[]
) returns uuid
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_run_id uuid := fb_private.uuid7();
    v_breaks integer;
begin
    perform fb_private.require_attached(p_source, p_date);
    insert into public.reconciliation_runs (run_id, source, statement_date, started_at)
    values (v_run_id, p_source, p_date, clock_timestamp());

    with ours as materialized (
        select * from fb_private.expected_statement(p_source, p_date)
    ),

    lines as (
        select
            s.kind, s.reference, s.asset, s.side, s.quantity, s.price,
            row_number() over (
                partition by s.kind, case when s.kind in ('balance', 'position') then s.asset else s.reference end,
                case when s.kind = 'transfer' then s.side end
                order by s.n
            ) as nth
        from unnest(p_kinds, p_references, p_assets, p_sides, p_quantities, p_prices)
        with ordinality as s (kind, reference, asset, side, quantity, price, n)
    ),

    -- Of what comes and goes under one reference both directions are lines of their own.
    pairs as (
        select
            o.account_id, o.asset_id, coalesce(o.kind, s.kind) as kind, coalesce(o.reference, s.reference) as reference,
            o.kind is not null as here, s.kind is not null as there, o.asset as our_asset, s.asset as their_asset,
            o.side as our_side, s.side as their_side, o.quantity as our_quantity, s.quantity as their_quantity,
            o.price as our_price, s.price as their_price
        from ours as o
        full join (select l.* from lines as l where l.nth = 1) as s
            on
                o.kind = s.kind
                and case when o.kind in ('balance', 'position') then o.asset else o.reference end
                = case when s.kind in ('balance', 'position') then s.asset else s.reference end
                and (o.kind <> 'transfer' or o.side = s.side)
    ),

    found as (
        select
            b.kind as break_kind, p.account_id,
            coalesce(p.asset_id, (
                select a.asset_id from public.assets as a where a.code = p.their_asset
                order by a.kind, a.asset_id limit 1
            )) as asset_id, b.ours, b.theirs, coalesce(p.reference, p.our_asset, p.their_asset) as reference
        from pairs as p
        cross join lateral (
            values
            ('missing_here', null, p.their_quantity, p.kind in ('trade', 'transfer') and not p.here),
            ('missing_there', p.our_quantity, null, p.kind in ('trade', 'transfer') and not p.there),
            ('asset_differs', p.our_quantity, p.their_quantity, p.here and p.there and p.our_asset <> p.their_asset),
            (
                'side_differs', p.our_quantity, p.their_quantity,
                p.here and p.there and p.our_side is distinct from p.their_side
            ),
            (
                'amount_differs', p.our_quantity, p.their_quantity,
                p.kind = 'transfer' and p.here and p.there and p.our_quantity <> p.their_quantity
            ),
            (
                'quantity_differs', p.our_quantity, p.their_quantity,
                p.kind = 'trade' and p.here and p.there and p.our_quantity <> p.their_quantity
            ),
            (
                'price_differs', p.our_price, p.their_price,
                p.kind = 'trade' and p.here and p.there and p.our_price is distinct from p.their_price
            ),
            (
                p.kind || '_differs', coalesce(p.our_quantity, 0), coalesce(p.their_quantity, 0),
                p.kind in ('balance', 'position')
                and coalesce(p.our_quantity, 0) <> coalesce(p.their_quantity, 0)
            )
        ) as b (kind, ours, theirs, applies)
        where b.applies
        union all
        select
            'duplicate_there', null, (
                select a.asset_id from public.assets as a where a.code = l.asset order by a.kind, a.asset_id limit 1
            ), null, l.quantity, coalesce(l.reference, l.asset)
        from lines as l
        where l.nth > 1
    )

    insert into public.reconciliation_breaks (run_id, break_no, kind, account_id, asset_id, ours, theirs, reference)
    select
        v_run_id, row_number() over (order by f.break_kind, f.reference), f.break_kind, f.account_id, f.asset_id, f.ours,
        f.theirs, f.reference
    from found as f;
    get diagnostics v_breaks = row_count;

    update public.reconciliation_runs
    set finished_at = clock_timestamp(), breaks = v_breaks
    where run_id = v_run_id;
    return v_run_id;
end
$$;
comment on function fb.reconcile(text, date, text[], text[], text[], text[], numeric[], numeric[]) is
'Compares a statement with the books; each difference is a row with a name. Returns the run.';
