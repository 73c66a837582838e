-- name: begin_sign_in
select b.retry_seconds, b.user_id, b.password_hash, b.is_active
from fb.begin_sign_in(%(subject)s) as b;

-- name: record_sign_in
select fb.record_sign_in(
    %(place)s, %(outcome)s, %(method)s, %(subject)s, %(user_id)s, %(login)s, %(unknown_login)s,
    %(network)s::cidr, %(address_index)s, %(request_id)s
) as recorded_at;

-- name: session_state
select s.kind, s.scopes, s.has_second_factor, s.email_index
from fb.session_state(%(user_id)s, %(began_at)s) as s;

-- name: end_sessions
select fb.end_sessions(%(identity)s, %(request_id)s, %(origin)s);

-- name: set_password
select fb.set_password(%(identity)s, %(user_id)s, %(password_hash)s, %(request_id)s, %(origin)s) as problem;

-- name: renew_password_hash
select fb.renew_password_hash(%(user_id)s, %(old_hash)s, %(new_hash)s);

-- name: begin_totp
select fb.begin_totp(%(identity)s, %(secret_ciphertext)s, %(request_id)s, %(origin)s) as problem;

-- name: totp
select t.secret_ciphertext, t.is_confirmed, t.last_step
from fb.totp(%(user_id)s) as t;

-- name: take_totp
select fb.take_totp(%(user_id)s, %(step)s) as taken;

-- name: remove_totp
select fb.remove_totp(%(identity)s, %(request_id)s, %(origin)s) as taken;

-- name: replace_recovery_codes
select fb.replace_recovery_codes(%(identity)s, %(hashes)s, %(request_id)s, %(origin)s);

-- name: take_recovery_code
select fb.take_recovery_code(%(user_id)s, %(code_hash)s) as taken;

-- name: remove_second_factors
select fb.remove_second_factors(%(identity)s, %(user_id)s, %(request_id)s, %(origin)s) as problem;

-- name: add_passkey
select fb.add_passkey(
    %(identity)s, %(credential_id)s, %(public_key)s, %(sign_count)s, %(name)s, %(request_id)s, %(origin)s
) as problem;

-- name: passkeys
select p.credential_id, p.name, p.created_at, p.last_used_at
from fb.passkeys(%(user_id)s) as p;

-- name: passkey
select p.user_id, p.public_key, p.sign_count, p.is_active, p.email_index
from fb.passkey(%(credential_id)s) as p;

-- name: take_passkey
select fb.take_passkey(%(credential_id)s, %(sign_count)s) as taken;

-- name: remove_passkey
select fb.remove_passkey(%(identity)s, %(credential_id)s, %(request_id)s, %(origin)s) as taken;

-- name: set_staff_role
select fb.set_staff_role(%(identity)s, %(user_id)s, %(role)s, %(request_id)s, %(origin)s) as problem;

-- name: set_user_active
select fb.set_user_active(%(identity)s, %(user_id)s, %(is_active)s, %(request_id)s, %(origin)s) as problem;

-- name: submit_kyc
select fb.submit_kyc(%(identity)s, %(request_id)s, %(origin)s) as problem;

-- name: kyc_events
select e.from_status, e.to_status, e.actor, e.recorded_at
from public.kyc_events as e
where e.user_id = %(user_id)s
order by e.recorded_at, e.event_id;

-- name: create_own_api_key
select fb.create_own_api_key(
    %(identity)s, %(key_id)s, %(account_id)s, %(secret_hash)s, %(scopes)s, %(expires_at)s, %(name)s,
    %(allowed_addresses)s, %(request_id)s, %(origin)s
) as problem;

-- name: revoke_own_api_key
select fb.revoke_own_api_key(%(identity)s, %(key_id)s, %(request_id)s, %(origin)s) as problem;

-- name: sign_ins
select a.attempted_at, a.place, a.outcome, a.method, a.user_id, a.login, a.network::text as network, a.request_id
from public.sign_in_attempts as a
where
    (%(failed)s is false or a.outcome <> 'signed_in')
    and (%(user_id)s::uuid is null or a.user_id = %(user_id)s)
    and (%(before)s::timestamptz is null or a.attempted_at < %(before)s)
order by a.attempted_at desc
limit %(limit)s;
