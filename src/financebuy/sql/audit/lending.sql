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

-- The rows of a month that is no partition any more, as they were sealed: see audit/queries.sql, to the byte the same.
create or replace function fb_private.month_rows(p_table text) returns table (key bytea, payload bytea)
language plpgsql stable
as $$
begin
    return query execute case left(p_table, -8)
        when 'transactions' then format(
            $sql$select
                '\x01'::bytea || uuid_send(t.transaction_id) || int8send(0),
                convert_to(json_build_object(
                    'table', 'transactions', 'transaction_id', t.transaction_id, 'recorded_at', t.recorded_at,
                    'effective_at', t.effective_at, 'account_id', t.account_id,
                    'transaction_type', t.transaction_type, 'amount', t.amount, 'currency', t.currency,
                    'description', t.description, 'reference_number', t.reference_number, 'event_id', t.event_id,
                    'order_id', t.order_id, 'execution_id', t.execution_id, 'transfer_id', t.transfer_id,
                    'action_id', t.action_id, 'command_id', t.command_id, 'actor', t.actor, 'key_id', t.key_id,
                    'request_id', t.request_id, 'origin', t.origin, 'epoch', t.epoch, 'xid', t.xid
                )::text, 'UTF8')
            from public.%I as t$sql$, p_table
        )
        when 'entries' then format(
            $sql$select
                '\x02'::bytea || uuid_send(e.transaction_id) || int8send(e.leg),
                convert_to(json_build_object(
                    'table', 'entries', 'transaction_id', e.transaction_id, 'leg', e.leg,
                    'account_id', e.account_id, 'asset_id', e.asset_id, 'amount', e.amount, 'version', e.version,
                    'recorded_at', e.recorded_at, 'effective_at', e.effective_at
                )::text, 'UTF8')
            from public.%I as e$sql$, p_table
        )
        when 'order_events' then format(
            $sql$select
                '\x04'::bytea || uuid_send(o.order_id) || int8send(o.event_seq),
                convert_to(json_build_object(
                    'table', 'order_events', 'order_id', o.order_id, 'account_id', o.account_id,
                    'event_seq', o.event_seq, 'event', o.event, 'from_status', o.from_status,
                    'to_status', o.to_status, 'filled_quantity', o.filled_quantity, 'execution_id', o.execution_id,
                    'reason', o.reason, 'effective_at', o.effective_at, 'recorded_at', o.recorded_at,
                    'command_id', o.command_id, 'actor', o.actor, 'key_id', o.key_id, 'request_id', o.request_id,
                    'origin', o.origin, 'epoch', o.epoch, 'xid', o.xid
                )::text, 'UTF8')
            from public.%I as o$sql$, p_table
        )
        when 'audit_log' then format(
            $sql$select
                '\x05'::bytea || uuid_send(a.log_id) || int8send(0),
                convert_to(json_build_object(
                    'table', 'audit_log', 'log_id', a.log_id, 'recorded_at', a.recorded_at, 'actor', a.actor,
                    'actor_kind', a.actor_kind, 'key_id', a.key_id, 'subject_id', a.subject_id, 'action', a.action,
                    'table_name', a.table_name, 'record_id', a.record_id, 'old_values', a.old_values,
                    'new_values', a.new_values, 'request_id', a.request_id, 'origin', a.origin, 'login', a.login,
                    'epoch', a.epoch, 'xid', a.xid
                )::text, 'UTF8')
            from public.%I as a$sql$, p_table
        )
    end;
end
$$;

create or replace function fb_private.lent_rows(p_table text) returns table (key bytea, payload bytea)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.key, r.payload from fb_private.month_rows(p_table) as r;
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
