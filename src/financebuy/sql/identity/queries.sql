-- name: assume
select set_config('fb.identity', %s, true);

-- name: install_identity_key
insert into fb_private.identity_keys (identity_key_id, inner_block, outer_block)
values (%(identity_key_id)s, %(inner_block)s, %(outer_block)s)
on conflict (identity_key_id) do update
set inner_block = excluded.inner_block, outer_block = excluded.outer_block;
