-- Money between customers' accounts, and what the house charges. A movement touches two accounts and depends on those
-- before it, so a batch is decided and booked row by row: each row sees what the rows before it left. Both accounts are
-- locked with all the others of the batch, in the one order.

-- Customers' accounts by their number or id; NULL where there is none.
create or replace function fb_private.accounts_named(p_names text[]) returns uuid[]
language sql stable
as $$
    select array_agg(coalesce(n.account_id, i.account_id) order by t.ordinal)
    from unnest(p_names) with ordinality as t (name, ordinal)
    left join public.accounts as n on n.account_number = t.name and n.balance is not null
    left join public.accounts as i
        on i.account_id = case when t.name ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then t.name::uuid end
        and i.balance is not null
$$;

create or replace function fb_private.amount_problem(p_amount numeric) returns text
language sql immutable parallel safe
return case
    when p_amount is null then 'required:amount'
    when not fb_private.is_finite(p_amount) then 'invalid_value:amount'
    when p_amount <= 0 or p_amount > 1000000000000 then 'out_of_range:amount'
end;

-- One transaction of a customer's account: its entries, balance and event. Under the account's lock. The house's legs
-- stand against the customer's; a leg of nothing is left out.
create or replace function fb_private.book_cash(
    p_account_id uuid, p_amount numeric, p_house_codes text[], p_house_amounts numeric[], p_transaction_type text,
    p_reference text, p_description text, p_event text, p_payload jsonb, p_command_id uuid, p_actor text,
    p_key_id text, p_request_id text, p_origin text, p_effective_at timestamptz
) returns void
language plpgsql
as $$
declare
    v_account public.accounts;
    v_transaction_id uuid := fb_private.uuid7();
    v_asset_id uuid;
begin
    update public.accounts as a
    set
        balance = a.balance + p_amount,
        version = a.version + 1,
        event_seq = a.event_seq + 1,
        last_recorded_at = greatest(clock_timestamp(), a.last_recorded_at),
        updated_at = greatest(clock_timestamp(), a.last_recorded_at)
    where a.account_id = p_account_id
    returning a.* into v_account;
    v_asset_id := fb_private.currency_asset(v_account.currency);

    insert into public.transactions (
        transaction_id, recorded_at, effective_at, account_id, transaction_type, amount, currency, description,
        reference_number, event_id, command_id, actor, key_id, request_id, origin
    )
    values (
        v_transaction_id, v_account.last_recorded_at, p_effective_at, p_account_id, p_transaction_type, abs(p_amount),
        v_account.currency, p_description, p_reference, p_command_id, p_command_id, p_actor, p_key_id, p_request_id,
        p_origin
    );
    insert into public.entries (transaction_id, leg, account_id, asset_id, amount, version, recorded_at, effective_at)
    select
        v_transaction_id, l.leg, l.account_id, v_asset_id, l.amount, l.version, v_account.last_recorded_at,
        p_effective_at
    from (
        select 1 as leg, p_account_id as account_id, p_amount as amount, v_account.version
        union all
        select h.leg + 1, fb_private.house(h.code, v_account.currency), h.amount, null
        from unnest(p_house_codes, p_house_amounts) with ordinality as h (code, amount, leg)
    ) as l
    where l.amount <> 0;
    insert into public.outbox (account_id, event_seq, kind, payload, command_id, recorded_at, effective_at)
    values (
        p_account_id, v_account.event_seq, p_event, p_payload, p_command_id, v_account.last_recorded_at, p_effective_at
    );
end
$$;

-- What both commands between accounts ask before anything else of a row.
create or replace function fb_private.claim_movements(
    p_command text, p_identities text[], p_keys text[], p_account_ids uuid[], p_targets text[], p_target_ids uuid[],
    p_amounts numeric[], p_rate_ids uuid[], p_busy uuid[],
    out actors text[], out user_ids uuid[], out key_ids text[], out scopes text[], out account_ids uuid[],
    out ids uuid[], out states text[], out codes text[]
)
language plpgsql
as $$
declare
    v_identity record;
