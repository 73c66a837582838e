-- Two pairs of eyes: what one operator asks for is carried out by another one's confirmation, in its transaction.

-- Claims the keys of the staff's commands, as claim_broker does for the broker's.
create or replace function fb_private.claim_operator(
    p_command text, p_identities text[], p_keys text[], p_hashes bytea[], p_are_busy boolean[],
    out actors text[], out user_ids uuid[], out key_ids text[], out ids uuid[], out states text[], out codes text[]
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
    codes := array(
        select case
            when i.is_busy then 'account_busy'
            when i.problem is not null then i.problem
            when not ('operations' = any (string_to_array(i.scopes, ','))) then 'not_permitted'
            when i.key is null then 'required:key'
            when length(i.key) not between 1 and 255 then 'out_of_range:key'
        end
        from unnest(v_identity.problems, v_identity.scopes, p_keys, p_are_busy)
            with ordinality as i (problem, scopes, key, is_busy, ordinal)
        order by i.ordinal
    );
    select c.p_ids, c.states into ids, states
    from fb_private.claim(
        p_command, actors, p_keys, fb_private.hashes_to_claim(codes, p_hashes),
        fb_private.new_ids(cardinality(p_identities))
    ) as c;
end
$$;

-- What can be asked for grows with the code. NOT VALID would let nothing in either, and there are few rows to look at.
alter table public.approvals drop constraint approvals_action_check;
alter table public.approvals
add constraint approvals_action_check check (
    action in (
        'reverse', 'deposit_received', 'deposit_returned', 'withdrawal_settled', 'withdrawal_returned',
        'shares_received', 'corporate_action', 'exchange_rate', 'order_canceled', 'order_expired', 'order_rejected',
        'execution', 'execution_busted', 'execution_corrected', 'reset_access', 'staff_role'
    )
);

-- What each action cannot do without; NULL for an action that there is not.
create or replace function fb_private.fields_of_action(p_action text) returns text[]
language sql immutable parallel safe
return case p_action
    when 'reverse' then array['transaction_id']
    when 'reset_access' then array['user_id']
    when 'staff_role' then array['user_id', 'role']
    when 'deposit_received' then array['bank', 'bank_reference', 'account_id', 'amount', 'currency']
    when 'deposit_returned' then array['bank', 'bank_reference']
    when 'withdrawal_settled' then array['transfer_id', 'bank_reference']
    when 'withdrawal_returned' then array['transfer_id']
    when 'shares_received' then array[
        'custodian', 'custodian_reference', 'account_id', 'security_id', 'quantity', 'cost', 'acquired_at'
    ]
    when 'corporate_action' then array['provider', 'provider_action_id', 'kind', 'security_id', 'ex_date']
    when 'exchange_rate' then array['provider', 'provider_rate_id', 'base', 'quote', 'rate']
    when 'order_canceled' then array['venue', 'order_id']
    when 'order_expired' then array['venue', 'order_id']
    when 'order_rejected' then array['venue', 'order_id']
    when 'execution' then array['venue', 'venue_execution_id', 'order_id', 'quantity', 'price']
    when 'execution_busted' then array['venue', 'venue_execution_id', 'ref_venue_execution_id']
    when 'execution_corrected'
        then array['venue', 'venue_execution_id', 'ref_venue_execution_id', 'quantity', 'price']
end;

-- Whether there is such a value, and its text is one.
create or replace function fb_private.is_readable(p_name text, p_text text) returns boolean
language plpgsql stable
as $$
begin
    case
        when p_name in ('transaction_id', 'account_id', 'transfer_id', 'order_id', 'user_id', 'security_id') then
            return p_text ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
        when p_name in (
            'amount', 'quantity', 'price', 'cost', 'cash_per_share', 'withholding_rate', 'reinvest_price', 'rate'
        ) then
            return p_text ~ '^[0-9]{1,20}([.][0-9]{1,20})?$';
        when p_name in ('new_shares', 'old_shares') then
            return p_text ~ '^[0-9]{1,9}$';
        when p_name in ('effective_at', 'acquired_at') then
            return p_text ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+(Z|[+-][0-9:]+)$' and p_text::timestamptz is not null;
        when p_name in ('settle_on', 'ex_date', 'record_date', 'pay_date') then
            return p_text ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' and p_text::date is not null;
        when p_name = 'role' then
            return p_text in ('read', 'operate', 'admin', 'none');
        else
            return p_name in (
                'bank', 'bank_reference', 'currency', 'reason', 'venue', 'venue_execution_id', 'ref_venue_execution_id',
                'custodian', 'custodian_reference', 'provider', 'provider_action_id', 'provider_rate_id', 'kind',
                'new_symbol', 'base', 'quote'
            );
    end case;
exception
    -- The thirtieth of February.
    when data_exception then
        return false;
end
$$;

-- Texts that are to be ids, numbers and times are tried here, so that no approval waits for what can never be read.
create or replace function fb_private.why_no_payload(p_action text, p_payload jsonb) returns text
language sql stable
as $$
    select case
        when fb_private.fields_of_action(p_action) is null then 'invalid_value:action'
        when jsonb_typeof(p_payload) is distinct from 'object' then 'invalid_value:payload'
        else coalesce(
            (
                select 'required:' || f.name
                from unnest(fb_private.fields_of_action(p_action)) with ordinality as f (name, ordinal)
                where p_payload ->> f.name is null
                order by f.ordinal
                limit 1
            ),
            (
                select 'invalid_value:' || v.key
                from jsonb_each_text(p_payload) as v (key, value)
                where v.value is not null and not fb_private.is_readable(v.key, v.value)
                order by v.key
                limit 1
            )
        )
    end
$$;

create or replace function fb_private.accounts_of_action(p_action text, p_payload jsonb) returns setof uuid
language sql stable
as $$
    select t.account_id from fb_private.event_transactions((p_payload ->> 'transaction_id')::uuid) as t
    where p_action = 'reverse'
    union
    select (p_payload ->> 'account_id')::uuid
    union
    select t.account_id from public.transfers as t
    where t.transfer_id = (p_payload ->> 'transfer_id')::uuid
        or (
            fb_private.digest(t.direction || ':' || t.bank, t.bank_reference)
            = fb_private.digest('incoming:' || (p_payload ->> 'bank'), p_payload ->> 'bank_reference')
            and t.bank = p_payload ->> 'bank' and t.direction = 'incoming'
            and t.bank_reference = p_payload ->> 'bank_reference'
        )
    union
    select o.account_id from public.orders as o where o.order_id = (p_payload ->> 'order_id')::uuid
    union
    select e.account_id from public.executions as e
    where e.venue = p_payload ->> 'venue' and e.venue_execution_id = p_payload ->> 'ref_venue_execution_id'
$$;

-- The keys under which a bank's or a venue's own batch may claim what these approvals carry out. The other facts are
-- carried out under a key of the approval's own.
create or replace function fb_private.reserve_keys_of_facts(p_approval_ids uuid[]) returns void
language sql
as $$
    select fb_private.reserve_keys(array_agg(f.actor), array_agg(f.key))
    from public.approvals as a
    cross join lateral (
        select
            case a.action
                when 'deposit_received' then 'bank:' || (a.payload ->> 'bank')
                when 'shares_received' then 'custodian:' || (a.payload ->> 'custodian')
                when 'corporate_action' then 'provider:' || (a.payload ->> 'provider')
                else 'venue:' || (a.payload ->> 'venue')
            end as actor,
            case a.action
                when 'deposit_received' then a.payload ->> 'bank_reference'
                when 'shares_received' then a.payload ->> 'custodian_reference'
                when 'corporate_action' then a.payload ->> 'provider_action_id'
                else 'execution:' || (a.payload ->> 'venue_execution_id')
            end as key
    ) as f
    where a.approval_id = any (p_approval_ids)
        and a.action in (
            'deposit_received', 'shares_received', 'corporate_action', 'execution', 'execution_busted',
            'execution_corrected'
        )
    having count(*) > 0
$$;

create or replace function fb_private.is_administrators(p_identity text) returns boolean
language plpgsql stable
as $$
begin
    return coalesce('admin' = any ((fb_private.read_identity(p_identity)).scopes), false);
end
$$;

-- What administrators ask of one another: that a colleague's access is reset, and which role one has.
create or replace function fb_private.is_about_staff(p_action text) returns boolean
language sql immutable
return p_action in ('reset_access', 'staff_role');

create or replace function fb_private.why_not_reset(p_identity text, p_by uuid, p_user_id uuid) returns text
language sql stable
as $$
    select case
        when not fb_private.is_administrators(p_identity) then 'not_permitted'
        when not exists(select 1 from public.users as u where u.user_id = p_user_id) then 'user_not_found:user_id'
        when not fb_private.is_of_the_staff(p_user_id) then 'not_staff:user_id'
        when p_by = p_user_id then 'second_operator_required'
    end
$$;

create or replace function fb.request_approval(
    p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_actions text[], p_payloads jsonb[],
    p_reasons text[], p_skip_locked boolean default false
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
    v_now timestamptz;
    v_lifetime interval := fb_private.setting('approval_lifetime')::interval;
    v_results jsonb[];
begin
    perform fb_private.begin_command(array[
        cardinality(p_identities), cardinality(p_keys), cardinality(p_request_ids), cardinality(p_origins),
        cardinality(p_actions), cardinality(p_payloads), cardinality(p_reasons)
    ]);
    v := fb_private.claim_operator(
        'request_approval', p_identities, p_keys,
        array(
            select sha256(convert_to(row(i.action, i.payload, i.reason)::text, 'UTF8'))
            from unnest(p_actions, p_payloads, p_reasons) with ordinality as i (action, payload, reason, n) order by i.n
        ),
        array_fill(false, array[coalesce(cardinality(p_identities), 0)])
    );
    for i in 1..coalesce(cardinality(p_identities), 0) loop
        continue when v.states[i] is distinct from 'claimed';
        v.codes[i] := case
            when p_reasons[i] is null then 'required:reason'
            when length(p_reasons[i]) not between 1 and 500 then 'out_of_range:reason'
            else fb_private.why_no_payload(p_actions[i], p_payloads[i])
        end;
        if v.codes[i] is null and p_actions[i] = 'reverse' then
            v.codes[i] := fb_private.why_not_reverse((p_payloads[i] ->> 'transaction_id')::uuid);
        elsif v.codes[i] is null and fb_private.is_about_staff(p_actions[i]) then
            v.codes[i] := fb_private.why_not_reset(
                p_identities[i], v.user_ids[i], (p_payloads[i] ->> 'user_id')::uuid
            );
        end if;
        continue when v.codes[i] is not null;
        v_now := clock_timestamp();
        perform fb_private.act_as(v.actors[i], v.key_ids[i], p_request_ids[i], p_origins[i]);
        insert into public.approvals (
            approval_id, action, payload, reason, requested_by, requested_at, expires_at
        )
        values (v.ids[i], p_actions[i], p_payloads[i], p_reasons[i], v.user_ids[i], v_now, v_now + v_lifetime);
    end loop;
    v_results := array(
        select jsonb_build_object('approval_id', i.id)
        from unnest(v.ids) with ordinality as i (id, n) order by i.n
    );
    return query select a.* from fb_private.answer_broker(v.ids, v.states, v.codes, v_results) as a;
end
$$;
comment on function fb.request_approval(
    text[], text[], text[], text[], text[], jsonb[], text[], boolean
) is 'An operator asks for a reversal, a fact by hand, a colleague''s reset or role, which another one confirms.';

-- Carries a fact out: the same function that its bank or venue calls. A fact that has an id of the bank's or venue's is
-- booked under that; the others under p_key, the approval's own.
create or replace function fb_private.carry_out_fact(
    p_action text, p_payload jsonb, p_key text, p_request_id text, p_origin text,
    out outcome text, out command_id uuid, out code text, out field text, out result jsonb
)
language plpgsql
as $$
#variable_conflict use_column
declare
    -- Who asked for it and who confirmed it stands in the approval, which the origin names.
    v_nobody text[] := array[null::text];
    v_keys text[] := array[p_key];
    v_requests text[] := array[p_request_id];
    v_origins text[] := array[p_origin];
    v_venues text[] := array[p_payload ->> 'venue'];
    v_banks text[] := array[p_payload ->> 'bank'];
    v_references text[] := array[p_payload ->> 'bank_reference'];
    v_reasons text[] := array[p_payload ->> 'reason'];
    v_ids text[] := array[p_payload ->> 'venue_execution_id'];
    v_refs text[] := array[p_payload ->> 'ref_venue_execution_id'];
    v_orders uuid[] := array[(p_payload ->> 'order_id')::uuid];
    v_transfers uuid[] := array[(p_payload ->> 'transfer_id')::uuid];
    v_quantities numeric[] := array[(p_payload ->> 'quantity')::numeric];
    v_prices numeric[] := array[(p_payload ->> 'price')::numeric];
    v_times timestamptz[] := array[(p_payload ->> 'effective_at')::timestamptz];
begin
    perform set_config('fb.command_begun', '', true);
    case p_action
        when 'deposit_received' then
            select f.outcome, f.command_id, f.code, f.field, f.result into outcome, command_id, code, field, result
            from fb.deposit_received(
                v_nobody, v_requests, v_origins, v_banks, v_references, array[(p_payload ->> 'account_id')::uuid],
                array[(p_payload ->> 'amount')::numeric], array[p_payload ->> 'currency'], v_times,
                array[(p_payload ->> 'settle_on')::date]
            ) as f;
        when 'deposit_returned' then
            select f.outcome, f.command_id, f.code, f.field, f.result into outcome, command_id, code, field, result
            from fb.deposit_returned(v_keys, v_requests, v_origins, v_banks, v_references, v_reasons, v_times) as f;
        when 'withdrawal_settled' then
            select f.outcome, f.command_id, f.code, f.field, f.result into outcome, command_id, code, field, result
            from fb.withdrawal_settled(
                v_nobody, v_keys, v_requests, v_origins, v_transfers, v_references, v_times
            ) as f;
        when 'withdrawal_returned' then
            select f.outcome, f.command_id, f.code, f.field, f.result into outcome, command_id, code, field, result
            from fb.withdrawal_returned(
                v_nobody, v_keys, v_requests, v_origins, v_transfers, v_reasons, v_times
            ) as f;
        when 'execution' then
            select f.outcome, f.command_id, f.code, f.field, f.result into outcome, command_id, code, field, result
            from fb.execution(v_requests, v_origins, v_venues, v_ids, v_orders, v_quantities, v_prices, v_times) as f;
        when 'execution_busted' then
            select f.outcome, f.command_id, f.code, f.field, f.result into outcome, command_id, code, field, result
            from fb.execution_busted(v_requests, v_origins, v_venues, v_ids, v_refs, v_times) as f;
        when 'execution_corrected' then
            select f.outcome, f.command_id, f.code, f.field, f.result into outcome, command_id, code, field, result
            from fb.execution_corrected(
                v_requests, v_origins, v_venues, v_ids, v_refs, v_quantities, v_prices, v_times
            ) as f;
        when 'shares_received', 'corporate_action', 'exchange_rate' then
            select f.outcome, f.command_id, f.code, f.field, f.result into outcome, command_id, code, field, result
            from fb_private.carry_out_provided(p_action, p_payload, p_request_id, p_origin) as f;
        else
            select f.outcome, f.command_id, f.code, f.field, f.result into outcome, command_id, code, field, result
            from fb_private.order_fact(
                p_action, v_keys, v_requests, v_origins, v_venues, v_orders, v_reasons, v_times, false
            ) as f;
    end case;
    perform set_config('fb.command_begun', 'yes', true);
end
$$;

create or replace function fb.decide_approval(
    p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_approval_ids uuid[],
    p_decisions text[], p_notes text[], p_skip_locked boolean default false
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
    v_found record;
    v_approval public.approvals;
    v_accounts uuid[];
    v_busy uuid[];
    v_effect record;
    v_now timestamptz;
    v_results jsonb[];
begin
    perform fb_private.begin_command(array[
        cardinality(p_identities), cardinality(p_keys), cardinality(p_request_ids), cardinality(p_origins),
        cardinality(p_approval_ids), cardinality(p_decisions), cardinality(p_notes)
    ]);
    -- Approvals before accounts; nobody who holds an account's lock asks for an approval's.
    perform 1 from public.approvals as a
    where a.approval_id = any (p_approval_ids)
    order by a.approval_id
    for no key update;
    v_accounts := array(
        select c.account_id from public.approvals as a
        cross join lateral fb_private.accounts_of_action(a.action, a.payload) as c (account_id)
        where a.approval_id = any (p_approval_ids) and c.account_id is not null
    );
    v_busy := fb_private.lock_accounts(v_accounts, p_skip_locked);
    v := fb_private.claim_operator(
        'decide_approval', p_identities, p_keys,
        array(
            select sha256(convert_to(row(i.approval_id, i.decision, i.note)::text, 'UTF8'))
            from unnest(p_approval_ids, p_decisions, p_notes) with ordinality as i (approval_id, decision, note, n)
            order by i.n
        ),
        array(
            select case when cardinality(v_busy) > 0 then exists(
                select 1 from public.approvals as a
                cross join lateral fb_private.accounts_of_action(a.action, a.payload) as c (account_id)
                where a.approval_id = i.approval_id and c.account_id = any (v_busy)
            ) else false end
            from unnest(p_approval_ids) with ordinality as i (approval_id, n)
            order by i.n
        )
    );
    perform fb_private.reserve_keys_of_facts(p_approval_ids);
    for i in 1..coalesce(cardinality(p_identities), 0) loop
        continue when v.states[i] is distinct from 'claimed';
        -- Whoever asked must still be one who could: not shut out since, and with the scope that the action takes.
        select
            a as approval,
            u.user_id = fb_private.platform_user() or u.is_active
            and case when fb_private.is_about_staff(a.action) then 'admin' else 'operations' end
            = any (fb_private.role_scopes(u.kind, r.role)) as may_ask
        into v_found
        from public.approvals as a
        inner join public.users as u on u.user_id = a.requested_by
        left join public.staff_roles as r on r.user_id = a.requested_by
        where a.approval_id = p_approval_ids[i];
        v_approval := v_found.approval;
        v_now := clock_timestamp();
        v.codes[i] := case
            when p_decisions[i] is null or p_decisions[i] not in ('confirmed', 'declined') then 'invalid_value:decision'
            when length(p_notes[i]) > 500 then 'out_of_range:note'
            when v_approval.approval_id is null then 'approval_not_found:approval_id'
            when v_approval.state <> 'requested' then 'approval_decided:approval_id'
            when v_approval.requested_by = v.user_ids[i] then 'second_operator_required'
            when fb_private.is_about_staff(v_approval.action) and not fb_private.is_administrators(p_identities[i])
                then 'not_permitted'
            -- Whoever holds their session must not be the second pair of eyes.
            when fb_private.is_about_staff(v_approval.action) and v_approval.payload ->> 'user_id' = v.user_ids[i]::text
                then 'second_operator_required'
            when p_decisions[i] = 'confirmed' and v_approval.expires_at <= v_now then 'approval_expired:approval_id'
            when p_decisions[i] = 'confirmed' and not v_found.may_ask then 'not_permitted:approval_id'
            when p_decisions[i] = 'confirmed' and v_approval.action = 'reverse'
                then fb_private.why_not_reverse((v_approval.payload ->> 'transaction_id')::uuid)
        end;
        continue when v.codes[i] is not null;
        perform fb_private.act_as(v.actors[i], v.key_ids[i], p_request_ids[i], p_origins[i]);
        if p_decisions[i] = 'declined' then
            select null::uuid as command_id, null::jsonb as result into v_effect;
        elsif v_approval.action = 'reset_access' then
            perform fb_private.reset_access(v_approval);
            select v.ids[i] as command_id, null::jsonb as result into v_effect;
        elsif v_approval.action = 'staff_role' then
            perform fb_private.give_role(
                (v_approval.payload ->> 'user_id')::uuid, nullif(v_approval.payload ->> 'role', 'none')
            );
            select v.ids[i] as command_id, null::jsonb as result into v_effect;
        elsif v_approval.action = 'reverse' then
            select
                v.ids[i] as command_id,
                fb_private.reverse(
                    v.ids[i], (v_approval.payload ->> 'transaction_id')::uuid, v.actors[i], v.key_ids[i],
                    p_request_ids[i], p_origins[i]
                ) as result
            into v_effect;
        else
            select f.command_id, f.result, f.outcome, f.code, f.field into v_effect
            from fb_private.carry_out_fact(
                v_approval.action, v_approval.payload, 'approval:' || v_approval.approval_id, p_request_ids[i],
                'approval:' || v_approval.approval_id
            ) as f;
            if v_effect.outcome <> 'accepted' then
                v.codes[i] := v_effect.code || coalesce(':' || v_effect.field, '');
                continue;
            end if;
            -- A fact may have said in whose name it is written.
            perform fb_private.act_as(v.actors[i], v.key_ids[i], p_request_ids[i], p_origins[i]);
        end if;
        update public.approvals as a
        set
            state = p_decisions[i], decided_by = v.user_ids[i], decided_at = v_now, note = p_notes[i],
            effect_id = v_effect.command_id
        where a.approval_id = v_approval.approval_id;
    end loop;
    v_results := array(
        select jsonb_build_object('approval_id', i.id, 'state', i.decision, 'effect_id', a.effect_id)
        from unnest(p_approval_ids, p_decisions) with ordinality as i (id, decision, n)
        left join public.approvals as a on a.approval_id = i.id
        order by i.n
    );
    return query select a.* from fb_private.answer_broker(v.ids, v.states, v.codes, v_results) as a;
end
$$;
comment on function fb.decide_approval(
    text[], text[], text[], text[], uuid[], text[], text[], boolean
) is 'Another operator confirms, which carries it out in this transaction, or declines.';
