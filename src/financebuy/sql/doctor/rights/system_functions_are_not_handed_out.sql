-- No role was given a function of PostgreSQL that reaches files, settings or other sessions.
-- severity: high
-- reference: CIS PostgreSQL 4.5
-- fix: revoke execute on function {function} from {role};
select
    p.oid::regprocedure::text as function,
    case a.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end as role
from pg_proc as p
cross join lateral aclexplode(p.proacl) as a
where
    p.pronamespace = 'pg_catalog'::regnamespace
    and p.oid < 16384
    and a.grantee <> p.proowner
    and (
        (a.grantee <> 0 and pg_get_userbyid(a.grantee) not like 'pg\_%')
        or (
            a.grantee = 0 and p.proname in (
                'pg_read_file', 'pg_read_binary_file', 'pg_ls_dir', 'pg_stat_file', 'lo_import', 'lo_export',
                'pg_reload_conf', 'pg_rotate_logfile', 'pg_promote', 'pg_switch_wal', 'pg_hba_file_rules',
                'pg_create_restore_point', 'pg_backup_start', 'pg_stat_reset', 'pg_show_all_file_settings'
            )
        )
    );
