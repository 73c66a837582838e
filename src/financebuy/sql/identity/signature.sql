-- Reading a signed identity. It belongs to the owner of the keys: whatever a function of fb_owner is brought to run, it
-- can ask whether a signature is right, and can neither read a key nor put another in its place.
set local role fb_secrets;

-- What is wrong with a token that was taken apart, by the key that it names; NULL: nothing.
create or replace function fb_private.identity_problem(p_parts text[], p_key fb_private.identity_keys) returns text
language sql volatile
return case
    when p_key.identity_key_id is null or encode(
        sha256(
            p_key.outer_block
            || sha256(p_key.inner_block || convert_to(array_to_string(p_parts[1:6], '.'), 'UTF8'))
        ), 'hex'
    ) <> p_parts[7] then 'identity_invalid'
    when to_timestamp(p_parts[6]::bigint) < clock_timestamp() then 'identity_expired'
end;

-- The number of the key that a token names; NULL where it is no token.
create or replace function fb_private.identity_key_of(p_parts text[]) returns integer
language sql immutable
return case when cardinality(p_parts) = 7 and p_parts[1] ~ '^[0-9]{1,6}$' then p_parts[1]::integer end;

create or replace function fb_private.read_identity(
    p_token text,
    out user_id uuid, out key_id text, out scopes text[], out account_id uuid, out actor text, out problem text
)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_parts text[] := string_to_array(p_token, '.');
    v_key fb_private.identity_keys;
begin
    select k.* into v_key from fb_private.identity_keys as k
    where k.identity_key_id = fb_private.identity_key_of(v_parts);
    problem := fb_private.identity_problem(v_parts, v_key);
    if problem is not null then
        return;
    end if;
    user_id := v_parts[2]::uuid;
    key_id := nullif(v_parts[3], '-');
    scopes := string_to_array(v_parts[4], ',');
    account_id := nullif(v_parts[5], '-')::uuid;
    actor := 'user:' || v_parts[2];
end
$$;

-- One element a row of the batch, where scopes is a list with commas; each distinct token is verified once.
create or replace function fb_private.verified_identities(
    p_tokens text[],
    out actors text[], out user_ids uuid[], out key_ids text[], out scopes text[], out account_ids uuid[],
    out problems text[]
)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    with known as materialized (
        select d.ordinals, d.parts, fb_private.identity_problem(d.parts, k) as problem
        from (
            select string_to_array(coalesce(t.token, ''), '.') as parts, array_agg(t.ordinal) as ordinals
            from unnest(p_tokens) with ordinality as t (token, ordinal)
            group by t.token
        ) as d
        left join fb_private.identity_keys as k on k.identity_key_id = fb_private.identity_key_of(d.parts)
    )

    select
        array_agg(case when i.problem is null then 'user:' || i.parts[2] end order by o.ordinal),
        array_agg(case when i.problem is null then i.parts[2]::uuid end order by o.ordinal),
        array_agg(case when i.problem is null then nullif(i.parts[3], '-') end order by o.ordinal),
        array_agg(case when i.problem is null then i.parts[4] end order by o.ordinal),
        array_agg(case when i.problem is null then nullif(i.parts[5], '-')::uuid end order by o.ordinal),
        array_agg(i.problem order by o.ordinal)
    into actors, user_ids, key_ids, scopes, account_ids, problems
    from known as i
    cross join lateral unnest(i.ordinals) as o (ordinal);
end
$$;

-- What only this server can say of a text in this transaction, with one of the keys. It begins as no token does.
create or replace function fb_private.proof_of(p_said text, p_key fb_private.identity_keys) returns text
language sql volatile
return encode(
    sha256(
        p_key.outer_block
        || sha256(p_key.inner_block || convert_to('acting ' || pg_current_xact_id()::text || ' ' || p_said, 'UTF8'))
    ), 'hex'
);

-- Vouches for who acts, to the end of this transaction; NULL where there is no key yet.
create or replace function fb_private.vouch(p_said text) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return (
        select fb_private.proof_of(p_said, k) from fb_private.identity_keys as k
        order by k.identity_key_id desc
        limit 1
    );
end
$$;

-- Any key: the newest may have come since, and an old one have gone.
create or replace function fb_private.is_vouched(p_said text, p_proof text) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return exists(
        select 1 from fb_private.identity_keys as k where fb_private.proof_of(p_said, k) = p_proof
    );
end
$$;

revoke all on function fb_private.proof_of(text, fb_private.identity_keys) from public;
revoke all on function fb_private.vouch(text) from public;
revoke all on function fb_private.is_vouched(text, text) from public;
grant execute on function fb_private.vouch(text) to fb_owner;
grant execute on function fb_private.is_vouched(text, text) to fb_owner;
revoke all on function fb_private.identity_problem(text[], fb_private.identity_keys) from public;
revoke all on function fb_private.identity_key_of(text[]) from public;
revoke all on function fb_private.read_identity(text) from public;
revoke all on function fb_private.verified_identities(text[]) from public;
grant execute on function fb_private.read_identity(text) to fb_owner;
grant execute on function fb_private.verified_identities(text[]) to fb_owner;

set local role fb_owner;
