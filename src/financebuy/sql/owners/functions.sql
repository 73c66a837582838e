-- Who an account belongs to. An owner and the joint owners trade and withdraw, a viewer reads.

-- Whether an account, by what was ever booked on it, has grown into something that the staff gives to nobody and takes
-- from nobody: who owns it could take everything. Under the account's lock.
create or replace function fb_private.is_owners_own(p_maker_id uuid, p_user_id uuid, p_account_id uuid) returns boolean
language sql stable
as $$
    select fb_private.is_kept_from_staff(p_maker_id, p_user_id) and (
        exists(select 1 from public.accounts as a where a.account_id = p_account_id and a.version > 0)
        or exists(select 1 from public.holdings as h where h.account_id = p_account_id and h.version > 0)
    )
$$;

create or replace function fb.add_owner(
    p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[],
    p_user_ids uuid[], p_roles text[], p_skip_locked boolean default false
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
    v_makers record;
    v_busy uuid[];
    v_account public.accounts;
    v_results jsonb[];
begin
    perform fb_private.begin_command(array[
        cardinality(p_identities), cardinality(p_keys), cardinality(p_request_ids), cardinality(p_origins),
        cardinality(p_account_ids), cardinality(p_user_ids), cardinality(p_roles)
    ]);
    v_busy := fb_private.lock_accounts(p_account_ids, p_skip_locked);
    v := fb_private.claim_broker(
        'add_owner', p_identities, p_keys,
        array(
            select sha256(convert_to(row(i.account_id, i.user_id, i.role)::text, 'UTF8'))
            from unnest(p_account_ids, p_user_ids, p_roles) with ordinality as i (account_id, user_id, role, n)
            order by i.n
        ),
        array(select a.account_id = any (v_busy) from unnest(p_account_ids) with ordinality as a (account_id, n) order by a.n)
    );
    v_results := array(
        select jsonb_build_object('account_id', i.account_id, 'user_id', i.user_id, 'role', i.role)
        from unnest(p_account_ids, p_user_ids, p_roles) with ordinality as i (account_id, user_id, role, n) order by i.n
    );
    v_makers := fb_private.verified_identities(p_identities);
    for i in 1..cardinality(p_identities) loop
        continue when v.states[i] is distinct from 'claimed';
        v_account := null;
        select a.* into v_account from public.accounts as a
        where a.account_id = p_account_ids[i] and a.balance is not null;
        v.codes[i] := case
            when p_roles[i] is null or p_roles[i] not in ('owner', 'joint', 'viewer') then 'invalid_value:role'
            when v_account.account_id is null then 'account_not_found:account_id'
            when v_account.status = 'closed' then 'account_not_active:account_id'
            when not exists(select 1 from public.users as u where u.user_id = p_user_ids[i] and u.is_active)
                then 'user_not_found:user_id'
            when exists(select 1 from public.users as u where u.user_id = p_user_ids[i] and u.kind <> 'customer')
                then 'not_customer:user_id'
            when exists(
                select 1 from public.account_owners as o
                where o.account_id = p_account_ids[i] and o.user_id = p_user_ids[i]
            ) then 'duplicate:user_id'
            -- One person's account has one owner; who wants two opens a joint one.
            when p_roles[i] <> 'viewer' and v_account.account_type <> 'joint' then 'not_allowed:role'
            when p_roles[i] <> 'viewer'
                and fb_private.is_owners_own(v_makers.user_ids[i], p_user_ids[i], p_account_ids[i])
                then 'customers_own:account_id'
        end;
        continue when v.codes[i] is not null;
        perform fb_private.act_as(v.actors[i], v.key_ids[i], p_request_ids[i], p_origins[i]);
        insert into public.account_owners (account_id, user_id, role, created_at)
        values (p_account_ids[i], p_user_ids[i], p_roles[i], clock_timestamp());
        perform fb_private.tell_of_owner(
            p_account_ids[i], 'account.owner_added', v_results[i], v.ids[i]
        );
    end loop;
    return query select a.* from fb_private.answer_broker(v.ids, v.states, v.codes, v_results) as a;
end
$$;

create or replace function fb.remove_owner(
    p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_account_ids uuid[],
    p_user_ids uuid[], p_skip_locked boolean default false
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
    v_makers record;
    v_busy uuid[];
    v_status text;
    v_role text;
    v_results jsonb[];
begin
    perform fb_private.begin_command(array[
        cardinality(p_identities), cardinality(p_keys), cardinality(p_request_ids), cardinality(p_origins),
        cardinality(p_account_ids), cardinality(p_user_ids)
    ]);
    v_busy := fb_private.lock_accounts(p_account_ids, p_skip_locked);
    v := fb_private.claim_broker(
        'remove_owner', p_identities, p_keys,
        array(
            select sha256(convert_to(row(i.account_id, i.user_id)::text, 'UTF8'))
            from unnest(p_account_ids, p_user_ids) with ordinality as i (account_id, user_id, n) order by i.n
        ),
        array(select a.account_id = any (v_busy) from unnest(p_account_ids) with ordinality as a (account_id, n) order by a.n)
    );
    v_results := array(
        select jsonb_build_object('account_id', i.account_id, 'user_id', i.user_id)
        from unnest(p_account_ids, p_user_ids) with ordinality as i (account_id, user_id, n) order by i.n
    );
    v_makers := fb_private.verified_identities(p_identities);
    for i in 1..cardinality(p_identities) loop
        continue when v.states[i] is distinct from 'claimed';
        v_status := null;
        select a.status into v_status from public.accounts as a
        where a.account_id = p_account_ids[i] and a.balance is not null;
        v_role := null;
        select o.role into v_role from public.account_owners as o
        where o.account_id = p_account_ids[i] and o.user_id = p_user_ids[i];
        v.codes[i] := case
            when v_status is null then 'account_not_found:account_id'
            when v_status = 'closed' then 'account_not_active:account_id'
            when v_role is null then 'user_not_found:user_id'
            when v_role = 'owner' and not exists(
                select 1 from public.account_owners as o
                where o.account_id = p_account_ids[i] and o.role = 'owner' and o.user_id <> p_user_ids[i]
            ) then 'last_owner:user_id'
            when v_role <> 'viewer'
                and fb_private.is_owners_own(v_makers.user_ids[i], p_user_ids[i], p_account_ids[i])
                then 'customers_own:account_id'
        end;
        continue when v.codes[i] is not null;
        perform fb_private.act_as(v.actors[i], v.key_ids[i], p_request_ids[i], p_origins[i]);
        delete from public.account_owners as o
        where o.account_id = p_account_ids[i] and o.user_id = p_user_ids[i];
        perform fb_private.tell_of_owner(
            p_account_ids[i], 'account.owner_removed', v_results[i] || jsonb_build_object('role', v_role), v.ids[i]
        );
    end loop;
    return query select a.* from fb_private.answer_broker(v.ids, v.states, v.codes, v_results) as a;
end
$$;

-- The event of a change that moves no money. Under the account's lock.
create or replace function fb_private.tell_of_owner(
    p_account_id uuid, p_kind text, p_payload jsonb, p_command_id uuid
) returns void
language plpgsql
as $$
declare
    v_account public.accounts;
begin
    update public.accounts as a
    set
        event_seq = a.event_seq + 1,
        last_recorded_at = greatest(clock_timestamp(), a.last_recorded_at),
        updated_at = greatest(clock_timestamp(), a.last_recorded_at)
    where a.account_id = p_account_id
    returning a.* into v_account;
    insert into public.outbox (account_id, event_seq, kind, payload, command_id, recorded_at, effective_at)
    values (
        p_account_id, v_account.event_seq, p_kind, p_payload, p_command_id, v_account.last_recorded_at,
        fb_private.market_time()
    );
end
$$;
