-- Payment methods: what is typed is encrypted before it comes here, and a token stands for it everywhere else.

-- Claims the keys of commands about a person: the person's own, or the broker's about anybody.
create or replace function fb_private.claim_personal(
    p_command text, p_scope text, p_identities text[], p_keys text[], p_user_ids uuid[], p_hashes bytea[],
    out actors text[], out key_ids text[], out ids uuid[], out states text[], out codes text[]
)
language plpgsql
as $$
declare
    v_identity record := fb_private.verified_identities(p_identities);
begin
    actors := v_identity.actors;
    key_ids := v_identity.key_ids;
    codes := array(
        select case
            when i.problem is not null then i.problem
            when not (
                'broker' = any (string_to_array(i.scopes, ','))
                or (p_scope = any (string_to_array(i.scopes, ',')) and i.user_id is not distinct from i.subject_id)
            ) then 'not_permitted'
            when i.key is null then 'required:key'
            when length(i.key) not between 1 and 255 then 'out_of_range:key'
        end
        from unnest(v_identity.problems, v_identity.scopes, v_identity.user_ids, p_user_ids, p_keys)
            with ordinality as i (problem, scopes, user_id, subject_id, key, ordinal)
        order by i.ordinal
    );
    select c.p_ids, c.states into ids, states
    from fb_private.claim(
        p_command, actors, p_keys, fb_private.hashes_to_claim(codes, p_hashes),
        fb_private.new_ids(cardinality(p_identities))
    ) as c;
end
$$;

create or replace function fb_private.payment_method_json(p_command_id uuid) returns jsonb
language sql stable
as $$
    select jsonb_build_object(
        'payment_method_id', m.payment_method_id, 'user_id', m.user_id, 'kind', m.kind, 'token', m.token,
        'last_four', m.last_four, 'country', m.country, 'routing_number', m.routing_number, 'created_at', m.created_at,
        'removed_at', m.removed_at
    )
    from public.payment_methods as m
    where m.command_id = p_command_id
$$;

