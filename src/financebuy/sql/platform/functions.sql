-- Partitions ahead, keys pruned, events numbered, changes audited, processes seen.

create or replace function fb_private.make_partition(p_table text, p_from timestamptz, p_to timestamptz, p_suffix text)
returns boolean
language plpgsql
as $$
declare
    v_name text := p_table || '_' || p_suffix;
    v_default text := p_table || '_default';
    v_key text := substring(pg_get_partkeydef(to_regclass('public.' || quote_ident(p_table))) from '\((\w+)\)');
    v_rows text := format('%I >= %L and %I < %L', v_key, p_from, v_key, p_to);
    v_misplaced boolean;
begin
    if to_regclass('public.' || quote_ident(v_name)) is not null then
        return false;
    end if;
    -- Rows that found no partition forbid one that they belong into; once it is there, they move.
    execute format('select exists(select from public.%I where %s)', v_default, v_rows) into v_misplaced;
    if v_misplaced then
        execute format('alter table public.%I detach partition public.%I', p_table, v_default);
    end if;
    execute format(
        'create table public.%I partition of public.%I for values from (%L) to (%L)', v_name, p_table, p_from, p_to
    );
    perform fb_private.prepare_partition(v_name, p_table);
    if v_misplaced then
        execute format(
            'insert into public.%I overriding system value select * from public.%I where %s', p_table, v_default, v_rows
        );
        execute format('delete from public.%I where %s', v_default, v_rows);
        execute format('alter table public.%I attach partition public.%I default', p_table, v_default);
        raise warning 'rows of % lay in %: moved', v_name, v_default;
    end if;
    return true;
end
$$;

-- What a partition does not inherit: storage options, forced row security, what is unique within it. A unique index of
-- the whole table would have to hold the time of recording: it would be longer and say less.
create or replace function fb_private.prepare_partition(p_name text, p_table text) returns void
language plpgsql
as $$
begin
    execute format(
        'alter table public.%I set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.01, '
        'autovacuum_vacuum_insert_scale_factor = 0.05)', p_name
    );
    if p_table <> 'price_bars' then
        execute format('alter table public.%I enable row level security', p_name);
        execute format('alter table public.%I force row level security', p_name);
        execute format('drop policy if exists owner_all on public.%I', p_name);
        execute format('create policy owner_all on public.%I for all to current_user using (true) with check (true)', p_name);
    end if;
    if p_table in ('transactions', 'entries', 'order_events', 'audit_log') then
        execute format(
            'create or replace trigger refuse_truncate before truncate on public.%I '
            'for each statement execute function fb_private.refuse_change()', p_name
        );
    end if;
    if p_table = 'entries' then
        execute format(
            'create unique index if not exists %I on public.%I (account_id, asset_id, version) where version is not null',
            p_name || '_version_key', p_name
        );
    elsif p_table = 'order_events' then
        execute format(
            'create unique index if not exists %I on public.%I (account_id, event_seq)', p_name || '_event_key', p_name
        );
    elsif p_table in ('transactions', 'outbox') and not exists (
        select 1 from pg_index as i where i.indrelid = format('public.%I', p_name)::regclass and i.indisprimary
    ) then
        execute format(
            'alter table public.%I add primary key (%s)', p_name,
            case p_table when 'outbox' then 'account_id, event_seq' else 'transaction_id' end
        );
    end if;
end
$$;

create or replace function fb.make_partitions(p_months_ahead integer) returns integer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_table text;
    v_month timestamptz;
    v_made integer := 0;
begin
    -- Two workers at once would both find a partition missing.
    perform pg_advisory_xact_lock(hashtext('fb.make_partitions'));
    for i in 0..greatest(p_months_ahead, 0) loop
        v_month := date_trunc('month', clock_timestamp() at time zone 'UTC') at time zone 'UTC'
            + make_interval(months => i);
        foreach v_table in array array['transactions', 'entries', 'order_events', 'outbox'] loop
            v_made := v_made + fb_private.make_partition(
                v_table, v_month, v_month + interval '1 month', to_char(v_month at time zone 'UTC', 'YYYY_MM')
            )::integer;
        end loop;
        v_made := v_made + fb_private.make_audit_partition(
            v_month, v_month + interval '1 month', to_char(v_month at time zone 'UTC', 'YYYY_MM')
        )::integer;
    end loop;
    -- A hypertable makes its own.
    if (select c.relkind from pg_class as c where c.oid = to_regclass('public.price_bars')) <> 'p' then
        return v_made;
    end if;
    for y in 2000..extract(year from clock_timestamp())::integer + 1 loop
        v_made := v_made + fb_private.make_partition(
            'price_bars', make_timestamptz(y, 1, 1, 0, 0, 0, 'UTC'), make_timestamptz(y + 1, 1, 1, 0, 0, 0, 'UTC'),
            y::text
        )::integer;
    end loop;
    return v_made;
