-- The sealer's writes: epochs, seals, and what it says of itself. What it reads, it reads through policies. All of this
-- belongs to the audit's owner; what it needs of the others' tables is in lending.sql.
set local role fb_audit;

-- Whoever holds this login says by what hand it works at the console, and in nobody's name who has an identity.
create or replace function fb_private.require_console(p_by text) returns void
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
begin
    -- NULL is nobody's hand either.
    if p_by is null or p_by !~ '^cli [^[:cntrl:]]+$' and p_by <> 'role:fb_sealer' then
        raise exception '% does not work by this login', p_by using errcode = 'invalid_authorization_specification';
    end if;
end
$$;

-- The next life of the database. The tables are locked, so that whoever writes afterwards writes into the new epoch,
-- and nobody is half way through the old one.
create or replace function fb.open_epoch(
    p_epoch integer, p_log_id uuid, p_origin text, p_system_identifier text, p_first_xid bigint,
    p_opened_at timestamptz, p_opened_by text, p_reason text, p_verifier_key text, p_record text
) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '10s'
as $$
declare
    v_last integer;
begin
    perform fb_private.require_console(p_opened_by);
    v_last := coalesce((select max(e.epoch) from public.audit_epochs as e), 0);
    if p_epoch <= v_last then
        raise exception 'epoch % was opened before', p_epoch using errcode = 'invalid_parameter_value';
    end if;
    -- A restored database goes on beyond the epochs that are known outside: more than one further, but not so far that
    -- the numbers come to an end.
    if p_epoch - v_last > 1000 then
        raise exception 'epoch % does not follow epoch %', p_epoch, v_last using errcode = 'invalid_parameter_value';
    end if;
    -- Another's name, taken now, could not be taken by the epoch whose it is.
    if p_origin <> format('financebuy.audit/%s/%s', p_log_id, p_epoch) then
        raise exception '% is not the name of epoch %', p_origin, p_epoch using errcode = 'invalid_parameter_value';
    end if;
    if p_epoch > 1 then
        perform fb_private.begin_epoch(p_epoch);
        execute format('alter table public.audit_log alter column epoch set default %s', p_epoch);
    end if;
    insert into public.audit_epochs (
        epoch, log_id, origin, system_identifier, first_xid, opened_at, opened_by, reason, verifier_key, record
    )
    values (
        p_epoch, p_log_id, p_origin, p_system_identifier, p_first_xid, p_opened_at, p_opened_by, p_reason,
        p_verifier_key, p_record
    );
    perform fb_private.audit(
        'open_epoch', 'audit_epochs', p_epoch::text, p_actor => p_opened_by,
        p_after => jsonb_build_object('reason', p_reason, 'origin', p_origin)
    );
end
$$;

-- One more seal, which begins where the one before it ended.
create or replace function fb.add_seal(
    p_epoch integer, p_seal_seq bigint, p_kind text, p_first_xid bigint, p_end_xid bigint, p_row_count integer,
    p_layout integer, p_merkle_root bytea, p_record bytea, p_frontier bytea, p_head text, p_salt bytea,
    p_row_keys bytea, p_leaves bytea, p_sealed_at timestamptz
) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_last public.seals;
begin
    select s.* into v_last from public.seals as s
    where s.epoch = p_epoch
    order by s.seal_seq desc
    limit 1;
    if p_seal_seq <> coalesce(v_last.seal_seq, 0) + 1
        or p_epoch <> (select max(e.epoch) from public.audit_epochs as e)
        or (p_kind = 'rows' and v_last.kind = 'rows' and p_first_xid <> v_last.end_xid) then
        raise exception 'seal % of epoch % does not follow the last one', p_seal_seq, p_epoch
        using errcode = 'invalid_parameter_value';
    end if;
    insert into public.seals (
        epoch, seal_seq, kind, first_xid, end_xid, row_count, layout, merkle_root, record, frontier, head, salt, row_keys,
        leaves, sealed_at
    )
    values (
        p_epoch, p_seal_seq, p_kind, p_first_xid, p_end_xid, p_row_count, p_layout, p_merkle_root, p_record, p_frontier,
        p_head, p_salt, p_row_keys, p_leaves, p_sealed_at
    );
