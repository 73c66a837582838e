-- No schema is there but the platform's and PostgreSQL's own.
-- severity: low
-- reference: ours
-- fix: drop schema {schema};
select
    quote_ident(n.nspname) as schema,
    pg_get_userbyid(n.nspowner) as owner
from pg_namespace as n
where
    n.nspname not in ('public', 'fb', 'fb_private', 'reporting', 'information_schema')
    and n.nspname not like 'pg\_%'
    and not exists (select 1 from pg_depend as d where d.objid = n.oid and d.deptype = 'e');
