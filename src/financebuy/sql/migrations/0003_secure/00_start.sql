-- Triggers are code, made anew after the revisions. Those that write the audit log as the version before did would fail
-- once the log has other columns.
do $$
declare
    v record;
begin
    for v in
        select t.tgname, t.tgrelid::regclass as relation
        from pg_trigger as t
        inner join pg_proc as p on p.oid = t.tgfoid
        where p.proname = 'audit' and p.pronamespace = 'fb_private'::regnamespace and not t.tgisinternal
    loop
        execute format('drop trigger %I on %s', v.tgname, v.relation);
    end loop;
end
$$;
