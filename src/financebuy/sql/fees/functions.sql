-- The dated schedules of trading fees. What has begun was charged by, so only what is to come can be set.

create or replace function fb.set_fee_schedule(
    p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_sides text[],
    p_effective_from timestamptz[], p_flats numeric[], p_per_shares numeric[], p_basis_points numeric[],
    p_minimums numeric[], p_maximums numeric[], p_skip_locked boolean default false
)
returns table (
    ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb
)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    i integer;
    v record;
    v_market_time timestamptz := fb_private.market_time();
    v_results jsonb[];
begin
    perform fb_private.begin_command(array[
        cardinality(p_identities), cardinality(p_keys), cardinality(p_request_ids), cardinality(p_origins),
        cardinality(p_sides), cardinality(p_effective_from), cardinality(p_flats), cardinality(p_per_shares),
        cardinality(p_basis_points), cardinality(p_minimums), cardinality(p_maximums)
    ]);
    v_results := array(
        select jsonb_build_object(
            'side', s.side, 'effective_from', s.effective_from, 'flat', trim_scale(s.flat)::text,
            'per_share', trim_scale(s.per_share)::text, 'basis_points', trim_scale(s.basis_points)::text,
            'minimum', trim_scale(s.minimum)::text, 'maximum', trim_scale(s.maximum)::text
        )
        from unnest(
            p_sides, p_effective_from, p_flats, p_per_shares, p_basis_points, p_minimums, p_maximums
        ) with ordinality as s (side, effective_from, flat, per_share, basis_points, minimum, maximum, n)
        order by s.n
    );
    v := fb_private.claim_broker(
        'set_fee_schedule', p_identities, p_keys,
        array(
            select sha256(convert_to(r.told::text, 'UTF8'))
            from unnest(v_results) with ordinality as r (told, n) order by r.n
        ),
        null
    );
    for i in
        select s.n from unnest(p_sides, p_effective_from) with ordinality as s (side, effective_from, n)
        order by s.side, s.effective_from, s.n
    loop
        continue when v.states[i] is distinct from 'claimed';
        v.codes[i] := case
            when p_sides[i] is null or p_sides[i] not in ('buy', 'sell') then 'invalid_value:side'
            when p_effective_from[i] is null then 'required:effective_from'
            when not isfinite(p_effective_from[i]) then 'invalid_value:effective_from'
            when p_effective_from[i] <= v_market_time then 'not_allowed:effective_from'
            else coalesce(
                fb_private.fee_problem('flat', p_flats[i], 1000000),
                fb_private.fee_problem('per_share', p_per_shares[i], 1000000),
                fb_private.fee_problem('basis_points', p_basis_points[i], 10000),
                fb_private.fee_problem('minimum', p_minimums[i], 1000000),
                fb_private.fee_problem('maximum', p_maximums[i], 1000000),
                case when p_maximums[i] < coalesce(p_minimums[i], 0) then 'out_of_range:maximum' end
            )
        end;
        continue when v.codes[i] is not null;
        perform fb_private.act_as(v.actors[i], v.key_ids[i], p_request_ids[i], p_origins[i]);
        insert into public.fee_schedules (
            effective_from, side, flat, per_share, basis_points, minimum, maximum
        )
        values (
            p_effective_from[i], p_sides[i], coalesce(p_flats[i], 0), coalesce(p_per_shares[i], 0),
            coalesce(p_basis_points[i], 0), coalesce(p_minimums[i], 0), p_maximums[i]
        )
        on conflict (side, effective_from) do update
            set
                flat = excluded.flat,
                per_share = excluded.per_share,
                basis_points = excluded.basis_points,
                minimum = excluded.minimum,
                maximum = excluded.maximum;
    end loop;
    return query select a.* from fb_private.answer_broker(v.ids, v.states, v.codes, v_results) as a;
end
$$;

-- Why a term of a schedule cannot be; NULL when it can. A term that is left out is none.
create or replace function fb_private.fee_problem(p_field text, p_value numeric, p_most numeric) returns text
language sql immutable parallel safe
return case
    when not fb_private.is_finite(p_value) then 'invalid_value:' || p_field
    when p_value < 0 or p_value > p_most then 'out_of_range:' || p_field
    when min_scale(p_value) > 9 then 'excess_scale:' || p_field
end;
