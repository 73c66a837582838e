-- name: personal_data
select
    p.wrapped_key, p.key_epoch, p.generation, p.email, p.first_name, p.last_name, p.phone, p.address, p.birth_date,
    p.national_id
from fb.personal_data(%(identity)s, %(user_id)s, %(request_id)s, %(origin)s) as p;

-- name: data_key
select k.wrapped_key, k.key_epoch, k.generation from fb.data_key(%(identity)s, %(user_id)s) as k;

-- name: key_epochs
select
    e.tree, e.epoch, e.provider, e.state, e.reference, e.wrapped_key, e.created_at, e.retired_at, e.destroyed_at
from fb.key_epochs() as e;

-- name: key_usage
select u.tree, u.epoch, u.data_keys, u.destroy_after, u.due from fb.key_usage() as u;

-- name: begin_key_epoch
select fb.begin_key_epoch(
    %(identity)s, %(request_id)s, %(origin)s, %(tree)s, %(epoch)s, %(provider)s, %(reference)s, %(wrapped_key)s
);

-- name: keys_to_rewrap
select k.user_id, k.wrapped_key, k.key_epoch, k.generation from fb.keys_to_rewrap(%(after)s, %(limit)s) as k;

-- name: rewrap_keys
select fb.rewrap_keys(
    %(user_ids)s::uuid[], %(old_keys)s::bytea[], %(new_keys)s::bytea[], %(epoch)s
) as rewrapped;

-- name: destroy_key_epoch
select fb.destroy_key_epoch(
    %(identity)s, %(request_id)s, %(origin)s, %(tree)s, %(epoch)s, %(lose_backups)s
) as refusal;

-- name: shred_data_keys
select fb.shred_data_keys(%(identity)s, %(request_id)s, %(origin)s, %(user_ids)s::uuid[]) as shredded;

-- name: take_first_generation
select
    f.user_id, f.wrapped_key, f.key_epoch, f.generation, f.email, f.first_name, f.last_name, f.phone, f.address,
    f.birth_date, f.national_id
from fb.take_first_generation(%(after)s, %(limit)s) as f;

-- name: renew_personal_data
select fb.renew_personal_data(
    %(user_id)s, %(old_key)s, %(new_key)s, %(key_epoch)s, %(email_index)s, %(ciphertexts)s
) as renewed;

-- name: lock_rotation
select pg_try_advisory_lock(hashtext('fb.key_rotation')) as locked;

-- name: payment_methods
select
    m.payment_method_id, m.user_id, m.kind, m.token, m.last_four, m.country, m.routing_number, m.created_at,
    m.removed_at
from public.payment_methods as m
where m.user_id = %(user_id)s and m.removed_at is null
order by m.created_at, m.payment_method_id;

-- name: payment_number
select n.user_id, n.wrapped_key, n.key_epoch, n.generation, n.number_ciphertext
from fb.payment_number(%(identity)s, %(payment_method_id)s, %(request_id)s, %(origin)s) as n;

-- name: documents
select d.document_id, d.user_id, d.kind, d.media_type, d.byte_count, d.created_at, d.removed_at
from public.kyc_documents as d
where d.user_id = %(user_id)s and d.removed_at is null
order by d.created_at, d.document_id;

-- name: add_document
select a.outcome, a.replayed, a.code, a.field, a.result
from fb.add_document(
    %(identity)s, %(key)s, %(request_id)s, %(origin)s, %(document_id)s, %(user_id)s, %(kind)s, %(media_type)s,
    %(byte_count)s, %(content_ciphertext)s, %(content_index)s, %(generation)s
) as a;

-- name: remove_document
select a.outcome, a.replayed, a.code, a.field, a.result
from fb.remove_document(%(identity)s, %(key)s, %(request_id)s, %(origin)s, %(document_id)s) as a;

-- name: document_content
select c.user_id, c.media_type, c.wrapped_key, c.key_epoch, c.generation, c.content_ciphertext
from fb.document_content(%(identity)s, %(document_id)s, %(request_id)s, %(origin)s) as c;

-- name: texts_like_cards
select t.table_name, t.column_name, t.record, t.candidate from fb.texts_like_cards(%(since)s::timestamptz) as t;

-- name: report_card_number
select fb.report_card_number(%(table_name)s, %(column_name)s, %(record)s, %(last_four)s) as is_new;
