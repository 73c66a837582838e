-- What every command function stands on: ids, rounding, the one lock, the claim of keys.

-- The 60 bits of time that an id of version 7 begins with: milliseconds and 4096ths of one, so that ids made one after
-- the other are in that order. 15 hexadecimal digits, with the version between the two.
create or replace function fb_private.uuid7_time(p_tick bigint) returns text
language sql immutable parallel safe
return overlay(lpad(to_hex(p_tick), 15, '0') placing '7' from 13 for 0);

create or replace function fb_private.uuid7() returns uuid
language sql volatile parallel safe
return (
    fb_private.uuid7_time((extract(epoch from clock_timestamp()) * 4096000)::bigint)
    || substr(gen_random_uuid()::text, 20)
)::uuid;
comment on function fb_private.uuid7() is 'A time-ordered id (RFC 9562, version 7): new rows land beside each other.';

-- PL/pgSQL for what set-wise statements call once a row: its plans live as long as the session, while a function in SQL
-- that cannot be inlined is planned anew for every statement (measured: 300 against 9 microseconds a hold).
create or replace function fb_private.round_half_even(p_value numeric, p_scale integer) returns numeric
language plpgsql immutable strict parallel safe
as $$
declare
    v_whole constant numeric := trunc(p_value, p_scale);
begin
    -- Most amounts are whole cents already; a power and a remainder cost more than all else here.
    if v_whole = p_value then
        return v_whole;
    end if;
    if abs(p_value - v_whole) * 2 = 10::numeric ^ -p_scale
        and mod(trunc(p_value * 10::numeric ^ p_scale), 2) = 0 then
        return v_whole;
    end if;
    return round(p_value, p_scale);
end
$$;

create or replace function fb_private.round_up(p_value numeric, p_scale integer) returns numeric
language plpgsql immutable strict parallel safe
as $$
begin
    if trunc(p_value, p_scale) >= p_value then
        return trunc(p_value, p_scale);
    end if;
    return round(trunc(p_value, p_scale) + 10::numeric ^ -p_scale, p_scale);
end
$$;

-- Quotients are rounded from the division's remainder: `/` itself rounds after some 16 digits, and what it made of a
-- number just beside a tie, or just below a whole share, could not be told any more.
create or replace function fb_private.round_ratio(p_numerator numeric, p_denominator numeric, p_scale integer)
returns numeric
language plpgsql immutable strict parallel safe
as $$
declare
    v_scaled numeric := p_numerator * 10::numeric ^ p_scale;
    v_whole numeric := div(v_scaled, p_denominator);
    v_rest numeric := abs(v_scaled - v_whole * p_denominator) * 2 - abs(p_denominator);
begin
    if v_rest > 0 or (v_rest = 0 and mod(v_whole, 2) <> 0) then
        v_whole := v_whole + sign(p_numerator) * sign(p_denominator);
    end if;
    return round(v_whole * 10::numeric ^ -p_scale, p_scale);
end
$$;
comment on function fb_private.round_ratio(numeric, numeric, integer) is 'The quotient, rounded half to even.';

create or replace function fb_private.floor_ratio(p_numerator numeric, p_denominator numeric, p_scale integer)
returns numeric
language plpgsql immutable strict parallel safe
as $$
begin
    return round(div(p_numerator * 10::numeric ^ p_scale, p_denominator) * 10::numeric ^ -p_scale, p_scale);
end
$$;
comment on function fb_private.floor_ratio(numeric, numeric, integer) is
'The quotient of two positive numbers, rounded down.';

create or replace function fb_private.ceil_ratio(p_numerator numeric, p_denominator numeric, p_scale integer)
returns numeric
language plpgsql immutable strict parallel safe
as $$
declare
    v_down numeric := fb_private.floor_ratio(p_numerator, p_denominator, p_scale);
begin
    if v_down * p_denominator < p_numerator then
        return round(v_down + 10::numeric ^ -p_scale, p_scale);
    end if;
    return v_down;
end
$$;
comment on function fb_private.ceil_ratio(numeric, numeric, integer) is
'The quotient of two positive numbers, rounded up.';

create or replace function fb_private.is_finite(p_value numeric) returns boolean
language sql immutable parallel safe
return p_value > '-Infinity'::numeric and p_value < 'Infinity'::numeric;

