-- Card numbers where none belong: in what people and banks wrote. The worker looks each night, and tries the check
-- digits itself (Luhn).

-- Every run of 13 to 19 digits, perhaps in groups, that begins as cards do, in every text of every table. History,
-- which only grows, is read from `p_since` on; NULL: all of it. What is no text is not looked at: ciphertexts are
-- bytes. A record is named by its key, which may be the number itself: there it is left out.
create or replace function fb.texts_like_cards(p_since timestamptz)
returns table (table_name text, column_name text, record text, candidate text)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v record;
    v_pattern constant text := '(?<![0-9A-Za-z.-])[2-6](?:[ -]?[0-9]){12,18}(?![0-9A-Za-z-])';
begin
    for v in
        select
            c.oid::regclass::text as name, c.relname::text as title, a.attname::text as field,
            (
                select string_agg(format('t.%I', k.attname), ', ' order by k.attnum)
                from pg_index as i
                inner join pg_attribute as k on k.attrelid = c.oid and k.attnum = any (i.indkey)
                where i.indrelid = c.oid and i.indisprimary
            ) as id,
            (
                select k.attname from pg_attribute as k
                where k.attrelid = c.oid and k.attname in ('recorded_at', 'attempted_at') and not k.attisdropped
            ) as written
        from pg_class as c
        inner join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
            and c.relname <> 'price_bars'
            and a.atttypid in ('text'::regtype, 'text[]'::regtype, 'jsonb'::regtype)
            and has_table_privilege(current_user, c.oid, 'select')
        order by c.relname, a.attnum
    loop
        return query execute format(
            'select %L::text, %L::text, regexp_replace(concat_ws('' '', %s), $1, ''...'', ''g''), m.found[1]
            from %s as t cross join lateral regexp_matches(t.%I::text, $1, ''g'') as m (found)
            where t.%I::text ~ ''[0-9][ -]?[0-9]{3}'' %s',
            v.title, v.field, coalesce(v.id, 'null'), v.name, v.field, v.field,
            case when p_since is not null and v.written is not null then format('and t.%I >= $2', v.written) else '' end
        )
        using v_pattern, p_since;
    end loop;
end
$$;
comment on function fb.texts_like_cards(timestamptz) is
'What may be a card''s number in a text: its table, column and record; for the worker, which tries the check digits.';

-- Puts a finding before a person, once, without the number.
create or replace function fb.report_card_number(
    p_table_name text, p_column_name text, p_record text, p_last_four text
) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_detail jsonb := jsonb_build_object(
        'table', p_table_name, 'column', p_column_name, 'record', p_record, 'last_four', p_last_four
    );
    v_now timestamptz := clock_timestamp();
begin
    insert into public.exceptions (exception_id, kind, command_id, detail, created_at, updated_at)
    select fb_private.uuid7(), 'card_number', gen_random_uuid(), v_detail, v_now, v_now
    where not exists (select 1 from public.exceptions as x where x.kind = 'card_number' and x.detail = v_detail);
    return found;
end
$$;
comment on function fb.report_card_number(text, text, text, text) is
'Opens an exception for a card''s number that stands in a text; false: there was one already.';

grant execute on function fb.texts_like_cards(timestamptz), fb.report_card_number(text, text, text, text) to fb_worker;
