-- How an owner wants lots to be closed, and shares that arrive in kind.

-- NULL leaves a preference as it is.
create or replace function fb.set_preferences(
    p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[],
    p_lot_methods text[], p_reinvest_dividends boolean[], p_skip_locked boolean default false
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
    v_recorded_at timestamptz;
    v_results jsonb[];
begin
    perform fb_private.begin_command(array[
        cardinality(p_identities), cardinality(p_keys), cardinality(p_request_ids), cardinality(p_origins),
        cardinality(p_account_ids), cardinality(p_lot_methods), cardinality(p_reinvest_dividends)
    ]);
    v_busy := fb_private.lock_accounts(p_account_ids, p_skip_locked);
    v := fb_private.claim_owner(
        'set_preferences', p_identities, p_keys, p_account_ids, v_busy,
        array(
            select sha256(convert_to(row(i.account_id, i.lot_method, i.reinvest)::text, 'UTF8'))
            from unnest(p_account_ids, p_lot_methods, p_reinvest_dividends)
                with ordinality as i (account_id, lot_method, reinvest, n) order by i.n
        )
    );
    v_results := array(
        select jsonb_build_object(
            'account_id', i.account_id, 'lot_method', i.lot_method, 'reinvest_dividends', i.reinvest
        )
        from unnest(p_account_ids, p_lot_methods, p_reinvest_dividends)
            with ordinality as i (account_id, lot_method, reinvest, n) order by i.n
    );
    for i in 1..coalesce(cardinality(p_identities), 0) loop
        continue when v.states[i] is distinct from 'claimed';
        v.codes[i] := coalesce(
            fb_private.owner_problem(v.owners[i], v.scopes[i], v.key_accounts[i], p_account_ids[i]),
            case
                when p_lot_methods[i] is null and p_reinvest_dividends[i] is null then 'required:lot_method'
                when p_lot_methods[i] not in ('fifo', 'lifo', 'highest_cost') then 'invalid_value:lot_method'
            end
        );
        continue when v.codes[i] is not null;
        select a.* into v_account from public.accounts as a where a.account_id = p_account_ids[i];
        v_recorded_at := greatest(clock_timestamp(), v_account.last_recorded_at);
        perform fb_private.act_as('user:' || v.owners[i], v.key_ids[i], p_request_ids[i], p_origins[i]);
        update public.accounts as a
        set
            lot_method = coalesce(p_lot_methods[i], a.lot_method),
            reinvest_dividends = coalesce(p_reinvest_dividends[i], a.reinvest_dividends),
            event_seq = a.event_seq + 1,
            last_recorded_at = v_recorded_at,
            updated_at = v_recorded_at
        where a.account_id = v_account.account_id;
        insert into public.outbox (account_id, event_seq, kind, payload, command_id, recorded_at, effective_at)
        values (
            v_account.account_id, v_account.event_seq + 1, 'account.preferences', v_results[i], v.ids[i],
            v_recorded_at, fb_private.market_time()
        );
    end loop;
    return query select a.* from fb_private.answer_broker(v.ids, v.states, v.codes, v_results) as a;
end
$$;

-- p_lots: [{"lot_id": ..., "quantity": "1.5"}, ...], closed in this order before the method chooses; NULL: none.
create or replace function fb.choose_lots(
    p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_order_ids uuid[],
    p_lot_methods text[], p_lots jsonb[], p_skip_locked boolean default false
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
    v_account_ids uuid[];
    v_order public.orders;
    v_account public.accounts;
    v_recorded_at timestamptz;
    v_results jsonb[];
begin
    perform fb_private.begin_command(array[
        cardinality(p_identities), cardinality(p_keys), cardinality(p_request_ids), cardinality(p_origins),
        cardinality(p_order_ids), cardinality(p_lot_methods), cardinality(p_lots)
    ]);
    v_account_ids := coalesce(fb_private.accounts_of_orders(p_order_ids), '{}');
    v_busy := fb_private.lock_accounts(v_account_ids, p_skip_locked);
    v := fb_private.claim_owner(
        'choose_lots', p_identities, p_keys, v_account_ids, v_busy,
        array(
            select sha256(convert_to(row(i.order_id, i.lot_method, i.lots)::text, 'UTF8'))
            from unnest(p_order_ids, p_lot_methods, p_lots) with ordinality as i (order_id, lot_method, lots, n)
            order by i.n
        )
    );
    v_results := array(
        select jsonb_build_object('order_id', i.order_id, 'lot_method', i.lot_method, 'lots', i.lots)
        from unnest(p_order_ids, p_lot_methods, p_lots) with ordinality as i (order_id, lot_method, lots, n)
        order by i.n
    );
    for i in 1..coalesce(cardinality(p_identities), 0) loop
        continue when v.states[i] is distinct from 'claimed';
        v_order := null;
        select o.* into v_order from public.orders as o where o.order_id = p_order_ids[i];
        v.codes[i] := case
            when v_order.order_id is null then 'order_not_found:order_id'
            when fb_private.owner_problem(v.owners[i], v.scopes[i], v.key_accounts[i], v_account_ids[i])
                = 'account_not_found' then 'order_not_found:order_id'
            else coalesce(
                fb_private.owner_problem(v.owners[i], v.scopes[i], v.key_accounts[i], v_account_ids[i]),
                case
                    when p_lot_methods[i] is null and p_lots[i] is null then 'required:lot_method'
                    when p_lot_methods[i] not in ('fifo', 'lifo', 'highest_cost') then 'invalid_value:lot_method'
                    when not fb_private.lots_fit(
                        v_order.account_id, v_order.security_id,
                        v_order.quantity - v_order.carried_quantity - v_order.filled_quantity, p_lots[i]
                    ) then 'invalid_value:lots'
                    -- What the old order has chosen goes over to the new one when the venue answers.
                    when v_order.status = 'pending_replace' or exists(
                        select 1 from public.orders as r
                        where r.order_id = v_order.replaces and r.status = 'pending_replace'
                    ) then 'replace_pending:order_id'
                    when v_order.terminal_at is not null then 'order_not_open:order_id'
                    when v_order.side <> 'sell' then 'not_allowed:side'
                end
            )
        end;
        continue when v.codes[i] is not null;
        select a.* into v_account from public.accounts as a where a.account_id = v_order.account_id;
        v_recorded_at := greatest(clock_timestamp(), v_account.last_recorded_at);
        delete from public.order_lots as c where c.order_id = v_order.order_id;
        insert into public.order_lots (order_id, lot_id, account_id, position, quantity)
        select v_order.order_id, l.lot_id, v_order.account_id, l.rank, l.quantity
        from fb_private.lots_of(p_lots[i]) as l;
        update public.orders as o
        set
            lot_method = coalesce(p_lot_methods[i], o.lot_method),
            placed_as = fb_private.placed_order(o, u.scale),
            updated_at = v_recorded_at
        from public.assets as u
        where u.asset_id = o.security_id and o.order_id = v_order.order_id;
        update public.accounts as a
        set event_seq = a.event_seq + 1, last_recorded_at = v_recorded_at, updated_at = v_recorded_at
        where a.account_id = v_account.account_id;
        insert into public.outbox (account_id, event_seq, kind, payload, command_id, recorded_at, effective_at)
        values (
            v_account.account_id, v_account.event_seq + 1, 'order.lots_chosen', v_results[i], v.ids[i], v_recorded_at,
            fb_private.market_time()
        );
        perform fb_private.act_as('user:' || v.owners[i], v.key_ids[i], p_request_ids[i], p_origins[i]);
        perform fb_private.audit(
            'choose_lots', 'orders', p_order_ids[i]::text, v.owners[i], p_after => v_results[i]
        );
    end loop;
    return query select a.* from fb_private.answer_broker(v.ids, v.states, v.codes, v_results) as a;
end
$$;

-- Chosen lots as rows, in their order; none of NULL.
create or replace function fb_private.lots_of(p_lots jsonb)
returns table (lot_id uuid, quantity numeric, rank bigint)
language sql immutable parallel safe
as $$
    select (l.chosen ->> 'lot_id')::uuid, (l.chosen ->> 'quantity')::numeric, l.rank
    from jsonb_array_elements(coalesce(p_lots, '[]')) with ordinality as l (chosen, rank)
$$;

-- Whether these are open lots of the account and security, each once, with no more than each has left, and together no
-- more than the order has left (NULL: it names no quantity).
create or replace function fb_private.lots_fit(
    p_account_id uuid, p_security_id uuid, p_left numeric, p_lots jsonb
) returns boolean
language plpgsql stable
as $$
declare
    v_fits boolean;
begin
    if p_lots is null then
        return true;
    end if;
    if jsonb_typeof(p_lots) <> 'array' then
        return false;
    end if;
    if jsonb_array_length(p_lots) not between 1 and 100 then
        return false;
    end if;
    select bool_and(
        jsonb_typeof(i.chosen) = 'object'
        and (i.chosen ->> 'lot_id') ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
        and (i.chosen ->> 'quantity') ~ '^[0-9]{1,13}(\.[0-9]{1,9})?$'
    ) into v_fits
    from jsonb_array_elements(p_lots) as i (chosen);
    if not coalesce(v_fits, false) then
        return false;
    end if;
    select
        count(distinct l.lot_id) = count(*) and bool_and(c.quantity > 0 and c.quantity <= l.quantity - l.closed_quantity)
        and coalesce(sum(c.quantity) <= p_left, true)
    into v_fits
    from fb_private.lots_of(p_lots) as c
    left join public.lots as l
        on l.lot_id = c.lot_id and l.account_id = p_account_id and l.security_id = p_security_id;
    return coalesce(v_fits, false);
end
$$;

-- Reads the identities, refuses what has no key or is busy, claims the rest.
create or replace function fb_private.claim_owner(
    p_command text, p_identities text[], p_keys text[], p_account_ids uuid[], p_busy uuid[], p_hashes bytea[],
    out ids uuid[], out states text[], out codes text[], out owners uuid[], out scopes text[], out key_accounts uuid[],
    out key_ids text[]
)
language plpgsql
as $$
declare
    v_identity record := fb_private.verified_identities(p_identities);
begin
    owners := v_identity.user_ids;
    scopes := v_identity.scopes;
    key_accounts := v_identity.account_ids;
    key_ids := v_identity.key_ids;
    codes := array(
        select case
            when i.account_id = any (p_busy) then 'account_busy'
            when i.problem is not null then i.problem
            when i.key is null then 'required:key'
            when length(i.key) not between 1 and 255 then 'out_of_range:key'
        end
        from unnest(v_identity.problems, p_keys, p_account_ids) with ordinality as i (problem, key, account_id, n)
        where i.n <= cardinality(p_identities)
        order by i.n
    );
    select c.p_ids, c.states into ids, states
    from fb_private.claim(
        p_command, v_identity.actors, p_keys, fb_private.hashes_to_claim(codes, p_hashes),
        fb_private.new_ids(cardinality(p_identities))
    ) as c;
    states := fb_private.final_states(codes, states);
end
$$;

-- Why this user may not say how an account is run.
create or replace function fb_private.owner_problem(
    p_user_id uuid, p_scopes text, p_key_account_id uuid, p_account_id uuid
) returns text
language sql stable
as $$
    select case
        when p_account_id is null then 'required:account_id'
        else (
            select fb_private.why_not(
                'trade', p_scopes, a.account_id, p_key_account_id, w.role, u.is_active, a.status
            )
            from (values (p_account_id)) as i (account_id)
            left join public.accounts as a on a.account_id = i.account_id and a.balance is not null
            left join public.account_owners as w on w.account_id = a.account_id and w.user_id = p_user_id
            left join public.users as u on u.user_id = p_user_id
        )
    end
$$;

create or replace function fb.shares_received(
    p_identities text[], p_request_ids text[], p_origins text[], p_custodians text[], p_custodian_references text[],
    p_account_ids uuid[], p_security_ids uuid[], p_quantities numeric[], p_costs numeric[], p_acquired_at timestamptz[],
    p_effective_at timestamptz[], p_skip_locked boolean default false
)
returns table (
    ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb
)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    v_count integer := coalesce(cardinality(p_custodians), 0);
    v_busy uuid[];
    v_actors text[];
    v_who record;
    v_codes text[];
    v_hashes bytea[];
    v_new_ids uuid[];
    v_claimed_ids uuid[];
    v_ids uuid[];
    v_states text[];
begin
    perform fb_private.begin_command(array[
        cardinality(p_request_ids), cardinality(p_origins), cardinality(p_custodians),
        cardinality(p_custodian_references), cardinality(p_account_ids), cardinality(p_security_ids),
        cardinality(p_quantities), cardinality(p_costs), cardinality(p_acquired_at), cardinality(p_effective_at),
        cardinality(p_identities)
    ]);
    if v_count = 0 then
        return;
    end if;
    v_busy := fb_private.lock_accounts(p_account_ids, p_skip_locked);
    select
        array_agg('custodian:' || i.custodian order by i.ordinal),
        array_agg(
            case
                when i.account_id = any (v_busy) then 'account_busy'
                when i.custodian is null then 'required:custodian'
                when length(i.custodian) not between 1 and 64 then 'out_of_range:custodian'
                when i.reference is null then 'required:custodian_reference'
                when length(i.reference) not between 1 and 100 then 'out_of_range:custodian_reference'
                when i.account_id is null then 'required:account_id'
                when i.security_id is null then 'required:security_id'
                when s.security_id is null then 'security_not_found:security_id'
                when i.quantity is null then 'required:quantity'
                when not fb_private.is_finite(i.quantity) then 'invalid_value:quantity'
                when i.quantity <= 0 or i.quantity > 1000000000000 then 'out_of_range:quantity'
                when min_scale(i.quantity) > u.scale then 'excess_scale:quantity'
                when i.cost is null then 'required:cost'
                when not fb_private.is_finite(i.cost) then 'invalid_value:cost'
                when i.cost < 0 or i.cost > 1000000000000000 then 'out_of_range:cost'
                when min_scale(i.cost) > m.scale then 'excess_scale:cost'
                when i.acquired_at is null then 'required:acquired_at'
                when not isfinite(i.acquired_at) then 'out_of_range:acquired_at'
            end
            order by i.ordinal
        ),
        array_agg(
            sha256(convert_to(
                row(i.account_id, i.security_id, trim_scale(i.quantity), trim_scale(i.cost))::text, 'UTF8'
            ))
            order by i.ordinal
        )
    into v_actors, v_codes, v_hashes
    from unnest(
        p_custodians, p_custodian_references, p_account_ids, p_security_ids, p_quantities, p_costs, p_acquired_at
    ) with ordinality as i (
        custodian, reference, account_id, security_id, quantity, cost, acquired_at, ordinal
    )
    left join public.securities as s on s.security_id = i.security_id
    left join public.assets as u on u.asset_id = s.security_id
    left join public.assets as m on m.kind = 'currency' and m.code = s.currency;
    v_codes := fb_private.refuse_unproven(v_codes, p_identities);
    v_new_ids := fb_private.new_ids(v_count);
    select c.p_codes, c.p_ids, c.states into v_codes, v_claimed_ids, v_states
    from fb_private.claim_facts(
        'shares_received', p_identities, v_actors, p_custodian_references, v_hashes, v_codes, v_new_ids
    ) as c;
    -- A key that had been pruned was claimed anew just now; the receipt stands for ever.
    select
        array_agg(coalesce(r.receipt_id, i.command_id) order by i.ordinal),
        array_agg(
            case
                when r.receipt_id is null then i.state
                when r.security_id = i.security_id and r.quantity = i.quantity and r.cost = i.cost
                    and (r.account_id = i.account_id or r.lot_id is null) then 'replay'
                else 'conflict'
            end
            order by i.ordinal
        )
    into v_ids, v_states
    from unnest(
        v_claimed_ids, v_states, p_custodians, p_custodian_references, p_account_ids, p_security_ids, p_quantities,
        p_costs
    ) with ordinality as i (
        command_id, state, custodian, reference, account_id, security_id, quantity, cost, ordinal
    )
    left join lateral (
        select n.* from public.share_receipts as n
        where n.custodian = i.custodian and n.custodian_reference = i.reference
        limit 1
    ) as r on i.state = 'claimed' or (i.state in ('replay', 'conflict') and i.command_id = any (v_new_ids));
    if v_ids <> v_claimed_ids then
        perform fb_private.restore_keys(v_actors, p_custodian_references, v_new_ids, v_ids, v_states);
    end if;

    v_who := fb_private.who_says(p_identities, v_actors);
    for i in 1..v_count loop
        continue when v_states[i] is distinct from 'claimed';
        perform fb_private.receive_shares(
            v_ids[i], v_who.actors[i], v_who.key_ids[i], p_request_ids[i], p_origins[i], p_custodians[i], p_custodian_references[i],
            p_account_ids[i], p_security_ids[i], p_quantities[i], p_costs[i], p_acquired_at[i],
            coalesce(p_effective_at[i], fb_private.market_time())
        );
    end loop;
    return query
    select
        v.ordinal, v.outcome, v.replayed, v.command_id, v.code, v.field,
        case
            when r.receipt_id is not null then jsonb_build_object(
                'receipt_id', r.receipt_id, 'account_id', r.account_id, 'security_id', r.security_id,
                'quantity', r.quantity::text, 'cost', r.cost::text, 'lot_id', r.lot_id
            )
        end
    from fb_private.verdicts(
        v_ids, fb_private.final_states(v_codes, v_states), fb_private.codes_of(v_codes, null),
        fb_private.fields_of(v_codes)
    ) as v
    left join lateral (
        select n.* from public.share_receipts as n where n.receipt_id = v.command_id limit 1
    ) as r on v.outcome = 'accepted'
    order by v.ordinal;
end
$$;

-- Books one receipt: on the account, or in suspense when it has none or a closed one or of another currency.
create or replace function fb_private.receive_shares(
    p_id uuid, p_actor text, p_key_id text, p_request_id text, p_origin text, p_custodian text, p_reference text,
    p_account_id uuid, p_security_id uuid, p_quantity numeric, p_cost numeric, p_acquired_at timestamptz,
    p_effective_at timestamptz
) returns void
language plpgsql
as $$
declare
    v_account public.accounts;
    v_currency text;
    v_problem text;
    v_booked_on uuid;
    v_recorded_at timestamptz;
    v_version bigint;
    v_lot_id uuid;
    v_transaction_id uuid := fb_private.uuid7();
begin
    select a.* into v_account from public.accounts as a where a.account_id = p_account_id and a.balance is not null;
    select s.currency into strict v_currency from public.securities as s where s.security_id = p_security_id;
    v_problem := case
        when v_account.account_id is null then 'unknown_account'
        when v_account.status = 'closed' or v_account.currency <> v_currency then 'unexpected_state'
    end;
    v_recorded_at := greatest(clock_timestamp(), v_account.last_recorded_at);
    if v_problem is not null then
        v_booked_on := fb_private.house('suspense', v_currency);
        insert into public.exceptions (exception_id, kind, account_id, command_id, detail, created_at, updated_at)
        values (
            fb_private.uuid7(), v_problem, v_account.account_id, p_id,
            jsonb_build_object(
                'fact', 'shares_received', 'account_id', p_account_id, 'security_id', p_security_id,
                'quantity', p_quantity::text, 'custodian', p_custodian, 'custodian_reference', p_reference
            ),
            v_recorded_at, v_recorded_at
        );
    else
        v_booked_on := p_account_id;
        v_lot_id := fb_private.uuid7();
        insert into public.holdings as h (
            account_id, security_id, quantity, held, total_cost, realized_gain, version, updated_at
        )
        values (p_account_id, p_security_id, p_quantity, 0, p_cost, 0, 1, v_recorded_at)
        on conflict (account_id, security_id) do update
            set
                quantity = h.quantity + excluded.quantity, total_cost = h.total_cost + excluded.total_cost,
                version = h.version + 1, updated_at = excluded.updated_at
        returning h.version into v_version;
        insert into public.lots (
            lot_id, account_id, security_id, lot_seq, execution_id, quantity, cost, acquired_at, recorded_at
        )
        values (
            v_lot_id, p_account_id, p_security_id, v_version << 20, null, p_quantity, p_cost, p_acquired_at, v_recorded_at
        );
        insert into public.outbox (account_id, event_seq, kind, payload, command_id, recorded_at, effective_at)
        values (
            p_account_id, v_account.event_seq + 1, 'shares.received',
            jsonb_build_object('receipt_id', p_id, 'security_id', p_security_id, 'quantity', p_quantity::text), p_id,
            v_recorded_at, p_effective_at
        );
        update public.accounts as a
        set event_seq = a.event_seq + 1, last_recorded_at = v_recorded_at, updated_at = v_recorded_at
        where a.account_id = p_account_id;
    end if;
    insert into public.transactions (
        transaction_id, recorded_at, effective_at, account_id, transaction_type, amount, currency, reference_number,
        event_id, command_id, actor, key_id, request_id, origin
    )
    values (
        v_transaction_id, v_recorded_at, p_effective_at, v_booked_on, 'transfer', 0, v_currency, p_reference, p_id, p_id,
        p_actor, p_key_id, p_request_id, p_origin
    );
    insert into public.entries (transaction_id, leg, account_id, asset_id, amount, version, recorded_at, effective_at)
    values
    (v_transaction_id, 1, v_booked_on, p_security_id, p_quantity, v_version, v_recorded_at, p_effective_at),
    (
        v_transaction_id, 2, fb_private.house('venue', v_currency), p_security_id, -p_quantity, null, v_recorded_at,
        p_effective_at
    );
    insert into public.share_receipts (
        receipt_id, account_id, security_id, custodian, custodian_reference, quantity, cost, acquired_at, lot_id,
        effective_at, recorded_at, command_id
    )
    values (
        p_id, v_booked_on, p_security_id, p_custodian, p_reference, p_quantity, p_cost, p_acquired_at, v_lot_id,
        p_effective_at, v_recorded_at, p_id
    );
    perform fb_private.cover_deficits(p_account_id, p_security_id, p_id, p_effective_at, v_recorded_at)
    where v_problem is null;
end
$$;