begin
    v_identity := fb_private.verified_identities(p_identities);
    actors := v_identity.actors;
    user_ids := v_identity.user_ids;
    key_ids := v_identity.key_ids;
    scopes := v_identity.scopes;
    account_ids := v_identity.account_ids;
    codes := array(
        select case
            -- What an account was asked after one of its movements waits with that.
            when bool_or(i.account_id = any (p_busy) or coalesce(i.target_id = any (p_busy), false))
                over (partition by i.account_id order by i.ordinal) then 'account_busy'
            when i.problem is not null then i.problem
            when i.key is null then 'required:key'
            when length(i.key) not between 1 and 255 then 'out_of_range:key'
            when i.account_id is null then 'required:account_id'
            when i.target is null then 'required:target'
            when length(i.target) > 64 then 'out_of_range:target'
            else fb_private.amount_problem(i.amount)
        end
        from unnest(v_identity.problems, p_keys, p_account_ids, p_targets, p_target_ids, p_amounts)
            with ordinality as i (problem, key, account_id, target, target_id, amount, ordinal)
        order by i.ordinal
    );
    select c.p_ids, c.states into ids, states
    from fb_private.claim(
        p_command, v_identity.actors, p_keys,
        fb_private.hashes_to_claim(codes, array(
            select sha256(convert_to(row(i.account_id, i.target, trim_scale(i.amount), i.rate_id)::text, 'UTF8'))
            from unnest(p_account_ids, p_targets, p_amounts, p_rate_ids)
                with ordinality as i (account_id, target, amount, rate_id, ordinal)
            order by i.ordinal
        )),
        fb_private.new_ids(cardinality(p_identities))
    ) as c;
end
$$;

-- Why this user may not move this much out of this account now; NULL when they may.
create or replace function fb_private.why_not_move(
    p_account public.accounts, p_account_id uuid, p_user_id uuid, p_scopes text, p_key_account_id uuid,
    p_amount numeric
) returns text
language plpgsql stable
as $$
begin
    return (select case
        when p_account.account_id is null then 'account_not_found'
        when p.why is not null then p.why
        when u.kyc_status <> 'approved' then 'kyc_required'
        when min_scale(p_amount) > c.scale then 'excess_scale:amount'
        when p_amount > fb_private.withdrawable(p_account) then 'insufficient_withdrawable:amount'
    end
    from (select 1) as one (found)
    left join public.account_owners as o on o.account_id = p_account_id and o.user_id = p_user_id
    left join public.users as u on u.user_id = p_user_id
    left join public.assets as c on c.kind = 'currency' and c.code = p_account.currency
    cross join lateral (
        select fb_private.why_not(
            'funding', p_scopes, p_account_id, p_key_account_id, o.role, u.is_active, p_account.status
        ) as why
    ) as p);
end
$$;

create or replace function fb_private.withdrawable(p_account public.accounts) returns numeric
language sql immutable parallel safe
return greatest(p_account.balance - p_account.held - p_account.unsettled, 0);

-- Records a movement that was decided and books both of its sides through clearing.
create or replace function fb_private.move_cash(
    p_command_id uuid, p_kind text, p_source public.accounts, p_target public.accounts, p_amount numeric,
    p_target_amount numeric, p_exact numeric, p_rate_id uuid, p_actor text, p_key_id text, p_request_id text,
    p_origin text, p_effective_at timestamptz
) returns void
language plpgsql
as $$
declare
    v_payload jsonb := jsonb_build_object(
        'transfer_id', p_command_id, 'amount', p_amount::text, 'currency', p_source.currency,
        'target_amount', p_target_amount::text, 'target_currency', p_target.currency
    );