end
$$;
comment on function fb.make_partitions(integer) is
'Makes the monthly partitions from this month to so many months ahead, and the yearly ones of prices.';

create or replace function fb.prune_keys(p_older_than interval, p_limit integer) returns integer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_pruned integer;
begin
    with old as (
        select k.command_id from public.idempotency_keys as k
        where k.created_at < clock_timestamp() - p_older_than
        limit p_limit
        for update skip locked
    )

    delete from public.idempotency_keys as k
    using old
    where k.command_id = old.command_id;
    get diagnostics v_pruned = row_count;
    return v_pruned;
end
$$;

-- One relay at a time gives committed events their place in the global streams.
create or replace function fb.relay(p_limit integer) returns integer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_numbered integer;
begin
    if not pg_try_advisory_xact_lock(hashtext('fb.relay')) then
        return 0;
    end if;
    with next as (
        select o.account_id, o.event_seq, o.recorded_at, nextval('public.outbox_global_seq') as global_seq
        from (
            select u.account_id, u.event_seq, u.recorded_at from public.outbox as u
            where u.global_seq is null
            order by u.recorded_at, u.account_id, u.event_seq
            limit p_limit
        ) as o
    )

    update public.outbox as o
    set global_seq = n.global_seq
    from next as n
    where o.account_id = n.account_id and o.event_seq = n.event_seq and o.recorded_at = n.recorded_at;
    get diagnostics v_numbered = row_count;
    return v_numbered;
end
$$;

create or replace function fb.heartbeat(p_process text, p_instance uuid, p_pid integer) returns void
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    insert into public.process_heartbeats as h (process, instance, pid, started_at, beat_at)
    values (p_process, p_instance, p_pid, clock_timestamp(), clock_timestamp())
    on conflict (process) do update
        set
            instance = excluded.instance,
            pid = excluded.pid,
            started_at = case when h.instance = excluded.instance then h.started_at else excluded.started_at end,
            beat_at = excluded.beat_at
$$;

create or replace function fb.schema_revision() returns text
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select v.version_num from fb_private.alembic_version as v
$$;
comment on function fb.schema_revision() is 'The migration that this schema is at: a program serves only its own.';

create or replace function fb_private.refuse_change() returns trigger
language plpgsql
as $$
begin
    raise exception '% is history: % is refused', tg_table_name, tg_op using errcode = 'insufficient_privilege';
end
$$;

-- Whatever anybody was ever given on what the role that calls this owns. An extension's objects in the same schema are
-- not ours to take rights on.
create or replace function fb_private.take_rights_back() returns void
language plpgsql volatile
as $$
declare
    v record;
    v_owner regrole := current_user::regrole;
begin
    for v in
        select distinct
            case when c.relkind = 'S' then 'sequence' else 'table' end as kind, c.oid::regclass::text as name, a.grantee
        from pg_class as c
        cross join lateral (
            select r.grantee from aclexplode(c.relacl) as r
            union all
            select r.grantee from pg_attribute as t cross join lateral aclexplode(t.attacl) as r where t.attrelid = c.oid
        ) as a
        where c.relowner = v_owner and a.grantee <> c.relowner
        union all
        select distinct 'function', p.oid::regprocedure::text, a.grantee
        from pg_proc as p cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a
        where p.proowner = v_owner and a.grantee <> p.proowner
        union all
        select distinct 'schema', n.nspname::text, a.grantee
        from pg_namespace as n cross join lateral aclexplode(n.nspacl) as a
        where n.nspowner = v_owner and a.grantee <> n.nspowner
        union all
        select distinct 'type', t.oid::regtype::text, a.grantee
        from pg_type as t cross join lateral aclexplode(coalesce(t.typacl, acldefault('T', t.typowner))) as a
        where t.typowner = v_owner and t.typtype in ('d', 'e') and a.grantee <> t.typowner
    loop
        execute format(
            'revoke all on %s %s from %s', v.kind, v.name,
            case when v.grantee = 0 then 'public' else v.grantee::regrole::text end
        );
    end loop;
end
$$;
