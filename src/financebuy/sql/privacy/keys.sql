-- Data keys and the epochs that wrap them. A data key leaves the database only wrapped.

-- Nothing new is wrapped by a key that is on its way out. The share lock makes a rotation wait for those who are just
-- doing so, and makes them see that they are late.
create or replace function fb_private.check_key_epoch() returns trigger
language plpgsql
as $$
begin
    perform 1 from public.key_epochs as e
    where e.tree = 'personal' and e.epoch = new.key_epoch and e.state = 'active'
    for key share;
    if not found then
        raise exception 'the personal key of epoch % is not the active one', new.key_epoch
            using errcode = 'check_violation', constraint = 'personal_data_keys_active_epoch';
    end if;
    return new;
end
$$;

create or replace function fb_private.require_scope(p_identity text, p_scopes text[])
returns table (user_id uuid, actor text, key_id text, scopes text[])
language plpgsql stable
as $$
declare
    v_identity record := fb_private.read_identity(p_identity);
begin
    if v_identity.problem is not null then
        raise exception '%', v_identity.problem using errcode = 'invalid_authorization_specification';
    end if;
    if not (v_identity.scopes && p_scopes) then
        raise exception 'not_permitted' using errcode = 'insufficient_privilege';
    end if;
    return query select v_identity.user_id, v_identity.actor, v_identity.key_id, v_identity.scopes;
end
$$;

create or replace function fb.key_epochs()
returns table (
    tree text, epoch integer, provider text, state text, reference text, wrapped_key bytea, created_at timestamptz,
    retired_at timestamptz, destroyed_at timestamptz
)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select
        e.tree, e.epoch, e.provider, e.state, e.reference, e.wrapped_key, e.created_at, e.retired_at, e.destroyed_at
    from public.key_epochs as e
    order by e.tree, e.epoch
$$;
comment on function fb.key_epochs() is 'Which key-encryption keys there are, and where each is kept.';

create or replace function fb.key_usage()
returns table (tree text, epoch integer, data_keys bigint, destroy_after timestamptz, due boolean)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select
        e.tree, e.epoch,
        case when e.tree = 'personal' then (
            select count(*) from public.personal_data_keys as k where k.key_epoch = e.epoch
        ) else 0 end,
        e.retired_at + fb_private.setting(e.tree || '_key_kept')::interval,
        e.tree = 'personal' and e.state = 'active'
        and e.created_at + fb_private.setting('personal_key_age')::interval < clock_timestamp()
    from public.key_epochs as e
    order by e.tree, e.epoch
$$;
comment on function fb.key_usage() is
'How many data keys each epoch wraps, until when a retired one is kept, and whether a new one is due.';

create or replace function fb.data_key(p_identity text, p_user_id uuid)
returns table (wrapped_key bytea, key_epoch integer, generation integer)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    v_identity record;
begin
    v_identity := fb_private.require_scope(p_identity, array['read', 'trade', 'funding', 'broker', 'operations', 'admin']);
    return query
    select k.wrapped_key, k.key_epoch, k.generation from public.personal_data_keys as k
    where k.user_id = p_user_id and (p_user_id = v_identity.user_id or 'broker' = any (v_identity.scopes));
end
$$;
comment on function fb.data_key(text, uuid) is
'A user''s data key, wrapped, for the user and for the broker: to encrypt what is added.';

create or replace function fb.begin_key_epoch(
    p_identity text, p_request_id text, p_origin text, p_tree text, p_epoch integer, p_provider text, p_reference text,
    p_wrapped_key bytea
) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_identity record := fb_private.require_scope(p_identity, array['operations', 'admin']);
    v_now timestamptz := clock_timestamp();
begin
    -- FOR UPDATE, where an UPDATE of the state alone would not wait for the share locks of fb_private.check_key_epoch.
    perform 1 from public.key_epochs as e where e.tree = p_tree for update;
    if p_epoch <> (select coalesce(max(e.epoch), 0) + 1 from public.key_epochs as e where e.tree = p_tree) then
        raise exception 'epoch % of the tree % is not the next one', p_epoch, p_tree
            using errcode = 'object_not_in_prerequisite_state';
    end if;
    update public.key_epochs as e set state = 'retired', retired_at = v_now
    where e.tree = p_tree and e.state = 'active';
    insert into public.key_epochs (tree, epoch, provider, reference, wrapped_key, state, created_at)
    values (p_tree, p_epoch, p_provider, p_reference, p_wrapped_key, 'active', v_now);
    perform fb_private.act_as(v_identity.actor, v_identity.key_id, p_request_id, p_origin);
    perform fb_private.audit(
        'rotate', 'key_epochs', p_tree || ' ' || p_epoch, null, null,
        jsonb_build_object('tree', p_tree, 'epoch', p_epoch, 'provider', p_provider)
    );
end
$$;
comment on function fb.begin_key_epoch(text, text, text, text, integer, text, text, bytea) is
'Makes a new key the active one of its tree and retires the one before.';

create or replace function fb.keys_to_rewrap(p_after uuid, p_limit integer)
returns table (user_id uuid, wrapped_key bytea, key_epoch integer, generation integer)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select k.user_id, k.wrapped_key, k.key_epoch, k.generation
    from public.personal_data_keys as k
    where k.user_id > p_after and k.key_epoch <> (
        select e.epoch from public.key_epochs as e where e.tree = 'personal' and e.state = 'active'
    )
    order by k.user_id
    limit p_limit
$$;

