-- Where TimescaleDB is installed in the database, price_bars is a hypertable; elsewhere it is partitioned by year.
-- Applied at each migration, before the policies: a new table has none.

-- One plain table with the same rows and rules in the place of the partitioned one: a hypertable is made from such.
create or replace function fb_private.flatten_price_bars() returns boolean
language plpgsql volatile
as $$
begin
    if (select c.relkind from pg_class as c where c.oid = to_regclass('public.price_bars')) <> 'p' then
        return false;
    end if;
    create table public.plain_bars (
        like public.price_bars including defaults including constraints including comments including storage,
        constraint plain_bars_pkey primary key (security_id, timeframe, starts_at),
        constraint plain_bars_security_id_fkey foreign key (security_id) references public.securities (security_id)
    );
    insert into public.plain_bars select b.* from public.price_bars as b;
    drop table public.price_bars;
    alter table public.plain_bars rename to price_bars;
    alter table public.price_bars rename constraint plain_bars_pkey to price_bars_pkey;
    alter table public.price_bars rename constraint plain_bars_security_id_fkey to price_bars_security_id_fkey;
    create index price_bars_starts_at_brin on public.price_bars using brin (starts_at);
    return true;
end
$$;

do $$
declare
    v_schema text;
begin
    select n.nspname into v_schema
    from pg_extension as e
    inner join pg_namespace as n on n.oid = e.extnamespace
    where e.extname = 'timescaledb';
    if v_schema is not null then
        perform fb_private.flatten_price_bars();
        execute format(
            'select %I.create_hypertable(''public.price_bars'', ''starts_at'', chunk_time_interval => interval ''1 year'', '
            'create_default_indexes => false, migrate_data => true, if_not_exists => true)', v_schema
        );
    end if;
end
$$;
