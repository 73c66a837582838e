-- Tries each cell as its role, with its identity, in a subtransaction that is always taken back: the role and the
-- identity end with it, and a cell that would write leaves nothing.
create or replace function pg_temp.probe(
    p_roles text[], p_identities text[], p_statements text[], p_owns text[]
)
returns table (n integer, outcome text, seen bigint, mine bigint)
language plpgsql
as $$
declare
    v_state text;
    v_message text;
begin
    for i in 1..cardinality(p_statements) loop
        n := i;
        outcome := null;
        seen := null;
        mine := null;
        begin
            perform set_config('fb.identity', p_identities[i], true);
            perform set_config('role', p_roles[i], true);
            if p_owns[i] is null then
                execute p_statements[i];
                get diagnostics seen = row_count;
            else
                execute p_statements[i] into seen, mine using p_owns[i]::uuid[];
            end if;
            raise exception using errcode = 'P0TAK';
        exception
            when others then
                get stacked diagnostics v_state = returned_sqlstate, v_message = message_text;
                outcome := case
                    when v_state = 'P0TAK' then 'done'
                    when v_state = '42501' and v_message like 'permission denied%' then 'denied'
                    when v_state = '28000' then 'unknown identity'
                    else v_state || ' ' || v_message
                end;
        end;
        return next;
    end loop;
end
$$
