-- Where a policy chooses rows for a role, no second permissive one adds to them: either would let a row through.
-- severity: medium
-- reference: splinter 0006 multiple_permissive_policies
-- fix: drop policy {policy} on {relation};
select
    p.polrelid::regclass::text as relation,
    quote_ident(max(p.polname)) as policy,
    quote_ident(min(p.polname)) as besides,
    pg_get_userbyid(r.oid) as role
from pg_policy as p
cross join unnest(p.polroles) as r (oid)
where p.polpermissive and p.polcmd in ('r', '*')
group by p.polrelid, r.oid
having count(*) > 1 and bool_or(pg_get_expr(p.polqual, p.polrelid) <> 'true');
