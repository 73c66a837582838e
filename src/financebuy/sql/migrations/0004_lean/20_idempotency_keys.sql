-- The key itself is unique by its digest; the command's id, which grows, is what a row is named by.
-- squawk-ignore require-concurrent-index-creation
create unique index idempotency_keys_digest_key on public.idempotency_keys (
    (
        encode(
            substring(
                sha256(decode(replace(actor, '\', '\\') || '\000' || replace(key, '\', '\\'), 'escape')) from 1 for 16
            ), 'hex'
        )::uuid
    )
);
-- squawk-ignore ban-drop-constraint
alter table public.idempotency_keys drop constraint idempotency_keys_pkey;
alter table public.idempotency_keys
add constraint idempotency_keys_pkey primary key using index idempotency_keys_command_id_key;
