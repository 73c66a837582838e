-- Staff, apart from customers, and how they are let in anew; KYC on a customer's own behalf; what is kept of sign-ins.

create or replace function fb.set_staff_role(
    p_identity text, p_user_id uuid, p_role text, p_request_id text, p_origin text
) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v record := fb_private.read_identity(p_identity);
    v_kind text;
begin
    if v.problem is not null then
        raise exception '%', v.problem using errcode = 'invalid_authorization_specification';
    end if;
    if not ('admin' = any (v.scopes)) then
        return 'not_permitted';
    end if;
    select u.kind into v_kind from public.users as u where u.user_id = p_user_id for no key update;
    if v_kind is null then
        return 'user_not_found';
    end if;
    if v_kind = 'customer' then
        return 'not_staff';
    end if;
    -- Nobody may lock themselves, and with them perhaps everybody, out.
    if v.user_id = p_user_id then
        return 'second_operator_required';
    end if;
    if fb_private.role_takes_two(v.user_id, p_user_id, p_role) then
        return 'approval_required';
    end if;
    perform fb_private.act_as(v.actor, v.key_id, p_request_id, p_origin);
    perform fb_private.give_role(p_user_id, p_role);
    return null;
end
$$;
comment on function fb.set_staff_role(text, uuid, text, text, text) is
'Gives an operator the role read, operate or admin, or NULL for none; for an identity with the scope admin.';

create or replace function fb_private.give_role(p_user_id uuid, p_role text) returns void
language plpgsql volatile
as $$
begin
    if p_role is null then
        delete from public.staff_roles as r where r.user_id = p_user_id;
    else
        insert into public.staff_roles (user_id, role, granted_at)
        values (p_user_id, p_role, clock_timestamp())
        on conflict (user_id) do update set role = excluded.role, granted_at = excluded.granted_at;
    end if;
end
$$;

-- Whether a role takes a second administrator: one that confirms what others ask for, or else whoever gives it could
-- confirm as them; and the end of an administrator's, or else whoever ends it would be the only one, who is not bound
-- by this. One who was shut out counts, for that is done alone. The platform's own hand, at the server, is bound by
-- nobody.
create or replace function fb_private.role_takes_two(p_by uuid, p_user_id uuid, p_role text) returns boolean
language plpgsql stable
as $$
declare
    v_now text := (select r.role from public.staff_roles as r where r.user_id = p_user_id);
begin
    return fb_private.is_somebody_elses(p_by, p_user_id)
        and v_now is distinct from p_role
        and (p_role in ('operate', 'admin') or v_now = 'admin')
        and exists(select 1 from public.staff_roles as r where r.role = 'admin' and r.user_id <> p_by);
end
$$;

-- Whether a person is let in at all; who is not loses their sessions and keys with it.
create or replace function fb.set_user_active(
    p_identity text, p_user_id uuid, p_is_active boolean, p_request_id text, p_origin text
) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v record := fb_private.read_identity(p_identity);
    v_kind text;
begin
    if v.problem is not null then
        raise exception '%', v.problem using errcode = 'invalid_authorization_specification';
    end if;
    select u.kind into v_kind from public.users as u where u.user_id = p_user_id for no key update;
    if not ('admin' = any (v.scopes) or ('broker' = any (v.scopes) and coalesce(v_kind, 'customer') = 'customer')) then
        return 'not_permitted';
    end if;
    if v_kind is null then
        return 'user_not_found';
    end if;
    if v.user_id = p_user_id then
        return 'second_operator_required';
    end if;
    perform fb_private.act_as(v.actor, v.key_id, p_request_id, p_origin);
    update public.users as u
    set
        is_active = p_is_active,
        sessions_valid_from = clock_timestamp(),
        updated_at = clock_timestamp()
    where u.user_id = p_user_id;
    return null;
end
$$;

-- Whoever changes how a colleague signs in could be them next: that takes a second administrator (fb.request_approval).
-- The platform's own hand, at the server, is bound by nobody.
create or replace function fb_private.takes_two(p_by uuid, p_user_id uuid) returns boolean
language plpgsql stable
as $$
begin
    return fb_private.is_somebody_elses(p_by, p_user_id) and fb_private.is_of_the_staff(p_user_id);
end
$$;

