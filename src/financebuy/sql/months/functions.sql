-- The end of a month: close it, and later detach its partitions. Months are UTC months of recording.

create or replace function fb_private.month_start(p_month date) returns timestamptz
language sql immutable
as $$ select p_month::timestamp at time zone 'UTC' $$;

create or replace function fb_private.month_end(p_month date) returns timestamptz
language sql immutable
as $$ select (p_month + interval '1 month') at time zone 'UTC' $$;

-- Customers' accounts that have entries or events of the month which no closing row tells of yet.
create or replace function fb_private.accounts_to_close(p_month date, p_limit integer) returns uuid[]
language sql stable
as $$
    select array_agg(x.account_id)
    from (
        select due.account_id
        from (
            select e.account_id
            from public.entries as e
            where
                e.recorded_at >= fb_private.month_start(p_month) and e.recorded_at < fb_private.month_end(p_month)
                and e.version is not null
                and not exists (
                    select 1 from public.closing_balances as c
                    where c.account_id = e.account_id and c.asset_id = e.asset_id and c.month = p_month
                )
            union
            select o.account_id
            from public.outbox as o
            where
                o.recorded_at >= fb_private.month_start(p_month) and o.recorded_at < fb_private.month_end(p_month)
                and not exists (
                    select 1 from public.closing_events as c
                    where c.account_id = o.account_id and c.month = p_month
                )
        ) as due
        inner join public.accounts as a on a.account_id = due.account_id and a.balance is not null
        order by due.account_id
        limit p_limit
    ) as x
$$;

-- Nothing more is recorded in the past of an account whose row is locked: recorded_at is taken after the lock.
create or replace function fb_private.close_accounts(p_month date, p_account_ids uuid[]) returns void
language plpgsql volatile
as $$
declare
    v_account_id uuid;
begin
    perform 1 from public.accounts as a
    where a.account_id = any (p_account_ids)
    order by a.account_id
    for no key update;

    with last_close as (
        select distinct on (c.account_id, c.asset_id) c.account_id, c.asset_id, c.balance, c.version
        from public.closing_balances as c
        where c.account_id = any (p_account_ids) and c.month < p_month
        order by c.account_id, c.asset_id, c.month desc
    ),

    booked as (
        select
            e.account_id, e.asset_id, sum(e.amount) as amount, count(*) as entries, min(e.version) as first_version,
            max(e.version) as last_version
        from public.entries as e
        where
            e.recorded_at >= fb_private.month_start(p_month) and e.recorded_at < fb_private.month_end(p_month)
            and e.account_id = any (p_account_ids) and e.version is not null
        group by e.account_id, e.asset_id
    ),

    joined as (
        select
            b.account_id, b.asset_id, coalesce(l.balance, 0) + b.amount as balance, b.last_version,
            b.first_version = coalesce(l.version, 0) + 1 and b.entries = b.last_version - b.first_version + 1 as whole
        from booked as b
        left join last_close as l on l.account_id = b.account_id and l.asset_id = b.asset_id
    ),

    inserted as (
        insert into public.closing_balances (account_id, asset_id, month, version, balance, closed_at)
        select j.account_id, j.asset_id, p_month, j.last_version, j.balance, clock_timestamp() from joined as j
    )

    select j.account_id into v_account_id from joined as j where not j.whole limit 1;
    if v_account_id is not null then
        raise exception 'the entries of account % in % are not numbered without a gap', v_account_id, p_month;
    end if;

    insert into public.closing_events (account_id, month, event_seq)
    select o.account_id, p_month, max(o.event_seq)
    from public.outbox as o
    where
        o.recorded_at >= fb_private.month_start(p_month) and o.recorded_at < fb_private.month_end(p_month)
        and o.account_id = any (p_account_ids)
    group by o.account_id
    on conflict do nothing;
end
$$;

-- The house's entries come with customers' and have no version: they are summed once nobody writes there any more.
create or replace function fb_private.close_house(p_month date) returns void
language plpgsql volatile
as $$
declare
    v_transaction_id uuid;
begin
    with last_close as (
        select distinct on (c.account_id, c.asset_id) c.account_id, c.asset_id, c.balance
        from public.closing_balances as c
        where c.version is null and c.month < p_month
        order by c.account_id, c.asset_id, c.month desc
    ),

    booked as (
        select e.account_id, e.asset_id, sum(e.amount) as amount
        from public.entries as e
        where
            e.recorded_at >= fb_private.month_start(p_month) and e.recorded_at < fb_private.month_end(p_month)
            and e.version is null
        group by e.account_id, e.asset_id
    )

    insert into public.closing_balances (account_id, asset_id, month, version, balance, closed_at)
    select b.account_id, b.asset_id, p_month, null, coalesce(l.balance, 0) + b.amount, clock_timestamp()
    from booked as b
    left join last_close as l on l.account_id = b.account_id and l.asset_id = b.asset_id;

    select e.transaction_id into v_transaction_id
    from public.entries as e
    where e.recorded_at >= fb_private.month_start(p_month) and e.recorded_at < fb_private.month_end(p_month)
    group by e.transaction_id, e.asset_id
    having sum(e.amount) <> 0
    limit 1;
    if v_transaction_id is not null then
        raise exception 'transaction % of % does not sum to zero', v_transaction_id, p_month;
    end if;
end
$$;

-- Waits for whoever still writes into a partition; a command that begins now writes into a later one.
create or replace function fb_private.await_writers(p_month date) returns void
language plpgsql volatile
as $$
declare
    v_name text;