end
$$;

create or replace function fb.note_copies(p_store text, p_epoch integer, p_seal_seqs bigint[]) returns void
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    insert into public.seal_copies (store, epoch, seal_seq, copied_at)
    select p_store, p_epoch, s.seal_seq, clock_timestamp() from unnest(p_seal_seqs) as s (seal_seq)
    on conflict do nothing
$$;

create or replace function fb.sealer_passed(p_stopped text) returns void
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    insert into public.sealer_state as s (passed_at, stopped, stopped_at)
    values (clock_timestamp(), p_stopped, case when p_stopped is not null then clock_timestamp() end)
    on conflict (only_row) do update
        set
            passed_at = excluded.passed_at,
            stopped = excluded.stopped,
            stopped_at = case when excluded.stopped is not null then coalesce(s.stopped_at, excluded.stopped_at) end
$$;
comment on function fb.sealer_passed(text) is 'The sealer is alive; and if it has stopped sealing, why.';

-- How far behind the sealer is. Rows are counted up to a limit: far behind is far behind.
create or replace function fb.audit_status()
returns table (
    epoch integer, seal_seq bigint, sealed_at timestamptz, sealed_rows bigint, unsealed_rows bigint,
    oldest_unsealed timestamptz, uncopied_heads bigint, passed_at timestamptz, stopped text, stopped_at timestamptz
)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    with last_epoch as (
        select e.epoch, e.first_xid from public.audit_epochs as e
        order by e.epoch desc
        limit 1
    ),

    last_seal as (
        select s.epoch, s.seal_seq, s.end_xid, s.sealed_at from public.seals as s
        inner join last_epoch as e on e.epoch = s.epoch
        where s.kind = 'rows'
        order by s.seal_seq desc
        limit 1
    ),

    place as (
        select
            coalesce((select e.epoch from last_epoch as e), 1) as epoch,
            coalesce((select s.end_xid from last_seal as s), (select e.first_xid from last_epoch as e), 0) as from_xid
    ),

    unsealed as (
        select t.recorded_at from public.transactions as t, place as p where t.epoch = p.epoch and t.xid >= p.from_xid
        union all
        select x.recorded_at from public.executions as x, place as p where x.epoch = p.epoch and x.xid >= p.from_xid
        union all
        select o.recorded_at from public.order_events as o, place as p where o.epoch = p.epoch and o.xid >= p.from_xid
        union all
        select a.recorded_at from public.audit_log as a, place as p where a.epoch = p.epoch and a.xid >= p.from_xid
        limit 100000
    )

    select
        p.epoch, l.seal_seq, l.sealed_at, (select coalesce(sum(s.row_count), 0)::bigint from public.seals as s),
        u.unsealed_rows, u.oldest,
        (
            select count(*) from public.seals as s
            where s.epoch = p.epoch and s.seal_seq > (
                select coalesce(max(c.seal_seq), 0) from public.seal_copies as c where c.epoch = p.epoch
            )
        ),
        z.passed_at, z.stopped, z.stopped_at
    from place as p
    cross join (select count(*) as unsealed_rows, min(n.recorded_at) as oldest from unsealed as n) as u
    left join last_seal as l on l.epoch = p.epoch
    left join public.sealer_state as z on z.only_row
$$;
comment on function fb.audit_status() is
'How far history is sealed, how many rows are not (entries not counted; at most 100,000), and what stops the sealer.';

