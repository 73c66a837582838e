-- Every foreign key has an index that begins with its columns, or deleting a row that it points to reads the whole
-- table. Assets and securities are never deleted.
-- severity: low
-- reference: splinter 0001 unindexed_foreign_keys
-- fix: create index concurrently on {relation} ({columns});
select
    k.conrelid::regclass::text as relation,
    k.conname as constraint_name,
    k.confrelid::regclass::text as points_to,
    (
        select string_agg(quote_ident(a.attname), ', ' order by u.n)
        from unnest(k.conkey) with ordinality as u (attnum, n)
        inner join pg_attribute as a on a.attrelid = k.conrelid and a.attnum = u.attnum
    ) as columns
from pg_constraint as k
inner join pg_class as c on k.conrelid = c.oid
where
    k.contype = 'f'
    and not c.relispartition
    and k.confrelid::regclass::text not in ('public.assets', 'public.securities')
    and not exists (
        select 1 from pg_index as i
        where
            i.indrelid = k.conrelid
            and i.indisvalid
            and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey
    );
