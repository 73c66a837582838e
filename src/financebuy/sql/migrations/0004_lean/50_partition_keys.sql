-- A transaction is unique by its id within each partition, an event by its account and number. The primary keys of the
-- partitioned tables had to hold the time of recording besides, said less, and were a second index over the same. Now
-- each partition's own unique index is its primary key; fb_private.prepare_partition makes that of a new one.
-- squawk-ignore ban-drop-constraint
alter table public.transactions drop constraint transactions_pkey;
-- squawk-ignore ban-drop-constraint
alter table public.outbox drop constraint outbox_pkey;

do $$
declare
    v record;
begin
    for v in
        select
            c.relname as name,
            c.relname || case p.relname when 'outbox' then '_event_key' else '_id_key' end as index_name
        from pg_inherits as i
        inner join pg_class as c on i.inhrelid = c.oid
        inner join pg_class as p on i.inhparent = p.oid
        where i.inhparent in ('public.transactions'::regclass, 'public.outbox'::regclass)
    loop
        -- One whose index is missing has its key made when the migration ends.
        if to_regclass(format('public.%I', v.index_name)) is not null then
            execute format(
                'alter table public.%I add constraint %I primary key using index %I', v.name, v.name || '_pkey',
                v.index_name
            );
        end if;
    end loop;
end
$$;