-- Compare and swap: a key that somebody else has rewrapped, or destroyed, is left as it is.
create or replace function fb.rewrap_keys(
    p_user_ids uuid[], p_old_keys bytea[], p_new_keys bytea[], p_epoch integer
) returns integer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_rewrapped integer;
begin
    perform 1 from public.personal_data_keys as k where k.user_id = any (p_user_ids) order by k.user_id for no key update;
    update public.personal_data_keys as k
    set wrapped_key = r.new_key, key_epoch = p_epoch
    from unnest(p_user_ids, p_old_keys, p_new_keys) as r (user_id, old_key, new_key)
    where k.user_id = r.user_id and k.wrapped_key = r.old_key;
    get diagnostics v_rewrapped = row_count;
    return v_rewrapped;
end
$$;

-- A key dies when nothing is wrapped by it and no backup may need it any more.
create or replace function fb.destroy_key_epoch(
    p_identity text, p_request_id text, p_origin text, p_tree text, p_epoch integer, p_lose_backups boolean
) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_identity record := fb_private.require_scope(p_identity, array['operations', 'admin']);
    v_epoch public.key_epochs;
begin
    select e.* into v_epoch from public.key_epochs as e where e.tree = p_tree and e.epoch = p_epoch for update;
    if not found then
        return 'epoch_not_found';
    elsif v_epoch.state = 'destroyed' then
        return null;
    elsif v_epoch.state = 'active' then
        return 'epoch_active';
    elsif p_tree = 'personal' and exists(
        select 1 from public.personal_data_keys as k where k.key_epoch = p_epoch
    ) then
        return 'epoch_in_use';
    elsif not p_lose_backups
        and v_epoch.retired_at + fb_private.setting(p_tree || '_key_kept')::interval > clock_timestamp() then
        return 'epoch_kept';
    end if;
    update public.key_epochs as e
    set state = 'destroyed', destroyed_at = clock_timestamp(), wrapped_key = null
    where e.tree = p_tree and e.epoch = p_epoch;
    perform fb_private.act_as(v_identity.actor, v_identity.key_id, p_request_id, p_origin);
    perform fb_private.audit(
        'destroy', 'key_epochs', p_tree || ' ' || p_epoch, null, null,
        jsonb_build_object('tree', p_tree, 'epoch', p_epoch, 'lose_backups', p_lose_backups)
    );
    return null;
end
$$;
comment on function fb.destroy_key_epoch(text, text, text, text, integer, boolean) is
'Records that a retired key is destroyed; answers why not, or NULL.';

-- Nobody signs in as a person who is not here any more, and nothing of how they did is kept.
create or replace function fb_private.take_means_of_entry(p_user_id uuid) returns void
language plpgsql
as $$
begin
    delete from public.credentials as c where c.user_id = p_user_id;
    delete from public.totp_secrets as t where t.user_id = p_user_id;
    delete from public.passkeys as p where p.user_id = p_user_id;
    delete from public.recovery_codes as r where r.user_id = p_user_id;
    update public.api_keys as k
    set revoked_at = coalesce(k.revoked_at, clock_timestamp()), allowed_addresses = null, name = null
    where k.user_id = p_user_id;
end
$$;

-- The data key goes, and with it all that it opens. What is left of the person are numbers that stand for nobody. It
-- may be repeated, as it is after a restore.
create or replace function fb.shred_data_keys(
    p_identity text, p_request_id text, p_origin text, p_user_ids uuid[]
) returns integer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_identity record := fb_private.require_scope(p_identity, array['broker', 'admin']);
    v_user_id uuid;
    v_shredded integer := 0;
begin
    -- A colleague is erased by an administrator, never by themselves; the platform's own hand repeats what was done.
    if exists(
        select 1 from public.users as u
        where u.user_id = any (p_user_ids) and fb_private.takes_two(v_identity.user_id, u.user_id)
    ) and not ('admin' = any (v_identity.scopes)) or (
        v_identity.user_id = any (p_user_ids) and fb_private.is_of_the_staff(v_identity.user_id)
    ) then
        raise exception 'not_permitted' using errcode = 'insufficient_privilege';
    end if;
    perform fb_private.act_as(v_identity.actor, v_identity.key_id, p_request_id, p_origin);
    for v_user_id in
        select u.user_id from public.users as u where u.user_id = any (p_user_ids) order by u.user_id for no key update
    loop
        insert into public.erasures (user_id, erased_at, actor)
        values (v_user_id, clock_timestamp(), v_identity.actor)
        on conflict do nothing;
        perform fb_private.take_means_of_entry(v_user_id);
        delete from public.personal_data_keys as k where k.user_id = v_user_id;
        continue when not found;
        v_shredded := v_shredded + 1;
        -- The address is free again, and a keyed hash of it would still say that it had been here.
        update public.users as u
        set
            email_index = sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())),
            sessions_valid_from = clock_timestamp(), updated_at = clock_timestamp()
        where u.user_id = v_user_id;
        update public.payment_methods as m
        set number_ciphertext = null, number_index = null, removed_at = coalesce(m.removed_at, clock_timestamp())
        where m.user_id = v_user_id;
        update public.kyc_documents as d
        set content_ciphertext = null, content_index = null, removed_at = coalesce(d.removed_at, clock_timestamp())
        where d.user_id = v_user_id;
        perform fb_private.audit('shred', 'personal_data_keys', v_user_id::text, v_user_id);
    end loop;
    return v_shredded;
end
$$;
comment on function fb.shred_data_keys(text, text, text, uuid[]) is
'Destroys the data keys of users, so that their personal data can never be read again; answers how many there were.';