create or replace function fb.add_payment_method(
    p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_payment_method_ids uuid[],
    p_user_ids uuid[], p_kinds text[], p_last_fours text[], p_countries text[], p_routing_numbers text[],
    p_number_ciphertexts bytea[], p_number_indexes bytea[], p_generations integer[],
    p_skip_locked boolean default false
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
    v_makers record;
    v_results jsonb[] := array_fill(null::jsonb, array[cardinality(p_identities)]);
    v_most constant integer := 20;
begin
    perform fb_private.begin_command(array[
        cardinality(p_identities), cardinality(p_keys), cardinality(p_request_ids), cardinality(p_origins),
        cardinality(p_payment_method_ids), cardinality(p_user_ids), cardinality(p_kinds), cardinality(p_last_fours),
        cardinality(p_countries), cardinality(p_routing_numbers), cardinality(p_number_ciphertexts),
        cardinality(p_number_indexes), cardinality(p_generations)
    ]);
    perform 1 from public.users as u where u.user_id = any (p_user_ids) order by u.user_id for no key update;
    -- Ciphertext and id are new at every try; what makes two requests the same is the number.
    v := fb_private.claim_personal(
        'add_payment_method', 'funding', p_identities, p_keys, p_user_ids,
        array(
            select sha256(convert_to(row(
                i.user_id, i.kind, i.last_four, i.country, i.routing_number, i.number_index
            )::text, 'UTF8'))
            from unnest(p_user_ids, p_kinds, p_last_fours, p_countries, p_routing_numbers, p_number_indexes)
                with ordinality as i (user_id, kind, last_four, country, routing_number, number_index, n)
            order by i.n
        )
    );
    v_makers := fb_private.verified_identities(p_identities);
    for i in 1..cardinality(p_identities) loop
        if v.states[i] = 'replay' then
            v_results[i] := fb_private.payment_method_json(v.ids[i]);
        end if;
        continue when v.states[i] is distinct from 'claimed';
        v.codes[i] := case
            when p_kinds[i] is null or p_kinds[i] not in ('iban', 'us_bank', 'card') then 'invalid_value:kind'
            when p_last_fours[i] is null or p_last_fours[i] !~ '^[0-9A-Z]{1,4}$' then 'invalid_value:last_four'
            when p_countries[i] !~ '^[A-Z]{2}$' then 'invalid_value:country'
            when (p_kinds[i] = 'us_bank') <> coalesce(p_routing_numbers[i] ~ '^[0-9]{9}$', false)
                then 'invalid_value:routing_number'
            when (p_kinds[i] <> 'card') <> (p_number_ciphertexts[i] is not null) then 'invalid_value:number'
            when not exists(
                select 1 from public.personal_data_keys as k
                where k.user_id = p_user_ids[i] and k.generation = p_generations[i]
            ) then 'user_not_found:user_id'
            when fb_private.is_kept_from_staff(v_makers.user_ids[i], p_user_ids[i]) then 'customers_own:user_id'
            when exists(
                select 1 from public.payment_methods as m
                where m.user_id = p_user_ids[i] and m.number_index = p_number_indexes[i] and m.removed_at is null
            ) then 'duplicate:number'
            when v_most <= (
                select count(*) from public.payment_methods as m
                where m.user_id = p_user_ids[i] and m.removed_at is null
            ) then 'limit_reached:user_id'
        end;
        continue when v.codes[i] is not null;
        perform fb_private.act_as(v.actors[i], v.key_ids[i], p_request_ids[i], p_origins[i]);
        insert into public.payment_methods (
            payment_method_id, user_id, kind, token, last_four, country, routing_number, number_ciphertext,
            number_index, generation, command_id, created_at
        )
        values (
            p_payment_method_ids[i], p_user_ids[i], p_kinds[i],
            'pm_' || encode(uuid_send(gen_random_uuid()), 'hex'), p_last_fours[i], p_countries[i],
            p_routing_numbers[i], p_number_ciphertexts[i], p_number_indexes[i], p_generations[i], v.ids[i],
            clock_timestamp()
        );
        v_results[i] := fb_private.payment_method_json(v.ids[i]);
    end loop;
    return query select a.* from fb_private.answer_broker(v.ids, v.states, v.codes, v_results) as a;
end
$$;

create or replace function fb.remove_payment_method(
    p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_payment_method_ids uuid[],
    p_skip_locked boolean default false
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
    v_user_ids uuid[];
    v_results jsonb[];
begin
    perform fb_private.begin_command(array[
        cardinality(p_identities), cardinality(p_keys), cardinality(p_request_ids), cardinality(p_origins),
        cardinality(p_payment_method_ids)
    ]);
    perform 1 from public.payment_methods as m
    where m.payment_method_id = any (p_payment_method_ids) order by m.payment_method_id for update;
    v_user_ids := array(
        select m.user_id from unnest(p_payment_method_ids) with ordinality as i (payment_method_id, n)
        left join public.payment_methods as m on m.payment_method_id = i.payment_method_id
        order by i.n
    );
    v := fb_private.claim_personal(
        'remove_payment_method', 'funding', p_identities, p_keys, v_user_ids,
        array(
            select sha256(uuid_send(coalesce(i.id, '00000000-0000-0000-0000-000000000000')))
            from unnest(p_payment_method_ids) with ordinality as i (id, n) order by i.n
        )
    );
    v_results := array(
        select jsonb_build_object('payment_method_id', i.id)
        from unnest(p_payment_method_ids) with ordinality as i (id, n) order by i.n
    );
    for i in 1..cardinality(p_identities) loop
        -- A stranger learns nothing, not even that it exists.
        if v.codes[i] = 'not_permitted' then
            v.codes[i] := 'payment_method_not_found:payment_method_id';
        end if;
        continue when v.states[i] is distinct from 'claimed';
        if exists(
            select 1 from public.transfers as t
            where t.payment_method_id = p_payment_method_ids[i] and t.state = 'requested'
        ) then
            v.codes[i] := 'payment_method_in_use:payment_method_id';
            continue;
        end if;
        perform fb_private.act_as(v.actors[i], v.key_ids[i], p_request_ids[i], p_origins[i]);
        update public.payment_methods as m
        set removed_at = clock_timestamp(), number_ciphertext = null, number_index = null
        where m.payment_method_id = p_payment_method_ids[i] and m.removed_at is null;
        if not found then
            v.codes[i] := 'payment_method_not_found:payment_method_id';
        end if;
    end loop;
    return query select a.* from fb_private.answer_broker(v.ids, v.states, v.codes, v_results) as a;
end
$$;
