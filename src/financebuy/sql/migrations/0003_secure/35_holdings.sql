-- A corporate action takes its holders in the order of their ids, so that each step reads no more than it needs. Nobody
-- writes while a revision is applied.
-- squawk-ignore require-concurrent-index-deletion
drop index public.holdings_security_id_idx;
-- squawk-ignore require-concurrent-index-creation
create index holdings_security_id_idx on public.holdings (security_id, account_id);
