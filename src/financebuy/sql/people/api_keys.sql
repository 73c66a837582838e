-- API keys: what an app shows to be let in.

-- Why a key cannot be made as asked, or NULL. Nobody's key may do more than its user may.
create or replace function fb_private.why_no_key(
    p_key_id text, p_user_id uuid, p_account_id uuid, p_secret_hash bytea, p_scopes text, p_name text,
    p_allowed_addresses text
) returns text
language plpgsql stable
as $$
declare
    v_scopes text[] := string_to_array(p_scopes, ',');
    v_allowed text[] := string_to_array(p_allowed_addresses, ',');
    v_may text[];
begin
    if p_key_id is null or p_key_id !~ '^[A-Z0-9]{16,32}$' then
        return 'invalid_value:key_id';
    elsif p_secret_hash is null or octet_length(p_secret_hash) <> 32 then
        return 'invalid_value:secret';
    elsif nullif(p_scopes, '') is null or not (
        v_scopes <@ array['read', 'trade', 'funding', 'inspect', 'broker', 'operations', 'admin']
    ) then
        return 'invalid_value:scopes';
    elsif length(p_name) not between 1 and 64 then
        return 'out_of_range:name';
    elsif cardinality(v_allowed) > 32 then
        return 'out_of_range:allowed_addresses';
    elsif exists(select 1 from unnest(v_allowed) as a (address) where not fb_private.is_network(a.address)) then
        return 'invalid_value:allowed_addresses';
    end if;
    select fb_private.role_scopes(u.kind, r.role) into v_may
    from public.users as u
    left join public.staff_roles as r on r.user_id = u.user_id
    where u.user_id = p_user_id;
    if v_may is null then
        return 'user_not_found:user_id';
    elsif not (v_scopes <@ v_may) then
        return 'not_allowed:scopes';
    elsif p_account_id is not null and not exists(
        select 1 from public.account_owners as o where o.account_id = p_account_id and o.user_id = p_user_id
    ) then
        return 'account_not_found:account_id';
    end if;
    return null;
end
$$;

-- Why the staff may not make a key with these scopes for this user, or NULL. Nobody hands on a scope of the staff that
-- they lack. A key of somebody of the staff is theirs to make: who had a colleague's could confirm as the colleague
-- what they asked for themselves. What trades or moves a customer's money is the customer's own to make, unless the
-- platform lets the staff do it; the platform's own hand, which holds every secret, may.
create or replace function fb_private.why_not_make_key(
    p_maker_id uuid, p_maker_scopes text, p_user_id uuid, p_scopes text
) returns text
language sql stable
as $$
    select case
        when not (
            array_remove(array_remove(array_remove(string_to_array(p_scopes, ','), 'read'), 'trade'), 'funding')
            <@ string_to_array(p_maker_scopes, ',')
        ) then 'not_permitted:scopes'
        when fb_private.is_somebody_elses(p_maker_id, p_user_id) and fb_private.is_of_the_staff(p_user_id)
            then 'not_permitted:scopes'
        when p_scopes <> 'read' and fb_private.is_kept_from_staff(p_maker_id, p_user_id) then 'customers_own:scopes'
    end
$$;

-- Whether one person acts for another. The platform's own hand does so for nobody: it holds every secret.
create or replace function fb_private.is_somebody_elses(p_maker_id uuid, p_user_id uuid) returns boolean
language sql immutable
return p_maker_id is distinct from p_user_id and p_maker_id is distinct from fb_private.platform_user();

create or replace function fb_private.is_of_the_staff(p_user_id uuid) returns boolean
language sql stable
as $$
    select exists(select 1 from public.users as u where u.user_id = p_user_id and u.kind <> 'customer')
$$;

-- Whether a user is a customer for whom this one, who is somebody else, may do no more than look.
create or replace function fb_private.is_kept_from_staff(p_maker_id uuid, p_user_id uuid) returns boolean
language sql stable
as $$
    select fb_private.setting('staff_for_customers') is distinct from 'any'
        and fb_private.is_somebody_elses(p_maker_id, p_user_id)
        and exists(select 1 from public.users as u where u.user_id = p_user_id and u.kind = 'customer')
