-- Changes of how people sign in and what they may do stand in audit_log; no secret is on a list.
create or replace trigger audit_totp_secrets
after insert or update of confirmed_at or delete on public.totp_secrets
for each row execute function fb_private.audit('user_id', 'confirmed_at');

create or replace trigger audit_recovery_codes
after insert or update or delete on public.recovery_codes
for each row execute function fb_private.audit('user_id', 'used_at');

create or replace trigger audit_passkeys
after insert or delete on public.passkeys
for each row execute function fb_private.audit('credential_id');

create or replace trigger audit_staff_roles
after insert or update or delete on public.staff_roles
for each row execute function fb_private.audit('user_id', 'role');

create or replace trigger refuse_change before update or delete on public.kyc_events
for each row execute function fb_private.refuse_change();

create or replace trigger refuse_truncate before truncate on public.kyc_events
for each statement execute function fb_private.refuse_change();
