-- Nobody logs in but the platform's own roles and its administrator.
-- severity: medium
-- reference: CIS PostgreSQL 4.4
-- fix: alter role {role} nologin;
select quote_ident(r.rolname) as role
from pg_roles as r
where
    r.rolcanlogin
    and r.oid <> 10
    and r.rolname <> session_user
    and r.rolname not in (
        'app_user', 'fb_auth', 'fb_broker', 'fb_bank', 'fb_venue', 'fb_worker', 'fb_sealer', 'analytics_user',
        'db_admin', 'auditor', 'fb_migrator', 'fb_monitor', 'fb_backup', 'fb_replication'
    );