$$;

-- Whether a text is an address or a network of addresses: 203.0.113.7, 203.0.113.0/24, 2001:db8::/48.
create or replace function fb_private.is_network(p_text text) returns boolean
language plpgsql immutable
as $$
begin
    perform p_text::cidr;
    return true;
exception when invalid_text_representation then
    return false;
end
$$;

create or replace function fb_private.add_key(
    p_key_id text, p_user_id uuid, p_account_id uuid, p_secret_hash bytea, p_scopes text, p_expires_at timestamptz,
    p_name text, p_allowed_addresses text
) returns void
language sql volatile
as $$
    insert into public.api_keys (
        key_id, user_id, account_id, secret_hash, scopes, created_at, expires_at, name, allowed_addresses
    )
    values (
        p_key_id, p_user_id, p_account_id, p_secret_hash, string_to_array(p_scopes, ','), clock_timestamp(),
        p_expires_at, p_name, string_to_array(nullif(p_allowed_addresses, ''), ',')::cidr[]
    )
$$;

create or replace function fb.create_api_key(
    p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_key_ids text[], p_user_ids uuid[],
    p_account_ids uuid[], p_secret_hashes bytea[], p_scopes text[], p_expires_at timestamptz[], p_names text[],
    p_allowed_addresses text[], p_skip_locked boolean default false
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
    v_makers record;
    v_results jsonb[];
begin
    perform fb_private.begin_command(array[
        cardinality(p_identities), cardinality(p_keys), cardinality(p_request_ids), cardinality(p_origins),
        cardinality(p_key_ids), cardinality(p_user_ids), cardinality(p_account_ids), cardinality(p_secret_hashes),
        cardinality(p_scopes), cardinality(p_expires_at), cardinality(p_names), cardinality(p_allowed_addresses)
    ]);
    v := fb_private.claim_broker(
        'create_api_key', p_identities, p_keys,
        array(
            select sha256(convert_to(
                row(i.key_id, i.user_id, i.account_id, i.scopes, i.expires_at, i.name, i.allowed_addresses)::text, 'UTF8'
            ))
            from unnest(p_key_ids, p_user_ids, p_account_ids, p_scopes, p_expires_at, p_names, p_allowed_addresses)
                with ordinality as i (key_id, user_id, account_id, scopes, expires_at, name, allowed_addresses, n)
            order by i.n
        ),
        null
    );
    v_results := array(
        select jsonb_build_object('key_id', i.key_id) from unnest(p_key_ids) with ordinality as i (key_id, n) order by i.n
    );
    v_makers := fb_private.verified_identities(p_identities);
    for i in
        select r.n from unnest(p_key_ids) with ordinality as r (key_id, n) order by r.key_id, r.n
    loop
        continue when v.states[i] is distinct from 'claimed';
        v.codes[i] := coalesce(
            fb_private.why_no_key(
                p_key_ids[i], p_user_ids[i], p_account_ids[i], p_secret_hashes[i], p_scopes[i], p_names[i],
                p_allowed_addresses[i]
            ),
            fb_private.why_not_make_key(v_makers.user_ids[i], v_makers.scopes[i], p_user_ids[i], p_scopes[i])
        );
        continue when v.codes[i] is not null;
        perform fb_private.act_as(v.actors[i], v.key_ids[i], p_request_ids[i], p_origins[i]);
        perform fb_private.add_key(
            p_key_ids[i], p_user_ids[i], p_account_ids[i], p_secret_hashes[i], p_scopes[i], p_expires_at[i], p_names[i],
            p_allowed_addresses[i]
        );
    end loop;
    return query select a.* from fb_private.answer_broker(v.ids, v.states, v.codes, v_results) as a;
end
$$;

create or replace function fb.revoke_api_key(
    p_identities text[], p_keys text[], p_request_ids text[], p_origins text[], p_key_ids text[],
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
        cardinality(p_key_ids)
    ]);
    perform 1 from public.api_keys as k where k.key_id = any (p_key_ids) order by k.key_id for no key update;
    v := fb_private.claim_broker(
        'revoke_api_key', p_identities, p_keys,
        array(
            select sha256(convert_to(coalesce(i.key_id, ''), 'UTF8'))
            from unnest(p_key_ids) with ordinality as i (key_id, n) order by i.n
        ),
        null
    );
    v_results := array(
        select jsonb_build_object('key_id', i.key_id) from unnest(p_key_ids) with ordinality as i (key_id, n) order by i.n
    );
    for i in 1..cardinality(p_identities) loop
        continue when v.states[i] is distinct from 'claimed';
        perform fb_private.act_as(v.actors[i], v.key_ids[i], p_request_ids[i], p_origins[i]);
        update public.api_keys as k
        set revoked_at = coalesce(k.revoked_at, clock_timestamp())
        where k.key_id = p_key_ids[i];
        if not found then
            v.codes[i] := 'key_not_found:key_id';
        end if;
    end loop;
    return query select a.* from fb_private.answer_broker(v.ids, v.states, v.codes, v_results) as a;
