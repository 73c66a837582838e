-- name: assume
select set_config('fb.identity', %s, true);

-- name: install_identity_key
insert into fb_private.identity_keys (identity_key_id, inner_block, outer_block)
values (%(identity_key_id)s, %(inner_block)s, %(outer_block)s)
on conflict (identity_key_id) do update
set inner_block = excluded.inner_block, outer_block = excluded.outer_block;

-- name: user
select u.user_id, u.kind, u.kyc_status, u.is_active, u.created_at, u.updated_at
from public.users as u
where u.user_id = %(user_id)s;

-- name: user_by_email
select u.user_id, u.kind, u.kyc_status, u.is_active, u.created_at, u.updated_at
from public.users as u
where u.email_index = %(email_index)s;

-- name: users
select u.user_id, u.kind, u.kyc_status, u.is_active, u.created_at, u.updated_at
from public.users as u
where u.user_id > coalesce(%(after)s, '00000000-0000-0000-0000-000000000000'::uuid)
order by u.user_id
limit %(limit)s;

-- name: api_keys
select
    k.key_id, k.user_id, k.account_id, k.name, k.scopes, k.allowed_addresses::text[] as allowed_addresses,
    k.created_at, k.expires_at, k.revoked_at
from public.api_keys as k
where k.user_id = %(user_id)s
order by k.created_at desc, k.key_id asc;

-- name: authenticate
select q.question::int as question, a.user_id, a.account_id, a.scopes, a.user_kind
from unnest(%(key_ids)s::text[], %(secret_hashes)s::bytea[], %(addresses)s::inet[])
    with ordinality as q (key_id, secret_hash, address, question)
cross join lateral fb.authenticate_api_key(q.key_id, q.secret_hash, q.address) as a;

-- name: end_identity_keys
delete from fb_private.identity_keys as k
where not (k.identity_key_id = any(%(identity_key_ids)s));

-- name: money_leaves_from
select fb.money_leaves_from(%(identity)s, %(payment_method_id)s) as at;
