-- Currencies, and the rates between them.

-- One more currency: its asset and the house's accounts in it. False when it stands already.
create or replace function fb_private.make_currency(p_code text, p_scale integer) returns boolean
language plpgsql
as $$
declare
    v_now timestamptz := clock_timestamp();
begin
    insert into public.assets (asset_id, kind, code, scale)
    values (fb_private.uuid7(), 'currency', p_code, p_scale)
    on conflict (code) where kind = 'currency' do nothing;
    if not found then
        return false;
    end if;
    insert into public.accounts (
        account_id, account_number, account_type, house_code, currency, last_recorded_at, created_at, updated_at
    )
    select
        fb_private.uuid7(), 'HOUSE-' || p_code || '-' || upper(h.code), 'house', h.code, p_code, v_now, v_now, v_now
    from unnest(
        array['bank', 'venue', 'fees', 'suspense', 'error', 'clearing', 'actions', 'rounding', 'taxes']
    ) as h (code);
    return true;
end
$$;

create or replace function fb.add_currency(
    p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_codes text[], p_scales integer[],
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
    i integer;
    v record;
    v_results jsonb[];
begin
    perform fb_private.begin_command(array[
        cardinality(p_identities), cardinality(p_keys), cardinality(p_request_ids), cardinality(p_origins),
        cardinality(p_codes), cardinality(p_scales)
    ]);
    v := fb_private.claim_broker(
        'add_currency', p_identities, p_keys,
        array(
            select sha256(convert_to(row(c.code, c.scale)::text, 'UTF8'))
            from unnest(p_codes, p_scales) with ordinality as c (code, scale, n) order by c.n
        ),
        null
    );
    v_results := array(
        select jsonb_build_object('code', c.code, 'scale', c.scale)
        from unnest(p_codes, p_scales) with ordinality as c (code, scale, n) order by c.n
    );
    for i in
        select c.n from unnest(p_codes) with ordinality as c (code, n) order by c.code, c.n
    loop
        continue when v.states[i] is distinct from 'claimed';
        perform fb_private.act_as(v.actors[i], v.key_ids[i], p_request_ids[i], p_origins[i]);
        if p_codes[i] is null or p_codes[i] !~ '^[A-Z]{3}$' then
            v.codes[i] := 'invalid_value:code';
        elsif p_scales[i] is null or p_scales[i] not between 0 and 12 then
            v.codes[i] := 'out_of_range:scale';
        elsif not fb_private.make_currency(p_codes[i], p_scales[i]) then
            v.codes[i] := 'duplicate:code';
        end if;
    end loop;
    return query select a.* from fb_private.answer_broker(v.ids, v.states, v.codes, v_results) as a;
end
$$;

-- What a provider says a currency is worth. The provider's own id is the key, for ever, by the table's constraint: so
-- no other key is kept.
create or replace function fb.exchange_rate(
    p_identities text[], p_request_ids text[], p_origins text[], p_providers text[], p_provider_rate_ids text[],
    p_bases text[], p_quotes text[], p_rates numeric[], p_effective_at timestamptz[],
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
    v_now timestamptz := clock_timestamp();
    v_market_time timestamptz := fb_private.market_time();
    v_new_ids uuid[];
    v_senders text[];
    v_codes text[];
    v_rate record;
    v_who record;
begin
    perform fb_private.begin_command(array[
        cardinality(p_request_ids), cardinality(p_origins), cardinality(p_providers),
        cardinality(p_provider_rate_ids), cardinality(p_bases), cardinality(p_quotes), cardinality(p_rates),
        cardinality(p_effective_at), cardinality(p_identities)
    ]);
    if coalesce(cardinality(p_rates), 0) = 0 then
        return;
    end if;
    v_new_ids := fb_private.new_ids(cardinality(p_rates));
    v_codes := array(
        select case
            when i.provider is null then 'required:provider'
            when length(i.provider) not between 1 and 64 then 'out_of_range:provider'
            when i.provider_rate_id is null then 'required:provider_rate_id'
            when length(i.provider_rate_id) not between 1 and 100 then 'out_of_range:provider_rate_id'
            when fb_private.currency_asset(i.base) is null then 'invalid_value:base'
            when fb_private.currency_asset(i.quote) is null or i.quote = i.base then 'invalid_value:quote'
            when i.rate is null then 'required:rate'
            when not fb_private.is_finite(i.rate) then 'invalid_value:rate'
            when i.rate <= 0 or i.rate > 1000000000 then 'out_of_range:rate'
            when min_scale(i.rate) > 12 then 'excess_scale:rate'
        end
        from unnest(p_providers, p_provider_rate_ids, p_bases, p_quotes, p_rates)
            with ordinality as i (provider, provider_rate_id, base, quote, rate, ordinal)
        order by i.ordinal
    );
    v_senders := array(
        select 'provider:' || p.name from unnest(p_providers) with ordinality as p (name, n) order by p.n
    );
    v_codes := fb_private.refuse_persons(
        'exchange_rate', fb_private.refuse_unproven(v_codes, p_identities), p_identities, v_senders, p_provider_rate_ids
    );
    v_who := fb_private.who_says(p_identities, v_senders);
    -- One by one: the trigger's line says who stated it, and in which request.
    for v_rate in
        select distinct on (i.provider, i.provider_rate_id)
            i.rate_id, i.provider, i.provider_rate_id, i.base, i.quote, i.rate, i.request_id, i.origin,
            i.actor, i.key_id,
            coalesce(i.effective_at, v_market_time) as effective_at
        from unnest(
            v_new_ids, v_codes, p_providers, p_provider_rate_ids, p_bases, p_quotes, p_rates, p_effective_at,
            p_request_ids, p_origins, v_who.actors, v_who.key_ids
        ) with ordinality as i (
            rate_id, code, provider, provider_rate_id, base, quote, rate, effective_at, request_id, origin, actor,
            key_id, ordinal
        )
        where i.code is null
        order by i.provider, i.provider_rate_id, i.ordinal
    loop
        perform fb_private.act_as(v_rate.actor, v_rate.key_id, v_rate.request_id, v_rate.origin);
        insert into public.exchange_rates (
            rate_id, provider, provider_rate_id, base, quote, rate, effective_at, recorded_at
        )
        values (
            v_rate.rate_id, v_rate.provider, v_rate.provider_rate_id, v_rate.base, v_rate.quote,
            trim_scale(v_rate.rate), v_rate.effective_at, v_now
        )
        on conflict on constraint exchange_rates_provider_key do nothing;
    end loop;
    -- A repeat waits for the standbys, as its first answer did.
    perform pg_logical_emit_message(true, 'financebuy', 'replay');

    return query
    select
        i.ordinal::integer,
        case when i.code is not null then 'refused' when s.is_same then 'accepted' else 'conflict' end,
        coalesce(s.is_same and r.rate_id <> i.rate_id, false),
        coalesce(r.rate_id, i.rate_id),
        case when i.code is not null then split_part(i.code, ':', 1) when not s.is_same then 'idempotency_conflict' end,
        case when i.code is not null then nullif(split_part(i.code, ':', 2), '') end,
        case when s.is_same then jsonb_build_object(
            'rate_id', r.rate_id, 'provider', r.provider, 'provider_rate_id', r.provider_rate_id, 'base', r.base,
            'quote', r.quote, 'rate', r.rate::text, 'effective_at', r.effective_at, 'recorded_at', r.recorded_at
        ) end
    from unnest(
        v_new_ids, v_codes, p_providers, p_provider_rate_ids, p_bases, p_quotes, p_rates, p_effective_at
    ) with ordinality as i (rate_id, code, provider, provider_rate_id, base, quote, rate, effective_at, ordinal)
    left join public.exchange_rates as r
        on i.code is null and r.provider = i.provider and r.provider_rate_id = i.provider_rate_id
    cross join lateral (
        select coalesce(
            r.base = i.base and r.quote = i.quote and r.rate = i.rate
            and r.effective_at = coalesce(i.effective_at, r.effective_at), false
        ) as is_same
    ) as s
    order by i.ordinal;
end
$$;
