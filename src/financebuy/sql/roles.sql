-- Roles belong to the whole server, so this may run again and again. Passwords are set apart, never written here.
do $$
declare
    v_role text;
begin
    foreach v_role in array array['fb_owner', 'fb_secrets', 'fb_reporting', 'fb_audit'] loop
        if not exists (select 1 from pg_roles where rolname = v_role) then
            execute format('create role %I nologin noinherit', v_role);
        end if;
    end loop;
    foreach v_role in array array[
        'app_user', 'fb_auth', 'fb_broker', 'fb_bank', 'fb_venue', 'fb_worker', 'fb_sealer', 'analytics_user', 'db_admin',
        'auditor', 'fb_migrator', 'fb_monitor', 'fb_backup', 'fb_replication'
    ] loop
        if not exists (select 1 from pg_roles where rolname = v_role) then
            execute format('create role %I login noinherit', v_role);
        end if;
        execute format('grant connect on database %I to %I', current_database(), v_role);
    end loop;
    execute format('revoke all on database %I from public', current_database());
    -- Files of prices are judged in temporary tables.
    execute format('grant temporary on database %I to fb_worker', current_database());
end
$$;

-- Before PostgreSQL 16 a role that does not inherit has nothing of pg_database_owner either, which owns schema public.
alter role fb_owner inherit;
-- Owners apart: functions of fb_owner cannot read the keys that identities are signed with, and can add to the audit
-- log and do nothing else to it; reports are made by a role that may read no more than they show.
grant fb_owner to fb_migrator;
grant fb_secrets to fb_migrator;
grant fb_reporting to fb_migrator;
grant fb_audit to fb_migrator;
-- Who migrates becomes the owner for it; a superuser may anyway, an administrator of a managed server must be told so.
grant fb_owner to current_user;
grant fb_secrets to current_user;
grant fb_reporting to current_user;
grant fb_audit to current_user;
-- Only a superuser may give these; on a managed server replication and backups are the provider's.
do $$
begin
    if (select r.rolsuper from pg_roles as r where r.rolname = current_user) then
        alter role fb_replication replication;
        -- A dump has every row of every table, so it is the one role that row security does not hold.
        alter role fb_backup bypassrls replication inherit;
        grant pg_read_all_data to fb_backup;
        -- Who administers the server ends a session that holds others up, and sees no row of anybody.
        alter role db_admin inherit;
        grant pg_signal_backend, pg_checkpoint to db_admin;
    end if;
end
$$;
-- A wait is bounded: a command that cannot get its account answers "try again", it does not pile up.
alter role app_user set lock_timeout = '1s';
alter role fb_auth set lock_timeout = '1s';
alter role fb_broker set lock_timeout = '1s';
alter role fb_bank set lock_timeout = '1s';
alter role fb_venue set lock_timeout = '1s';
alter role app_user set statement_timeout = '30s';
alter role fb_auth set statement_timeout = '30s';
alter role fb_broker set statement_timeout = '30s';
alter role fb_bank set statement_timeout = '30s';
alter role fb_venue set statement_timeout = '30s';
alter role analytics_user set statement_timeout = '5min';
alter role app_user set idle_in_transaction_session_timeout = '30s';
alter role fb_auth set idle_in_transaction_session_timeout = '30s';
alter role fb_broker set idle_in_transaction_session_timeout = '30s';
alter role fb_bank set idle_in_transaction_session_timeout = '30s';
-- A command reads rows by index. Where the planner takes its plan for a dear one, since a look-up has an index of each
-- month to ask, compiling it would take a thousand times as long as running it.
alter role app_user set jit = off;
alter role fb_auth set jit = off;
alter role fb_broker set jit = off;
alter role fb_bank set jit = off;
alter role fb_venue set jit = off;
