-- The audit log and its seals go to an owner of their own, whose functions alone read and seal them. Those of fb_owner
-- may add a line and no more. Whoever migrates is a member of both owners, so it hands them over.
grant usage, create on schema public, fb, fb_private to fb_audit;
set local role none;
do $$
declare
    v record;
begin
    for v in
        select c.relname from pg_class as c
        where
            c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
            and c.relname ~ '^(audit_.*|seals|seal_copies|sealer_state)$'
    loop
        execute format('alter table public.%I owner to fb_audit', v.relname);
    end loop;
end
$$;
set local role fb_owner;
