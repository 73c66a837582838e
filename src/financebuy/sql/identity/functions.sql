-- Who asks. An identity is a signed text: key.user.api key.scopes.account.expiry.signature.

create or replace function fb.current_user_id() returns uuid
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_token text := nullif(current_setting('fb.identity', true), '');
    v_identity record;
begin
    if v_token is null then
        return null;
    end if;
    v_identity := fb_private.read_identity(v_token);
    if v_identity.problem is not null then
        raise exception '%', v_identity.problem using errcode = 'invalid_authorization_specification';
    end if;
    return v_identity.user_id;
end
$$;
comment on function fb.current_user_id() is
'The user of this transaction''s signed identity (setting fb.identity); NULL without one, SQLSTATE 28000 when forged.';

create or replace function fb.my_accounts() returns uuid[]
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_token text := nullif(current_setting('fb.identity', true), '');
    v_identity record;
begin
    if v_token is null then
        return '{}';
    end if;
    v_identity := fb_private.read_identity(v_token);
    if v_identity.problem is not null then
        raise exception '%', v_identity.problem using errcode = 'invalid_authorization_specification';
    end if;
    return array(
        select o.account_id from public.account_owners as o
        where o.user_id = v_identity.user_id
            and (v_identity.account_id is null or o.account_id = v_identity.account_id)
    );
end
$$;
comment on function fb.my_accounts() is 'The accounts that this transaction''s signed identity may see.';

-- Who brings a bank's, a provider's or a custodian's word, and by which key: the person whose valid identity stands
-- beside it, else the sender itself; an identity that is not right is refused (fb_private.refuse_unproven), so that no
-- fact of it comes to be booked. Batches of the sender's own have no identities.
create or replace function fb_private.who_says(
    p_identities text[], p_senders text[], out actors text[], out key_ids text[]
)
language plpgsql stable
as $$
declare
    v record;
begin
    actors := p_senders;
    key_ids := array_fill(null::text, array[cardinality(p_senders)]);
    if coalesce(cardinality(array_remove(p_identities, null)), 0) = 0 then
        return;
    end if;
    v := fb_private.verified_identities(p_identities);
    select
        array_agg(case when i.problem is null then i.actor else i.sender end order by i.ordinal),
        array_agg(case when i.problem is null then i.key_id end order by i.ordinal)
    into actors, key_ids
    from unnest(v.problems, v.actors, v.key_ids, p_senders) with ordinality
        as i (problem, actor, key_id, sender, ordinal);
end
$$;

-- Until when a new, changed or removed second factor keeps this user from letting money leave; NULL: it does not.
-- Whoever has a password sets a factor up where there is none: for as long as p_wait it may be a thief's, and so may be
-- what was made with it. An API key (NULL: a session, or in process) that is older than the factor goes on.
create or replace function fb_private.factors_wait_until(p_user_id uuid, p_key_id text, p_wait interval)
returns timestamptz
language plpgsql stable
as $$
begin
    if p_wait = interval '0' then
        return null;
    end if;
    return (
        select max(f.since) + p_wait
        from (
            select t.confirmed_at as since from public.totp_secrets as t where t.user_id = p_user_id
            union all
            select p.created_at from public.passkeys as p where p.user_id = p_user_id
            union all
            select r.created_at from public.recovery_codes as r where r.user_id = p_user_id
            union all
            select u.factor_removed_at from public.users as u where u.user_id = p_user_id
        ) as f
        where f.since + p_wait > clock_timestamp()
            and not exists(
                select 1 from public.api_keys as k where k.key_id = p_key_id and k.created_at < f.since
            )
    );
end
$$;

-- From when on the user of an identity may let money leave, to this bank account if one is given: past if they may.
create or replace function fb.money_leaves_from(p_identity text, p_payment_method_id uuid) returns timestamptz
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v record := fb_private.read_identity(p_identity);
    v_wait interval := fb_private.setting('withdrawal_wait')::interval;
begin
    if v.problem is not null then
        raise exception '%', v.problem using errcode = 'invalid_authorization_specification';
    end if;
    return greatest(
        fb_private.factors_wait_until(v.user_id, v.key_id, v_wait),
        (
            select m.created_at + v_wait from public.payment_methods as m
            where m.payment_method_id = p_payment_method_id and m.user_id = v.user_id
        )
    );
end
$$;
comment on function fb.money_leaves_from(text, uuid) is
'When an identity may first let money leave, by its second factors and to this bank account of its user''s.';

-- Why this user may not do this to this account; NULL when they may. A stranger learns nothing, not even that it
-- exists. Pure, so that it is inlined into the set-wise statements, which join what it needs.
create or replace function fb_private.why_not(
    p_scope text, p_scopes text, p_account_id uuid, p_key_account_id uuid, p_role text, p_is_active boolean,
    p_status text
) returns text
language sql immutable parallel safe
return case
    when p_role is null or coalesce(p_key_account_id, p_account_id) <> p_account_id then 'account_not_found'
    when p_role = 'viewer' or not (p_scope = any(string_to_array(p_scopes, ','))) or not p_is_active
        then 'not_permitted'
    when p_status <> 'active' then 'account_not_active'
end;

-- The broker's commands create users and accounts and need no account of their own.
create or replace function fb_private.why_not_broker(p_problem text, p_scopes text, p_key text) returns text
language sql immutable parallel safe
return case
    when p_problem is not null then p_problem
    when not ('broker' = any(string_to_array(p_scopes, ','))) then 'not_permitted'
    when p_key is null then 'required'
    when length(p_key) not between 1 and 255 then 'out_of_range'
end;
