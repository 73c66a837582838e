-- Every table has a policy for its owner, without which its own functions see no row of it.
-- severity: high
-- reference: splinter 0008 rls_enabled_no_policy
-- fix: financebuy db migrate
select
    c.oid::regclass::text as relation,
    pg_get_userbyid(c.relowner) as owner
from pg_class as c
inner join pg_namespace as n on c.relnamespace = n.oid
where
    n.nspname in ('public', 'fb', 'fb_private', 'reporting')
    and c.relkind in ('r', 'p')
    and c.relforcerowsecurity
    and not exists (
        select 1 from pg_policy as p
        where p.polrelid = c.oid and p.polpermissive and p.polcmd = '*' and c.relowner = any(p.polroles)
    );
