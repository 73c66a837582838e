-- Comparing the custodians' statements with the books, as fb_worker; what was found is read by the staff too.

-- name: custody_statement
select s.kind, s.reference, s.asset, s.side, trim_scale(s.quantity) as quantity, trim_scale(s.price) as price
from fb.custody_statement(%(source)s, %(date)s) as s;

-- name: reconcile
select fb.reconcile(
    %(source)s, %(date)s, %(kinds)s::text[], %(references)s::text[], %(assets)s::text[], %(sides)s::text[],
    %(quantities)s::numeric[], %(prices)s::numeric[]
) as run_id;

-- name: run
select r.run_id, r.source, r.statement_date, r.started_at, r.finished_at, r.breaks
from public.reconciliation_runs as r
where r.run_id = %(run_id)s;

-- name: runs
select r.run_id, r.source, r.statement_date, r.started_at, r.finished_at, r.breaks
from public.reconciliation_runs as r
where
    (%(source)s::text is null or r.source = %(source)s)
    and (%(before)s::uuid is null or r.run_id < %(before)s)
order by r.run_id desc
limit %(limit)s;

-- name: breaks
select
    b.break_no, b.kind, b.reference, a.code as asset, trim_scale(b.ours) as ours, trim_scale(b.theirs) as theirs,
    b.account_id, b.state
from public.reconciliation_breaks as b
left join public.assets as a on a.asset_id = b.asset_id
where b.run_id = %(run_id)s
order by b.break_no;
