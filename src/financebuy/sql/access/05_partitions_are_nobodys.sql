-- Nobody but its owner has a right on a partition: the policies of its table would not hold for who names it.
-- severity: high
-- reference: ours
-- fix: revoke {privilege_type} on {partition} from {role};
select
    c.oid::regclass::text as partition,
    quote_ident(pg_get_userbyid(a.grantee)) as role,
    a.privilege_type
from pg_class as c
cross join lateral aclexplode(c.relacl) as a
where c.relispartition and c.relnamespace = 'public'::regnamespace and a.grantee <> c.relowner
union all
select
    c.oid::regclass::text,
    quote_ident(pg_get_userbyid(a.grantee)),
    format('%s (%I)', a.privilege_type, t.attname)
from pg_class as c
inner join pg_attribute as t on t.attrelid = c.oid
cross join lateral aclexplode(t.attacl) as a
where c.relispartition and c.relnamespace = 'public'::regnamespace;