-- Makes a month of the audit log whose retention is over a table of its own, as other months have been for long.
create or replace function fb.detach_audit_log(p_table text) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '2s'
as $$
begin
    if not exists (select 1 from fb.months_due() as d where d.table_name = p_table and d.parent = 'audit_log') then
        raise exception '% is not a month of the audit log that is due', p_table
        using errcode = 'invalid_parameter_value';
    end if;
    if exists (select 1 from pg_inherits as i where i.inhrelid = to_regclass(format('public.%I', p_table))) then
        execute format('alter table public.audit_log detach partition public.%I', p_table);
        perform fb_private.keep_detached(p_table);
    end if;
end
$$;

-- The root over leaves of 32 bytes each (RFC 6962): two by two, and who has no neighbour goes up as it is.
create or replace function fb_private.merkle_root(p_leaves bytea) returns bytea
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
declare
    -- Added to nothing, so that it is read from where it is stored once, not once for each leaf.
    v_level bytea := p_leaves || ''::bytea;
    v_count integer := octet_length(v_level) / 32;
begin
    while v_count > 1 loop
        v_level := (
            select string_agg(
                case
                    when i.pair * 2 + 1 = v_count then substr(v_level, i.pair * 64 + 1, 32)
                    else sha256('\x01'::bytea || substr(v_level, i.pair * 64 + 1, 64))
                end, ''::bytea order by i.pair
            )
            from generate_series(0, (v_count - 1) / 2) as i (pair)
        );
        v_count := (v_count + 1) / 2;
    end loop;
    return v_level;
end
$$;

-- How many rows of a month stand, as they are, among these leaves of seals whose leaves still give their roots. A row
-- has but one key, so a leaf that was named for another row, or for none, counts nothing.
create or replace function fb_private.sealed_in(
    p_table text, p_epochs integer[], p_seal_seqs bigint[], p_leaves bytea[]
) returns bigint
language plpgsql stable
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
set bytea_output = 'hex'
as $$
declare
    v_broken record;
begin
    select s.epoch, s.seal_seq into v_broken
    from unnest(p_epochs, p_seal_seqs) as l (epoch, seal_seq)
    inner join public.seals as s on s.epoch = l.epoch and s.seal_seq = l.seal_seq
    where fb_private.merkle_root(s.leaves) <> s.merkle_root
    limit 1;
    if found then
        raise exception 'the leaves of seal % of epoch % do not give its root', v_broken.seal_seq, v_broken.epoch
        using errcode = 'object_not_in_prerequisite_state';
    end if;
    return (
        with named as materialized (
            select s.salt, s.row_count, l.bits, s.row_keys || ''::bytea as row_keys, s.leaves || ''::bytea as leaves
            from unnest(p_epochs, p_seal_seqs, p_leaves) as l (epoch, seal_seq, bits)
            inner join public.seals as s on s.epoch = l.epoch and s.seal_seq = l.seal_seq
        ),

        claimed as materialized (
            select n.salt, substr(n.row_keys, i.at * 25 + 1, 25) as key, substr(n.leaves, i.at * 32 + 1, 32) as leaf
            from named as n
            cross join lateral generate_series(0, least(n.row_count, octet_length(n.bits) * 8) - 1) as i (at)
            where get_bit(n.bits, i.at) = 1
        ),

        there as materialized (
            select r.key, r.payload from fb_private.month_rows(p_table) as r where starts_with(p_table, 'audit_log_')
            union all
            select r.key, r.payload from fb_private.lent_rows(p_table) as r where not starts_with(p_table, 'audit_log_')
        )

        select count(distinct r.key)
        from there as r
        inner join claimed as c
            on c.key = r.key and c.leaf = sha256('\x00'::bytea || substr(sha256(c.salt || r.key), 1, 16) || r.payload)
    );
end
$$;

-- Drops a month of one table that was exported: it must be long over, whole in the export, and sealed to the last row.
create or replace function fb.retire_month(
    p_table text, p_row_count bigint, p_file_name text, p_file_sha256 bytea, p_retired_by text, p_epochs integer[],
    p_seal_seqs bigint[], p_leaves bytea[]
) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '2s'
as $$
declare
    v_month date;
    v_parent text;
    v_rows bigint;
