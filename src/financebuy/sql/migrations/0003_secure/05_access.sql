-- The keys of signed identities go to an owner of their own. A table cannot be handed to a role that its owner is no
-- member of, so it is made anew there.
grant usage, create on schema fb_private to fb_secrets;
grant usage on schema public to fb_reporting;

-- Nobody but the functions of this schema names it, and they are made anew after this.
-- squawk-ignore renaming-table
alter table fb_private.identity_keys rename to former_identity_keys;
-- squawk-ignore renaming-object
alter table fb_private.former_identity_keys rename constraint identity_keys_pkey to former_identity_keys_pkey;
grant select on fb_private.former_identity_keys to fb_secrets;

set local role fb_secrets;
create table fb_private.identity_keys (
    identity_key_id integer primary key,
    inner_block bytea not null check (octet_length(inner_block) = 64),
    outer_block bytea not null check (octet_length(outer_block) = 64)
);
insert into fb_private.identity_keys (identity_key_id, inner_block, outer_block)
select
    k.identity_key_id,
    k.inner_block,
    k.outer_block
from fb_private.former_identity_keys as k;
set local role fb_owner;

-- Nothing is lost: the rows have just been copied, in this transaction. The function comes back with its new owner.
-- squawk-ignore ban-drop-table
drop table fb_private.former_identity_keys;
-- squawk-ignore ban-drop-function
drop function if exists fb_private.read_identity(text);

-- Now a function of the owner of the keys, by the name of verified_identities.
-- squawk-ignore ban-drop-function
drop function if exists fb_private.read_identities(text[]);
