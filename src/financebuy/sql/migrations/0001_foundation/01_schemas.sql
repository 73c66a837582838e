-- Tables and views stand in public, what a login may call in fb, what nobody may call in fb_private.
create schema fb;
create schema if not exists fb_private;

-- NaN compares greater than every number and Infinity passes `> 0`; both end here.
create domain public.finite as numeric
check (value > '-Infinity'::numeric and value < 'Infinity'::numeric);

comment on domain public.finite is 'A number that is neither NaN nor infinite.';

-- By default it belongs to whoever owns the database, who is another in a copy or a restored dump.
alter schema public owner to fb_owner;
