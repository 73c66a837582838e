-- Who may see what seals the history, and who may add to it. Applied after platform/policies.sql and rights.sql, which
-- have taken every policy and right on fb_owner's tables and functions away.
do $$
declare
    v_table text;
begin
    foreach v_table in array array['transactions', 'entries', 'executions', 'order_events'] loop
        execute format('create policy sealer_reads on public.%I for select to fb_sealer using (true)', v_table);
    end loop;
    -- How far behind the sealer is.
    foreach v_table in array array['transactions', 'executions', 'order_events'] loop
        execute format('create policy audit_counts on public.%I for select to fb_audit using (true)', v_table);
        execute format('grant select (epoch, xid, recorded_at) on public.%I to fb_audit', v_table);
    end loop;
end
$$;
grant select on public.transactions, public.entries, public.executions, public.order_events to fb_sealer;

-- What the owners let each other's functions call.
grant execute on function
fb_private.audit(text, text, text, uuid, jsonb, jsonb, text, text, text, text)
to fb_secrets, fb_audit;
grant execute on function
fb.months_due(),
fb_private.begin_epoch(integer), fb_private.retention_is_over(date), fb_private.locked_rows(text),
fb_private.locked_month(text), fb_private.month_rows(text), fb_private.lent_rows(text),
fb_private.drop_month(text), fb_private.keep_detached(text),
fb_private.refuse_change(), fb_private.make_partition(text, timestamptz, timestamptz, text),
fb_private.prepare_partition(text, text), fb_private.take_rights_back()
to fb_audit;
grant execute on function fb.act_as(text, text, text) to fb_worker;
grant execute on function fb.note_import(text, bigint, bigint, bigint, boolean) to fb_worker;
grant execute on function fb.months_due() to fb_sealer;

set local role fb_audit;
select fb_private.take_rights_back();
do $$
declare
    v record;
begin
    for v in
        select p.tablename, p.policyname
        from pg_policies as p
        inner join pg_class as c on c.oid = format('%I.%I', p.schemaname, p.tablename)::regclass
        where p.schemaname = 'public' and c.relowner = current_user::regrole
    loop
        execute format('drop policy %I on public.%I', v.policyname, v.tablename);
    end loop;
    for v in
        select c.relname from pg_class as c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relowner = current_user::regrole
    loop
        execute format('alter table public.%I enable row level security', v.relname);
        execute format('alter table public.%I force row level security', v.relname);
        execute format(
            'create policy owner_all on public.%I for all to current_user using (true) with check (true)', v.relname
        );
    end loop;
    for v in
        select t.name
        from unnest(array[
            'audit_log', 'seals', 'audit_epochs', 'seal_copies', 'sealer_state', 'audit_retired', 'audit_retired_leaves'
        ]) as t (name)
    loop
        execute format('create policy auditor_reads on public.%I for select to fb_sealer, auditor using (true)', v.name);
        execute format('grant select on public.%I to fb_sealer, auditor', v.name);
    end loop;
end
$$;
-- The functions of fb_owner add lines. They can neither read, nor change, nor take one away, nor name a login but the
-- one whose session it is.
create policy lines_are_added on public.audit_log for insert to fb_owner with check (login = session_user);
grant insert on public.audit_log to fb_owner;
grant execute on function fb_private.make_audit_partition(timestamptz, timestamptz, text) to fb_owner;

-- A month that is no partition any more has lost its policies.
select fb_private.keep_detached(c.relname)
from pg_class as c
where
    c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not c.relispartition
    and c.relname ~ '^audit_log_[0-9]{4}_[0-9]{2}$';

do $$
declare
    v record;
begin
    for v in
        select p.oid::regprocedure as signature, g.role
        from (
            values
            ('open_epoch', 'fb_sealer'), ('add_seal', 'fb_sealer'), ('note_copies', 'fb_sealer'),
            ('sealer_passed', 'fb_sealer'), ('retire_month', 'fb_sealer'), ('detach_audit_log', 'fb_sealer'),
            ('audit_status', 'fb_sealer'), ('audit_status', 'auditor'), ('audit_status', 'fb_monitor'),
            ('audit_status', 'fb_worker'), ('audit_status', 'fb_broker')
        ) as g (function, role)
        inner join pg_proc as p on p.proname = g.function and p.pronamespace = 'fb'::regnamespace
    loop
        execute format('grant execute on function %s to %I', v.signature, v.role);
    end loop;
end
$$;
set local role fb_owner;