create or replace function fb_private.drop_second_factors(p_user_id uuid) returns void
language plpgsql volatile
as $$
begin
    update public.users as u set sessions_valid_from = clock_timestamp() where u.user_id = p_user_id;
    delete from public.totp_secrets as t where t.user_id = p_user_id;
    delete from public.passkeys as p where p.user_id = p_user_id;
    delete from public.recovery_codes as r where r.user_id = p_user_id;
end
$$;

-- What two administrators have agreed on: nothing is left by which this colleague is let in, nor a key, until an
-- administrator has set a password for them as for somebody new. They are told by the line of which they are the
-- subject.
create or replace function fb_private.reset_access(p_approval public.approvals) returns void
language plpgsql volatile
as $$
declare
    v_user_id uuid := (p_approval.payload ->> 'user_id')::uuid;
begin
    perform fb_private.drop_second_factors(v_user_id);
    delete from public.credentials as c where c.user_id = v_user_id;
    update public.api_keys as k
    set revoked_at = clock_timestamp()
    where k.user_id = v_user_id and k.revoked_at is null;
    perform fb_private.audit(
        'reset_access', 'users', v_user_id::text, v_user_id, p_after => jsonb_build_object(
            'approval_id', p_approval.approval_id, 'requested_by', p_approval.requested_by
        )
    );
end
$$;

-- A customer who lost every second factor: an administrator removes them, after having made sure who it is.
create or replace function fb.remove_second_factors(
    p_identity text, p_user_id uuid, p_request_id text, p_origin text
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
    if not ('admin' = any (v.scopes)) then
        return 'not_permitted';
    end if;
    perform 1 from public.users as u where u.user_id = p_user_id for no key update;
    if not found then
        return 'user_not_found';
    end if;
    -- One's own go by a proven session alone: a key or an old cookie of an administrator's is no proof.
    if v.user_id = p_user_id then
        return 'second_operator_required';
    end if;
    if fb_private.takes_two(v.user_id, p_user_id) then
        return 'approval_required';
    end if;
    perform fb_private.act_as(v.actor, v.key_id, p_request_id, p_origin);
    perform fb_private.drop_second_factors(p_user_id);
    return null;
end
$$;

-- A step of a person's KYC, refused unless the transitions know it. The same status again is no step.
create or replace function fb_private.step_kyc(p_user_id uuid, p_status text, p_actor text, p_request_id text)
returns text
language plpgsql volatile
as $$
declare
    v_from text;
begin
    select u.kyc_status into v_from from public.users as u where u.user_id = p_user_id for no key update;
    if v_from is null then
        return 'user_not_found:user_id';
    end if;
    if v_from = p_status then
        return null;
    end if;
    if not exists(
        select 1 from public.kyc_transitions as t where t.from_status = v_from and t.to_status = p_status
    ) then
        return 'kyc_transition:kyc_status';
    end if;
    update public.users as u
    set kyc_status = p_status, updated_at = clock_timestamp()
    where u.user_id = p_user_id;
    insert into public.kyc_events (event_id, user_id, from_status, to_status, actor, request_id, recorded_at)
    values (fb_private.uuid7(), p_user_id, v_from, p_status, p_actor, p_request_id, clock_timestamp());
    return null;
end
$$;

-- A person says that what they handed in is complete.
create or replace function fb.submit_kyc(p_identity text, p_request_id text, p_origin text) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := fb_private.oneself(p_identity, p_request_id, p_origin);
begin
    return fb_private.step_kyc(v_user_id, 'submitted', 'user:' || v_user_id, p_request_id);
end
$$;

-- Attempts are kept for 400 days, locks for a day after the last attempt.
create or replace function fb.prune_sign_ins(p_limit integer) returns integer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_attempts integer;
    v_locks integer;
begin
    delete from public.sign_in_attempts as a
    where a.attempt_id in (
        select o.attempt_id from public.sign_in_attempts as o
        where o.attempted_at < clock_timestamp() - interval '400 days'
        limit p_limit
    );
    get diagnostics v_attempts = row_count;
    delete from public.sign_in_locks as l
    where l.subject in (
        select o.subject from public.sign_in_locks as o
        where o.last_attempt_at < clock_timestamp() - interval '1 day'
            and coalesce(o.locked_until, '-infinity') < clock_timestamp()
        limit p_limit
        for update skip locked
    );
    get diagnostics v_locks = row_count;
    return greatest(v_attempts, v_locks);
end
$$;
