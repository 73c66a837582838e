-- Applied at each migration, after every function. A name in a body is looked up where its author meant it, whoever
-- calls. A body that was bound when it was made (RETURN) looks nothing up, and stays free to be inlined.
do $$
declare
    v regprocedure;
begin
    for v in
        select p.oid from pg_proc as p
        where p.proowner = 'fb_owner'::regrole and p.prokind = 'f' and p.prosqlbody is null
            and not coalesce('search_path=pg_catalog, pg_temp' = any (p.proconfig), false)
    loop
        execute format('alter function %s set search_path = pg_catalog, pg_temp', v);
    end loop;
end
$$;
