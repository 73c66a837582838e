-- Each break that a reconciliation counted is a row with a name.
select
    r.run_id,
    r.source,
    r.statement_date,
    r.breaks,
    count(b.break_no) as named
from public.reconciliation_runs as r
left join public.reconciliation_breaks as b on r.run_id = b.run_id
where r.finished_at is not null
group by r.run_id, r.source, r.statement_date, r.breaks
having coalesce(r.breaks, 0) <> count(b.break_no)