begin
    perform fb_private.require_console(p_retired_by);
    if p_table !~ '^(entries|transactions|order_events|audit_log)_[0-9]{4}_[0-9]{2}$'
        or to_regclass(format('public.%I', p_table)) is null then
        raise exception '% is not a month of history', p_table using errcode = 'invalid_parameter_value';
    end if;
    v_parent := left(p_table, -8);
    v_month := to_date(right(p_table, 7), 'YYYY_MM');
    if v_parent = 'transactions' and to_regclass(format('public.entries_%s', right(p_table, 7))) is not null then
        -- They are sealed with their transactions, and could not be exported without.
        raise exception 'the entries of % come first', p_table using errcode = 'object_not_in_prerequisite_state';
    end if;
    if not fb_private.retention_is_over(v_month) then
        raise exception 'the retention of % is not over', p_table using errcode = 'object_not_in_prerequisite_state';
    end if;
    if exists (select 1 from pg_inherits as i where i.inhrelid = to_regclass(format('public.%I', p_table))) then
        raise exception '% has not been detached', p_table using errcode = 'object_not_in_prerequisite_state';
    end if;
    v_rows := case
        when v_parent = 'audit_log' then fb_private.locked_rows(p_table) else fb_private.locked_month(p_table)
    end;
    if v_rows <> p_row_count
        or v_rows <> (select coalesce(sum(bit_count(l)), 0) from unnest(p_leaves) as l) then
        raise exception '% has % rows, % were exported with their seals', p_table, v_rows, p_row_count
        using errcode = 'object_not_in_prerequisite_state';
    end if;
    -- What was exported is the caller's to say. That each row is one that was sealed is not.
    if v_rows <> fb_private.sealed_in(p_table, p_epochs, p_seal_seqs, p_leaves) then
        raise exception '% has rows that are not what the named leaves have sealed', p_table
        using errcode = 'object_not_in_prerequisite_state';
    end if;
    insert into public.audit_retired (table_name, row_count, file_name, file_sha256, retired_at, retired_by)
    values (p_table, p_row_count, p_file_name, p_file_sha256, clock_timestamp(), p_retired_by);
    insert into public.audit_retired_leaves (table_name, epoch, seal_seq, leaves)
    select p_table, l.epoch, l.seal_seq, l.leaves
    from unnest(p_epochs, p_seal_seqs, p_leaves) as l (epoch, seal_seq, leaves);
    perform fb_private.audit(
        'retire', p_table, p_file_name, p_actor => p_retired_by,
        p_after => jsonb_build_object('rows', p_row_count, 'sha256', encode(p_file_sha256, 'hex'))
    );
    if v_parent = 'audit_log' then
        execute format('drop table public.%I', p_table);
    else
        perform fb_private.drop_month(p_table);
    end if;
end
$$;
comment on function fb.retire_month(text, bigint, text, bytea, text, integer[], bigint[], bytea[]) is
'Drops a month of history after its retention, once it was exported; says which leaves were its.';

-- A month of the log, which fb.make_partitions makes with those of the ledger.
create or replace function fb_private.make_audit_partition(p_from timestamptz, p_to timestamptz, p_suffix text)
returns boolean
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    select fb_private.make_partition('audit_log', p_from, p_to, p_suffix)
$$;

comment on table public.audit_log is
'Changes of users, access, settings, reads of personal data, what operators do. Append-only.';
comment on table public.audit_epochs is
'Lives of the database: the first, and one after each restore that somebody signed for.';
comment on table public.seals is
'Trees over history: the leaves of its rows, and the signed head of the log of seals.';
comment on table public.seal_copies is 'Heads that are known to have been copied outside.';
comment on table public.sealer_state is 'When the sealer passed last, and what stops it: one row.';
comment on table public.audit_retired is 'Months of history that were exported and dropped after their retention.';
comment on table public.audit_retired_leaves is 'Which leaves of a seal are of rows that were dropped.';

set local role fb_owner;
