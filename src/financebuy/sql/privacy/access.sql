-- Who may see what there is of personal data, and who may call its functions. Applied after platform/policies.sql,
-- which has taken every right and policy away.
comment on table public.key_epochs is
'Key-encryption keys: where each is kept and what became of it. Never a key in clear.';
comment on table public.erasures is
'Users whose data key was destroyed. Kept outside too, and replayed from there after a restore.';
comment on table public.payment_methods is 'Bank accounts and cards of users: a token, and the last four characters.';
comment on table public.kyc_documents is 'Documents of identity checks, encrypted under their user''s data key.';

create or replace trigger check_key_epoch
before insert or update of key_epoch on public.personal_data_keys
for each row execute function fb_private.check_key_epoch();

create or replace trigger audit_payment_methods
after insert or update or delete on public.payment_methods
for each row execute function fb_private.audit('payment_method_id', 'kind', 'token', 'country', 'removed_at');

create or replace trigger audit_kyc_documents
after insert or update or delete on public.kyc_documents
for each row execute function fb_private.audit('document_id', 'kind', 'media_type', 'byte_count', 'removed_at');

create policy self_reads on public.payment_methods for select to app_user
using (user_id = (select fb.current_user_id()));
create policy platform_reads on public.payment_methods for select to fb_broker, auditor using (true);
create policy self_reads on public.kyc_documents for select to app_user
using (user_id = (select fb.current_user_id()));
create policy platform_reads on public.kyc_documents for select to fb_broker, auditor using (true);
create policy auditor_reads on public.key_epochs for select to auditor using (true);
create policy auditor_reads on public.erasures for select to auditor, fb_sealer using (true);

grant select (
    payment_method_id, user_id, kind, token, last_four, country, routing_number, created_at, removed_at
) on public.payment_methods to app_user, fb_broker, auditor;
grant select (
    document_id, user_id, kind, media_type, byte_count, created_at, removed_at
) on public.kyc_documents to app_user, fb_broker, auditor;
grant select (tree, epoch, provider, state, created_at, retired_at, destroyed_at) on public.key_epochs to auditor;
grant select on public.erasures to auditor, fb_sealer;

grant execute on function fb.add_payment_method(
    text[], text[], text[], text[], uuid[], uuid[], text[], text[], text[], text[], bytea[], bytea[], integer[],
    boolean
), fb.remove_payment_method(text[], text[], text[], text[], uuid[], boolean) to app_user;
grant execute on function fb.add_document(
    text, text, text, text, uuid, uuid, text, text, integer, bytea, bytea, integer
), fb.remove_document(text, text, text, text, uuid), fb.document_content(text, uuid, text, text) to app_user;
grant execute on function fb.data_key(text, uuid) to app_user;
grant execute on function fb.key_epochs() to app_user, fb_broker, fb_worker;
grant execute on function fb.personal_data(text, uuid, text, text), fb.payment_number(text, uuid, text, text),
fb.shred_data_keys(text, text, text, uuid[]), fb.take_first_generation(uuid, integer),
fb.renew_personal_data(uuid, bytea, bytea, integer, bytea, jsonb) to fb_broker;
grant execute on function fb.key_usage(), fb.keys_to_rewrap(uuid, integer),
fb.rewrap_keys(uuid[], bytea[], bytea[], integer),
fb.begin_key_epoch(text, text, text, text, integer, text, text, bytea),
fb.destroy_key_epoch(text, text, text, text, integer, boolean) to fb_broker;
