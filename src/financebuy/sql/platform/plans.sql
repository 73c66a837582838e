-- Applied at each migration, after every function: how a command's statements are planned, and all that they call.
-- Once a session: to plan one anew costs a lone command more than to run it. And as if every table were large, whatever
-- the statistics of the moment are: each look-up goes by an index, row by row. A plan that was made while a table was
-- empty would read the whole of it for every command until the next ANALYZE, and a hash of a table grows with it.
do $$
declare
    v_settings constant text[] := array[
        'plan_cache_mode=force_generic_plan', 'enable_seqscan=off', 'enable_hashjoin=off', 'enable_mergejoin=off',
        'jit=off'
    ];
    v_setting text;
    v regprocedure;
begin
    for v in
        select p.oid from pg_proc as p
        where p.pronamespace = 'fb'::regnamespace and p.prokind = 'f' and 'p_skip_locked' = any (p.proargnames)
            and not coalesce(p.proconfig @> v_settings, false)
    loop
        foreach v_setting in array v_settings loop
            execute format(
                'alter function %s set %I = %L', v, split_part(v_setting, '=', 1), split_part(v_setting, '=', 2)
            );
        end loop;
    end loop;
end
$$;
