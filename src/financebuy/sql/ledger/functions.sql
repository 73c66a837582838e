-- Money in and out. A bank's reference is the fact's own key: one reference, one effect, for ever.

create or replace function fb.deposit_received(
    p_identities text[], p_request_ids text[], p_origins text[], p_banks text[], p_bank_references text[],
    p_account_ids uuid[], p_amounts numeric[], p_currencies text[], p_effective_at timestamptz[], p_settle_on date[],
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
    v_count integer := coalesce(cardinality(p_bank_references), 0);
    v_busy uuid[];
    v_actors text[];
    v_who record;
    v_hashes bytea[];
    v_new_ids uuid[];
    v_claim record;
    v_ids uuid[];
    v_states text[];
    v_codes text[];
begin
    perform fb_private.begin_command(array[
        cardinality(p_request_ids), cardinality(p_origins), cardinality(p_banks), cardinality(p_bank_references),
        cardinality(p_account_ids), cardinality(p_amounts), cardinality(p_currencies), cardinality(p_effective_at),
        cardinality(p_settle_on), cardinality(p_identities)
    ]);
    if v_count = 0 then
        return;
    end if;
    v_busy := fb_private.lock_accounts(p_account_ids, p_skip_locked);

    -- What is no amount at all is no fact; everything else is booked, on the account or in suspense.
    select
        array_agg('bank:' || i.bank order by i.ordinal),
        array_agg(
            case
                when i.account_id = any (v_busy) then 'account_busy'
                when i.bank is null then 'required:bank'
                when length(i.bank) not between 1 and 64 then 'out_of_range:bank'
                when i.bank_reference is null then 'required:bank_reference'
                when length(i.bank_reference) not between 1 and 100 then 'out_of_range:bank_reference'
                when i.account_id is null then 'required:account_id'
                when i.amount is null then 'required:amount'
                when not fb_private.is_finite(i.amount) then 'invalid_value:amount'
                when i.amount <= 0 or i.amount > 1000000000000 then 'out_of_range:amount'
                when i.currency is null then 'required:currency'
                when c.asset_id is null then 'invalid_value:currency'
                when min_scale(i.amount) > c.scale then 'excess_scale:amount'
                when not isfinite(i.effective_at) then 'invalid_value:effective_at'
                when not isfinite(i.settle_on) then 'invalid_value:settle_on'
            end
            order by i.ordinal
        ),
        array_agg(
            sha256(convert_to(
                row(i.account_id, trim_scale(i.amount), i.currency, i.settle_on)::text, 'UTF8'
            ))
            order by i.ordinal
        )
    into v_actors, v_codes, v_hashes
    from unnest(
        p_banks, p_bank_references, p_account_ids, p_amounts, p_currencies, p_effective_at, p_settle_on
    ) with ordinality as i (
        bank, bank_reference, account_id, amount, currency, effective_at, settle_on, ordinal
    )
    left join public.assets as c on c.kind = 'currency' and c.code = i.currency;
    v_who := fb_private.who_says(p_identities, v_actors);
    if cardinality(array_remove(p_identities, null)) > 0 then
        v_codes := fb_private.refuse_alone(
            v_codes, p_identities, v_actors, v_who.actors, p_bank_references,
            fb_private.amounts_not_booked(p_banks, p_bank_references, p_amounts)
        );
    end if;
    v_hashes := fb_private.hashes_to_claim(v_codes, v_hashes);
    v_new_ids := fb_private.new_ids(v_count);
    v_claim := fb_private.claim('deposit_received', v_actors, p_bank_references, v_hashes, v_new_ids);
    v_ids := v_claim.p_ids;
    v_states := v_claim.states;
    -- A key that had been pruned was claimed anew just now; the transfer stands for ever.
    if exists (
        select 1 from unnest(v_states, p_banks, p_bank_references) as i (state, bank, bank_reference)
        inner join public.transfers as t
            on fb_private.digest(t.direction || ':' || t.bank, t.bank_reference)
                = fb_private.digest('incoming:' || i.bank, i.bank_reference)
                and t.bank = i.bank and t.direction = 'incoming' and t.bank_reference = i.bank_reference
        where i.state = 'claimed'
    ) then
        select
            array_agg(coalesce(t.transfer_id, i.command_id) order by i.ordinal),
            array_agg(
                case
                    when t.transfer_id is null then i.state
                    when t.amount = i.amount and (t.account_id = i.account_id or h.house_code = 'suspense') then 'replay'
                    else 'conflict'
                end
                order by i.ordinal
            )
        into v_ids, v_states
        from unnest(v_claim.p_ids, v_claim.states, p_banks, p_bank_references, p_account_ids, p_amounts)
            with ordinality as i (command_id, state, bank, bank_reference, account_id, amount, ordinal)
        left join lateral (
            select n.transfer_id, n.amount, n.account_id from public.transfers as n
            where (i.state = 'claimed' or (i.state in ('replay', 'conflict') and i.command_id = any (v_new_ids)))
                and fb_private.digest(n.direction || ':' || n.bank, n.bank_reference)
                = fb_private.digest('incoming:' || i.bank, i.bank_reference)
                and n.bank = i.bank and n.direction = 'incoming' and n.bank_reference = i.bank_reference
            limit 1
        ) as t on true
        left join public.accounts as h on h.account_id = t.account_id;
        if v_ids <> v_claim.p_ids then
            perform fb_private.restore_keys(v_actors, p_bank_references, v_new_ids, v_ids, v_states);
        end if;
    end if;

    perform fb_private.post_deposits(
        v_ids, v_states, v_who.actors, v_who.key_ids, p_request_ids, p_origins, p_banks, p_bank_references, p_account_ids, p_amounts,
        p_currencies, p_effective_at, p_settle_on
    );
    return query
    select
        v.ordinal, v.outcome, v.replayed, v.command_id, v.code, v.field,
        t.booked
    from fb_private.verdicts(
        v_ids, fb_private.final_states(v_codes, v_states), fb_private.codes_of(v_codes, null),
        fb_private.fields_of(v_codes)
    ) as v
    left join lateral (
        select fb_private.booked_transfer(n) as booked from public.transfers as n
        where v.outcome = 'accepted' and n.transfer_id = v.command_id
        limit 1
    ) as t on true
    order by v.ordinal;
end
$$;

-- A bank's word is never refused. What a person enters in its place takes two persons from an amount on: one asks for
-- it (fb.request_approval), another confirms, and it is booked without an identity beside it. An identity that is not
-- right makes nothing the bank's word: it is refused with what is wrong with it. A repeat of what stands, or of an
-- earlier row that will, is none of this.
create or replace function fb_private.refuse_alone(
    p_codes text[], p_identities text[], p_senders text[], p_actors text[], p_references text[], p_amounts numeric[]
) returns text[]
language plpgsql stable
as $$
declare
    v_from numeric := nullif(fb_private.setting('deposit_approval_from'), 'never')::numeric;
    v_codes text[] := p_codes;
begin
    for n in 1..cardinality(p_codes) loop
        continue when p_identities[n] is null or v_codes[n] is not null;
        if p_actors[n] = p_senders[n] then
            v_codes[n] := (fb_private.read_identity(p_identities[n])).problem;
        elsif p_amounts[n] >= v_from and not exists(
            select 1 from unnest(v_codes[:n - 1], p_senders[:n - 1], p_references[:n - 1]) as e (code, sender, reference)
            where e.code is null and e.sender = p_senders[n] and e.reference = p_references[n]
        ) then
            v_codes[n] := 'approval_required:amount';
        end if;
    end loop;
    return v_codes;
end
$$;

-- What would be booked now; null where the bank's reference stands already: that was decided when it came, and what is
-- asked of somebody alone today is asked of no repeat.
create or replace function fb_private.amounts_not_booked(p_banks text[], p_bank_references text[], p_amounts numeric[])
returns numeric[]
language plpgsql stable
as $$
begin
    return array(
        select case when not exists (
            select 1 from public.transfers as t
            where fb_private.digest(t.direction || ':' || t.bank, t.bank_reference)
                = fb_private.digest('incoming:' || i.bank, i.bank_reference)
                and t.bank = i.bank and t.direction = 'incoming' and t.bank_reference = i.bank_reference
        ) then i.amount end
        from unnest(p_banks, p_bank_references, p_amounts) with ordinality as i (bank, bank_reference, amount, ordinal)
        order by i.ordinal
    );
end
$$;

-- A transfer as it was first booked: the same answer to the first request and to every repeat.
create or replace function fb_private.booked_transfer(p_transfer public.transfers) returns jsonb
language sql stable
return jsonb_build_object(
    'transfer_id', p_transfer.transfer_id, 'account_id', p_transfer.account_id, 'direction', p_transfer.direction,
    'amount', p_transfer.amount::text, 'currency', p_transfer.currency, 'bank', p_transfer.bank,
    'bank_reference', case when p_transfer.direction = 'incoming' then p_transfer.bank_reference end,
    'state', case when p_transfer.direction = 'incoming' then 'settled' else 'requested' end,
    'payment_method_id', p_transfer.payment_method_id,
    'requested_at', p_transfer.requested_at, 'effective_at', p_transfer.effective_at
);

create or replace function fb_private.post_deposits(
    p_ids uuid[], p_states text[], p_actors text[], p_key_ids text[], p_request_ids text[], p_origins text[],
    p_banks text[], p_bank_references text[], p_account_ids uuid[], p_amounts numeric[], p_currencies text[],
    p_effective_at timestamptz[], p_settle_on date[]
) returns void
language plpgsql
as $$
declare
    v_now timestamptz := clock_timestamp();
    v_market_time timestamptz := fb_private.market_time();
    v_transaction_ids uuid[] := fb_private.new_ids(cardinality(p_ids));
    v_strange boolean;
begin
    with houses as materialized (
        select h.currency, h.account_id, h.house_code from public.accounts as h
        where h.house_code in ('bank', 'suspense') and h.currency = any (p_currencies)
    ),

    input as (
        select
            i.command_id, i.actor, i.key_id, i.request_id, i.origin, i.bank, i.bank_reference, i.account_id, i.amount,
            i.currency, i.settle_on, i.transaction_id, i.ordinal, c.asset_id, b.account_id as bank_id,
            a.event_seq as last_event_seq, a.version as last_version,
            -- Unknown, closed, or of another currency.
            coalesce(a.status = 'closed' or a.currency <> i.currency, true) as is_strange,
            greatest(v_now, a.last_recorded_at) as recorded_at,
            coalesce(i.effective_at_given, v_market_time) as effective_at
        from unnest(
            p_ids, p_states, p_actors, p_key_ids, p_request_ids, p_origins, p_banks, p_bank_references, p_account_ids,
            p_amounts, p_currencies, p_effective_at, p_settle_on, v_transaction_ids
        ) with ordinality as i (
            command_id, state, actor, key_id, request_id, origin, bank, bank_reference, account_id, amount, currency,
            effective_at_given, settle_on, transaction_id, ordinal
        )
        inner join public.assets as c on c.kind = 'currency' and c.code = i.currency
        left join houses as b on b.house_code = 'bank' and b.currency = i.currency
        left join public.accounts as a on a.account_id = i.account_id and a.balance is not null
        where i.state = 'claimed'
    ),

    deposits as materialized (
        select
            i.*,
            case
                when i.is_strange
                    then (select h.account_id from houses as h where h.house_code = 'suspense' and h.currency = i.currency)
                else i.account_id
            end as booked_on,
            case when not i.is_strange then row_number() over theirs end as nth
        from input as i
        window theirs as (partition by i.account_id, i.is_strange order by i.ordinal)
    ),

    new_transfers as (
        insert into public.transfers (
            transfer_id, account_id, direction, amount, currency, state, bank, bank_reference, command_id, requested_at,
            updated_at, effective_at
        )
        select
            d.command_id, d.booked_on, 'incoming', d.amount, d.currency, 'settled', d.bank, d.bank_reference,
            d.command_id, d.recorded_at, d.recorded_at, d.effective_at
        from deposits as d
    ),

    new_transactions as (
        insert into public.transactions (
            transaction_id, recorded_at, effective_at, account_id, transaction_type, amount, currency, reference_number,
            event_id, transfer_id, command_id, actor, key_id, request_id, origin
        )
        select
            d.transaction_id, d.recorded_at, d.effective_at, d.booked_on, 'deposit', d.amount, d.currency,
            d.bank_reference, d.command_id, d.command_id, d.command_id, d.actor, d.key_id, d.request_id, d.origin
        from deposits as d
    ),

    new_entries as (
        insert into public.entries (
            transaction_id, leg, account_id, asset_id, amount, version, recorded_at, effective_at
        )
        select d.transaction_id, 1, d.booked_on, d.asset_id, d.amount, d.last_version + d.nth, d.recorded_at, d.effective_at
        from deposits as d
        union all
        select
            d.transaction_id, 2, d.bank_id, d.asset_id, -d.amount, null, d.recorded_at, d.effective_at
        from deposits as d
    ),

    outgoing as (
        insert into public.outbox (account_id, event_seq, kind, payload, command_id, recorded_at, effective_at)
        select
            d.account_id, d.last_event_seq + d.nth, 'deposit.received',
            jsonb_build_object('transfer_id', d.command_id, 'amount', d.amount::text, 'currency', d.currency),
            d.command_id, d.recorded_at, d.effective_at
        from deposits as d
        where not d.is_strange
    ),

    moved as (
        update public.accounts as a
        set
            balance = a.balance + t.amount,
            unsettled = a.unsettled + t.unsettled,
            version = a.version + t.entries,
            event_seq = a.event_seq + t.entries,
            last_recorded_at = t.recorded_at,
            updated_at = t.recorded_at
        from (
            select
                d.account_id, sum(d.amount) as amount, count(*) as entries, max(d.recorded_at) as recorded_at,
                coalesce(sum(d.amount) filter (where d.settle_on is not null), 0) as unsettled
            from deposits as d
            where not d.is_strange
            group by d.account_id
        ) as t
        where a.account_id = t.account_id
    )

    select coalesce(bool_or(d.is_strange), false) into v_strange from deposits as d;
    if cardinality(array_remove(p_settle_on, null)) > 0 then
        perform fb_private.await_settlement(p_ids, p_states, p_settle_on);
    end if;
    if v_strange then
        perform fb_private.report_strange_deposits(p_ids, p_states, p_account_ids);
    end if;
end
$$;

-- Deposits that the bank has yet to settle. What is in suspense belongs to nobody whose cash would wait.
create or replace function fb_private.await_settlement(p_ids uuid[], p_states text[], p_settle_on date[]) returns void
language plpgsql
as $$
begin
    insert into public.settlements (
        settlement_id, account_id, asset_id, transfer_id, amount, settle_on, state, created_at
    )
    select
        fb_private.uuid7(), t.account_id, c.asset_id, t.transfer_id, t.amount, i.settle_on, 'open', t.requested_at
    from unnest(p_ids, p_states, p_settle_on) with ordinality as i (transfer_id, state, settle_on, ordinal)
    inner join public.transfers as t on t.transfer_id = i.transfer_id
    inner join public.accounts as a on a.account_id = t.account_id and a.balance is not null
    inner join public.assets as c on c.kind = 'currency' and c.code = t.currency
    where i.state = 'claimed' and i.settle_on is not null
    order by i.ordinal;
end
$$;

-- Deposits that were just booked in suspense need a person.
create or replace function fb_private.report_strange_deposits(p_ids uuid[], p_states text[], p_account_ids uuid[])
returns void
language plpgsql
as $$
begin
    insert into public.exceptions (
        exception_id, kind, account_id, command_id, detail, created_at, updated_at
    )
    select
        fb_private.uuid7(), case when a.account_id is null then 'unknown_account' else 'unexpected_state' end,
        a.account_id, t.transfer_id,
        jsonb_build_object(
            'fact', 'deposit_received', 'account_id', i.account_id, 'amount', t.amount::text,
            'currency', t.currency, 'bank', t.bank, 'bank_reference', t.bank_reference
        ),
        t.requested_at, t.requested_at
    from unnest(p_ids, p_states, p_account_ids) with ordinality as i (transfer_id, state, account_id, ordinal)
    inner join public.transfers as t on t.transfer_id = i.transfer_id
    inner join public.accounts as h on h.account_id = t.account_id and h.balance is null
    left join public.accounts as a on a.account_id = i.account_id and a.balance is not null
    where i.state = 'claimed'
    order by i.ordinal;
end
$$;

create or replace function fb.request_withdrawal(
    p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[],
    p_amounts numeric[], p_payment_method_ids uuid[], p_skip_locked boolean default false
)
returns table (
    ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb
)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    v_count integer := coalesce(cardinality(p_identities), 0);
    v_busy uuid[];
    v_identity record;
    v_hashes bytea[];
    v_ids uuid[];
    v_states text[];
    v_codes text[];
    v_refused integer[];
    v_verdicts text[];
    v_now timestamptz;
    v_effective timestamptz;
    v_is_paper boolean := fb_private.setting('paper') = 'true';
    v_wait interval := fb_private.setting('withdrawal_wait')::interval;
begin
    perform fb_private.begin_command(array[
        cardinality(p_identities), cardinality(p_keys), cardinality(p_request_ids), cardinality(p_origins),
        cardinality(p_account_ids), cardinality(p_amounts), cardinality(p_payment_method_ids)
    ]);
    if v_count = 0 then
        return;
    end if;
    v_busy := fb_private.lock_accounts(p_account_ids, p_skip_locked);
    -- A bank account that is just being removed is waited for, and is then seen to be gone.
    perform 1 from public.payment_methods as m
    where m.payment_method_id = any (p_payment_method_ids) order by m.payment_method_id for key share;
    v_now := clock_timestamp();
    v_effective := fb_private.market_time();
    v_identity := fb_private.verified_identities(p_identities);

    select
        array_agg(
            case
                when i.account_id = any (v_busy) then 'account_busy'
                when i.problem is not null then i.problem
                when i.key is null then 'required:key'
                when length(i.key) not between 1 and 255 then 'out_of_range:key'
                when i.account_id is null then 'required:account_id'
                when i.amount is null then 'required:amount'
                when not fb_private.is_finite(i.amount) then 'invalid_value:amount'
                when i.amount <= 0 or i.amount > 1000000000000 then 'out_of_range:amount'
            end
            order by i.ordinal
        ),
        array_agg(
            sha256(convert_to(
                case
                    when i.payment_method_id is null then row(i.account_id, trim_scale(i.amount))::text
                    else row(i.account_id, trim_scale(i.amount), i.payment_method_id)::text
                end, 'UTF8'
            ))
            order by i.ordinal
        )
    into v_codes, v_hashes
    from unnest(v_identity.problems, p_keys, p_account_ids, p_amounts, p_payment_method_ids)
        with ordinality as i (problem, key, account_id, amount, payment_method_id, ordinal);
    v_hashes := fb_private.hashes_to_claim(v_codes, v_hashes);
    select c.p_ids, c.states into v_ids, v_states
    from fb_private.claim('request_withdrawal', v_identity.actors, p_keys, v_hashes, fb_private.new_ids(v_count)) as c;

    with input as (
        select i.*
        from unnest(
            v_ids, v_states, v_identity.actors, v_identity.user_ids, v_identity.key_ids, v_identity.scopes,
            v_identity.account_ids, p_account_ids, p_amounts, p_payment_method_ids
        ) with ordinality as i (
            command_id, state, actor, user_id, key_id, scopes, key_account_id, account_id, amount,
            payment_method_id, ordinal
        )
        where i.state = 'claimed'
    ),

    checked as (
        select
            i.*, a.currency, a.event_seq as last_event_seq, greatest(v_now, a.last_recorded_at) as recorded_at,
            greatest(a.balance - a.held - a.unsettled, 0) as withdrawable,
            case
                when a.account_id is null then 'account_not_found'
                when p.why is not null then p.why
                when u.kyc_status <> 'approved' then 'kyc_required'
                when min_scale(i.amount) > money.scale then 'excess_scale:amount'
                when i.payment_method_id is null and not v_is_paper then 'required:payment_method_id'
                when i.payment_method_id is not null and m.payment_method_id is null
                    then 'payment_method_not_found:payment_method_id'
                when m.created_at + v_wait > v_now then 'payment_method_new:payment_method_id'
                when fb_private.factors_wait_until(i.user_id, i.key_id, v_wait) is not null then 'second_factor_new'
            end as problem
        from input as i
        left join public.accounts as a on a.account_id = i.account_id and a.balance is not null
        left join public.assets as money on money.kind = 'currency' and money.code = a.currency
        left join public.account_owners as w on w.account_id = i.account_id and w.user_id = i.user_id
        left join public.users as u on u.user_id = i.user_id
        left join public.payment_methods as m
            on m.payment_method_id = i.payment_method_id and m.user_id = i.user_id
                and m.kind <> 'card' and m.removed_at is null
        cross join lateral (
            select fb_private.why_not(
                'funding', i.scopes, i.account_id, i.key_account_id, w.role, u.is_active, a.status
            ) as why
        ) as p
    ),

    running as (
        select
            c.*, case when c.problem is null then c.amount else 'Infinity' end as need,
            fb_private.left_after(c.withdrawable, case when c.problem is null then c.amount else 'Infinity' end)
                over (partition by c.account_id order by c.ordinal) as available_after
        from checked as c
    ),

    judged as materialized (
        select
            b.*,
            coalesce(b.problem, case when b.need > b.available then 'insufficient_withdrawable:amount' end) as verdict
        from (
            select
                r.*,
                coalesce(
                    lag(r.available_after) over (partition by r.account_id order by r.ordinal), r.withdrawable
                ) as available
            from running as r
        ) as b
    ),

    accepted as materialized (
        select j.*, j.last_event_seq + row_number() over (partition by j.account_id order by j.ordinal) as new_event_seq
        from judged as j
        where j.verdict is null
    ),

    new_transfers as (
        insert into public.transfers (
            transfer_id, account_id, direction, amount, currency, state, withdrawable_before, payment_method_id,
            command_id, requested_at, updated_at, effective_at
        )
        select
            a.command_id, a.account_id, 'outgoing', a.amount, a.currency, 'requested', a.available,
            a.payment_method_id, a.command_id, a.recorded_at, a.recorded_at, v_effective
        from accepted as a
    ),

    outgoing as (
        insert into public.outbox (account_id, event_seq, kind, payload, command_id, recorded_at, effective_at)
        select
            a.account_id, a.new_event_seq, 'withdrawal.requested',
            jsonb_build_object('transfer_id', a.command_id, 'amount', a.amount::text, 'currency', a.currency),
            a.command_id, a.recorded_at, v_effective
        from accepted as a
    ),

    held_cash as (
        update public.accounts as a
        set
            held = a.held + t.amount,
            event_seq = a.event_seq + t.events,
            last_recorded_at = t.recorded_at,
            updated_at = t.recorded_at
        from (
            select n.account_id, sum(n.amount) as amount, count(*) as events, max(n.recorded_at) as recorded_at
            from accepted as n
            group by n.account_id
        ) as t
        where a.account_id = t.account_id
    )

    select array_agg(j.ordinal), array_agg(j.verdict) into v_refused, v_verdicts
    from judged as j
    where j.verdict is not null;
    v_codes := fb_private.with_verdicts(v_codes, v_refused, v_verdicts);
    -- Nothing is booked yet, so no transaction says who asked.
    perform fb_private.audit(
        'request_withdrawal', 'transfers', i.command_id::text, i.user_id, p_actor => i.actor, p_key_id => i.key_id,
        p_request_id => i.request_id, p_origin => i.origin, p_after => jsonb_build_object(
            'account_id', t.account_id, 'amount', t.amount::text, 'currency', t.currency,
            'payment_method_id', t.payment_method_id
        )
    )
    from unnest(
        v_ids, v_states, v_identity.actors, v_identity.user_ids, v_identity.key_ids, p_request_ids, p_origins
    ) with ordinality as i (command_id, state, actor, user_id, key_id, request_id, origin, ordinal)
    inner join public.transfers as t on t.transfer_id = i.command_id
    where i.state = 'claimed'
    order by i.ordinal;

    perform fb_private.record_refusals(
        v_ids, fb_private.codes_of(v_codes, v_states), fb_private.fields_of(v_codes)
    );
    return query
    select
        v.ordinal, v.outcome, v.replayed, v.command_id, v.code, v.field,
        t.booked
    from fb_private.verdicts(
        v_ids, fb_private.final_states(v_codes, v_states), fb_private.codes_of(v_codes, null),
        fb_private.fields_of(v_codes)
    ) as v
    left join lateral (
        select fb_private.booked_transfer(n) as booked from public.transfers as n
        where v.outcome = 'accepted' and n.transfer_id = v.command_id
        limit 1
    ) as t on true
    order by v.ordinal;
end
$$;

-- What the bank says of a requested withdrawal. One function for both facts: they differ in where the money ends.
create or replace function fb_private.withdrawal_fact(
    p_fact text, p_keys text[], p_request_ids text[], p_origins text[], p_transfer_ids uuid[], p_notes text[],
    p_effective_at timestamptz[], p_skip_locked boolean, p_identities text[]
)
returns table (
    ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb
)
language plpgsql
as $$
#variable_conflict use_column
declare
    v_count integer := coalesce(cardinality(p_keys), 0);
    v_account_ids uuid[];
    v_busy uuid[];
    v_actors text[];
    v_hashes bytea[];
    v_ids uuid[];
    v_states text[];
    v_codes text[];
    v_waves integer[];
    v_who record;
begin
    perform fb_private.begin_command(array[
        cardinality(p_keys), cardinality(p_request_ids), cardinality(p_origins), cardinality(p_transfer_ids),
        cardinality(p_notes), cardinality(p_effective_at), cardinality(p_identities)
    ]);
    if v_count = 0 then
        return;
    end if;
    select array_agg(t.account_id order by i.ordinal) into v_account_ids
    from unnest(p_transfer_ids) with ordinality as i (transfer_id, ordinal)
    left join public.transfers as t on t.transfer_id = i.transfer_id;
    v_busy := fb_private.lock_accounts(v_account_ids, p_skip_locked);

    select
        array_agg('bank:' || session_user order by i.ordinal),
        array_agg(
            case
                when i.account_id = any (v_busy) then 'account_busy'
                when i.key is null then 'required:key'
                when length(i.key) not between 1 and 240 then 'out_of_range:key'
                when i.transfer_id is null then 'required:transfer_id'
                when length(i.note) > 100
                    then 'out_of_range:' || case p_fact when 'withdrawal_settled' then 'bank_reference' else 'reason' end
                when not isfinite(i.effective_at) then 'invalid_value:effective_at'
            end
            order by i.ordinal
        ),
        array_agg(sha256(convert_to(row(i.transfer_id, i.note)::text, 'UTF8')) order by i.ordinal),
        array_agg(i.wave order by i.ordinal)
    into v_actors, v_codes, v_hashes, v_waves
    from (
        select n.*, row_number() over (partition by n.account_id order by n.ordinal)::integer as wave
        from unnest(p_keys, p_transfer_ids, p_notes, p_effective_at, v_account_ids)
            with ordinality as n (key, transfer_id, note, effective_at, account_id, ordinal)
    ) as i;
    v_codes := fb_private.refuse_unproven(v_codes, p_identities);
    select c.p_codes, c.p_ids, c.states into v_codes, v_ids, v_states
    from fb_private.claim_facts(
        p_fact, p_identities, v_actors, p_keys, v_hashes, v_codes, fb_private.new_ids(v_count)
    ) as c;

    v_who := fb_private.who_says(p_identities, v_actors);
    for v_wave in 1..coalesce((select max(w) from unnest(v_waves) as w), 0) loop
        perform fb_private.withdrawal_wave(
            p_fact, v_wave, v_waves, v_ids, v_states, v_who.actors, v_who.key_ids, p_request_ids, p_origins, p_transfer_ids, p_notes,
            p_effective_at
        );
    end loop;

    -- A hold that ends books nothing.
    perform fb_private.audit(
        'withdrawal_returned', 'transfers', t.transfer_id::text, null, p_actor => i.actor, p_key_id => i.key_id,
        p_request_id => i.request_id, p_origin => i.origin, p_after => jsonb_build_object(
            'account_id', t.account_id, 'amount', t.amount::text, 'currency', t.currency
        )
    )
    from unnest(v_states, v_who.actors, v_who.key_ids, p_request_ids, p_origins, p_transfer_ids)
        with ordinality as i (state, actor, key_id, request_id, origin, transfer_id, ordinal)
    inner join public.transfers as t on t.transfer_id = i.transfer_id
    where p_fact = 'withdrawal_returned' and i.state = 'claimed' and t.state = 'returned'
    order by i.ordinal;
    return query
    select
        v.ordinal, v.outcome, v.replayed, v.command_id, v.code, v.field,
        case
            when v.outcome = 'accepted' then jsonb_build_object(
                'transfer_id', p_transfer_ids[v.ordinal], 'account_id', v_account_ids[v.ordinal]
            )
        end
    from fb_private.verdicts(
        v_ids, fb_private.final_states(v_codes, v_states), fb_private.codes_of(v_codes, null),
        fb_private.fields_of(v_codes)
    ) as v
    order by v.ordinal;
end
$$;

-- requested → settled: the money leaves. requested → returned: the hold ends. settled → refunded: the money comes back.
create or replace function fb_private.withdrawal_wave(
    p_fact text, p_wave integer, p_waves integer[], p_ids uuid[], p_states text[], p_actors text[], p_key_ids text[],
    p_request_ids text[], p_origins text[], p_transfer_ids uuid[], p_notes text[], p_effective_at timestamptz[]
) returns void
language plpgsql
as $$
declare
    v_now timestamptz := clock_timestamp();
    v_market_time timestamptz := fb_private.market_time();
begin
    with input as (
        select
            i.*, t.account_id, t.amount, t.currency, t.state as old_state, c.asset_id,
            a.event_seq + 1 as new_event_seq, a.version + 1 as new_version,
            greatest(v_now, a.last_recorded_at) as recorded_at,
            coalesce(i.effective_at_given, v_market_time) as effective_at,
            case
                when t.direction is distinct from 'outgoing' then null
                when p_fact = 'withdrawal_settled' and t.state = 'requested' then 'settled'
                when p_fact = 'withdrawal_returned' and t.state = 'requested' then 'returned'
                when p_fact = 'withdrawal_returned' and t.state = 'settled' then 'refunded'
            end as new_state,
            fb_private.uuid7() as transaction_id
        from unnest(
            p_waves, p_ids, p_states, p_actors, p_key_ids, p_request_ids, p_origins, p_transfer_ids, p_notes,
            p_effective_at
        ) with ordinality as i (
            wave, command_id, state, actor, key_id, request_id, origin, transfer_id, note, effective_at_given, ordinal
        )
        left join public.transfers as t on t.transfer_id = i.transfer_id
        left join public.accounts as a on a.account_id = t.account_id
        left join public.assets as c on c.kind = 'currency' and c.code = t.currency
        where i.wave = p_wave and i.state = 'claimed'
    ),

    facts as materialized (
        select
            i.*,
            case i.new_state when 'settled' then -i.amount when 'refunded' then i.amount else 0 end as cash,
            case when i.old_state = 'requested' then i.amount else 0 end as released
        from input as i
    ),

    moved as (
        update public.transfers as t
        set
            state = f.new_state,
            bank = case when f.new_state = 'settled' then 'bank:' || session_user else t.bank end,
            bank_reference = case when f.new_state = 'settled' then f.note else t.bank_reference end,
            reason = case when f.new_state <> 'settled' then f.note else t.reason end,
            updated_at = f.recorded_at
        from facts as f
        where t.transfer_id = f.transfer_id and f.new_state is not null
    ),

    new_transactions as (
        insert into public.transactions (
            transaction_id, recorded_at, effective_at, account_id, transaction_type, amount, currency, reference_number,
            event_id, transfer_id, command_id, actor, key_id, request_id, origin
        )
        select
            f.transaction_id, f.recorded_at, f.effective_at, f.account_id,
            case f.new_state when 'settled' then 'withdrawal' else 'withdrawal_return' end, f.amount, f.currency, f.note,
            f.command_id, f.transfer_id, f.command_id, f.actor, f.key_id, f.request_id, f.origin
        from facts as f
        where f.cash <> 0
    ),

    new_entries as (
        insert into public.entries (
            transaction_id, leg, account_id, asset_id, amount, version, recorded_at, effective_at
        )
        select f.transaction_id, 1, f.account_id, f.asset_id, f.cash, f.new_version, f.recorded_at, f.effective_at
        from facts as f
        where f.cash <> 0
        union all
        select
            f.transaction_id, 2, fb_private.house('bank', f.currency), f.asset_id, -f.cash, null, f.recorded_at,
            f.effective_at
        from facts as f
        where f.cash <> 0
    ),

    needing_a_person as (
        insert into public.exceptions (
            exception_id, kind, account_id, command_id, detail, created_at, updated_at
        )
        select
            fb_private.uuid7(),
            case when f.account_id is null then 'unknown_transfer' else 'unexpected_state' end,
            f.account_id, f.command_id,
            jsonb_build_object('fact', p_fact, 'transfer_id', f.transfer_id, 'state', f.old_state, 'note', f.note),
            coalesce(f.recorded_at, v_now), coalesce(f.recorded_at, v_now)
        from facts as f
        where f.new_state is null
    ),

    outgoing as (
        insert into public.outbox (account_id, event_seq, kind, payload, command_id, recorded_at, effective_at)
        select
            f.account_id, f.new_event_seq, 'withdrawal.' || f.new_state,
            jsonb_build_object('transfer_id', f.transfer_id, 'amount', f.amount::text, 'currency', f.currency),
            f.command_id, f.recorded_at, f.effective_at
        from facts as f
        where f.new_state is not null
    )

    update public.accounts as a
    set
        balance = a.balance + f.cash,
        held = a.held - f.released,
        version = a.version + (f.cash <> 0)::integer,
        event_seq = f.new_event_seq,
        last_recorded_at = f.recorded_at,
        updated_at = f.recorded_at
    from facts as f
    where a.account_id = f.account_id and f.new_state is not null;
end
$$;

create or replace function fb.withdrawal_settled(
    p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_transfer_ids uuid[],
    p_bank_references text[], p_effective_at timestamptz[], p_skip_locked boolean default false
)
returns table (
    ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb
)
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    select f.* from fb_private.withdrawal_fact(
        'withdrawal_settled', p_keys, p_request_ids, p_origins, p_transfer_ids, p_bank_references, p_effective_at,
        p_skip_locked, p_identities
    ) as f
$$;

create or replace function fb.withdrawal_returned(
    p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_transfer_ids uuid[], p_reasons text[],
    p_effective_at timestamptz[], p_skip_locked boolean default false
)
returns table (
    ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text, result jsonb
)
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    select f.* from fb_private.withdrawal_fact(
        'withdrawal_returned', p_keys, p_request_ids, p_origins, p_transfer_ids, p_reasons, p_effective_at,
        p_skip_locked, p_identities
    ) as f
$$;

-- Closes what has reached its day, account by account. Returns how many settlements it closed; 0: no more.
create or replace function fb.settle(p_through date, p_limit integer) returns integer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_ids uuid[];
    v_now timestamptz;
    v_closed integer;
begin
    perform fb_private.begin_command(array[1]);
    select array_agg(d.account_id) into v_account_ids
    from (
        select distinct s.account_id from public.settlements as s
        where s.state = 'open' and s.settle_on <= p_through
        limit p_limit
    ) as d;
    perform fb_private.lock_accounts(v_account_ids, false);
    v_now := clock_timestamp();

    with closed as (
        update public.settlements as s
        set state = 'settled', closed_at = greatest(v_now, a.last_recorded_at)
        from public.accounts as a
        where s.state = 'open' and s.settle_on <= p_through and s.account_id = any (v_account_ids)
            and a.account_id = s.account_id
        returning s.account_id, s.asset_id, s.amount, s.closed_at
    ),

    sums as (
        select
            c.account_id, count(*) as settlements, max(c.closed_at) as closed_at, fb_private.uuid7() as command_id,
            coalesce(sum(c.amount) filter (where c.amount > 0 and t.kind = 'currency'), 0) as incoming
        from closed as c
        inner join public.assets as t on t.asset_id = c.asset_id
        group by c.account_id
    ),

    updated as (
        update public.accounts as a
        set
            unsettled = a.unsettled - s.incoming,
            event_seq = a.event_seq + 1,
            last_recorded_at = s.closed_at,
            updated_at = s.closed_at
        from sums as s
        where a.account_id = s.account_id
        returning a.account_id, a.event_seq, a.last_recorded_at
    ),

    outgoing as (
        insert into public.outbox (account_id, event_seq, kind, payload, command_id, recorded_at, effective_at)
        select
            u.account_id, u.event_seq, 'settlement.closed',
            jsonb_build_object('settlements', s.settlements, 'incoming', s.incoming::text, 'through', p_through),
            s.command_id, u.last_recorded_at, fb_private.market_time()
        from updated as u
        inner join sums as s on s.account_id = u.account_id
    )

    select coalesce(sum(s.settlements), 0)::integer into v_closed from sums as s;
    return v_closed;
end
$$;
