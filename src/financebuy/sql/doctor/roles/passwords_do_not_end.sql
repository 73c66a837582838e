-- No password of a login has ended or will within 30 days: whoever uses it would be shut out.
-- severity: medium
-- reference: ours
-- fix: alter role {role} valid until 'infinity';
select
    quote_ident(r.rolname) as role,
    r.rolvaliduntil as until
from pg_roles as r
where r.rolcanlogin and r.rolvaliduntil < now() + interval '30 days';
