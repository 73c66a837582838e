-- Who may see what seals the history. Applied after platform/policies.sql, which has dropped every policy before.
do $$
declare
    v_table text;
begin
    foreach v_table in array array['transactions', 'entries', 'executions', 'order_events', 'seals'] loop
        execute format('create policy sealer_reads on public.%I for select to fb_sealer using (true)', v_table);
    end loop;
    foreach v_table in array array[
        'audit_epochs', 'seal_copies', 'sealer_state', 'audit_retired', 'audit_retired_leaves'
    ] loop
        execute format(
            'create policy auditor_reads on public.%I for select to fb_sealer, auditor using (true)', v_table
        );
    end loop;
end
$$;

grant select on
public.transactions, public.entries, public.executions, public.order_events, public.seals, public.audit_epochs,
public.seal_copies, public.sealer_state, public.audit_retired, public.audit_retired_leaves
to fb_sealer;
grant select on
public.audit_epochs, public.seal_copies, public.sealer_state, public.audit_retired, public.audit_retired_leaves
to auditor;

do $$
declare
    v record;
begin
    for v in
        select p.oid::regprocedure as signature, g.role
        from (
            values
            ('open_epoch', 'fb_sealer'), ('add_seal', 'fb_sealer'), ('note_copies', 'fb_sealer'),
            ('sealer_passed', 'fb_sealer'), ('retire_month', 'fb_sealer'), ('months_due', 'fb_sealer'),
            ('detach_audit_log', 'fb_sealer'),
            ('audit_status', 'fb_sealer'), ('audit_status', 'auditor'), ('audit_status', 'fb_monitor'),
            ('audit_status', 'fb_worker'), ('audit_status', 'fb_broker'),
            ('act_as', 'fb_worker'), ('note_import', 'fb_worker')
        ) as g (function, role)
        inner join pg_proc as p on p.proname = g.function and p.pronamespace = 'fb'::regnamespace
    loop
        execute format('revoke all on function %s from public', v.signature);
        execute format('grant execute on function %s to %I', v.signature, v.role);
    end loop;
end
$$;

-- Whoever owns a table may tell of it.
grant execute on function fb_private.audit(text, text, text, uuid, jsonb, jsonb, text, text, text, text) to fb_secrets;
