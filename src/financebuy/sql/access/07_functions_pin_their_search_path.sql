-- A function looks names up where its author meant them: by a pinned search_path, or bound when it was made.
-- severity: high
-- reference: CIS PostgreSQL 4.5; splinter 0011 function_search_path_mutable
-- fix: alter function {function} set search_path = pg_catalog, pg_temp;
select p.oid::regprocedure::text as function
from pg_proc as p
inner join pg_namespace as n on p.pronamespace = n.oid
where
    n.nspname in ('public', 'fb', 'fb_private', 'reporting')
    and p.prokind in ('f', 'p')
    and p.prosqlbody is null
    and not exists (select 1 from pg_depend as d where d.objid = p.oid and d.deptype = 'e')
    and not coalesce('search_path=pg_catalog, pg_temp' = any(p.proconfig), false);