-- Running availability: a command that does not fit leaves what is available to the next one.
create or replace function fb_private.take_if_fits(p_left numeric, p_available numeric, p_wanted numeric)
returns numeric
language plpgsql immutable parallel safe
as $$
begin
    if p_wanted <= coalesce(p_left, p_available) then
        return coalesce(p_left, p_available) - p_wanted;
    end if;
    return coalesce(p_left, p_available);
end
$$;

do $$
begin
    if to_regprocedure('fb_private.left_after(numeric, numeric)') is null then
        create aggregate fb_private.left_after (numeric, numeric) (
            sfunc = fb_private.take_if_fits, stype = numeric
        );
    end if;
end
$$;

-- A second command function would take locks after the first one's, in any order: a deadlock. A snapshot taken before
-- the lock would show the account as it was: a lost update.
create or replace function fb_private.begin_command(p_lengths integer[]) returns void
language plpgsql
as $$
declare
    v_lengths integer[] := array_replace(p_lengths, null, 0);
    v_begun text;
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'command functions run under READ COMMITTED, not %', current_setting('transaction_isolation')
            using errcode = 'active_sql_transaction';
    end if;
    if current_setting('fb.command_begun', true) = 'yes' then
        raise exception 'one command function a transaction' using errcode = 'active_sql_transaction';
    end if;
    if v_lengths <> array_fill(v_lengths[1], array[cardinality(v_lengths)]) then
        raise exception 'every array has one element a command; got lengths %', p_lengths
            using errcode = 'array_subscript_error';
    end if;
    -- An assignment is evaluated; PERFORM would be a statement, with all that one costs.
    v_begun := set_config('fb.command_begun', 'yes', true);
end
$$;

-- Locks customers' accounts in one order for everybody. Returns those that somebody else holds (only when told not to
-- wait). A statement of its own: a wait inside a larger one would go on with the snapshot from before the wait.
-- The house's accounts are those without a balance. Their house_code is not asked for: it has an index, which the
-- statistics of a platform with few customers take for the shorter way to one account.
create or replace function fb_private.lock_accounts(p_account_ids uuid[], p_skip_locked boolean) returns uuid[]
language plpgsql
as $$
declare
    v_locked uuid[];
begin
    if not coalesce(p_skip_locked, false) then
        perform 1 from public.accounts as a
        where a.account_id = any (p_account_ids) and a.balance is not null
        order by a.account_id
        for no key update;
        return '{}';
    end if;
    select coalesce(array_agg(l.account_id), '{}') into v_locked
    from (
        select a.account_id from public.accounts as a
        where a.account_id = any (p_account_ids) and a.balance is not null
        order by a.account_id
        for no key update skip locked
    ) as l;
    return array(
        select a.account_id from public.accounts as a
        where a.account_id = any (p_account_ids) and a.balance is not null and a.account_id <> all (v_locked)
    );
end
$$;

-- A loop over an expression: one id costs no statement, and 64 no more than in one.
create or replace function fb_private.new_ids(p_count integer) returns uuid[]
language plpgsql volatile
as $$
declare
    v_tick bigint := extract(epoch from clock_timestamp()) * 4096000;
    v_ids uuid[] := '{}';
begin
    for n in 1..p_count loop
        v_ids[n] := (fb_private.uuid7_time(v_tick + n) || substr(gen_random_uuid()::text, 20))::uuid;
    end loop;
    return v_ids;
end
$$;

-- Claims keys in sorted order. The state of a row: 'claimed' (go on), 'replay' (answered before, or by an earlier row
-- of this batch), 'conflict' (the key stands for another request). A row without a hash takes no part: NULL.
create or replace function fb_private.claim(
    p_command text, p_actors text[], p_keys text[], p_hashes bytea[], inout p_ids uuid[], out states text[]
)
language plpgsql
as $$
declare
    v_own uuid[] := p_ids;
    v_inserted integer;
