-- Reading a signed identity. It belongs to the owner of the keys: whatever a function of fb_owner is brought to run, it
-- can ask whether a signature is right, and can neither read a key nor put another in its place.
set local role fb_secrets;

create or replace function fb_private.read_identity(
    p_token text,
    out user_id uuid, out key_id text, out scopes text[], out account_id uuid, out actor text, out problem text
)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_parts text[] := string_to_array(p_token, '.');
    v_key fb_private.identity_keys;
    v_signed text;
begin
    problem := 'identity_invalid';
    if coalesce(array_length(v_parts, 1), 0) <> 7 or v_parts[1] !~ '^[0-9]{1,6}$' then
        return;
    end if;
    select k.* into v_key from fb_private.identity_keys as k where k.identity_key_id = v_parts[1]::integer;
    v_signed := array_to_string(v_parts[1:6], '.');
    if not found or encode(
        sha256(v_key.outer_block || sha256(v_key.inner_block || convert_to(v_signed, 'UTF8'))), 'hex'
    ) <> v_parts[7] then
        return;
    end if;
    if to_timestamp(v_parts[6]::bigint) < clock_timestamp() then
        problem := 'identity_expired';
        return;
    end if;
    problem := null;
    user_id := v_parts[2]::uuid;
    key_id := nullif(v_parts[3], '-');
    scopes := string_to_array(v_parts[4], ',');
    account_id := nullif(v_parts[5], '-')::uuid;
    actor := 'user:' || v_parts[2];
end
$$;

revoke all on function fb_private.read_identity(text) from public;
grant execute on function fb_private.read_identity(text) to fb_owner;

set local role fb_owner;
