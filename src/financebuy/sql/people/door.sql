-- The door: signing in, second factors, passkeys, sessions. For fb_auth alone, which sees no table; password hashes are
-- out of reach of the login that serves customers' requests.

-- The user of an identity that may change its own means of signing in: a session that was proven a moment ago.
create or replace function fb_private.oneself(p_identity text, p_request_id text, p_origin text) returns uuid
language plpgsql volatile
as $$
declare
    v record := fb_private.read_identity(p_identity);
begin
    if v.problem is not null then
        raise exception '%', v.problem using errcode = 'invalid_authorization_specification';
    end if;
    if not ('self' = any (v.scopes)) then
        raise exception 'not_permitted' using errcode = 'insufficient_privilege';
    end if;
    perform fb_private.act_as(v.actor, v.key_id, p_request_id, p_origin);
    return v.user_id;
end
$$;

-- What a staff role may do. A customer may never more than read, trade and move money.
create or replace function fb_private.role_scopes(p_kind text, p_role text) returns text[]
language sql immutable parallel safe
return case
    when p_kind = 'customer' then array['read', 'trade', 'funding']
    when p_role = 'read' then array['read', 'inspect']
    when p_role = 'operate' then array['read', 'inspect', 'broker', 'operations']
    when p_role = 'admin' then array['read', 'inspect', 'broker', 'operations', 'admin']
    else array['read']
end;

-- Counts the attempt before it is made, so that a hundred at once are counted as a hundred. The fifth failure in a row
-- closes the door for a minute, each further one for twice as long, an hour at most.
create or replace function fb.begin_sign_in(
    p_subject bytea,
    out retry_seconds integer, out user_id uuid, out password_hash text, out is_active boolean
)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    v_lock public.sign_in_locks;
    v_now timestamptz;
begin
    insert into public.sign_in_locks (subject, failures, last_attempt_at)
    values (p_subject, 0, clock_timestamp())
    on conflict do nothing;
    select l.* into v_lock from public.sign_in_locks as l where l.subject = p_subject for update;
    v_now := clock_timestamp();
    if v_lock.locked_until > v_now then
        retry_seconds := ceil(extract(epoch from v_lock.locked_until - v_now))::integer;
        return;
    end if;
    update public.sign_in_locks as l
    set
        failures = l.failures + 1,
        last_attempt_at = v_now,
        locked_until = case
            when l.failures + 1 >= 5
                then v_now + least(interval '1 hour', interval '1 minute' * (2 ^ least(l.failures - 4, 6)))
        end
    where l.subject = p_subject;
    select u.user_id, c.password_hash, u.is_active
    into user_id, password_hash, is_active
    from public.users as u
    left join public.credentials as c on c.user_id = u.user_id
    where u.email_index = p_subject;
end
$$;
comment on function fb.begin_sign_in(bytea) is
'Counts an attempt to sign in and returns what it is checked against, or the seconds until the next one is let in.';

-- People type passwords where a login belongs: what is no login and no key stays out, p_unknown_login stands for it.
create or replace function fb.record_sign_in(
    p_place text, p_outcome text, p_method text, p_subject bytea, p_user_id uuid, p_login text, p_unknown_login text,
    p_network cidr, p_address_index bytea, p_request_id text
) returns timestamptz
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_now timestamptz := clock_timestamp();
begin
    if p_outcome = 'signed_in' then
        delete from public.sign_in_locks as l where l.subject = p_subject;
    end if;
    insert into public.sign_in_attempts (
        attempt_id, attempted_at, place, outcome, method, user_id, login, network, address_index, request_id
    )
    values (
        fb_private.uuid7(), v_now, p_place, p_outcome, p_method, p_user_id,
        case
            when p_login is null then null
            when p_place = 'database' and exists(select 1 from pg_roles as r where r.rolname = p_login) then p_login
            when p_place = 'platform' and exists(select 1 from public.api_keys as k where k.key_id = p_login)
                then p_login
            else p_unknown_login
        end,
        p_network, p_address_index, p_request_id
    );
    return v_now;
end
$$;
comment on function fb.record_sign_in(text, text, text, bytea, uuid, text, text, cidr, bytea, text) is
'Records an attempt to sign in, to the platform or to the database; a success clears the lock.';