begin
    insert into public.idempotency_keys (actor, key, command, request_hash, command_id, created_at)
    select f.actor, f.key, p_command, f.request_hash, f.command_id, clock_timestamp()
    from (
        select distinct on (i.actor, i.key) i.actor, i.key, i.request_hash, i.command_id
        from unnest(p_actors, p_keys, p_hashes, p_ids) with ordinality
            as i (actor, key, request_hash, command_id, ordinal)
        where i.request_hash is not null
        order by i.actor, i.key, i.ordinal
    ) as f
    order by f.actor, f.key
    on conflict do nothing;
    get diagnostics v_inserted = row_count;
    if v_inserted = cardinality(p_ids) then
        -- Nobody had any of them: there is nothing to look up.
        states := array_fill('claimed'::text, array[v_inserted]);
        return;
    end if;

    -- A new statement, so that it sees the row that won where ours did not.
    select
        array_agg(coalesce(k.command_id, i.command_id) order by i.ordinal),
        array_agg(
            case
                when i.request_hash is null then null
                when k.command_id = v_own[i.ordinal] then 'claimed'
                when k.command = p_command and k.request_hash = i.request_hash then 'replay'
                else 'conflict'
            end
            order by i.ordinal
        )
    into p_ids, states
    from unnest(p_actors, p_keys, p_hashes, v_own) with ordinality
        as i (actor, key, request_hash, command_id, ordinal)
    -- LIMIT keeps the look-up by index, row by row: a hash of the whole table would grow with it.
    left join lateral (
        select n.command_id, n.command, n.request_hash from public.idempotency_keys as n
        where i.request_hash is not null
            and fb_private.digest(n.actor, n.key) = fb_private.digest(i.actor, i.key)
            -- Two keys of one digest cannot be found; if they were, the second would be refused, and read nobody's answer.
            and n.actor = i.actor and n.key = i.key
        limit 1
    ) as k on true;

    if 'replay' = any (states) or 'conflict' = any (states) then
        -- A read can show a commit that no standby has; a transaction with WAL waits for them before it answers.
        perform pg_logical_emit_message(true, 'financebuy', 'replay');
    end if;
end
$$;

-- Waits for whoever is claiming one of these keys, in the order in which everybody claims them, and lets nobody claim
-- one before this transaction ends: for what claims several one after the other. A row that was inserted and deleted
-- again is no claim, yet who wants its key waits for the end of the transaction that wrote it.
create or replace function fb_private.reserve_keys(p_actors text[], p_keys text[]) returns void
language plpgsql
as $$
declare
    v_ids uuid[] := fb_private.new_ids(cardinality(p_keys));
begin
    insert into public.idempotency_keys (actor, key, command, request_hash, command_id, created_at)
    select f.actor, f.key, 'reserve', sha256(''), f.command_id, clock_timestamp()
    from (
        select distinct on (i.actor, i.key) i.actor, i.key, i.command_id
        from unnest(p_actors, p_keys, v_ids) as i (actor, key, command_id)
        where i.actor is not null and i.key is not null
        order by i.actor, i.key
    ) as f
    order by f.actor, f.key
    on conflict do nothing;
    delete from public.idempotency_keys as k
    using unnest(p_actors, p_keys, v_ids) as i (actor, key, command_id)
    where k.actor = i.actor and k.key = i.key and k.command_id = i.command_id;
end
$$;

-- After a pruned key was claimed anew for a fact that stands already: a repeat's key names the fact again, and the key
-- of a contradiction is given up, since it would stand for a request that had no effect.
create or replace function fb_private.restore_keys(
    p_actors text[], p_keys text[], p_new_ids uuid[], p_ids uuid[], p_states text[]
) returns void
language plpgsql
as $$
begin
    update public.idempotency_keys as k
    set command_id = i.command_id
    from unnest(p_actors, p_keys, p_new_ids, p_ids, p_states) as i (actor, key, new_id, command_id, state)
    where i.state = 'replay' and i.command_id <> i.new_id
        and k.actor = i.actor and k.key = i.key and k.command_id = i.new_id;
    delete from public.idempotency_keys as k
    using unnest(p_actors, p_keys, p_new_ids, p_states) as i (actor, key, new_id, state)
    where i.state = 'conflict' and k.actor = i.actor and k.key = i.key and k.command_id = i.new_id;
end
$$;

create or replace function fb_private.record_refusals(p_ids uuid[], p_codes text[], p_fields text[]) returns void
language plpgsql
as $$
begin
    if fb_private.has_none(p_codes) then
        return;
    end if;
    update public.idempotency_keys as k
    set refusal_code = r.code, refusal_field = r.field
    from unnest(p_ids, p_codes, p_fields) as r (command_id, code, field)
    where k.command_id = r.command_id and r.code is not null;
end
$$;

