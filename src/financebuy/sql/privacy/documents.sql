-- Documents of identity checks. They may be 10 MiB, so each comes alone; what is asked is claimed as by any command.

create or replace function fb_private.document_json(p_command_id uuid) returns jsonb
language sql stable
as $$
    select jsonb_build_object(
        'document_id', d.document_id, 'user_id', d.user_id, 'kind', d.kind, 'media_type', d.media_type,
        'byte_count', d.byte_count, 'created_at', d.created_at, 'removed_at', d.removed_at
    )
    from public.kyc_documents as d
    where d.command_id = p_command_id
$$;

create or replace function fb.add_document(
    p_identity text, p_key text, p_request_id text, p_origin text, p_document_id uuid, p_user_id uuid, p_kind text,
    p_media_type text, p_byte_count integer, p_content_ciphertext bytea, p_content_index bytea, p_generation integer
)
returns table (
    ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb
)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    v record;
    v_result jsonb;
    v_most constant integer := 20;
begin
    perform fb_private.begin_command(array[1]);
    perform 1 from public.users as u where u.user_id = p_user_id for no key update;
    v := fb_private.claim_personal(
        'add_document', 'funding', array[p_identity], array[p_key], array[p_user_id],
        array[sha256(convert_to(row(p_user_id, p_kind, p_content_index)::text, 'UTF8'))]
    );
    if v.states[1] = 'claimed' then
        v.codes[1] := case
            when p_kind is null or p_kind not in (
                'passport', 'identity_card', 'driving_licence', 'residence_permit', 'proof_of_address', 'other'
            ) then 'invalid_value:kind'
            when p_media_type is null or p_media_type not in ('image/jpeg', 'image/png', 'application/pdf')
                then 'invalid_value:media_type'
            when p_byte_count is null or p_byte_count not between 1 and 10485760 then 'out_of_range:content'
            when not exists(
                select 1 from public.personal_data_keys as k
                where k.user_id = p_user_id and k.generation = p_generation
            ) then 'user_not_found:user_id'
            when exists(
                select 1 from public.kyc_documents as d
                where d.user_id = p_user_id and d.content_index = p_content_index and d.removed_at is null
            ) then 'duplicate:content'
            when v_most <= (
                select count(*) from public.kyc_documents as d where d.user_id = p_user_id and d.removed_at is null
            ) then 'limit_reached:user_id'
        end;
        if v.codes[1] is null then
            perform fb_private.act_as(v.actors[1], v.key_ids[1], p_request_id, p_origin);
            insert into public.kyc_documents (
                document_id, user_id, kind, media_type, byte_count, content_ciphertext, content_index, generation,
                command_id, created_at
            )
            values (
                p_document_id, p_user_id, p_kind, p_media_type, p_byte_count, p_content_ciphertext, p_content_index,
                p_generation, v.ids[1], clock_timestamp()
            );
        end if;
    end if;
    v_result := fb_private.document_json(v.ids[1]);
    return query select a.* from fb_private.answer_broker(v.ids, v.states, v.codes, array[v_result]) as a;
end
$$;
comment on function fb.add_document(
    text, text, text, text, uuid, uuid, text, text, integer, bytea, bytea, integer
) is 'Keeps an encrypted document of a user, for the user with the scope funding and for the broker.';

create or replace function fb.remove_document(
    p_identity text, p_key text, p_request_id text, p_origin text, p_document_id uuid
)
returns table (
    ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb
)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    v record;
    v_user_id uuid;
begin
    perform fb_private.begin_command(array[1]);
    select d.user_id into v_user_id from public.kyc_documents as d
    where d.document_id = p_document_id
    for no key update;
    v := fb_private.claim_personal(
        'remove_document', 'funding', array[p_identity], array[p_key], array[v_user_id],
        array[sha256(uuid_send(p_document_id))]
    );
    if v.codes[1] = 'not_permitted' then
        v.codes[1] := 'document_not_found:document_id';
    end if;
    if v.states[1] = 'claimed' then
        perform fb_private.act_as(v.actors[1], v.key_ids[1], p_request_id, p_origin);
        update public.kyc_documents as d
        set removed_at = clock_timestamp(), content_ciphertext = null, content_index = null
        where d.document_id = p_document_id and d.removed_at is null;
        if not found then
            v.codes[1] := 'document_not_found:document_id';
        end if;
    end if;
    return query
    select a.* from fb_private.answer_broker(
        v.ids, v.states, v.codes, array[jsonb_build_object('document_id', p_document_id)]
    ) as a;
end
$$;
comment on function fb.remove_document(text, text, text, text, uuid) is
'Deletes a document''s content; that there was one stays known.';