begin
    foreach v_name in array array['transactions', 'entries', 'outbox'] loop
        v_name := format('public.%I', v_name || '_' || to_char(p_month, 'YYYY_MM'));
        if to_regclass(v_name) is not null then
            execute format('lock table %s in share mode', v_name);
        end if;
    end loop;
end
$$;

create or replace function fb.close_month(p_month date, p_limit integer) returns integer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
as $$
declare
    v_from timestamptz := fb_private.month_start(p_month);
    v_to timestamptz := fb_private.month_end(p_month);
    v_accounts uuid[];
begin
    -- An hour, so that no command which began in the month is still under way.
    if extract(day from p_month) <> 1 or clock_timestamp() < v_to + interval '1 hour' then
        raise exception '% is not a month that has been over for an hour', p_month
        using errcode = 'invalid_parameter_value';
    end if;
    perform pg_advisory_xact_lock(hashtext('fb.close_month'));
    if exists (select 1 from public.closed_months as m where m.month = p_month) then
        return 0;
    end if;
    if exists (
        select 1 from public.months_to_close as m where m.month < p_month
    ) then
        raise exception 'an earlier month than % is not closed', p_month
        using errcode = 'object_not_in_prerequisite_state';
    end if;

    v_accounts := fb_private.accounts_to_close(p_month, p_limit);
    if v_accounts is not null then
        perform fb_private.close_accounts(p_month, v_accounts);
        return cardinality(v_accounts);
    end if;

    perform fb_private.await_writers(p_month);
    if fb_private.accounts_to_close(p_month, 1) is not null then
        return 1;
    end if;
    perform fb_private.close_house(p_month);
    insert into public.closed_months (month, transactions, entries, last_effective_at, closed_at)
    select
        p_month,
        (select count(*) from public.transactions as t where t.recorded_at >= v_from and t.recorded_at < v_to),
        count(*),
        max(e.effective_at),
        clock_timestamp()
    from public.entries as e
    where e.recorded_at >= v_from and e.recorded_at < v_to;
    return 0;
end
$$;
comment on function fb.close_month(date, integer) is
'Keeps the balances at the end of a finished month, so many accounts a call; returns how many, 0 when it is closed.';

-- A table that was a partition stays history: nobody changes it, the auditor reads it. Its trigger has a name of its
-- own: the parent's comes back with an ATTACH.
create or replace function fb_private.keep_detached(p_name text) returns void
language plpgsql volatile
as $$
begin
    execute format(
        'create or replace trigger refuse_truncate before truncate on public.%I '
        'for each statement execute function fb_private.refuse_change()', p_name
    );
    execute format(
        'create or replace trigger refuse_change_detached before update or delete on public.%I '
        'for each row execute function fb_private.refuse_change()', p_name
    );
    execute format('drop policy if exists auditor_reads on public.%I', p_name);
    execute format('create policy auditor_reads on public.%I for select to auditor, fb_sealer using (true)', p_name);
    execute format('grant select on public.%I to auditor, fb_sealer', p_name);
end
$$;

-- Why a closed month has to stay, or NULL.
create or replace function fb_private.keeps_month(p_month date) returns text
language sql stable
as $$
    select case
        when
            fb_private.month_end(p_month) > clock_timestamp() - (
                select s.value::interval from public.platform_settings as s where s.name = 'detach_after'
            ) then 'too_recent'
        when exists (
            select 1 from public.orders as o
            where o.terminal_at is null and o.placed_at < fb_private.month_end(p_month)
        ) then 'order_open'
        when exists (
            select 1 from public.settlements as s
            where s.state = 'open' and s.created_at < fb_private.month_end(p_month)
        ) then 'settlement_open'
        when exists (
            select 1 from public.transfers as t
            where t.state = 'requested' and t.requested_at < fb_private.month_end(p_month)
        ) then 'transfer_open'
        when exists (
            select 1 from public.exceptions as x
            where x.state <> 'resolved' and x.created_at < fb_private.month_end(p_month)
        ) then 'exception_open'
        when exists (
            select 1 from public.outbox as o
            where o.global_seq is null and o.recorded_at < fb_private.month_end(p_month)
        ) then 'event_unpublished'
    end
$$;

create or replace function fb.detach_partitions(p_before date) returns table (month date, outcome text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '2s'
as $$
declare
    v_table text;
    v_name text;
begin
    perform pg_advisory_xact_lock(hashtext('fb.close_month'));
    for month in
        select m.month from public.closed_months as m
        where m.detached_at is null and fb_private.month_end(m.month) <= fb_private.month_start(p_before)
        order by m.month
    loop
        outcome := fb_private.keeps_month(month);
        if outcome is not null then
            -- Months leave in their order: the checks know one point at which the books begin.
            return next;
            return;
        end if;
        foreach v_table in array array['entries', 'transactions', 'order_events', 'outbox'] loop
            v_name := v_table || '_' || to_char(month, 'YYYY_MM');
            if exists (
                select 1 from pg_inherits as i
                where i.inhrelid = to_regclass(format('public.%I', v_name))
            ) then
                execute format('alter table public.%I detach partition public.%I', v_table, v_name);
                perform fb_private.keep_detached(v_name);
            end if;
        end loop;
        update public.closed_months as m set detached_at = clock_timestamp() where m.month = detach_partitions.month;
        perform fb_private.audit('detach', 'closed_months', month::text);
        outcome := 'detached';
        return next;
    end loop;
end
$$;
comment on function fb.detach_partitions(date) is
'Makes closed months before a day tables of their own, oldest first, up to the first that something still needs.';

create or replace function fb.refresh_summaries() returns timestamptz
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    refresh materialized view concurrently public.portfolio_summary;
    return clock_timestamp();
end
$$;
