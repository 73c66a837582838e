-- The ways in which personal data leaves the database: encrypted, and never without a line in audit_log. They write, so
-- they work on the primary alone.

create or replace function fb.personal_data(p_identity text, p_user_id uuid, p_request_id text, p_origin text)
returns table (
    wrapped_key bytea, key_epoch integer, generation integer, email bytea, first_name bytea, last_name bytea,
    phone bytea, address bytea, birth_date bytea, national_id bytea
)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    v_identity record := fb_private.require_scope(p_identity, array['broker']);
begin
    perform fb_private.act_as(v_identity.actor, v_identity.key_id, p_request_id, p_origin);
    perform fb_private.audit('read', 'users', p_user_id::text, p_user_id);
    return query
    select
        k.wrapped_key, k.key_epoch, k.generation, u.email_ciphertext, u.first_name_ciphertext, u.last_name_ciphertext,
        u.phone_ciphertext, u.address_ciphertext, u.birth_date_ciphertext, u.national_id_ciphertext
    from public.users as u
    inner join public.personal_data_keys as k on k.user_id = u.user_id
    where u.user_id = p_user_id;
end
$$;
comment on function fb.personal_data(text, uuid, text, text) is
'One user''s encrypted personal data, for an identity with the scope broker; leaves a line in audit_log.';

create or replace function fb.payment_number(
    p_identity text, p_payment_method_id uuid, p_request_id text, p_origin text
)
returns table (
    user_id uuid, wrapped_key bytea, key_epoch integer, generation integer, number_ciphertext bytea
)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    v_identity record := fb_private.require_scope(p_identity, array['broker']);
    v_method public.payment_methods;
begin
    select m.* into v_method from public.payment_methods as m
    where m.payment_method_id = p_payment_method_id and m.number_ciphertext is not null;
    if not found then
        return;
    end if;
    perform fb_private.act_as(v_identity.actor, v_identity.key_id, p_request_id, p_origin);
    perform fb_private.audit('read', 'payment_methods', p_payment_method_id::text, v_method.user_id);
    return query
    select v_method.user_id, k.wrapped_key, k.key_epoch, v_method.generation, v_method.number_ciphertext
    from public.personal_data_keys as k
    where k.user_id = v_method.user_id;
end
$$;
comment on function fb.payment_number(text, uuid, text, text) is
'The encrypted number of a bank account, for an identity with the scope broker; leaves a line in audit_log.';

create or replace function fb.document_content(p_identity text, p_document_id uuid, p_request_id text, p_origin text)
returns table (
    user_id uuid, media_type text, wrapped_key bytea, key_epoch integer, generation integer, content_ciphertext bytea
)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    v_identity record := fb_private.require_scope(p_identity, array['read', 'broker']);
    v_document public.kyc_documents;
begin
    select d.* into v_document from public.kyc_documents as d
    where d.document_id = p_document_id and d.removed_at is null
        and (d.user_id = v_identity.user_id or 'broker' = any (v_identity.scopes));
    if not found then
        return;
    end if;
    perform fb_private.act_as(v_identity.actor, v_identity.key_id, p_request_id, p_origin);
    perform fb_private.audit('read', 'kyc_documents', p_document_id::text, v_document.user_id);
    return query
    select
        v_document.user_id, v_document.media_type, k.wrapped_key, k.key_epoch, v_document.generation,
        v_document.content_ciphertext
    from public.personal_data_keys as k
    where k.user_id = v_document.user_id;
end
$$;
comment on function fb.document_content(text, uuid, text, text) is
'The encrypted content of a document, for its user and the broker; leaves a line in audit_log.';

-- What was bound to its place in the first way (generation 0) is taken out once, to be written anew. It is a reading of
-- personal data like any other.
create or replace function fb.take_first_generation(p_after uuid, p_limit integer)
returns table (
    user_id uuid, wrapped_key bytea, key_epoch integer, generation integer, email bytea, first_name bytea,
    last_name bytea, phone bytea, address bytea, birth_date bytea, national_id bytea
)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    v_ids uuid[] := array(
        select k.user_id from public.personal_data_keys as k
        where k.generation = 0 and k.user_id > p_after
        order by k.user_id
        limit p_limit
    );
begin
    perform fb_private.audit('read', 'users', i.user_id::text, i.user_id, p_actor => 'job:renew_personal_data')
    from unnest(v_ids) as i (user_id);
    return query
    select
        k.user_id, k.wrapped_key, k.key_epoch, k.generation, u.email_ciphertext, u.first_name_ciphertext,
        u.last_name_ciphertext, u.phone_ciphertext, u.address_ciphertext, u.birth_date_ciphertext,
        u.national_id_ciphertext
    from public.personal_data_keys as k
    inner join public.users as u on u.user_id = k.user_id
    where k.user_id = any (v_ids)
    order by k.user_id;
end
$$;
comment on function fb.take_first_generation(uuid, integer) is
'Personal data that is still bound in the first way, to be renewed; leaves a line in audit_log for each user.';

create or replace function fb.renew_personal_data(
    p_user_id uuid, p_old_key bytea, p_new_key bytea, p_key_epoch integer, p_email_index bytea, p_ciphertexts jsonb
) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    update public.personal_data_keys as k
    set wrapped_key = p_new_key, key_epoch = p_key_epoch, generation = 1
    where k.user_id = p_user_id and k.wrapped_key = p_old_key and k.generation = 0;
    if not found then
        return false;
    end if;
    perform fb_private.act_as('job:renew_personal_data', null, null, null);
    update public.users as u
    set
        email_index = p_email_index,
        email_ciphertext = decode(p_ciphertexts ->> 'email', 'base64'),
        first_name_ciphertext = decode(p_ciphertexts ->> 'first_name', 'base64'),
        last_name_ciphertext = decode(p_ciphertexts ->> 'last_name', 'base64'),
        phone_ciphertext = decode(p_ciphertexts ->> 'phone', 'base64'),
        address_ciphertext = decode(p_ciphertexts ->> 'address', 'base64'),
        birth_date_ciphertext = decode(p_ciphertexts ->> 'birth_date', 'base64'),
        national_id_ciphertext = decode(p_ciphertexts ->> 'national_id', 'base64'),
        updated_at = clock_timestamp()
    where u.user_id = p_user_id;
    return true;
end
$$;
comment on function fb.renew_personal_data(uuid, bytea, bytea, integer, bytea, jsonb) is
'Replaces a user''s personal data of generation 0 by the same, under a data key of generation 1.';
