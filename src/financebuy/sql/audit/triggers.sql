-- What operators change besides users, access and settings. Applied at each migration, after platform/triggers.sql.
create or replace trigger audit_market_control
after update of paused, days_per_minute, steps_requested on public.market_control
for each row execute function fb_private.audit('only_row', 'paused', 'days_per_minute', 'steps_requested');

create or replace trigger audit_currencies
after insert on public.assets
for each row when (new.kind = 'currency') execute function fb_private.audit('asset_id', 'code', 'scale');

create or replace trigger audit_securities
after update of status, tradable, symbol, fractionable on public.securities
for each row execute function fb_private.audit('security_id', 'symbol', 'status', 'tradable', 'fractionable');

create or replace trigger audit_reconciliation_runs
after insert on public.reconciliation_runs
for each row execute function fb_private.audit('run_id', 'source', 'statement_date');
