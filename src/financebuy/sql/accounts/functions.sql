-- The broker's surface: users, what they may do, their accounts and keys. Row by row: it is rare, and each row's actor
-- stands in the audit log. Rows that two batches might both want are taken in one order, so that neither waits for what
-- the other has.

create or replace function fb_private.claim_broker(
    p_command text, p_identities text[], p_keys text[], p_hashes bytea[], p_are_busy boolean[],
    out actors text[], out key_ids text[], out ids uuid[], out states text[], out codes text[]
)
language plpgsql
as $$
declare
    v_identity record;
begin
    v_identity := fb_private.verified_identities(p_identities);
    actors := v_identity.actors;
    key_ids := v_identity.key_ids;
    codes := array(
        select case
            when i.is_busy then 'account_busy'
            when p.why in ('required', 'out_of_range') then p.why || ':key'
            else p.why
        end
        from unnest(v_identity.problems, v_identity.scopes, p_keys, p_are_busy)
            with ordinality as i (problem, scopes, key, is_busy, ordinal)
        cross join lateral (select fb_private.why_not_broker(i.problem, i.scopes, i.key) as why) as p
        order by i.ordinal
    );
    select c.p_ids, c.states into ids, states
    from fb_private.claim(
        p_command, actors, p_keys, fb_private.hashes_to_claim(codes, p_hashes),
        fb_private.new_ids(cardinality(p_identities))
    ) as c;
end
$$;

-- Records what was refused and answers with every row's verdict.
create or replace function fb_private.answer_broker(
    p_ids uuid[], p_states text[], p_codes text[], p_results jsonb[]
)
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
        case when v.outcome = 'accepted' then p_results[v.ordinal] end
    from fb_private.verdicts(
        p_ids, fb_private.final_states(p_codes, p_states), fb_private.codes_of(p_codes, null),
        fb_private.fields_of(p_codes)
    ) as v
    order by v.ordinal;
end
$$;

