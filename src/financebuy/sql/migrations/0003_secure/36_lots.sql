-- A buy first closes what was sold without being there. There is next to never any, and it is found without reading the
-- lots of the buys before it.
-- squawk-ignore require-concurrent-index-creation
create index lots_deficit_idx on public.lots (account_id, security_id)
where quantity < 0 and closed_quantity <> quantity;