begin
    insert into public.account_transfers (
        transfer_id, account_id, target_account_id, amount, currency, target_amount, target_currency, rate_id,
        withdrawable_before, command_id, requested_at, effective_at
    )
    values (
        p_command_id, p_source.account_id, p_target.account_id, p_amount, p_source.currency, p_target_amount,
        p_target.currency, p_rate_id, fb_private.withdrawable(p_source), p_command_id,
        greatest(clock_timestamp(), p_source.last_recorded_at), p_effective_at
    );
    perform fb_private.book_cash(
        p_source.account_id, -p_amount, array['clearing'], array[p_amount], p_kind, p_target.account_number, null,
        p_kind || '.sent', v_payload, p_command_id, p_actor, p_key_id, p_request_id, p_origin, p_effective_at
    );
    -- Clearing gives what the rate says, exactly; what rounding makes of it is the house's gain or loss.
    perform fb_private.book_cash(
        p_target.account_id, p_target_amount, array['clearing', 'rounding'],
        array[-p_exact, p_exact - p_target_amount], p_kind, p_source.account_number, null, p_kind || '.received',
        v_payload, p_command_id, p_actor, p_key_id, p_request_id, p_origin, p_effective_at
    );
end
$$;

-- Records what was refused, and answers for each row with the movement as it was booked.
create or replace function fb_private.answer_movements(p_ids uuid[], p_states text[], p_codes text[])
returns table (
    ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb
)
language plpgsql
as $$
#variable_conflict use_column
begin
    perform fb_private.record_refusals(
        p_ids, fb_private.codes_of(p_codes, p_states), fb_private.fields_of(p_codes)
    );
    return query
    select
        v.ordinal, v.outcome, v.replayed, v.command_id, v.code, v.field,
        case when v.outcome = 'accepted' then jsonb_build_object(
            'transfer_id', t.transfer_id, 'account_id', t.account_id, 'target_account_id', t.target_account_id,
            'amount', t.amount::text, 'currency', t.currency, 'target_amount', t.target_amount::text,
            'target_currency', t.target_currency, 'rate_id', t.rate_id, 'requested_at', t.requested_at,
            'effective_at', t.effective_at
        ) end
    from fb_private.verdicts(
        p_ids, fb_private.final_states(p_codes, p_states), fb_private.codes_of(p_codes, null),
        fb_private.fields_of(p_codes)
    ) as v
    left join public.account_transfers as t on t.transfer_id = v.command_id
    order by v.ordinal;
end
$$;

