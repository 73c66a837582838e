-- Nobody but the administrator reads what extensions show in schema public: which statements run, and how often.
-- severity: low
-- reference: splinter 0014 extension_in_public
-- fix: financebuy db migrate
select
    c.oid::regclass::text as relation,
    case a.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end as role,
    a.privilege_type as privilege
from pg_depend as d
inner join pg_class as c on d.objid = c.oid and d.classid = 'pg_class'::regclass
inner join pg_extension as e on d.refobjid = e.oid
cross join lateral aclexplode(c.relacl) as a
where
    d.deptype = 'e' and e.extname = 'pg_stat_statements'
    and a.grantee not in (c.relowner, (select r.oid from pg_roles as r where r.rolname = session_user));