-- What a session needs to know at each request: whether it still holds, and what its user may do now.
create or replace function fb.session_state(p_user_id uuid, p_began_at timestamptz)
returns table (kind text, scopes text[], has_second_factor boolean, email_index bytea)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select
        u.kind,
        fb_private.role_scopes(u.kind, r.role),
        exists(select 1 from public.totp_secrets as t where t.user_id = u.user_id and t.confirmed_at is not null)
        or exists(select 1 from public.passkeys as p where p.user_id = u.user_id),
        u.email_index
    from public.users as u
    left join public.staff_roles as r on r.user_id = u.user_id
    where u.user_id = p_user_id and u.is_active
        and (u.sessions_valid_from is null or p_began_at >= u.sessions_valid_from)
$$;

create or replace function fb.end_sessions(p_identity text, p_request_id text, p_origin text) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := fb_private.oneself(p_identity, p_request_id, p_origin);
begin
    update public.users as u set sessions_valid_from = clock_timestamp() where u.user_id = v_user_id;
end
$$;

-- One's own with the scope self; the first one of somebody else with broker, a later one with admin. Sessions end.
-- Where the staff is kept from acting for customers, a first password would let it in as one: that takes an admin too.
create or replace function fb.set_password(
    p_identity text, p_user_id uuid, p_password_hash text, p_request_id text, p_origin text
) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v record := fb_private.read_identity(p_identity);
    v_has_one boolean;
begin
    if v.problem is not null then
        raise exception '%', v.problem using errcode = 'invalid_authorization_specification';
    end if;
    perform 1 from public.users as u where u.user_id = p_user_id for no key update;
    if not found then
        return 'user_not_found';
    end if;
    v_has_one := exists(select 1 from public.credentials as c where c.user_id = p_user_id);
    if not (
        (v.user_id = p_user_id and 'self' = any (v.scopes))
        -- One's own takes a proven session: a key of one's own is none.
        or ('admin' = any (v.scopes) and v.user_id is distinct from p_user_id)
        or (
            'broker' = any (v.scopes) and v.user_id is distinct from p_user_id
            and not v_has_one and not fb_private.is_kept_from_staff(v.user_id, p_user_id)
            -- A colleague's would be a second pair of eyes of one's own.
            and not (
                fb_private.is_somebody_elses(v.user_id, p_user_id) and fb_private.is_of_the_staff(p_user_id)
            )
        )
    ) then
        return 'not_permitted';
    end if;
    if v_has_one and fb_private.takes_two(v.user_id, p_user_id) then
        return 'approval_required';
    end if;
    perform fb_private.act_as(v.actor, v.key_id, p_request_id, p_origin);
    insert into public.credentials (user_id, password_hash, changed_at)
    values (p_user_id, p_password_hash, clock_timestamp())
    on conflict (user_id) do update
        set password_hash = excluded.password_hash, changed_at = excluded.changed_at;
    update public.users as u set sessions_valid_from = clock_timestamp() where u.user_id = p_user_id;
    return null;
end
$$;

-- The same password under newer costs: no session ends. The database cannot tell that it is the same one, so a line
-- says by which login the hash was replaced; the trigger on the table sees passwords that are set.
create or replace function fb.renew_password_hash(p_user_id uuid, p_old_hash text, p_new_hash text) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    update public.credentials as c
    set password_hash = p_new_hash
    where c.user_id = p_user_id and c.password_hash = p_old_hash;
    if found then
        perform fb_private.audit(
            'rehash', 'credentials', p_user_id::text, p_user_id, p_actor => 'role:' || session_user
        );
    end if;
end
$$;

-- ------------------------------------------------------------------------------------------ one-time codes

create or replace function fb.begin_totp(
    p_identity text, p_secret_ciphertext bytea, p_request_id text, p_origin text
) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := fb_private.oneself(p_identity, p_request_id, p_origin);
begin
    insert into public.totp_secrets as t (user_id, secret_ciphertext, created_at)
    values (v_user_id, p_secret_ciphertext, clock_timestamp())
    on conflict (user_id) do update
        set secret_ciphertext = excluded.secret_ciphertext, created_at = excluded.created_at, last_step = 0
        where t.confirmed_at is null;
    return case when not found then 'duplicate' end;
end
$$;

