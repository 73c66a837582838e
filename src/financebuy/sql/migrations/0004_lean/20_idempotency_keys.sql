-- The key itself is unique by its digest; the command's id, which grows, is what a row is named by.
-- squawk-ignore disallowed-unique-constraint, require-concurrent-index-creation
create unique index idempotency_keys_digest_key on public.idempotency_keys (fb_private.digest(actor, key));
alter table public.idempotency_keys drop constraint idempotency_keys_pkey;
-- squawk-ignore disallowed-unique-constraint
alter table public.idempotency_keys
add constraint idempotency_keys_pkey primary key using index idempotency_keys_command_id_key;
