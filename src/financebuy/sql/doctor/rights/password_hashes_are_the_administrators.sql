-- Nobody but the administrator reads password hashes, samples of column values or keys of foreign servers.
-- severity: high
-- reference: CIS PostgreSQL 4.6
-- fix: revoke {privilege} on {relation} from {role};
select
    c.oid::regclass::text as relation,
    case a.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end as role,
    a.privilege_type as privilege
from pg_class as c
cross join lateral aclexplode(c.relacl) as a
where
    c.relnamespace = 'pg_catalog'::regnamespace
    and c.relname in (
        'pg_authid', 'pg_shadow', 'pg_statistic', 'pg_statistic_ext_data', 'pg_user_mapping', 'pg_largeobject',
        'pg_subscription', 'pg_hba_file_rules', 'pg_ident_file_mappings', 'pg_file_settings', 'pg_config',
        'pg_backend_memory_contexts', 'pg_shmem_allocations'
    )
    and a.grantee <> c.relowner
    and (a.grantee = 0 or pg_get_userbyid(a.grantee) not like 'pg\_%');
