-- Corporate actions: what a provider announces, and the job that brings it to the accounts in small steps.

create or replace function fb.corporate_action(
    p_identities text[], p_request_ids text[], p_origins text[], p_providers text[], p_provider_action_ids text[],
    p_kinds text[], p_security_ids uuid[], p_ex_dates date[], p_record_dates date[], p_pay_dates date[],
    p_new_shares integer[], p_old_shares integer[], p_cash_per_shares numeric[], p_withholding_rates numeric[],
    p_reinvest_prices numeric[], p_new_symbols text[], p_effective_at timestamptz[],
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
    v_count integer := coalesce(cardinality(p_providers), 0);
    v_actors text[];
    v_codes text[];
    v_hashes bytea[];
    v_new_ids uuid[];
    v_claimed_ids uuid[];
    v_ids uuid[];
    v_states text[];
    v_who record;
begin
    perform fb_private.begin_command(array[
        cardinality(p_request_ids), cardinality(p_origins), cardinality(p_providers), cardinality(p_provider_action_ids),
        cardinality(p_kinds), cardinality(p_security_ids), cardinality(p_ex_dates), cardinality(p_record_dates),
        cardinality(p_pay_dates), cardinality(p_new_shares), cardinality(p_old_shares), cardinality(p_cash_per_shares),
        cardinality(p_withholding_rates), cardinality(p_reinvest_prices), cardinality(p_new_symbols),
        cardinality(p_effective_at), cardinality(p_identities)
    ]);
    if v_count = 0 then
        return;
    end if;
    select
        array_agg('provider:' || i.provider order by i.ordinal),
        array_agg(
            coalesce(
                fb_private.action_problem(
                    i.kind, i.ex_date, i.pay_date, i.new_shares, i.old_shares, i.cash_per_share, i.withholding_rate,
                    i.reinvest_price, i.new_symbol
                ),
                case
                    when i.provider is null then 'required:provider'
                    when length(i.provider) not between 1 and 64 then 'out_of_range:provider'
                    when i.provider_action_id is null then 'required:provider_action_id'
                    when length(i.provider_action_id) not between 1 and 128 then 'out_of_range:provider_action_id'
                    when i.security_id is null then 'required:security_id'
                    when s.security_id is null then 'security_not_found:security_id'
                end
            )
            order by i.ordinal
        ),
        array_agg(
            sha256(convert_to(
                row(
                    i.kind, i.security_id, i.ex_date, i.pay_date, i.new_shares, i.old_shares,
                    trim_scale(i.cash_per_share), trim_scale(coalesce(i.withholding_rate, 0)),
                    trim_scale(i.reinvest_price), i.new_symbol
                )::text, 'UTF8'
            ))
            order by i.ordinal
        )
    into v_actors, v_codes, v_hashes
    from unnest(
        p_providers, p_provider_action_ids, p_kinds, p_security_ids, p_ex_dates, p_pay_dates, p_new_shares, p_old_shares,
        p_cash_per_shares, p_withholding_rates, p_reinvest_prices, p_new_symbols
    ) with ordinality as i (
        provider, provider_action_id, kind, security_id, ex_date, pay_date, new_shares, old_shares, cash_per_share,
        withholding_rate, reinvest_price, new_symbol, ordinal
    )
    left join public.securities as s on s.security_id = i.security_id;
    v_codes := fb_private.refuse_unproven(v_codes, p_identities);
    v_new_ids := fb_private.new_ids(v_count);
    select c.p_codes, c.p_ids, c.states into v_codes, v_claimed_ids, v_states
    from fb_private.claim_facts(
        'corporate_action', p_identities, v_actors, p_provider_action_ids, v_hashes, v_codes, v_new_ids
    ) as c;
    -- A key that had been pruned was claimed anew just now; the action stands for ever.
    select
        array_agg(coalesce(a.action_id, i.command_id) order by i.ordinal),
        array_agg(
            case
                when a.action_id is null then i.state
                when (
                    a.kind, a.security_id, a.ex_date, a.pay_date, a.new_shares, a.old_shares, a.cash_per_share,
                    a.withholding_rate, a.reinvest_price, a.new_symbol
                ) is not distinct from (
                    i.kind, i.security_id, i.ex_date, i.pay_date, i.new_shares, i.old_shares, i.cash_per_share,
                    coalesce(i.withholding_rate, 0), i.reinvest_price, i.new_symbol
                ) then 'replay'
                else 'conflict'
            end
            order by i.ordinal
        )
    into v_ids, v_states
    from unnest(
        v_claimed_ids, v_states, p_providers, p_provider_action_ids, p_kinds, p_security_ids, p_ex_dates, p_pay_dates,
        p_new_shares, p_old_shares, p_cash_per_shares, p_withholding_rates, p_reinvest_prices, p_new_symbols
    ) with ordinality as i (
        command_id, state, provider, provider_action_id, kind, security_id, ex_date, pay_date, new_shares, old_shares,
        cash_per_share, withholding_rate, reinvest_price, new_symbol, ordinal
    )
    left join lateral (
        select n.* from public.corporate_actions as n
        where n.provider = i.provider and n.provider_action_id = i.provider_action_id
        limit 1
    ) as a on i.state = 'claimed' or (i.state in ('replay', 'conflict') and i.command_id = any (v_new_ids));
    if v_ids <> v_claimed_ids then
        perform fb_private.restore_keys(v_actors, p_provider_action_ids, v_new_ids, v_ids, v_states);
    end if;

    v_who := fb_private.who_says(p_identities, v_actors);
    -- One by one: the trigger's line says who announced it, and in which request.
    for i in 1..v_count loop
        continue when v_states[i] is distinct from 'claimed';
        perform fb_private.act_as(v_who.actors[i], v_who.key_ids[i], p_request_ids[i], p_origins[i]);
        insert into public.corporate_actions (
            action_id, provider, provider_action_id, kind, security_id, ex_date, record_date, pay_date, new_shares,
            old_shares, cash_per_share, withholding_rate, reinvest_price, new_symbol, state, effective_at, announced_at,
            command_id
        )
        values (
            v_ids[i], p_providers[i], p_provider_action_ids[i], p_kinds[i], p_security_ids[i], p_ex_dates[i],
            p_record_dates[i], p_pay_dates[i], p_new_shares[i], p_old_shares[i], p_cash_per_shares[i],
            coalesce(p_withholding_rates[i], 0), p_reinvest_prices[i], p_new_symbols[i], 'announced',
            coalesce(
                p_effective_at[i], fb_private.action_moment(p_kinds[i], p_ex_dates[i], p_pay_dates[i])
            ), clock_timestamp(), v_ids[i]
        );
    end loop;

    return query
    select
        v.ordinal, v.outcome, v.replayed, v.command_id, v.code, v.field,
        case
            when v.outcome = 'accepted' then jsonb_build_object(
                'action_id', v.command_id, 'kind', p_kinds[v.ordinal], 'security_id', p_security_ids[v.ordinal],
                'provider', p_providers[v.ordinal], 'provider_action_id', p_provider_action_ids[v.ordinal]
            )
        end
    from fb_private.verdicts(
        v_ids, v_states, fb_private.codes_of(v_codes, null), fb_private.fields_of(v_codes)
    ) as v
    order by v.ordinal;
end
$$;
comment on function fb.corporate_action(
    text[], text[], text[], text[], text[], text[], uuid[], date[], date[], date[], integer[], integer[], numeric[],
    numeric[], numeric[], text[], timestamptz[], boolean
) is 'Records what a provider announces: one provider and id, one action, for ever. fb.apply_corporate_action acts.';

-- The worker's: what its history knows, by symbol. Those that are not listed are left out. Returns how many it told
-- that stand as told: one that is known with other terms is not changed.
create or replace function fb.announce_actions(
    p_provider text, p_symbols text[], p_action_ids text[], p_kinds text[], p_ex_dates date[], p_pay_dates date[],
    p_new_shares integer[], p_old_shares integer[], p_cash_per_shares numeric[], p_reinvest_prices numeric[]
) returns integer
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    with known as (
        select
            count(*)::integer as many, array_agg(i.security_id order by g.n) as security_ids,
            array_agg(g.action_id order by g.n) as action_ids, array_agg(g.kind order by g.n) as kinds,
            array_agg(g.ex_date order by g.n) as ex_dates, array_agg(g.pay_date order by g.n) as pay_dates,
            array_agg(g.new_shares order by g.n) as new_shares, array_agg(g.old_shares order by g.n) as old_shares,
            array_agg(g.cash_per_share order by g.n) as cash_per_shares,
            array_agg(g.reinvest_price order by g.n) as reinvest_prices
        from unnest(
            p_symbols, p_action_ids, p_kinds, p_ex_dates, p_pay_dates, p_new_shares, p_old_shares, p_cash_per_shares,
            p_reinvest_prices
        ) with ordinality as g (
            symbol, action_id, kind, ex_date, pay_date, new_shares, old_shares, cash_per_share, reinvest_price, n
        )
        inner join public.securities as i on i.symbol = g.symbol and i.tradable
    )

    select (count(*) filter (where a.outcome = 'accepted'))::integer
    from known as k
    cross join lateral (select array_fill(null::text, array[k.many]) as nothing) as n
    cross join lateral fb.corporate_action(
        n.nothing, n.nothing, array_fill('worker'::text, array[k.many]), array_fill(p_provider, array[k.many]),
        k.action_ids, k.kinds, k.security_ids, k.ex_dates, n.nothing::date[], k.pay_dates, k.new_shares, k.old_shares,
        k.cash_per_shares, n.nothing::numeric[], k.reinvest_prices, n.nothing, n.nothing::timestamptz[]
    ) as a
    where k.many > 0
$$;

-- What is missing or impossible in an announcement.
create or replace function fb_private.action_problem(
    p_kind text, p_ex_date date, p_pay_date date, p_new_shares integer, p_old_shares integer, p_cash_per_share numeric,
    p_withholding_rate numeric, p_reinvest_price numeric, p_new_symbol text
) returns text
language sql immutable
return case
    when p_kind is null then 'required:kind'
    when p_kind not in ('split', 'reverse_split', 'cash_dividend', 'symbol_change', 'cash_merger')
        then 'invalid_value:kind'
    when p_ex_date is null then 'required:ex_date'
    when not isfinite(p_ex_date) then 'invalid_value:ex_date'
    when p_pay_date < p_ex_date or not isfinite(p_pay_date) then 'invalid_value:pay_date'
    when not fb_private.is_finite(p_cash_per_share) then 'invalid_value:cash_per_share'
    when p_cash_per_share <= 0 or p_cash_per_share > 1000000000 then 'out_of_range:cash_per_share'
    when not fb_private.is_finite(p_reinvest_price) then 'invalid_value:reinvest_price'
    when p_reinvest_price <= 0 or p_reinvest_price > 1000000000 then 'out_of_range:reinvest_price'
    when not fb_private.is_finite(p_withholding_rate) then 'invalid_value:withholding_rate'
    when p_withholding_rate not between 0 and 1 then 'out_of_range:withholding_rate'
    when p_kind in ('split', 'reverse_split') then case
        when p_new_shares is null then 'required:new_shares'
        when p_old_shares is null then 'required:old_shares'
        when p_new_shares <= 0 then 'out_of_range:new_shares'
        when p_old_shares <= 0 then 'out_of_range:old_shares'
        when (p_kind = 'split') <> (p_new_shares > p_old_shares) or p_new_shares = p_old_shares
            then 'invalid_value:new_shares'
    end
    when p_kind in ('cash_dividend', 'cash_merger') and p_cash_per_share is null then 'required:cash_per_share'
    when p_kind = 'cash_dividend' and p_pay_date is null then 'required:pay_date'
    when p_kind = 'symbol_change' and p_new_symbol is null then 'required:new_symbol'
    when p_kind = 'symbol_change' and p_new_symbol !~ '^[A-Z0-9][A-Z0-9./ -]{0,31}$' then 'invalid_value:new_symbol'
end;

-- When an action counts in market time: a dividend at its day's close, everything else at the open of its day.
create or replace function fb_private.action_moment(p_kind text, p_ex_date date, p_pay_date date) returns timestamptz
language sql stable
as $$
    select coalesce(
        (
            select case when p_kind = 'cash_dividend' then s.closes_at else s.opens_at end
            from public.market_sessions as s
            where s.exchange = 'XNYS'
                and s.session_date = case when p_kind = 'cash_dividend' then p_pay_date else p_ex_date end
        ),
        case
            when p_kind = 'cash_dividend' then (p_pay_date + time '16:00') at time zone 'America/New_York'
            else (p_ex_date + time '09:30') at time zone 'America/New_York'
        end
    )
$$;

-- Takes the next accounts that an action concerns. Returns how many; 0 says that there is nothing to do now: the action
-- is applied, or its day has not come.
create or replace function fb.apply_corporate_action(p_action_id uuid, p_limit integer) returns integer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_action public.corporate_actions;
    v_today date := (fb_private.market_time() at time zone 'America/New_York')::date;
    v_account_ids uuid[];
begin
    perform fb_private.begin_command(array[1]);
    -- One worker at a time; and whoever bought after a split already has the new shares.
    select c.* into strict v_action from public.corporate_actions as c where c.action_id = p_action_id
    for no key update;
    if v_action.state in ('applied', 'blocked')
        or v_action.ex_date > greatest(v_today, (select c.next_session_date from public.market_clock as c)) then
        return 0;
    end if;
    if v_action.state = 'announced' then
        v_account_ids := fb_private.accounts_of_action(v_action, p_limit);
        if cardinality(v_account_ids) > 0 then
            perform fb_private.lock_accounts(v_account_ids, false);
            case v_action.kind
                when 'cash_dividend' then perform fb_private.entitle(v_action, v_account_ids);
                when 'cash_merger' then perform fb_private.pay_out(v_action, v_account_ids);
                when 'symbol_change' then perform fb_private.tell_of_symbol(v_action, v_account_ids);
                else
                    perform fb_private.adjust_orders(v_action, v_account_ids);
                    perform fb_private.split_holdings(v_action, v_account_ids);
            end case;
            return cardinality(v_account_ids);
        end if;
        v_action := fb_private.finish_announced(v_action);
    end if;
    if v_action.state = 'entitled' and v_action.pay_date <= v_today then
        return fb_private.pay_dividends(v_action, p_limit);
    end if;
    return 0;
end
$$;
comment on function fb.apply_corporate_action(uuid, integer) is
'Applies an announced action to the next accounts, each once. 0: all that can be done now is done.';

-- The next accounts without an effect yet, by their ids: on from the last that had one, and, when there is none, once
-- more from the first, for those that came to hold since.
create or replace function fb_private.accounts_of_action(p_action public.corporate_actions, p_limit integer)
returns uuid[]
language plpgsql stable
as $$
declare
    v_last uuid := (
        select e.account_id from public.entitlements as e
        where e.action_id = p_action.action_id
        order by e.account_id desc limit 1
    );
    v_found uuid[] := fb_private.accounts_of_action_after(p_action, p_limit, v_last);
begin
    if v_last is not null and cardinality(v_found) = 0 then
        v_found := fb_private.accounts_of_action_after(p_action, p_limit, null);
    end if;
    return v_found;
end
$$;

-- Holders, those that held in market time, and those with open orders, whose ids follow p_after; each part stops at
-- p_limit, so that a step looks at no more holders than it takes.
create or replace function fb_private.accounts_of_action_after(
    p_action public.corporate_actions, p_limit integer, p_after uuid
)
returns uuid[]
language plpgsql stable
as $$
begin
    return array(
        select c.account_id
        from (
            (
                select h.account_id from public.holdings as h
                where h.security_id = p_action.security_id and (p_after is null or h.account_id > p_after)
                    and case
                        when p_action.kind = 'cash_dividend'
                            then fb_private.quantity_before(h.account_id, h.security_id, h.quantity, p_action.ex_date) <> 0
                        else h.quantity <> 0
                    end
                    and not exists (
                        select 1 from public.entitlements as e
                        where e.action_id = p_action.action_id and e.account_id = h.account_id
                    )
                order by h.account_id
                limit p_limit
            )
            union
            (
                select o.account_id from public.orders as o
                where o.security_id = p_action.security_id and (p_after is null or o.account_id > p_after)
                    and o.terminal_at is null and p_action.kind <> 'cash_dividend'
                    and not exists (
                        select 1 from public.entitlements as e
                        where e.action_id = p_action.action_id and e.account_id = o.account_id
                    )
                order by o.account_id
                limit p_limit
            )
        ) as c
        order by c.account_id
        limit p_limit
    );
end
$$;

-- What an account held before a day began, in market time: what it has less what came later. Only customers' entries
-- have versions, and by those they are found.
create or replace function fb_private.quantity_before(
    p_account_id uuid, p_security_id uuid, p_quantity numeric, p_day date
) returns numeric
language plpgsql stable
as $$
begin
    return p_quantity - coalesce(
        (
            select sum(e.amount)
            from public.entries as e
            where e.account_id = p_account_id and e.asset_id = p_security_id and e.version is not null
                and e.effective_at >= p_day::timestamp at time zone 'America/New_York'
        ), 0
    );
end
$$;

-- All accounts have had their effect: what the action does to the security itself.
create or replace function fb_private.finish_announced(p_action public.corporate_actions)
returns public.corporate_actions
language plpgsql
as $$
declare
    v_now timestamptz := clock_timestamp();
    v_state text := case when p_action.kind = 'cash_dividend' then 'entitled' else 'applied' end;
begin
    if p_action.kind = 'symbol_change' and exists (
        select 1 from public.securities as s
        inner join public.securities as n on n.exchange = s.exchange and n.symbol = p_action.new_symbol
        where s.security_id = p_action.security_id and n.security_id <> s.security_id
    ) then
        v_state := 'blocked';
        insert into public.exceptions (exception_id, kind, command_id, detail, created_at, updated_at)
        values (
            fb_private.uuid7(), 'unexpected_state', p_action.command_id,
            jsonb_build_object(
                'fact', 'corporate_action', 'action_id', p_action.action_id, 'new_symbol', p_action.new_symbol,
                'problem', 'another security has this symbol'
            ),
            v_now, v_now
        );
    elsif p_action.kind = 'symbol_change' then
        update public.corporate_actions as c
        set old_symbol = s.symbol
        from public.securities as s
        where c.action_id = p_action.action_id and s.security_id = c.security_id;
        update public.securities as s set symbol = p_action.new_symbol, updated_at = v_now
        where s.security_id = p_action.security_id;
        update public.assets as a set code = p_action.new_symbol where a.asset_id = p_action.security_id;
    elsif p_action.kind = 'cash_merger' then
        update public.securities as s set status = 'inactive', tradable = false, updated_at = v_now
        where s.security_id = p_action.security_id;
    elsif p_action.kind in ('split', 'reverse_split') then
        perform fb_private.split_price(p_action);
    end if;
    update public.corporate_actions as c
    set state = v_state, applied_at = case when v_state = 'applied' then v_now end
    where c.action_id = p_action.action_id
    returning c.* into p_action;
    return p_action;
end
$$;

-- Books one movement an account: the transaction, its entries against the house, the event, the new state of account
-- and holding. Lots are the caller's. Rows that move nothing are left out of the answer. What is withheld of the money
-- stands on the house's account for taxes.
create or replace function fb_private.post_action(
    p_action public.corporate_actions, p_type text, p_event text, p_account_ids uuid[], p_cash numeric[],
    p_shares numeric[], p_costs numeric[], p_gains numeric[], p_details jsonb[], p_withheld numeric[]
)
returns table (account_id uuid, transaction_id uuid, recorded_at timestamptz, share_version bigint)
language plpgsql
as $$
#variable_conflict use_column
declare
    v_now timestamptz := clock_timestamp();
begin
    return query
    with moves as materialized (
        select
            i.*, a.currency, a.event_seq + 1 as new_event_seq, greatest(v_now, a.last_recorded_at) as written_at,
            a.version + 1 as cash_version, coalesce(h.version, 0) + 1 as new_share_version, m.asset_id as money_id,
            fb_private.uuid7() as new_transaction_id, fb_private.uuid7() as command_id,
            a.balance + i.cash - a.held as left_over, a.status
        from unnest(p_account_ids, p_cash, p_shares, p_costs, p_gains, p_details, p_withheld)
            as i (account_id, cash, shares, cost, gain, detail, withheld)
        inner join public.accounts as a on a.account_id = i.account_id
        inner join public.assets as m on m.kind = 'currency' and m.code = a.currency
        left join public.holdings as h on h.account_id = i.account_id and h.security_id = p_action.security_id
        where i.cash <> 0 or i.shares <> 0 or i.withheld <> 0
    ),

    new_transactions as (
        insert into public.transactions (
            transaction_id, recorded_at, effective_at, account_id, transaction_type, amount, currency, reference_number,
            event_id, action_id, command_id, actor, origin
        )
        select
            m.new_transaction_id, m.written_at, p_action.effective_at, m.account_id, p_type, abs(m.cash), m.currency,
            left(p_action.provider_action_id, 100), p_action.action_id, p_action.action_id, m.command_id,
            'job:apply_corporate_action', 'worker'
        from moves as m
    ),

    new_entries as (
        insert into public.entries (
            transaction_id, leg, account_id, asset_id, amount, version, recorded_at, effective_at
        )
        select
            m.new_transaction_id, l.leg, l.account_id, l.asset_id, l.amount, l.version, m.written_at,
            p_action.effective_at
        from moves as m
        cross join lateral (
            values
            (1, m.account_id, m.money_id, m.cash, m.cash_version),
            (2, fb_private.house('actions', m.currency), m.money_id, -m.cash - m.withheld, null),
            (3, m.account_id, p_action.security_id, m.shares, m.new_share_version),
            (4, fb_private.house('actions', m.currency), p_action.security_id, -m.shares, null),
            (5, fb_private.house('taxes', m.currency), m.money_id, m.withheld, null)
        ) as l (leg, account_id, asset_id, amount, version)
        where l.amount <> 0
    ),

    outgoing as (
        insert into public.outbox (account_id, event_seq, kind, payload, command_id, recorded_at, effective_at)
        select
            m.account_id, m.new_event_seq, p_event,
            jsonb_build_object('action_id', p_action.action_id, 'security_id', p_action.security_id) || m.detail,
            m.command_id, m.written_at, p_action.effective_at
        from moves as m
    ),

    held_positions as (
        insert into public.holdings as h (
            account_id, security_id, quantity, held, total_cost, realized_gain, version, updated_at
        )
        select
            m.account_id, p_action.security_id, m.shares, 0, m.cost, m.gain, (m.shares <> 0)::integer, m.written_at
        from moves as m
        where m.shares <> 0 or m.cost <> 0 or m.gain <> 0
        on conflict (account_id, security_id) do update
            set
                quantity = h.quantity + excluded.quantity,
                total_cost = h.total_cost + excluded.total_cost,
                realized_gain = h.realized_gain + excluded.realized_gain,
                version = h.version + excluded.version,
                updated_at = excluded.updated_at
    ),

    needing_a_person as (
        insert into public.exceptions (exception_id, kind, account_id, command_id, detail, created_at, updated_at)
        select
            fb_private.uuid7(), e.kind, m.account_id, m.command_id,
            jsonb_build_object('fact', 'corporate_action', 'action_id', p_action.action_id, 'cash', m.cash::text),
            m.written_at, m.written_at
        from moves as m
        cross join lateral (
            values ('overdrawn', m.cash < 0 and m.left_over < 0), ('unexpected_state', m.status = 'closed')
        ) as e (kind, applies)
        where e.applies
    ),

    accounts_after as (
        update public.accounts as a
        set
            balance = a.balance + m.cash,
            version = a.version + (m.cash <> 0)::integer,
            event_seq = m.new_event_seq,
            last_recorded_at = m.written_at,
            updated_at = m.written_at
        from moves as m
        where a.account_id = m.account_id
    )

    select m.account_id, m.new_transaction_id, m.written_at, m.new_share_version from moves as m;
end
$$;