create or replace function fb.transfer(
    p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[],
    p_targets text[], p_amounts numeric[], p_skip_locked boolean default false
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
    v_target_ids uuid[];
    v_busy uuid[];
    v_effective timestamptz;
    v_source public.accounts;
    v_target public.accounts;
begin
    perform fb_private.begin_command(array[
        cardinality(p_identities), cardinality(p_keys), cardinality(p_request_ids), cardinality(p_origins),
        cardinality(p_account_ids), cardinality(p_targets), cardinality(p_amounts)
    ]);
    v_target_ids := fb_private.accounts_named(p_targets);
    v_busy := fb_private.lock_accounts(p_account_ids || v_target_ids, p_skip_locked);
    v_effective := fb_private.market_time();
    v := fb_private.claim_movements(
        'transfer', p_identities, p_keys, p_account_ids, p_targets, v_target_ids, p_amounts,
        array_fill(null::uuid, array[cardinality(p_identities)]), v_busy
    );
    for i in 1..cardinality(p_identities) loop
        continue when v.states[i] is distinct from 'claimed';
        v_source := fb_private.customer_account(p_account_ids[i]);
        v_target := fb_private.customer_account(v_target_ids[i]);
        v.codes[i] := coalesce(
            fb_private.why_not_move(
                v_source, p_account_ids[i], v.user_ids[i], v.scopes[i],
                v.account_ids[i], p_amounts[i]
            ),
            case
                when v_target.account_id = v_source.account_id then 'not_allowed:target'
                -- To an account of one's own it does not leave.
                when not fb_private.is_own_account(v.user_ids[i], v_target.account_id)
                    and fb_private.factors_wait_until(
                        v.user_ids[i], v.key_ids[i], fb_private.setting('withdrawal_wait')::interval
                    ) is not null then 'second_factor_new'
                -- Whose account it is not learns no more of it than that it takes no money.
                when v_target.account_id is null or v_target.status <> 'active' then 'account_not_found:target'
                when v_target.currency <> v_source.currency then 'currency_mismatch:target'
            end
        );
        continue when v.codes[i] is not null;
        perform fb_private.move_cash(
            v.ids[i], 'transfer', v_source, v_target, p_amounts[i], p_amounts[i], p_amounts[i], null,
            v.actors[i], v.key_ids[i], p_request_ids[i], p_origins[i], v_effective
        );
    end loop;
    return query select a.* from fb_private.answer_movements(v.ids, v.states, v.codes) as a;
end
$$;

create or replace function fb_private.is_own_account(p_user_id uuid, p_account_id uuid) returns boolean
language sql stable
as $$
    select exists(
        select 1 from public.account_owners as o
        where o.account_id = p_account_id and o.user_id = p_user_id and o.role = 'owner'
    )
$$;

create or replace function fb_private.customer_account(p_account_id uuid) returns public.accounts
language plpgsql stable
as $$
declare
    v_account public.accounts;
begin
    select a.* into v_account from public.accounts as a
    where a.account_id = p_account_id and a.balance is not null;
    return v_account;
end
$$;

create or replace function fb.convert_currency(
    p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[],
    p_targets text[], p_amounts numeric[], p_rate_ids uuid[], p_skip_locked boolean default false
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
    v_target_ids uuid[];
    v_busy uuid[];
    v_effective timestamptz;
    v_oldest timestamptz;
    v_source public.accounts;
    v_target public.accounts;
    v_role text;
    v_rate public.exchange_rates;
    v_bought numeric;
begin
    perform fb_private.begin_command(array[
        cardinality(p_identities), cardinality(p_keys), cardinality(p_request_ids), cardinality(p_origins),
        cardinality(p_account_ids), cardinality(p_targets), cardinality(p_amounts), cardinality(p_rate_ids)
    ]);
    v_target_ids := fb_private.accounts_named(p_targets);
    v_busy := fb_private.lock_accounts(p_account_ids || v_target_ids, p_skip_locked);
    v_effective := fb_private.market_time();
    v_oldest := v_effective - fb_private.setting('rate_age')::interval;
    v := fb_private.claim_movements(
        'convert_currency', p_identities, p_keys, p_account_ids, p_targets, v_target_ids, p_amounts, p_rate_ids, v_busy
    );
    for i in 1..cardinality(p_identities) loop
        continue when v.states[i] is distinct from 'claimed';
        v_source := fb_private.customer_account(p_account_ids[i]);
        v_target := fb_private.customer_account(v_target_ids[i]);
        v_role := (
            select o.role from public.account_owners as o
            where o.account_id = v_target_ids[i] and o.user_id = v.user_ids[i]
        );
        v_rate := null;
        select r.* into v_rate from public.exchange_rates as r where r.rate_id = p_rate_ids[i];
        v_bought := fb_private.round_half_even(
            p_amounts[i] * v_rate.rate,
            (select c.scale from public.assets as c where c.kind = 'currency' and c.code = v_target.currency)
        );
        v.codes[i] := coalesce(
            fb_private.why_not_move(
                v_source, p_account_ids[i], v.user_ids[i], v.scopes[i],
                v.account_ids[i], p_amounts[i]
            ),
            case
                when v_target.account_id is null or v_role is null then 'account_not_found:target'
                when v_role = 'viewer' then 'not_permitted:target'
                when v_target.status <> 'active' then 'account_not_active:target'
                when p_rate_ids[i] is null then 'required:rate_id'
                when v_rate.rate_id is null then 'rate_not_found:rate_id'
                when v_rate.base <> v_source.currency or v_rate.quote <> v_target.currency
                    then 'currency_mismatch:rate_id'
                when v_rate.effective_at not between v_oldest and v_effective then 'rate_not_fresh:rate_id'
                -- Whoever could choose among the rates of a day would go to and fro by the best of each way.
                when exists(
                    select 1 from public.exchange_rates as n
                    where n.base = v_rate.base and n.quote = v_rate.quote
                        and n.effective_at > v_rate.effective_at and n.effective_at <= v_effective
                ) then 'rate_not_fresh:rate_id'
                when v_bought = 0 then 'out_of_range:amount'
            end
        );
        continue when v.codes[i] is not null;
        perform fb_private.move_cash(
            v.ids[i], 'conversion', v_source, v_target, p_amounts[i], v_bought, p_amounts[i] * v_rate.rate,
            v_rate.rate_id, v.actors[i], v.key_ids[i], p_request_ids[i], p_origins[i], v_effective
        );
    end loop;
    return query select a.* from fb_private.answer_movements(v.ids, v.states, v.codes) as a;
end
$$;

-- What the house charges an account for, other than a trade. It never overdraws.
create or replace function fb.charge_fee(
    p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[],
    p_amounts numeric[], p_reasons text[], p_skip_locked boolean default false
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
    v_busy uuid[];
    v_account public.accounts;
    v_effective timestamptz;
    v_results jsonb[];
begin
    perform fb_private.begin_command(array[
        cardinality(p_identities), cardinality(p_keys), cardinality(p_request_ids), cardinality(p_origins),
        cardinality(p_account_ids), cardinality(p_amounts), cardinality(p_reasons)
    ]);
    v_busy := fb_private.lock_accounts(p_account_ids, p_skip_locked);
    v_effective := fb_private.market_time();
    v := fb_private.claim_broker(
        'charge_fee', p_identities, p_keys,
        array(
            select sha256(convert_to(row(i.account_id, trim_scale(i.amount), i.reason)::text, 'UTF8'))
            from unnest(p_account_ids, p_amounts, p_reasons) with ordinality as i (account_id, amount, reason, n)
            order by i.n
        ),
        array(select a.account_id = any (v_busy) from unnest(p_account_ids) with ordinality as a (account_id, n) order by a.n)
    );
    for i in 1..cardinality(p_identities) loop
        continue when v.states[i] is distinct from 'claimed';
        v_account := fb_private.customer_account(p_account_ids[i]);
        v.codes[i] := coalesce(
            fb_private.amount_problem(p_amounts[i]),
            case
                when p_reasons[i] is null then 'required:reason'
                when length(p_reasons[i]) not between 1 and 200 then 'out_of_range:reason'
                when v_account.account_id is null then 'account_not_found:account_id'
                when v_account.status = 'closed' then 'account_not_active:account_id'
                when min_scale(p_amounts[i]) > (
                    select c.scale from public.assets as c where c.kind = 'currency' and c.code = v_account.currency
                ) then 'excess_scale:amount'
                when p_amounts[i] > v_account.balance - v_account.held then 'insufficient_buying_power:amount'
            end
        );
        continue when v.codes[i] is not null;
        perform fb_private.book_cash(
            p_account_ids[i], -p_amounts[i], array['fees'], array[p_amounts[i]], 'fee', null, p_reasons[i],
            'fee.charged', jsonb_build_object('amount', p_amounts[i]::text, 'reason', p_reasons[i]), v.ids[i],
            v.actors[i], v.key_ids[i], p_request_ids[i], p_origins[i], v_effective
        );
    end loop;
    v_results := array(
        select jsonb_build_object(
            'fee_id', i.command_id, 'account_id', i.account_id, 'amount', trim_scale(i.amount)::text, 'reason', i.reason
        )
        from unnest(v.ids, p_account_ids, p_amounts, p_reasons)
            with ordinality as i (command_id, account_id, amount, reason, n)
        order by i.n
    );
    return query select a.* from fb_private.answer_broker(v.ids, v.states, v.codes, v_results) as a;
end
$$;