-- The verdict of each row. Of a replay it is what was recorded; of a first answer it is what p_codes says, which has
-- just been recorded. Bound when it is made, so that the statement that asks for it takes it in.
create or replace function fb_private.verdicts(p_ids uuid[], p_states text[], p_codes text[], p_fields text[])
returns table (
    ordinal integer, outcome text, replayed boolean, command_id uuid, code text, field text
)
language sql stable
-- noqa: disable=AM09,RF03,ST05
begin atomic
select
    i.ordinal::integer,
    case
        when i.state = 'busy' then 'busy'
        when i.state = 'conflict' then 'conflict'
        when coalesce(k.refusal_code, i.code) is not null then 'refused'
        else 'accepted'
    end,
    coalesce(i.state = 'replay', false),
    i.command_id,
    case
        when i.state = 'conflict' then 'idempotency_conflict'
        when i.state = 'busy' then 'account_busy'
        else coalesce(k.refusal_code, i.code)
    end,
    case when i.state = 'conflict' then null else coalesce(k.refusal_field, i.field) end
from unnest(p_ids, p_states, p_codes, p_fields) with ordinality as i (command_id, state, code, field, ordinal)
left join lateral (
    select n.refusal_code, n.refusal_field from public.idempotency_keys as n
    where i.state = 'replay' and n.command_id = i.command_id
    limit 1
) as k on true;
end;
-- noqa: enable=all

create or replace function fb_private.setting(p_name text) returns text
language plpgsql stable
as $$
begin
    return (select s.value from public.platform_settings as s where s.name = p_name);
end
$$;

-- The market's time where there is a market, else the wall's.
create or replace function fb_private.market_time() returns timestamptz
language plpgsql stable
as $$
begin
    return coalesce((select c.market_time from public.market_clock as c), clock_timestamp());
end
$$;

create or replace function fb_private.house(p_code text, p_currency text) returns uuid
language plpgsql stable
as $$
begin
    return (select a.account_id from public.accounts as a where a.house_code = p_code and a.currency = p_currency);
end
$$;

create or replace function fb_private.currency_asset(p_currency text) returns uuid
language plpgsql stable
as $$
begin
    return (select a.asset_id from public.assets as a where a.kind = 'currency' and a.code = p_currency);
end
$$;

create or replace function fb_private.has_none(p_codes text[]) returns boolean
language sql immutable parallel safe
return cardinality(array_remove(p_codes, null)) = 0;
comment on function fb_private.has_none(text[]) is 'Whether no row of a batch has a problem: the usual case is short.';

-- Codes travel as '<code>:<field>' until the end, one array instead of two.
create or replace function fb_private.codes_of(p_codes text[], p_states text[]) returns text[]
language plpgsql immutable
as $$
begin
    if fb_private.has_none(p_codes) then
        return p_codes;
    end if;
    return array(
        select case when p_states is null or p_states[c.ordinal] = 'claimed' then split_part(c.code, ':', 1) end
        from unnest(p_codes) with ordinality as c (code, ordinal)
        order by c.ordinal
    );
end
$$;

create or replace function fb_private.fields_of(p_codes text[]) returns text[]
language plpgsql immutable
as $$
begin
    if fb_private.has_none(p_codes) then
        return p_codes;
    end if;
    return array(
        select nullif(split_part(c.code, ':', 2), '')
        from unnest(p_codes) with ordinality as c (code, ordinal)
        order by c.ordinal
    );
end
$$;

-- The codes of a batch with those of the rows that were refused just now.
create or replace function fb_private.with_verdicts(p_codes text[], p_refused integer[], p_verdicts text[])
returns text[]
language plpgsql immutable
as $$
declare
    v_codes text[] := p_codes;
begin
    for n in 1..coalesce(cardinality(p_refused), 0) loop
        v_codes[p_refused[n]] := p_verdicts[n];
    end loop;
    return v_codes;
end
$$;

-- Only a row without a problem of its own claims its key: the key of a forged identity belongs to nobody.
create or replace function fb_private.hashes_to_claim(p_codes text[], p_hashes bytea[]) returns bytea[]
language plpgsql immutable
as $$
begin
    if fb_private.has_none(p_codes) then
        return p_hashes;
    end if;
    return array(
        select case when c.code is null then c.request_hash end
        from unnest(p_codes, p_hashes) with ordinality as c (code, request_hash, ordinal)
        order by c.ordinal
    );
end
$$;

create or replace function fb_private.final_states(p_codes text[], p_states text[]) returns text[]
language plpgsql immutable
as $$
begin
    if fb_private.has_none(p_codes) then
        return p_states;
    end if;
    return array(
        select case when c.code = 'account_busy' then 'busy' else c.state end
        from unnest(p_codes, p_states) with ordinality as c (code, state, ordinal)
        order by c.ordinal
    );
end
$$;
