-- What the rivals need beside the product's schema: a number for each account, so that a pgbench script can draw one,
-- its owner, and the signed identity of that owner.
create schema if not exists fb_bench;

create table if not exists fb_bench.accounts (
    n integer primary key,
    account_id uuid not null,
    user_id uuid not null,
    token text not null
);

grant usage on schema fb_bench to public;
grant select on fb_bench.accounts to public;