create or replace function fb.totp(p_user_id uuid)
returns table (secret_ciphertext bytea, is_confirmed boolean, last_step bigint)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select t.secret_ciphertext, t.confirmed_at is not null, t.last_step
    from public.totp_secrets as t
    where t.user_id = p_user_id
$$;

-- A code is taken once: false for a step that was taken before. The first one confirms the secret.
create or replace function fb.take_totp(p_user_id uuid, p_step bigint) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform fb_private.act_as('user:' || p_user_id, null, null, null);
    update public.totp_secrets as t
    set last_step = p_step, confirmed_at = coalesce(t.confirmed_at, clock_timestamp())
    where t.user_id = p_user_id and t.last_step < p_step;
    return found;
end
$$;

-- A factor that is gone must not take with it what it made money wait for.
create or replace function fb_private.note_factor_removed(p_user_id uuid) returns void
language sql volatile
as $$
    update public.users as u set factor_removed_at = clock_timestamp() where u.user_id = p_user_id
$$;

create or replace function fb.remove_totp(p_identity text, p_request_id text, p_origin text) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := fb_private.oneself(p_identity, p_request_id, p_origin);
begin
    delete from public.totp_secrets as t where t.user_id = v_user_id;
    if not found then
        return false;
    end if;
    perform fb_private.note_factor_removed(v_user_id);
    return true;
end
$$;

create or replace function fb.replace_recovery_codes(
    p_identity text, p_hashes bytea[], p_request_id text, p_origin text
) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := fb_private.oneself(p_identity, p_request_id, p_origin);
begin
    delete from public.recovery_codes as r where r.user_id = v_user_id;
    insert into public.recovery_codes (user_id, code_hash, created_at)
    select v_user_id, h.code_hash, clock_timestamp() from unnest(p_hashes) as h (code_hash);
end
$$;

create or replace function fb.take_recovery_code(p_user_id uuid, p_hash bytea) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform fb_private.act_as('user:' || p_user_id, null, null, null);
    update public.recovery_codes as r
    set used_at = clock_timestamp()
    where r.user_id = p_user_id and r.code_hash = p_hash and r.used_at is null;
    return found;
end
$$;

-- ------------------------------------------------------------------------------------------ passkeys

create or replace function fb.add_passkey(
    p_identity text, p_credential_id bytea, p_public_key bytea, p_sign_count bigint, p_name text, p_request_id text,
    p_origin text
) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := fb_private.oneself(p_identity, p_request_id, p_origin);
begin
    insert into public.passkeys (credential_id, user_id, public_key, sign_count, name, created_at)
    values (p_credential_id, v_user_id, p_public_key, p_sign_count, p_name, clock_timestamp())
    on conflict do nothing;
    return case when not found then 'duplicate' end;
end
$$;

create or replace function fb.passkeys(p_user_id uuid)
returns table (credential_id bytea, name text, created_at timestamptz, last_used_at timestamptz)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select p.credential_id, p.name, p.created_at, p.last_used_at
    from public.passkeys as p
    where p.user_id = p_user_id
    order by p.created_at, p.credential_id
$$;

create or replace function fb.passkey(p_credential_id bytea)
returns table (user_id uuid, public_key bytea, sign_count bigint, is_active boolean, email_index bytea)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select p.user_id, p.public_key, p.sign_count, u.is_active, u.email_index
    from public.passkeys as p
    inner join public.users as u on u.user_id = p.user_id
    where p.credential_id = p_credential_id
$$;

-- A counter that does not rise betrays a copy; 0 comes from an authenticator that does not count.
create or replace function fb.take_passkey(p_credential_id bytea, p_sign_count bigint) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    update public.passkeys as p
    set sign_count = p_sign_count, last_used_at = clock_timestamp()
    where p.credential_id = p_credential_id and (p.sign_count < p_sign_count or (p.sign_count = 0 and p_sign_count = 0));
    return found;
end
$$;

create or replace function fb.remove_passkey(
    p_identity text, p_credential_id bytea, p_request_id text, p_origin text
) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := fb_private.oneself(p_identity, p_request_id, p_origin);
begin
    delete from public.passkeys as p where p.credential_id = p_credential_id and p.user_id = v_user_id;
    if not found then
        return false;
    end if;
    perform fb_private.note_factor_removed(v_user_id);
    return true;
end
$$;
