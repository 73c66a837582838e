-- A view asks with its reader's rights (security_invoker); those for analysts ask with those of fb_reporting, which may
-- read no more than they show, and let no function of the reader see a row before they chose it (security_barrier).
-- severity: high
-- reference: splinter 0010 security_definer_view
-- fix: alter view {view} set (security_invoker = true);
select
    c.oid::regclass::text as view,
    pg_get_userbyid(c.relowner) as owner,
    c.reloptions
from pg_class as c
where
    c.relkind = 'v'
    and c.relnamespace in (select n.oid from pg_namespace as n where n.nspname in ('public', 'fb', 'reporting'))
    and not exists (select 1 from pg_depend as d where d.objid = c.oid and d.deptype = 'e')
    and not (
        coalesce('security_invoker=true' = any(c.reloptions), false)
        or (
            pg_get_userbyid(c.relowner) = 'fb_reporting'
            and coalesce('security_barrier=true' = any(c.reloptions), false)
        )
    );
