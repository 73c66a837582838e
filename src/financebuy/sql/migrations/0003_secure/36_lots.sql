-- A buy first closes what was sold without being there. There is next to never any, and it is found without reading the
-- lots of all the buys before it. Nobody writes while a revision is applied.
-- squawk-ignore require-concurrent-index-deletion
drop index public.lots_open_idx;
-- squawk-ignore require-concurrent-index-creation
create index lots_open_idx on public.lots (account_id, security_id, sign(quantity), acquired_at, lot_seq)
where closed_quantity <> quantity;