create or replace function fb.create_user(
    p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_user_ids uuid[],
    p_email_indexes bytea[], p_ciphertexts jsonb[], p_wrapped_keys bytea[], p_key_epochs integer[],
    p_kinds text[], p_skip_locked boolean default false
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
    v_now timestamptz := clock_timestamp();
    v_results jsonb[] := array_fill(null::jsonb, array[cardinality(p_identities)]);
begin
    perform fb_private.begin_command(array[
        cardinality(p_identities), cardinality(p_keys), cardinality(p_request_ids), cardinality(p_origins),
        cardinality(p_user_ids), cardinality(p_email_indexes), cardinality(p_ciphertexts), cardinality(p_wrapped_keys),
        cardinality(p_key_epochs), cardinality(p_kinds)
    ]);
    -- Ciphertext and user id are new at every try; what makes two requests the same is the person.
    v := fb_private.claim_broker(
        'create_user', p_identities, p_keys,
        array(select sha256(coalesce(e.email_index, ''::bytea)) from unnest(p_email_indexes) with ordinality as e (email_index, n) order by e.n),
        null
    );
    for i in
        select r.n from unnest(p_email_indexes) with ordinality as r (email_index, n) order by r.email_index, r.n
    loop
        if v.states[i] = 'replay' then
            v_results[i] := (
                select jsonb_build_object('user_id', u.user_id) from public.users as u
                where u.email_index = p_email_indexes[i]
            );
        end if;
        continue when v.states[i] is distinct from 'claimed';
        if p_email_indexes[i] is null or not (p_ciphertexts[i] ? 'email') then
            v.codes[i] := 'required:email';
        elsif p_user_ids[i] is null then
            v.codes[i] := 'required:user_id';
        elsif p_kinds[i] is null or p_kinds[i] not in ('customer', 'operator', 'broker') then
            v.codes[i] := 'invalid_value:kind';
        elsif exists(select 1 from public.users as u where u.email_index = p_email_indexes[i]) then
            v.codes[i] := 'duplicate_email:email';
        else
            perform fb_private.act_as(v.actors[i], v.key_ids[i], p_request_ids[i], p_origins[i]);
            insert into public.users (
                user_id, kind, email_index, email_ciphertext, first_name_ciphertext, last_name_ciphertext, phone_ciphertext,
                address_ciphertext, birth_date_ciphertext, national_id_ciphertext, created_at, updated_at
            )
            values (
                p_user_ids[i], p_kinds[i], p_email_indexes[i], decode(p_ciphertexts[i] ->> 'email', 'base64'),
                decode(p_ciphertexts[i] ->> 'first_name', 'base64'), decode(p_ciphertexts[i] ->> 'last_name', 'base64'),
                decode(p_ciphertexts[i] ->> 'phone', 'base64'), decode(p_ciphertexts[i] ->> 'address', 'base64'),
                decode(p_ciphertexts[i] ->> 'birth_date', 'base64'),
                decode(p_ciphertexts[i] ->> 'national_id', 'base64'), v_now, v_now
            );
            insert into public.personal_data_keys (user_id, key_epoch, wrapped_key, created_at)
            values (p_user_ids[i], p_key_epochs[i], p_wrapped_keys[i], v_now);
            v_results[i] := jsonb_build_object('user_id', p_user_ids[i]);
        end if;
    end loop;
    return query select a.* from fb_private.answer_broker(v.ids, v.states, v.codes, v_results) as a;
end
$$;

create or replace function fb.set_kyc_status(
    p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_user_ids uuid[], p_statuses text[],
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
    v_results jsonb[];
begin
    perform fb_private.begin_command(array[
        cardinality(p_identities), cardinality(p_keys), cardinality(p_request_ids), cardinality(p_origins),
        cardinality(p_user_ids), cardinality(p_statuses)
    ]);
    perform 1 from public.users as u where u.user_id = any (p_user_ids) order by u.user_id for no key update;
    v := fb_private.claim_broker(
        'set_kyc_status', p_identities, p_keys,
        array(
            select sha256(convert_to(row(i.user_id, i.status)::text, 'UTF8'))
            from unnest(p_user_ids, p_statuses) with ordinality as i (user_id, status, n) order by i.n
        ),
        null
    );
    v_results := array(
        select jsonb_build_object('user_id', i.user_id, 'kyc_status', i.status)
        from unnest(p_user_ids, p_statuses) with ordinality as i (user_id, status, n) order by i.n
    );
    for i in 1..cardinality(p_identities) loop
        continue when v.states[i] is distinct from 'claimed';
        if p_statuses[i] is null or not exists(
            select 1 from public.kyc_transitions as t where t.to_status = p_statuses[i]
        ) then
            v.codes[i] := 'invalid_value:kyc_status';
            continue;
        end if;
        perform fb_private.act_as(v.actors[i], v.key_ids[i], p_request_ids[i], p_origins[i]);
        v.codes[i] := fb_private.step_kyc(p_user_ids[i], p_statuses[i], v.actors[i], p_request_ids[i]);
    end loop;
    return query select a.* from fb_private.answer_broker(v.ids, v.states, v.codes, v_results) as a;
end
$$;

create or replace function fb.open_account(
    p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_user_ids uuid[],
    p_account_types text[], p_currencies text[], p_skip_locked boolean default false
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
    v_now timestamptz := clock_timestamp();
    v_results jsonb[] := array_fill(null::jsonb, array[cardinality(p_identities)]);
begin
    perform fb_private.begin_command(array[
        cardinality(p_identities), cardinality(p_keys), cardinality(p_request_ids), cardinality(p_origins),
        cardinality(p_user_ids), cardinality(p_account_types), cardinality(p_currencies)
    ]);
    v := fb_private.claim_broker(
        'open_account', p_identities, p_keys,
        array(
            select sha256(convert_to(row(i.user_id, i.account_type, i.currency)::text, 'UTF8'))
            from unnest(p_user_ids, p_account_types, p_currencies)
                with ordinality as i (user_id, account_type, currency, n) order by i.n
        ),
        null
    );
    for i in 1..cardinality(p_identities) loop
        continue when v.states[i] is distinct from 'claimed';
        v.codes[i] := case
            when p_account_types[i] is null or p_account_types[i] not in ('individual', 'retirement', 'joint')
                then 'invalid_value:account_type'
            when fb_private.currency_asset(p_currencies[i]) is null then 'invalid_value:currency'
            when not exists(select 1 from public.users as u where u.user_id = p_user_ids[i] and u.is_active)
                then 'user_not_found:user_id'
            -- The staff is apart from customers.
            when exists(select 1 from public.users as u where u.user_id = p_user_ids[i] and u.kind <> 'customer')
                then 'not_customer:user_id'
        end;
        continue when v.codes[i] is not null;
        perform fb_private.act_as(v.actors[i], v.key_ids[i], p_request_ids[i], p_origins[i]);
        insert into public.accounts (
            account_id, account_number, account_type, currency, balance, last_recorded_at, created_at, updated_at,
            event_seq
        )
        values (
            v.ids[i], nextval('public.account_number_seq')::text, p_account_types[i], p_currencies[i], 0, v_now, v_now,
            v_now, 1
        );
        insert into public.account_owners (account_id, user_id, role, created_at)
        values (v.ids[i], p_user_ids[i], 'owner', v_now);
        insert into public.outbox (account_id, event_seq, kind, payload, command_id, recorded_at, effective_at)
        values (
            v.ids[i], 1, 'account.opened', jsonb_build_object('account_id', v.ids[i]), v.ids[i], v_now,
            fb_private.market_time()
        );
    end loop;
    v_results := array(
        select case
            when c.account_id is not null then jsonb_build_object(
                'account_id', c.account_id, 'account_number', c.account_number, 'account_type', c.account_type,
                'currency', c.currency, 'status', 'active', 'created_at', c.created_at
            )
        end
        from unnest(v.ids) with ordinality as i (account_id, n)
        left join public.accounts as c on c.account_id = i.account_id
        order by i.n
    );
    return query select a.* from fb_private.answer_broker(v.ids, v.states, v.codes, v_results) as a;
end
$$;

-- Whether an account can close: nothing stands on it, and nothing is under way that would bring something.
create or replace function fb_private.is_empty(p_account public.accounts) returns boolean
language plpgsql stable
as $$
begin
    return p_account.balance = 0 and p_account.held = 0
        and not exists(
            select 1 from public.holdings as h where h.account_id = p_account.account_id and h.quantity <> 0
        )
        and not exists(
            select 1 from public.orders as o where o.account_id = p_account.account_id and o.terminal_at is null
        )
        and not exists(
            select 1 from public.settlements as s where s.account_id = p_account.account_id and s.state = 'open'
        )
        and not exists(
            select 1 from public.transfers as t where t.account_id = p_account.account_id and t.state = 'requested'
        );
end
$$;

create or replace function fb.set_account_status(
    p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[],
    p_statuses text[], p_skip_locked boolean default false
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
        cardinality(p_account_ids), cardinality(p_statuses)
    ]);
    v_busy := fb_private.lock_accounts(p_account_ids, p_skip_locked);
    v := fb_private.claim_broker(
        'set_account_status', p_identities, p_keys,
        array(
            select sha256(convert_to(row(i.account_id, i.status)::text, 'UTF8'))
            from unnest(p_account_ids, p_statuses) with ordinality as i (account_id, status, n) order by i.n
        ),
        array(select a.account_id = any (v_busy) from unnest(p_account_ids) with ordinality as a (account_id, n) order by a.n)
    );
    v_results := array(
        select jsonb_build_object('account_id', i.account_id, 'status', i.status)
        from unnest(p_account_ids, p_statuses) with ordinality as i (account_id, status, n) order by i.n
    );
    for i in 1..cardinality(p_identities) loop
        continue when v.states[i] is distinct from 'claimed';
        v_account := null;
        select a.* into v_account from public.accounts as a
        where a.account_id = p_account_ids[i] and a.balance is not null;
        v.codes[i] := case
            when p_statuses[i] is null or p_statuses[i] not in ('active', 'restricted', 'closed')
                then 'invalid_value:status'
            when v_account.account_id is null then 'account_not_found:account_id'
            when v_account.status = 'closed' then 'account_not_active:account_id'
            when p_statuses[i] = 'closed' and not fb_private.is_empty(v_account) then 'account_not_empty:account_id'
        end;
        continue when v.codes[i] is not null;
        perform fb_private.act_as(v.actors[i], v.key_ids[i], p_request_ids[i], p_origins[i]);
        v_recorded_at := greatest(clock_timestamp(), v_account.last_recorded_at);
        update public.accounts as a
        set
            status = p_statuses[i],
            event_seq = a.event_seq + 1,
            last_recorded_at = v_recorded_at,
            updated_at = v_recorded_at
        where a.account_id = v_account.account_id;
        insert into public.outbox (account_id, event_seq, kind, payload, command_id, recorded_at, effective_at)
        values (
            v_account.account_id, v_account.event_seq + 1, 'account.status',
            jsonb_build_object('from', v_account.status, 'to', p_statuses[i]), v.ids[i], v_recorded_at,
            fb_private.market_time()
        );
    end loop;
    return query select a.* from fb_private.answer_broker(v.ids, v.states, v.codes, v_results) as a;
end
$$;
