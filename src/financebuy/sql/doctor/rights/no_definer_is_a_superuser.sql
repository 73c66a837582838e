-- No function runs as a superuser for whoever calls it: SECURITY DEFINER functions belong to owners without powers.
-- severity: high
-- reference: CIS PostgreSQL 4.5; splinter 0028, 0029
-- fix: alter function {function} security invoker;
select
    p.oid::regprocedure::text as function,
    pg_get_userbyid(p.proowner) as owner
from pg_proc as p
inner join pg_roles as r on p.proowner = r.oid
where
    p.prosecdef and r.rolsuper
    and not exists (select 1 from pg_depend as d where d.objid = p.oid and d.deptype = 'e');
