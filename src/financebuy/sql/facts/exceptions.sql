-- What a fact left for a person: who takes it up, and how it ended.

create or replace function fb_private.work_on_exceptions(
    p_command text, p_identities text[], p_keys text[], p_request_ids text[], p_origins text[],
    p_exception_ids uuid[], p_user_ids uuid[], p_resolutions text[]
)
returns table (
    ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb
)
language plpgsql
as $$
#variable_conflict use_column
declare
    v record;
    v_state text;
    v_new_state text := case p_command when 'assign_exception' then 'assigned' else 'resolved' end;
    v_results jsonb[];
begin
    perform 1 from public.exceptions as x
    where x.exception_id = any (p_exception_ids)
    order by x.exception_id
    for no key update;
    v := fb_private.claim_operator(
        p_command, p_identities, p_keys,
        array(
            select sha256(convert_to(row(i.exception_id, i.user_id, i.resolution)::text, 'UTF8'))
            from unnest(p_exception_ids, p_user_ids, p_resolutions)
                with ordinality as i (exception_id, user_id, resolution, n)
            order by i.n
        ),
        array_fill(false, array[coalesce(cardinality(p_identities), 0)])
    );
    for i in 1..coalesce(cardinality(p_identities), 0) loop
        continue when v.states[i] is distinct from 'claimed';
        v_state := (select x.state from public.exceptions as x where x.exception_id = p_exception_ids[i]);
        v.codes[i] := case
            when v_new_state = 'resolved' and coalesce(btrim(p_resolutions[i]), '') = '' then 'required:resolution'
            when length(p_resolutions[i]) > 2000 then 'out_of_range:resolution'
            when v_new_state = 'assigned' and p_user_ids[i] is null then 'required:user_id'
            when v_state is null then 'exception_not_found:exception_id'
            when v_state = 'resolved' then 'exception_resolved:exception_id'
            when v_new_state = 'assigned' and not exists(
                select 1 from public.users as u
                where u.user_id = p_user_ids[i] and u.kind = 'operator' and u.is_active
            ) then 'user_not_found:user_id'
        end;
        continue when v.codes[i] is not null;
        perform fb_private.act_as(v.actors[i], v.key_ids[i], p_request_ids[i], p_origins[i]);
        update public.exceptions as x
        set
            state = v_new_state,
            assigned_to = case v_new_state when 'assigned' then p_user_ids[i] else x.assigned_to end,
            resolution = p_resolutions[i],
            resolved_by = case v_new_state when 'resolved' then v.user_ids[i] end,
            updated_at = clock_timestamp()
        where x.exception_id = p_exception_ids[i];
    end loop;
    v_results := array(
        select jsonb_build_object('exception_id', i.id, 'state', v_new_state)
        from unnest(p_exception_ids) with ordinality as i (id, n)
        order by i.n
    );
    return query select a.* from fb_private.answer_broker(v.ids, v.states, v.codes, v_results) as a;
end
$$;

create or replace function fb.assign_exception(
    p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_exception_ids uuid[],
    p_user_ids uuid[], p_skip_locked boolean default false
)
returns table (
    ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb
)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform fb_private.begin_command(array[
        cardinality(p_identities), cardinality(p_keys), cardinality(p_request_ids), cardinality(p_origins),
        cardinality(p_exception_ids), cardinality(p_user_ids)
    ]);
    return query select w.* from fb_private.work_on_exceptions(
        'assign_exception', p_identities, p_keys, p_request_ids, p_origins, p_exception_ids, p_user_ids,
        array_fill(null::text, array[coalesce(cardinality(p_identities), 0)])
    ) as w;
end
$$;
comment on function fb.assign_exception(text[], text[], text[], text[], uuid[], uuid[], boolean) is
'Operators take exceptions up; one may be handed on until it is resolved.';

create or replace function fb.resolve_exception(
    p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_exception_ids uuid[],
    p_resolutions text[], p_skip_locked boolean default false
)
returns table (
    ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb
)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform fb_private.begin_command(array[
        cardinality(p_identities), cardinality(p_keys), cardinality(p_request_ids), cardinality(p_origins),
        cardinality(p_exception_ids), cardinality(p_resolutions)
    ]);
    return query select w.* from fb_private.work_on_exceptions(
        'resolve_exception', p_identities, p_keys, p_request_ids, p_origins, p_exception_ids,
        array_fill(null::uuid, array[coalesce(cardinality(p_identities), 0)]), p_resolutions
    ) as w;
end
$$;
comment on function fb.resolve_exception(text[], text[], text[], text[], uuid[], text[], boolean) is
'Exceptions end with words on how.';
