-- Facts that a person enters in a bank's, a custodian's or a provider's place. Where money is real they take two: one
-- asks (fb.request_approval), another confirms, and the fact is booked without an identity beside it. What the sender's
-- own login says is never refused. Deposits have an amount from which on: fb_private.refuse_alone.

-- Whether one person may enter a fact alone: with play money, and where it was set so.
create or replace function fb_private.one_is_enough() returns boolean
language plpgsql stable
as $$
begin
    return fb_private.setting('paper') = 'true' or fb_private.setting('deposit_approval_from') = 'never';
end
$$;

create or replace function fb_private.is_by_persons(p_identities text[]) returns boolean
language plpgsql immutable
as $$
begin
    return coalesce(cardinality(array_remove(p_identities, null)), 0) > 0;
end
$$;

-- An identity that is not right makes nothing the sender's own word: it is refused with what is wrong with it.
create or replace function fb_private.refuse_unproven(p_codes text[], p_identities text[]) returns text[]
language plpgsql stable
as $$
declare
    v record;
begin
    if not fb_private.is_by_persons(p_identities) then
        return p_codes;
    end if;
    v := fb_private.verified_identities(p_identities);
    return array(
        select case when i.code is null and i.identity is not null then i.problem else i.code end
        from unnest(p_codes, p_identities, v.problems) with ordinality as i (code, identity, problem, ordinal)
        order by i.ordinal
    );
end
$$;

-- Whether a fact is booked already, though its key may have been pruned: it is known by its sender's id, for ever.
create or replace function fb_private.fact_stands(p_fact text, p_sender text, p_id text) returns boolean
language plpgsql stable
as $$
declare
    v_name text := substr(p_sender, strpos(p_sender, ':') + 1);
begin
    return case p_fact
        when 'shares_received' then exists(
            select 1 from public.share_receipts as r where r.custodian = v_name and r.custodian_reference = p_id
        )
        when 'corporate_action' then exists(
            select 1 from public.corporate_actions as a where a.provider = v_name and a.provider_action_id = p_id
        )
        when 'exchange_rate' then exists(
            select 1 from public.exchange_rates as r where r.provider = v_name and r.provider_rate_id = p_id
        )
        else false
    end;
end
$$;

-- Claims the keys of facts, and gives up those that a person claimed alone and may not: what is accepted is known by
-- its key, so that a repeat of it stays one. Whoever met such a key in this batch claims it in its place.
create or replace function fb_private.claim_facts(
    p_fact text, p_identities text[], p_senders text[], p_keys text[], p_hashes bytea[], inout p_codes text[],
    inout p_ids uuid[], out states text[]
)
language plpgsql
as $$
declare
    v_own uuid[] := p_ids;
    v_alone uuid[];
    v_met integer[];
    v_claim record;
begin
    v_claim := fb_private.claim(
        p_fact, p_senders, p_keys, fb_private.hashes_to_claim(p_codes, p_hashes), v_own
    );
    p_ids := v_claim.p_ids;
    states := v_claim.states;
    if not fb_private.is_by_persons(p_identities) or fb_private.one_is_enough() then
        return;
    end if;
    loop
        v_alone := array(
            select v_own[i.n] from unnest(p_identities, states) with ordinality as i (identity, state, n)
            where i.state = 'claimed' and i.identity is not null
                and not fb_private.fact_stands(p_fact, p_senders[i.n], p_keys[i.n])
        );
        exit when cardinality(v_alone) = 0;
        v_met := array(
            select i.n from unnest(p_ids, states) with ordinality as i (id, state, n)
            where i.id = any (v_alone) and i.state <> 'claimed'
        );
        for n in 1..cardinality(v_own) loop
            continue when v_own[n] <> all (v_alone);
            p_codes[n] := 'approval_required';
            states[n] := null;
        end loop;
        delete from public.idempotency_keys as k where k.command_id = any (v_alone);
        exit when cardinality(v_met) = 0;
        v_claim := fb_private.claim(
            p_fact, p_senders, p_keys,
            array(
                select case when i.n = any (v_met) then i.request_hash end
                from unnest(p_hashes) with ordinality as i (request_hash, n) order by i.n
            ),
            v_own
        );
        for n in 1..cardinality(v_own) loop
            continue when n <> all (v_met);
            p_ids[n] := v_claim.p_ids[n];
            states[n] := v_claim.states[n];
        end loop;
    end loop;
