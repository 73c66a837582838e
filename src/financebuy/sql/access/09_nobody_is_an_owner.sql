-- No role of ours is another's member, but for fb_migrator, which has to say SET ROLE to become an owner, and
-- fb_backup, which reads all data, and db_admin, which ends sessions. A superuser may be a member.
-- severity: high
-- reference: CIS PostgreSQL 4.3; ours
-- fix: revoke {role} from {member};
select
    quote_ident(pg_get_userbyid(m.member)) as member,
    quote_ident(pg_get_userbyid(m.roleid)) as role
from pg_auth_members as m
inner join pg_roles as r on m.member = r.oid
inner join pg_roles as g on m.roleid = g.oid
where
    (
        r.rolname like 'fb\_%' or r.rolname in ('app_user', 'analytics_user', 'db_admin', 'auditor')
        or g.rolname like 'fb\_%' or g.rolname in ('app_user', 'analytics_user', 'db_admin', 'auditor')
    )
    and not (
        r.rolname = 'fb_migrator' and not pg_has_role(m.member, m.roleid, 'usage')
        and g.rolname in ('fb_owner', 'fb_secrets', 'fb_reporting', 'fb_audit')
    )
    and not (r.rolname = 'fb_backup' and g.rolname = 'pg_read_all_data')
    and not (r.rolname = 'db_admin' and g.rolname in ('pg_signal_backend', 'pg_checkpoint'))
    and not r.rolsuper
    -- Who administers a managed server migrates there.
    and not (g.rolname in ('fb_owner', 'fb_secrets', 'fb_reporting', 'fb_audit') and r.rolcreaterole);
