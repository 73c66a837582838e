-- No role was given the right to set what only the administrator sets.
-- severity: high
-- reference: CIS PostgreSQL 6.5
-- fix: revoke {privilege} on parameter {parameter} from {role};
select
    p.parname as parameter,
    case a.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end as role,
    lower(a.privilege_type) as privilege
from pg_parameter_acl as p
cross join lateral aclexplode(p.paracl) as a
where a.grantee <> 10;