end
$$;

-- The same for what has no key but its sender's id: a repeat is of what stands, or of an earlier row that will.
create or replace function fb_private.refuse_persons(
    p_fact text, p_codes text[], p_identities text[], p_senders text[], p_ids text[]
) returns text[]
language plpgsql stable
as $$
declare
    v_codes text[] := p_codes;
begin
    if not fb_private.is_by_persons(p_identities) or fb_private.one_is_enough() then
        return p_codes;
    end if;
    for n in 1..cardinality(p_ids) loop
        continue when v_codes[n] is not null or p_identities[n] is null
            or fb_private.fact_stands(p_fact, p_senders[n], p_ids[n])
            or exists(
                select 1 from unnest(v_codes[:n - 1], p_senders[:n - 1], p_ids[:n - 1]) as e (code, sender, id)
                where e.code is null and e.sender = p_senders[n] and e.id = p_ids[n]
            );
        v_codes[n] := 'approval_required';
    end loop;
    return v_codes;
end
$$;

-- Carries out a custodian's or a provider's fact: the same function that it calls itself.
create or replace function fb_private.carry_out_provided(
    p_action text, p_payload jsonb, p_request_id text, p_origin text,
    out outcome text, out command_id uuid, out code text, out field text, out result jsonb
)
language plpgsql
as $$
#variable_conflict use_column
declare
    v_nobody text[] := array[null::text];
    v_requests text[] := array[p_request_id];
    v_origins text[] := array[p_origin];
    v_providers text[] := array[p_payload ->> 'provider'];
    v_securities uuid[] := array[(p_payload ->> 'security_id')::uuid];
    v_times timestamptz[] := array[(p_payload ->> 'effective_at')::timestamptz];
begin
    case p_action
        when 'shares_received' then
            select f.outcome, f.command_id, f.code, f.field, f.result into outcome, command_id, code, field, result
            from fb.shares_received(
                v_nobody, v_requests, v_origins, array[p_payload ->> 'custodian'],
                array[p_payload ->> 'custodian_reference'], array[(p_payload ->> 'account_id')::uuid], v_securities,
                array[(p_payload ->> 'quantity')::numeric], array[(p_payload ->> 'cost')::numeric],
                array[(p_payload ->> 'acquired_at')::timestamptz], v_times
            ) as f;
        when 'exchange_rate' then
            select f.outcome, f.command_id, f.code, f.field, f.result into outcome, command_id, code, field, result
            from fb.exchange_rate(
                v_nobody, v_requests, v_origins, v_providers, array[p_payload ->> 'provider_rate_id'],
                array[p_payload ->> 'base'], array[p_payload ->> 'quote'], array[(p_payload ->> 'rate')::numeric],
                v_times
            ) as f;
        when 'corporate_action' then
            select f.outcome, f.command_id, f.code, f.field, f.result into outcome, command_id, code, field, result
            from fb.corporate_action(
                v_nobody, v_requests, v_origins, v_providers, array[p_payload ->> 'provider_action_id'],
                array[p_payload ->> 'kind'], v_securities, array[(p_payload ->> 'ex_date')::date],
                array[(p_payload ->> 'record_date')::date], array[(p_payload ->> 'pay_date')::date],
                array[(p_payload ->> 'new_shares')::integer], array[(p_payload ->> 'old_shares')::integer],
                array[(p_payload ->> 'cash_per_share')::numeric], array[(p_payload ->> 'withholding_rate')::numeric],
                array[(p_payload ->> 'reinvest_price')::numeric], array[p_payload ->> 'new_symbol'], v_times
            ) as f;
    end case;
end
$$;
