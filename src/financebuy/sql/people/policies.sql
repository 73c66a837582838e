-- Who may call the door's functions, and who may read what it keeps. Applied after platform/policies.sql, which closes
-- every table and takes every right back.
grant usage on schema fb to fb_auth;

create policy platform_reads on public.sign_in_attempts for select to fb_broker, auditor using (true);
create policy platform_reads on public.staff_roles for select to fb_broker, auditor using (true);
create policy platform_reads on public.kyc_events for select to fb_broker, auditor using (true);
create policy self_reads on public.kyc_events for select to app_user
using (user_id = (select fb.current_user_id()));
create policy self_reads on public.api_keys for select to app_user
using (user_id = (select fb.current_user_id()));
create policy all_read on public.kyc_transitions for select to app_user, fb_broker, auditor using (true);
grant select on public.sign_in_attempts, public.staff_roles, public.kyc_events, public.kyc_transitions
to fb_broker, auditor;
grant select on public.kyc_events, public.kyc_transitions to app_user;
grant select (
    key_id, user_id, account_id, name, scopes, allowed_addresses, created_at, expires_at, revoked_at
) on public.api_keys to app_user, fb_broker;

do $$
declare
    v record;
begin
    for v in
        select p.oid::regprocedure as signature, g.role
        from (
            values
            ('begin_sign_in', 'fb_auth'), ('record_sign_in', 'fb_auth'), ('session_state', 'fb_auth'),
            ('end_sessions', 'fb_auth'), ('set_password', 'fb_auth'), ('renew_password_hash', 'fb_auth'),
            ('begin_totp', 'fb_auth'), ('totp', 'fb_auth'), ('take_totp', 'fb_auth'),
            ('remove_totp', 'fb_auth'), ('replace_recovery_codes', 'fb_auth'), ('take_recovery_code', 'fb_auth'),
            ('remove_second_factors', 'fb_auth'), ('add_passkey', 'fb_auth'), ('passkeys', 'fb_auth'),
            ('passkey', 'fb_auth'), ('take_passkey', 'fb_auth'), ('remove_passkey', 'fb_auth'),
            ('submit_kyc', 'fb_auth'), ('authenticate_api_key', 'fb_auth'),
            ('set_staff_role', 'fb_broker'), ('set_user_active', 'fb_broker'),
            ('create_own_api_key', 'fb_auth'), ('revoke_own_api_key', 'fb_auth'),
            ('prune_sign_ins', 'fb_worker')
        ) as g (function, role)
        inner join pg_proc as p on p.proname = g.function and p.pronamespace = 'fb'::regnamespace
    loop
        execute format('grant execute on function %s to %I', v.signature, v.role);
    end loop;
end
$$;
