-- What fb_owner does to its own tables for the audit's owner, which is no member of it.

create or replace function fb_private.begin_epoch(p_epoch integer) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_table text;
begin
    foreach v_table in array array['transactions', 'executions', 'order_events'] loop
        execute format('alter table public.%I alter column epoch set default %s', v_table, p_epoch);
    end loop;
end
$$;

-- Detached months whose retention is over, and those of the audit log, which stay attached until then.
create or replace function fb.months_due() returns table (table_name text, parent text, month text)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select c.relname::text, left(c.relname, -8), right(c.relname, 7)
    from pg_class as c
    where
        c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
        and c.relname ~ '^(entries|transactions|order_events|audit_log)_[0-9]{4}_[0-9]{2}$'
        and (not c.relispartition or starts_with(c.relname::text, 'audit_log_'))
        and fb_private.month_end(to_date(right(c.relname, 7), 'YYYY_MM'))
        <= clock_timestamp() - fb_private.setting('audit_retention')::interval
    order by right(c.relname, 7), left(c.relname, -8) <> 'entries', c.relname
$$;

create or replace function fb_private.retention_is_over(p_month date) returns boolean
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select fb_private.month_end(p_month) <= clock_timestamp() - fb_private.setting('audit_retention')::interval
$$;

-- How many rows a table has that nobody adds to any more, to the end of this transaction.
create or replace function fb_private.locked_rows(p_table text) returns bigint
language plpgsql volatile
as $$
declare
    v_rows bigint;
begin
    execute format('lock table public.%I in access exclusive mode', p_table);
    execute format('select count(*) from public.%I', p_table) into v_rows;
    return v_rows;
end
$$;

create or replace function fb_private.locked_month(p_table text) returns bigint
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return fb_private.locked_rows(p_table);
end
$$;

-- Once the audit's owner has seen that it is whole in an export, sealed to the last row, and over.
create or replace function fb_private.drop_month(p_table text) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_table !~ '^(entries|transactions|order_events)_[0-9]{4}_[0-9]{2}$' then
        raise exception '% is not a month of history', p_table using errcode = 'invalid_parameter_value';
    end if;
    execute format('drop table public.%I', p_table);
end
$$;