end
$$;

-- A person's key for themselves, made in a session that was proven a moment ago. It gets no scope that the session
-- itself has not at that moment: without a second factor none that moves money, and none of the staff's.
create or replace function fb.create_own_api_key(
    p_identity text, p_key_id text, p_account_id uuid, p_secret_hash bytea, p_scopes text, p_expires_at timestamptz,
    p_name text, p_allowed_addresses text, p_request_id text, p_origin text
) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := fb_private.oneself(p_identity, p_request_id, p_origin);
    v record := fb_private.read_identity(p_identity);
    v_problem text := coalesce(
        fb_private.why_no_key(
            p_key_id, v_user_id, p_account_id, p_secret_hash, p_scopes, p_name, p_allowed_addresses
        ),
        case when not (string_to_array(p_scopes, ',') <@ v.scopes) then 'step_up_required:scopes' end
    );
begin
    if v_problem is null then
        perform fb_private.add_key(
            p_key_id, v_user_id, p_account_id, p_secret_hash, p_scopes, p_expires_at, p_name, p_allowed_addresses
        );
    end if;
    return v_problem;
end
$$;

-- One's own key ends at once. Whoever is signed in may do it, proven a moment ago or not.
create or replace function fb.revoke_own_api_key(
    p_identity text, p_key_id text, p_request_id text, p_origin text
) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v record := fb_private.read_identity(p_identity);
begin
    if v.problem is not null then
        raise exception '%', v.problem using errcode = 'invalid_authorization_specification';
    end if;
    perform fb_private.act_as(v.actor, v.key_id, p_request_id, p_origin);
    update public.api_keys as k
    set revoked_at = coalesce(k.revoked_at, clock_timestamp())
    where k.key_id = p_key_id and k.user_id = v.user_id;
    return case when not found then 'key_not_found:key_id' end;
end
$$;

-- What the API needs to let a caller in. The secret's hash is compared here; it never leaves the database. The scopes
-- are what the key was given and its user still may.
create or replace function fb.authenticate_api_key(p_key_id text, p_secret_hash bytea, p_address inet)
returns table (user_id uuid, account_id uuid, scopes text[], user_kind text)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select
        k.user_id,
        k.account_id,
        array(
            select s.scope from unnest(k.scopes) as s (scope)
            where s.scope = any (fb_private.role_scopes(u.kind, r.role))
        ),
        u.kind
    from public.api_keys as k
    inner join public.users as u on u.user_id = k.user_id
    left join public.staff_roles as r on r.user_id = u.user_id
    where k.key_id = p_key_id and k.secret_hash = p_secret_hash and u.is_active
        and k.revoked_at is null and (k.expires_at is null or k.expires_at > clock_timestamp())
        and (k.allowed_addresses is null or p_address <<= any (k.allowed_addresses))
$$;
