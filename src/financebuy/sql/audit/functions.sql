-- Who did what from where: the lines of audit_log, written in the transaction of what they tell of.

-- Who acts, as one text; NULL: nobody was named. Anybody may write settings: fb.acting says what they are worth.
create or replace function fb_private.said(p_actor text, p_key_id text, p_request_id text, p_origin text) returns text
language sql immutable parallel safe
return nullif(
    jsonb_build_array(
        coalesce(p_actor, ''), coalesce(p_key_id, ''), coalesce(p_request_id, ''), coalesce(p_origin, '')
    )::text, '["", "", "", ""]'
);

-- What the transaction's lines have in common. A batch calls it before each of its commands.
create or replace function fb_private.act_as(p_actor text, p_key_id text, p_request_id text, p_origin text) returns void
language plpgsql
as $$
begin
    perform
        set_config('fb.actor', coalesce(p_actor, ''), true),
        set_config('fb.key_id', coalesce(p_key_id, ''), true),
        set_config('fb.request_id', coalesce(p_request_id, ''), true),
        set_config('fb.origin', coalesce(p_origin, ''), true),
        set_config(
            'fb.acting',
            coalesce(fb_private.vouch(fb_private.said(p_actor, p_key_id, p_request_id, p_origin)), ''), true
        );
end
$$;
comment on function fb_private.act_as(text, text, text, text) is
'Names who acts, by which key, in which request and from where, for the audit lines of this transaction.';

-- Whom the platform itself acts as: first users and what an operator does at the server's console.
create or replace function fb_private.platform_user() returns uuid
language sql immutable parallel safe
return '00000000-0000-0000-0000-000000000000'::uuid;

create or replace function fb_private.actor_kind(p_actor text) returns text
language plpgsql stable
as $$
declare
    v_kind text;
begin
    if p_actor like 'user:%' then
        select u.kind into v_kind from public.users as u where u.user_id = substr(p_actor, 6)::uuid;
        -- The platform's own hand (user 0) has no row, an erased user none any more.
        return coalesce(
            v_kind, case when p_actor = 'user:' || fb_private.platform_user() then 'broker' else 'customer' end
        );
    end if;
    return case
        when p_actor = 'anonymous' then 'anonymous'
        when p_actor = 'role:fb_worker' or p_actor like 'job:%' then 'job'
        else 'system'
    end;
end
$$;

-- The one way into the log. What is not given is what fb_private.act_as has said, else the login. p_before and p_after
-- hold allow-listed fields alone: no secret, no personal data. Which login writes the line, the server itself fills in.
create or replace function fb_private.audit(
    p_action text, p_table text, p_record_id text, p_subject_id uuid default null, p_before jsonb default null,
    p_after jsonb default null, p_actor text default null, p_key_id text default null, p_request_id text default null,
    p_origin text default null
) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_said text := fb_private.said(
        nullif(current_setting('fb.actor', true), ''), nullif(current_setting('fb.key_id', true), ''),
        nullif(current_setting('fb.request_id', true), ''), nullif(current_setting('fb.origin', true), '')
    );
    v_actor text := coalesce(p_actor, nullif(current_setting('fb.actor', true), ''), 'role:' || session_user);
begin
    if v_said is not null and not fb_private.is_vouched(v_said, nullif(current_setting('fb.acting', true), '')) then
        raise exception 'nobody has shown in this transaction that % acts', v_actor
        using errcode = 'invalid_authorization_specification';
    end if;
    insert into public.audit_log (
        log_id, recorded_at, actor, actor_kind, key_id, subject_id, action, table_name, record_id, old_values,
        new_values, request_id, origin
    )
    values (
        fb_private.uuid7(), clock_timestamp(), v_actor, fb_private.actor_kind(v_actor),
        coalesce(p_key_id, nullif(current_setting('fb.key_id', true), '')), p_subject_id, p_action, p_table,
        p_record_id, p_before, p_after, coalesce(p_request_id, nullif(current_setting('fb.request_id', true), '')),
        coalesce(p_origin, nullif(current_setting('fb.origin', true), ''))
    );
end
$$;
comment on function fb_private.audit(text, text, text, uuid, jsonb, jsonb, text, text, text, text) is
'Writes a line of audit_log in this transaction: action, table, record, subject, allow-listed fields before and after.';

-- Generic: its first argument is the key column, the others the columns that may be logged. Secrets and personal data
-- are on no list, so they cannot arrive here. It runs as the owner: who changes a row needs no right on the log.
create or replace function fb_private.audit() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_old jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
    v_new jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
    v_row jsonb := coalesce(v_new, v_old);
    v_old_shown jsonb;
    v_new_shown jsonb;
begin
    select
        jsonb_object_agg(c.name, v_old -> c.name) filter (where v_old is not null),
        jsonb_object_agg(c.name, v_new -> c.name) filter (where v_new is not null)
    into v_old_shown, v_new_shown
    from unnest(tg_argv[1:]) as c (name)
    where tg_op <> 'UPDATE' or v_old -> c.name is distinct from v_new -> c.name;
    if tg_op <> 'UPDATE' or v_new_shown is not null then
        perform fb_private.audit(
            lower(tg_op), tg_table_name, v_row ->> tg_argv[0], (v_row ->> 'user_id')::uuid, v_old_shown, v_new_shown
        );
    end if;
    return null;
end
$$;

-- For what is written in bulk, where a line a row would say no more: a line a statement.
create or replace function fb_private.audit_statement() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform fb_private.audit(lower(tg_op), tg_table_name, null);
    return null;
end
$$;

-- Says for whom a program's login works: whatever this transaction changes is told of in that person's name.
create or replace function fb.act_as(p_identity text, p_request_id text, p_origin text) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_identity record := fb_private.require_scope(p_identity, array['operations', 'admin']);
begin
    perform fb_private.act_as(v_identity.actor, v_identity.key_id, p_request_id, p_origin);
end
$$;
comment on function fb.act_as(text, text, text) is
'Names, by a signed identity, the operator for whom a login changes something in this transaction.';

-- What an import of prices came to. The rows themselves are too many for a line each.
create or replace function fb.note_import(
    p_source text, p_lines bigint, p_saved bigint, p_refused bigint, p_replaced boolean
) returns void
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    select fb_private.audit(
        'import', 'price_bars', p_source, p_after => jsonb_build_object(
            'lines', p_lines, 'saved', p_saved, 'refused', p_refused, 'replaced', p_replaced
        )
    )
$$;
comment on function fb.note_import(text, bigint, bigint, bigint, boolean) is
'Records in audit_log what an import of prices came to.';
